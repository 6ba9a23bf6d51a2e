// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"

namespace clavitor {

/// The audit log's name of what a question asks for.
[[nodiscard]] QLatin1StringView actionOf(const link::Query &query);

} // namespace clavitor
