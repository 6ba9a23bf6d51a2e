// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/InstalledClient.h"
#include "ui/keys/ClientSnippet.h"

namespace clavitor {
class Examiner;
class Keychain;
class LoginStart;
}

namespace clavitor::ui {

/// What of this computer the windows need: for setting clients up where these are, how they call us and who keeps tokens; how programs start at login.
struct ThisComputer {
    ClientPlaces places;
    QString program;            ///< our own path, as a client is to run it
    Keychain *keychain = nullptr;   ///< outlives the windows, as does the examiner
    Examiner *examiner = nullptr;
    QString shim = {};          ///< the path of clavitor-mcp, likewise; empty where it is not installed
    const LoginStart *loginStart = nullptr; ///< outlives the windows; null where nothing is to be said of it

    [[nodiscard]] OurSide ours(quint16 port) const { return {port == 0 ? quint16(1984) : port, program, shim}; }
};

} // namespace clavitor::ui
