// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>
#include <span>

namespace clavitor::link {

/// An end of a socket as proc_net_tcp(5) writes it: each 32-bit word of the address (in network byte order; one for IPv4, four
/// for IPv6) as this machine reads it, then the port, in hexadecimal.
[[nodiscard]] QByteArray socketTableEnd(std::span<const std::uint32_t> address, std::uint16_t port);

} // namespace clavitor::link
