// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/LoopbackAddress.h"

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace clavitor::link {

/// Who listens on a loopback port, as far as this system tells: a program of ours to name, or only the user.
struct PortUser {
    QString program;            ///< path; empty when it is another user's
    qint64 pid = 0;
    std::uint32_t uid = 0;
    /// That it can be Clavitor's bridge: it is this user's, and of that name unless it lets nobody look at it, as the bridge does.
    [[nodiscard]] bool isOurBridge() const;
};

/// A listener on the address, or on every one. nullopt: nobody, or this system cannot say. Reads /proc; any thread.
[[nodiscard]] std::optional<PortUser> userOfPort(LoopbackAddress address, std::uint16_t port);

/// The socket of a listener in a table in the format of /proc/net/tcp or tcp6: its uid and inode. One on [::] takes 127.0.0.1, too.
struct ListeningSocket {
    std::uint32_t uid = 0;
    std::uint64_t inode = 0;
};
[[nodiscard]] std::optional<ListeningSocket> listenerIn(QByteArrayView table, LoopbackAddress address, std::uint16_t port);

} // namespace clavitor::link
