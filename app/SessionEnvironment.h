// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayList>
#include <QString>

namespace clavitor {

/// Finds the person's desktop session again for a command that was started without the environment of one: Codex, for one,
/// hands its headers command only HOME and PATH, and without the session's bus there is no keychain to be had.
///
/// Sets what is missing and nothing that is there: XDG_RUNTIME_DIR to /run/user/<uid>, if that is this user's,
/// DBUS_SESSION_BUS_ADDRESS to the bus in it, and, from the systemd user manager on that bus, the names of the desktop by which
/// QtKeychain chooses its backend. Needs a QCoreApplication; blocks for at most half a second. Linux; elsewhere it does nothing.
void completeSessionEnvironment();

/// The part of it that only looks at files: `runtimeRoot` is /run/user. Returns the variables to set, "NAME=value".
[[nodiscard]] QByteArrayList missingSessionVariables(const QString &runtimeRoot);

} // namespace clavitor
