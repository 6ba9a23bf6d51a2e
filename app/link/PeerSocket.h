// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <array>
#include <cstdint>
#include <optional>

namespace clavitor::link {

/// The client's end of a TCP connection within this computer, as the system knows it (SECURITY T11).
struct PeerSocket
{
    std::uint32_t uid = 0;   ///< of the user who made the socket
    std::uint64_t inode = 0; ///< names the socket among its owner's descriptors: "socket:[inode]"; 0 from findLocal() only
    bool operator==(const PeerSocket &) const = default;
};

/// Both ends of a connection, seen from the client. Addresses and ports are in network byte order; an IPv4
/// address is the first word.
struct ConnectionEnds
{
    using Address = std::array<std::uint32_t, 4>;

    bool isIPv6 = false;
    Address client{};
    std::uint16_t clientPort = 0;
    Address server{};
    std::uint16_t serverPort = 0;

    /// Of a socket that accept() gave; nullopt when it is none, or not connected any more.
    [[nodiscard]] static std::optional<ConnectionEnds> ofAccepted(int descriptor);
};

/// Finds who is at the other end of a connection. Linux: one exact question to the kernel (sock_diag(7)), and
/// the tables /proc/net/tcp and tcp6 where that cannot be asked. Elsewhere nothing is found.
///
/// Lives on one thread; owns a netlink socket and the tables' descriptors, so it works where nothing can be opened any more. A look-up takes some microseconds and never waits.
class PeerSockets
{
public:
    PeerSockets();
    ~PeerSockets();
    PeerSockets(const PeerSockets &) = delete;
    PeerSockets &operator=(const PeerSockets &) = delete;

    /// nullopt when the system does not tell, and when the client has left already: its end has no owner then.
    [[nodiscard]] std::optional<PeerSocket> find(const ConnectionEnds &ends);
    /// The same of a Unix socket that accept() gave. The user is known without the inode, which is 0 where the kernel cannot be
    /// asked for it (unix_diag).
    [[nodiscard]] std::optional<PeerSocket> findLocal(int descriptor);

    /// The two ways by themselves.
    [[nodiscard]] std::optional<PeerSocket> askKernel(const ConnectionEnds &ends);
    [[nodiscard]] static std::optional<PeerSocket> searchTables(const ConnectionEnds &ends);

private:
    [[nodiscard]] std::uint64_t localPeerInode(std::uint64_t own);

    int m_netlink = -1;
    std::array<int, 2> m_tables{-1, -1}; ///< of IPv4 and IPv6, opened once: a sandbox may forbid it later
    std::uint32_t m_sequence = 0;
    bool m_hasKernelAnswered = false; ///< so that "no such socket" is to be believed
};

/// Finds the client's end in a table in the format of /proc/net/tcp, or of tcp6 when `isTableIPv6`, where a
/// client of an IPv4 address may stand as well (RFC 4291 §2.5.5.2).
[[nodiscard]] std::optional<PeerSocket> peerSocketIn(QByteArrayView table, bool isTableIPv6,
                                                     const ConnectionEnds &ends);

} // namespace clavitor::link
