// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace clavitor {

/// Whether logind can tell a program of this session when another user takes the screen, the session is locked and the computer sleeps.
enum class LoginSession {
    Known,
    Unknown,        ///< logind is there, and names no session for this process
    NoAnswer,       ///< the system's bus or logind is there and says nothing
};

/// Asked as the vault asks it (ui/SessionWatch). nullopt where there is no logind or no system's bus. Waits for the answer, up to ten
/// seconds; any thread but the UI's. `address` is the bus's; empty for the fixed place.
[[nodiscard]] std::optional<LoginSession> askLoginSession(const QString &address = {});

} // namespace clavitor
