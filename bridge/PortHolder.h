// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QHostAddress>
#include <QString>

#include <cstdint>
#include <optional>

namespace clavitor::bridge {

/// Who listens on an address, as far as the system tells (SECURITY.md T10).
struct PortHolder
{
    std::uint32_t uid = 0;
    std::uint64_t inode = 0; ///< of the listening socket
};

/// Finds the listener in a table in the format of /proc/net/tcp or tcp6. A listener on every address counts.
[[nodiscard]] std::optional<PortHolder> holderIn(QByteArrayView table, const QHostAddress &address,
                                                 std::uint16_t port);

/// One sentence: which address could not be taken, by which program or user it is held if that can be seen,
/// else `reason`.
[[nodiscard]] QString portFailure(const QHostAddress &address, std::uint16_t port, const QString &reason);

} // namespace clavitor::bridge
