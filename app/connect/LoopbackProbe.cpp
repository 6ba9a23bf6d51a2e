// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/LoopbackProbe.h"

#include "app/link/Wipe.h"

#include <QElapsedTimer>
#include <QString>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clavitor {

namespace {

/// A socket that closes itself.
class Socket {
public:
    explicit Socket(int family)
        : m_descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
    }
    [[nodiscard]] static Socket owning(int descriptor) { return Socket(descriptor, nullptr); }
    ~Socket()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;
    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    Socket(int descriptor, std::nullptr_t)
        : m_descriptor(descriptor)
    {
    }
    int m_descriptor;
};

/// Until it can be read or written, or the time is up.
bool waitFor(int descriptor, short events, const QElapsedTimer &clock, int timeout)
{
    for (;;) {
        const auto left = static_cast<int>(timeout - clock.elapsed());
        if (left <= 0)
            return false;
        pollfd watched{descriptor, events, 0};
        const int ready = ::poll(&watched, 1, left);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

int connectTo(int descriptor, link::LoopbackAddress address, std::uint16_t port)
{
    if (address == link::LoopbackAddress::V4) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return ::connect(descriptor, reinterpret_cast<const sockaddr *>(&where), sizeof where);
    }
    sockaddr_in6 where{};
    where.sin6_family = AF_INET6;
    where.sin6_port = htons(port);
    where.sin6_addr = IN6ADDR_LOOPBACK_INIT;
    return ::connect(descriptor, reinterpret_cast<const sockaddr *>(&where), sizeof where);
}

crypto::SecretText requestFor(const QByteArray &host, const LoopbackRequest &asked, const crypto::SecretText &token)
{
    QByteArray head = (asked.json.isEmpty() ? "GET " : "POST ") + asked.path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: " + asked.agent
        + "\r\nConnection: close\r\n";
    if (!asked.json.isEmpty())
        head += "Content-Type: application/json\r\nContent-Length: " + QByteArray::number(asked.json.size()) + "\r\n";
    crypto::SecretText request;
    request.reserve(static_cast<std::size_t>(head.size() + asked.json.size()) + token.size() + 64);
    request.append({head.constData(), static_cast<std::size_t>(head.size())});
    if (!token.isEmpty()) {
        request.append("Authorization: Bearer ");
        request.append(token.view());
        request.append("\r\n");
    }
    request.append("\r\n");
    request.append({asked.json.constData(), static_cast<std::size_t>(asked.json.size())});
    return request;
}

LoopbackAnswer parsed(const QByteArray &bytes)
{
    const qsizetype headEnd = bytes.indexOf("\r\n\r\n");
    const QByteArray line = bytes.left(bytes.indexOf("\r\n"));
    bool isNumber = false;
    const int status = line.startsWith("HTTP/1.") ? line.mid(9, 3).toInt(&isNumber) : 0;
    if (headEnd < 0 || !isNumber)
        return {LoopbackAnswer::Kind::NotHttp, 0, {}};
    return {LoopbackAnswer::Kind::Answered, status, bytes.mid(headEnd + 4)};
}

/// Over a connection that is made already, not blocking.
LoopbackAnswer exchange(int descriptor, const crypto::SecretText &request, qsizetype longest, const QElapsedTimer &clock, int timeoutMilliseconds)
{
    using Kind = LoopbackAnswer::Kind;
    std::span<const std::byte> left = request.bytes();
    while (!left.empty()) {
        const ssize_t sent = ::send(descriptor, left.data(), left.size(), MSG_NOSIGNAL);
        if (sent > 0)
            left = left.subspan(static_cast<std::size_t>(sent));
        else if (errno != EAGAIN && errno != EINTR)
            break; // it may have answered before it hung up
        else if (!waitFor(descriptor, POLLOUT, clock, timeoutMilliseconds))
            return {Kind::Silent, 0, {}};
    }
    QByteArray bytes;
    bytes.reserve(longest + 4096); // so that no outgrown buffer keeps a secret
    std::array<char, 4096> part{};
    bool isOver = false;
    while (!isOver && bytes.size() < longest && waitFor(descriptor, POLLIN, clock, timeoutMilliseconds)) {
        const ssize_t got = ::recv(descriptor, part.data(), part.size(), 0);
        isOver = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
        if (got > 0)
            bytes.append(part.data(), got);
    }
    // Too long, or not finished in time: what is there is judged if it is whole enough to be.
    LoopbackAnswer answer = bytes.isEmpty() && !isOver ? LoopbackAnswer{Kind::Silent, 0, {}} : parsed(bytes);
    link::wipe(bytes);
    std::ranges::fill(part, '\0');
    return answer;
}

} // namespace

LoopbackAnswer askLoopback(link::LoopbackAddress address, std::uint16_t port, const LoopbackRequest &asked, const crypto::SecretText &token,
                           int timeoutMilliseconds)
{
    using Kind = LoopbackAnswer::Kind;
    const Socket socket(address == link::LoopbackAddress::V4 ? AF_INET : AF_INET6);
    if (socket.descriptor() < 0)
        return {Kind::NoSuchAddress, 0, {}};
    QElapsedTimer clock;
    clock.start();
    if (connectTo(socket.descriptor(), address, port) != 0) {
        if (errno == EADDRNOTAVAIL || errno == ENETUNREACH || errno == EAFNOSUPPORT)
            return {Kind::NoSuchAddress, 0, {}};
        if (errno != EINPROGRESS)
            return {Kind::Refused, 0, {}};
        int error = 0;
        socklen_t size = sizeof error;
        if (!waitFor(socket.descriptor(), POLLOUT, clock, timeoutMilliseconds))
            return {Kind::Silent, 0, {}};
        if (::getsockopt(socket.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
            return {Kind::Refused, 0, {}};
    }
    const QByteArray host = QByteArray(address == link::LoopbackAddress::V4 ? "127.0.0.1:" : "[::1]:") + QByteArray::number(port);
    return exchange(socket.descriptor(), requestFor(host, asked, token), asked.longest, clock, timeoutMilliseconds);
}

std::expected<LoopbackAnswer, link::DoorRefusal> askAtDoor(const QString &door, const LoopbackRequest &asked, const crypto::SecretText &token,
                                                           int timeoutMilliseconds)
{
    const std::expected<int, link::DoorRefusal> entered = link::enterDoor(door);
    if (!entered)
        return std::unexpected(entered.error());
    const Socket socket = Socket::owning(*entered);
    QElapsedTimer clock;
    clock.start();
    return exchange(socket.descriptor(), requestFor("localhost", asked, token), asked.longest, clock, timeoutMilliseconds);
}

} // namespace clavitor
