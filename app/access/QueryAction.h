// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"

/// The audit log's names for a question.
namespace clavitor {

/// What it asks for.
[[nodiscard]] QLatin1StringView actionOf(const link::Query &query);
/// Who asks: the door, and the key's name where it is known.
[[nodiscard]] QString actorOf(link::Door door, const QString &name = QStringLiteral("unknown key"));

} // namespace clavitor
