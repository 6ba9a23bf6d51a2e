// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QByteArray>
#include <QString>

namespace clavitor {

/// The one way from a widget's text to guarded memory: takes the QString's bytes and overwrites it. Copies that Qt made
/// before (undo history, implicit sharing) are out of reach; hand over the last reference.
[[nodiscard]] crypto::SecretText takeSecret(QString &&text);
[[nodiscard]] crypto::SecretText takeSecret(QByteArray &&utf8);

/// The one way back, for a widget or the clipboard that must show it. The caller wipes the result (link::wipe).
[[nodiscard]] QString revealToQString(const crypto::SecretText &secret);

} // namespace clavitor
