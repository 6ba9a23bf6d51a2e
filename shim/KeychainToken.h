// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shim/Conversation.h"

namespace clavitor::shim {

/// The token of the key `keyId` as `program headers KEY` prints it, which alone knows the desktop's keychain. It comes over a pipe:
/// it stands in no argument, no variable and no file. At most one run at a time is asked for.
///
/// Each call starts the program once; on the thread that calls, with an event loop.
[[nodiscard]] TokenSource keychainToken(const QString &program, const QString &keyId);

/// The token in `{"Authorization":"Bearer …"}`; empty when it is anything else. A secret.
[[nodiscard]] QByteArray tokenIn(const QByteArray &headers);

} // namespace clavitor::shim
