// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/LoopbackAddress.h"

#include <QByteArray>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clavitor::test {

/// A listener on 127.0.0.1 or [::1], on a free port, or at a door: answers each connection's request once and hangs up.
class LoopbackListener {
public:
    LoopbackListener(link::LoopbackAddress address, std::function<QByteArray(const QByteArray &)> answer)
        : m_socket(::socket(address == link::LoopbackAddress::V4 ? AF_INET : AF_INET6, SOCK_STREAM, 0))
        , m_answer(std::move(answer))
    {
        sockaddr_in6 six{};
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        six.sin6_family = AF_INET6;
        six.sin6_addr = IN6ADDR_LOOPBACK_INIT;
        const bool isV4 = address == link::LoopbackAddress::V4;
        auto *where = isV4 ? reinterpret_cast<sockaddr *>(&four) : reinterpret_cast<sockaddr *>(&six);
        socklen_t size = isV4 ? sizeof four : sizeof six;
        m_works = ::bind(m_socket, where, size) == 0 && ::listen(m_socket, 5) == 0 && ::getsockname(m_socket, where, &size) == 0;
        m_port = ntohs(isV4 ? four.sin_port : six.sin6_port);
        m_thread = std::thread([this] { serve(); });
    }
    /// On a socket that listens already, which it takes over: a door's.
    LoopbackListener(int listening, std::function<QByteArray(const QByteArray &)> answer)
        : m_socket(listening)
        , m_answer(std::move(answer))
        , m_works(listening >= 0)
    {
        ::fcntl(m_socket, F_SETFL, 0);
        m_thread = std::thread([this] { serve(); });
    }
    LoopbackListener(link::LoopbackAddress address, const QByteArray &answer)
        : LoopbackListener(address, [answer](const QByteArray &) { return answer; })
    {
    }
    ~LoopbackListener()
    {
        ::shutdown(m_socket, SHUT_RDWR);
        m_thread.join();
        ::close(m_socket);
    }
    [[nodiscard]] bool works() const { return m_works; }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    QByteArray asked;               ///< the last request; read after its answer came
    QByteArray everything;          ///< all requests, likewise
    std::atomic<bool> isSilent = false;

private:
    void serve()
    {
        for (int client = ::accept(m_socket, nullptr, nullptr); client >= 0; client = ::accept(m_socket, nullptr, nullptr)) {
            std::array<char, 4096> buffer{};
            const ssize_t got = ::recv(client, buffer.data(), buffer.size(), 0);
            asked = QByteArray(buffer.data(), std::max<ssize_t>(got, 0));
            everything += asked;
            if (isSilent)
                ::recv(client, buffer.data(), buffer.size(), 0); // until the other side gives up
            else
                send(client, m_answer(asked));
            ::close(client);
        }
    }

    static void send(int client, const QByteArray &bytes)
    {
        ::send(client, bytes.constData(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL);
    }

    int m_socket;
    std::function<QByteArray(const QByteArray &)> m_answer;
    bool m_works = false;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

} // namespace clavitor::test
