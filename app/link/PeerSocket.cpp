// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/PeerSocket.h"

#include "app/link/LocalDoor.h"
#include "app/link/SocketTable.h"

#include <QList>
#include <QtEndian>

#include <cstring>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#endif
#ifdef Q_OS_LINUX
#include <sys/syscall.h>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#endif

namespace clavitor::link {

using namespace Qt::StringLiterals;

namespace {

/// A table that changes while it is read may lack a line.
constexpr int TableReadings = 3;

#ifdef Q_OS_UNIX
bool readEnd(const sockaddr_storage &from, ConnectionEnds::Address &address, std::uint16_t &port)
{
    if (from.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &from, sizeof v4);
        address = {v4.sin_addr.s_addr, 0, 0, 0};
        port = v4.sin_port;
        return true;
    }
    if (from.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &from, sizeof v6);
        std::memcpy(address.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
        port = v6.sin6_port;
        return true;
    }
    return false;
}
#endif

/// fstat(), but not by glibc before 2.39: there it is a look at a path that is empty, and the caged bridge may look at no path.
int statusOf(int descriptor, struct stat &status)
{
#if defined(Q_OS_LINUX) && defined(__LP64__) && defined(SYS_fstat)
    return static_cast<int>(::syscall(SYS_fstat, descriptor, &status));
#else
    return ::fstat(descriptor, &status);
#endif
}

/// ::ffff:a.b.c.d
ConnectionEnds::Address mapped(const ConnectionEnds::Address &address)
{
    return {0, 0, qToBigEndian<std::uint32_t>(0xffff), address[0]};
}

#ifdef Q_OS_LINUX
struct Enquiry
{
    nlmsghdr header;
    inet_diag_req_v2 request;
};

Enquiry enquiryFor(const ConnectionEnds &ends, std::uint32_t sequence)
{
    Enquiry enquiry{};
    enquiry.header.nlmsg_len = sizeof enquiry;
    enquiry.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    enquiry.header.nlmsg_flags = NLM_F_REQUEST;
    enquiry.header.nlmsg_seq = sequence;
    inet_diag_req_v2 &request = enquiry.request;
    request.sdiag_family = ends.isIPv6 ? AF_INET6 : AF_INET;
    request.sdiag_protocol = IPPROTO_TCP;
    request.idiag_states = ~0U;
    request.id.idiag_sport = ends.clientPort;
    request.id.idiag_dport = ends.serverPort;
    std::memcpy(request.id.idiag_src, ends.client.data(), sizeof request.id.idiag_src);
    std::memcpy(request.id.idiag_dst, ends.server.data(), sizeof request.id.idiag_dst);
    request.id.idiag_cookie[0] = request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return enquiry;
}

/// Where no connection fits, the kernel answers with a listener on the client's port: not what was asked for.
bool isAbout(const inet_diag_msg &found, const ConnectionEnds &ends)
{
    const std::size_t size = ends.isIPv6 ? 16 : 4;
    const auto same = [size, &found](const __be32 *told, const ConnectionEnds::Address &asked) {
        // A socket of IPv6 that speaks to an IPv4 address is told with mapped addresses.
        if (size == 4 && found.idiag_family == AF_INET6)
            return std::memcmp(told, mapped(asked).data(), 16) == 0;
        return std::memcmp(told, asked.data(), size) == 0;
    };
    return found.id.idiag_sport == ends.clientPort && found.id.idiag_dport == ends.serverPort &&
           same(found.id.idiag_src, ends.client) && same(found.id.idiag_dst, ends.server);
}
#endif

std::array<int, 2> openTables()
{
#ifdef Q_OS_LINUX
    return {::open("/proc/net/tcp", O_RDONLY | O_CLOEXEC), ::open("/proc/net/tcp6", O_RDONLY | O_CLOEXEC)};
#else
    return {-1, -1};
#endif
}

void closeTables(const std::array<int, 2> &tables)
{
    for (const int table : tables)
        if (table >= 0)
            ::close(table);
}

/// From its beginning: the kernel writes such a table anew for who reads it there.
QByteArray readTable(int table)
{
    QByteArray whole;
#ifdef Q_OS_UNIX
    std::array<char, 16384> portion{};
    for (ssize_t size; (size = ::pread(table, portion.data(), portion.size(), whole.size())) > 0;)
        whole.append(portion.data(), size);
#else
    Q_UNUSED(table)
#endif
    return whole;
}

std::optional<PeerSocket> searchIn(const std::array<int, 2> &tables, const ConnectionEnds &ends)
{
    for (int reading = 0; reading < TableReadings; ++reading)
        for (std::size_t i = 0; i < tables.size(); ++i)
            if (tables[i] >= 0)
                if (const std::optional<PeerSocket> found = peerSocketIn(readTable(tables[i]), i == 1, ends))
                    return found;
    return std::nullopt;
}

} // namespace

std::optional<ConnectionEnds> ConnectionEnds::ofAccepted(int descriptor)
{
#ifdef Q_OS_UNIX
    sockaddr_storage own{};
    sockaddr_storage peer{};
    socklen_t ownSize = sizeof own;
    socklen_t peerSize = sizeof peer;
    ConnectionEnds ends;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr *>(&own), &ownSize) != 0 ||
        ::getpeername(descriptor, reinterpret_cast<sockaddr *>(&peer), &peerSize) != 0 ||
        !readEnd(own, ends.server, ends.serverPort) || !readEnd(peer, ends.client, ends.clientPort))
        return std::nullopt;
    ends.isIPv6 = own.ss_family == AF_INET6;
    return ends;
#else
    Q_UNUSED(descriptor)
    return std::nullopt;
#endif
}

PeerSockets::PeerSockets()
{
#ifdef Q_OS_LINUX
    m_netlink = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
#endif
    m_tables = openTables();
}

PeerSockets::~PeerSockets()
{
#ifdef Q_OS_UNIX
    if (m_netlink >= 0)
        ::close(m_netlink);
#endif
    closeTables(m_tables);
}

std::optional<PeerSocket> PeerSockets::find(const ConnectionEnds &ends)
{
    if (const std::optional<PeerSocket> told = askKernel(ends))
        return told;
    // "No such socket" may also mean that this kernel cannot be asked about TCP.
    return m_hasKernelAnswered ? std::nullopt : searchIn(m_tables, ends);
}

std::optional<PeerSocket> PeerSockets::askKernel(const ConnectionEnds &ends)
{
#ifdef Q_OS_LINUX
    const Enquiry enquiry = enquiryFor(ends, ++m_sequence);
    // To the kernel, as everything that is sent without an address: the caged bridge may name none.
    if (m_netlink < 0 || ::send(m_netlink, &enquiry, sizeof enquiry, 0) != sizeof enquiry)
        return std::nullopt;
    // The kernel has answered by the time send() returns.
    while (true) {
        alignas(nlmsghdr) std::array<char, 4096> buffer{};
        sockaddr_nl from{};
        socklen_t fromSize = sizeof from;
        const ssize_t size = ::recvfrom(m_netlink, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                        reinterpret_cast<sockaddr *>(&from), &fromSize);
        if (size < static_cast<ssize_t>(sizeof(nlmsghdr)))
            return std::nullopt;
        nlmsghdr header{};
        std::memcpy(&header, buffer.data(), sizeof header);
        if (from.nl_pid != 0 || header.nlmsg_seq != m_sequence)
            continue;
        inet_diag_msg found{};
        if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
            size < static_cast<ssize_t>(NLMSG_HDRLEN + sizeof found))
            return std::nullopt;
        std::memcpy(&found, buffer.data() + NLMSG_HDRLEN, sizeof found);
        m_hasKernelAnswered = true;
        // A socket whose program has closed it belongs to nobody, and the kernel says root.
        if (!isAbout(found, ends) || found.idiag_inode == 0)
            return std::nullopt;
        return PeerSocket{found.idiag_uid, found.idiag_inode};
    }
#else
    Q_UNUSED(ends)
    return std::nullopt;
#endif
}

std::optional<PeerSocket> PeerSockets::findLocal(int descriptor)
{
    const std::optional<PeerCredentials> credentials = credentialsOf(descriptor);
    struct stat own{};
    if (!credentials || statusOf(descriptor, own) != 0)
        return std::nullopt;
    return PeerSocket{credentials->uid, localPeerInode(own.st_ino)};
}

std::uint64_t PeerSockets::localPeerInode(std::uint64_t own)
{
#ifdef Q_OS_LINUX
    struct
    {
        nlmsghdr header;
        unix_diag_req request;
    } enquiry{};
    enquiry.header.nlmsg_len = sizeof enquiry;
    enquiry.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    enquiry.header.nlmsg_flags = NLM_F_REQUEST;
    enquiry.header.nlmsg_seq = ++m_sequence;
    enquiry.request.sdiag_family = AF_UNIX;
    enquiry.request.udiag_states = ~0U;
    enquiry.request.udiag_ino = static_cast<std::uint32_t>(own);
    enquiry.request.udiag_show = UDIAG_SHOW_PEER;
    enquiry.request.udiag_cookie[0] = enquiry.request.udiag_cookie[1] = ~0U;
    // To the kernel, as everything that is sent without an address: the caged bridge may name none.
    if (m_netlink < 0 || ::send(m_netlink, &enquiry, sizeof enquiry, 0) != sizeof enquiry)
        return 0;
    while (true) {
        alignas(nlmsghdr) std::array<char, 4096> buffer{};
        sockaddr_nl from{};
        socklen_t fromSize = sizeof from;
        const ssize_t size = ::recvfrom(m_netlink, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                        reinterpret_cast<sockaddr *>(&from), &fromSize);
        constexpr std::size_t Fixed = NLMSG_HDRLEN + sizeof(unix_diag_msg);
        if (size < static_cast<ssize_t>(sizeof(nlmsghdr)))
            return 0;
        nlmsghdr header{};
        std::memcpy(&header, buffer.data(), sizeof header);
        if (from.nl_pid != 0 || header.nlmsg_seq != m_sequence)
            continue;
        if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY)
            return 0;
        const std::size_t end = static_cast<std::size_t>(size);
        for (std::size_t at = Fixed; at + sizeof(rtattr) <= end;) {
            rtattr attribute{};
            std::memcpy(&attribute, buffer.data() + at, sizeof attribute);
            std::uint32_t inode = 0;
            if (attribute.rta_len < sizeof attribute || at + attribute.rta_len > end)
                return 0;
            if (attribute.rta_type == UNIX_DIAG_PEER && attribute.rta_len >= RTA_LENGTH(sizeof inode)) {
                std::memcpy(&inode, buffer.data() + at + RTA_LENGTH(0), sizeof inode);
                return inode;
            }
            at += RTA_ALIGN(attribute.rta_len);
        }
        return 0;
    }
#else
    Q_UNUSED(own)
    return 0;
#endif
}

std::optional<PeerSocket> PeerSockets::searchTables(const ConnectionEnds &ends)
{
    const std::array<int, 2> tables = openTables();
    const std::optional<PeerSocket> found = searchIn(tables, ends);
    closeTables(tables);
    return found;
}

std::optional<PeerSocket> peerSocketIn(QByteArrayView table, bool isTableIPv6, const ConnectionEnds &ends)
{
    if (ends.isIPv6 && !isTableIPv6)
        return std::nullopt;
    const bool isMapped = isTableIPv6 && !ends.isIPv6;
    const std::size_t words = isTableIPv6 ? 4 : 1;
    const auto column = [words, isMapped](const ConnectionEnds::Address &address, std::uint16_t port) {
        return socketTableEnd(std::span(isMapped ? mapped(address) : address).first(words), qFromBigEndian(port));
    };
    const QByteArray client = column(ends.client, ends.clientPort);
    const QByteArray server = column(ends.server, ends.serverPort);
    const QByteArray both = ' ' + client + ' ' + server + ' ';
    const qsizetype at = table.indexOf(both);
    if (at < 0)
        return std::nullopt;
    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
    const qsizetype end = table.indexOf('\n', at);
    const QByteArrayView rest = end < 0 ? table.sliced(at) : table.sliced(at, end - at);
    const QList<QByteArray> columns = rest.toByteArray().simplified().split(' ');
    if (columns.size() < 9)
        return std::nullopt;
    bool isUid = false;
    bool isInode = false;
    const PeerSocket found{columns.at(6).toUInt(&isUid), columns.at(8).toULongLong(&isInode)};
    return isUid && isInode && found.inode != 0 ? std::optional(found) : std::nullopt;
}

} // namespace clavitor::link
