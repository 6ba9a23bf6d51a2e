// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/LoopbackProbe.h"

#include <QElapsedTimer>
#include <QString>

#include <array>
#include <cerrno>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clavitor {

namespace {

constexpr qsizetype kLongestAnswer = 64 * 1024;

/// A socket that closes itself.
class Socket {
public:
    explicit Socket(int family)
        : m_descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
    }
    ~Socket()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;
    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
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

crypto::SecretText requestFor(std::uint16_t port, link::LoopbackAddress address, const QByteArray &path, const crypto::SecretText &token)
{
    const QByteArray host = QByteArray(address == link::LoopbackAddress::V4 ? "127.0.0.1:" : "[::1]:") + QByteArray::number(port);
    const QByteArray head = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: clavitor-doctor\r\nConnection: close\r\n";
    crypto::SecretText request;
    request.reserve(static_cast<std::size_t>(head.size()) + token.size() + 64);
    request.append({head.constData(), static_cast<std::size_t>(head.size())});
    if (!token.isEmpty()) {
        request.append("Authorization: Bearer ");
        request.append(token.view());
        request.append("\r\n");
    }
    request.append("\r\n");
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

} // namespace

LoopbackAnswer askLoopback(link::LoopbackAddress address, std::uint16_t port, const QByteArray &path, const crypto::SecretText &token,
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
    const crypto::SecretText request = requestFor(port, address, path, token);
    std::span<const std::byte> left = request.bytes();
    while (!left.empty()) {
        const ssize_t sent = ::send(socket.descriptor(), left.data(), left.size(), MSG_NOSIGNAL);
        if (sent > 0)
            left = left.subspan(static_cast<std::size_t>(sent));
        else if (errno != EAGAIN && errno != EINTR)
            break; // it may have answered before it hung up
        else if (!waitFor(socket.descriptor(), POLLOUT, clock, timeoutMilliseconds))
            return {Kind::Silent, 0, {}};
    }
    QByteArray answer;
    std::array<char, 4096> part{};
    while (answer.size() < kLongestAnswer && waitFor(socket.descriptor(), POLLIN, clock, timeoutMilliseconds)) {
        const ssize_t got = ::recv(socket.descriptor(), part.data(), part.size(), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return parsed(answer);
        if (got > 0)
            answer.append(part.data(), got);
    }
    // Too long, or not finished in time: what is there is judged if it is whole enough to be.
    return answer.isEmpty() ? LoopbackAnswer{Kind::Silent, 0, {}} : parsed(answer);
}

} // namespace clavitor
