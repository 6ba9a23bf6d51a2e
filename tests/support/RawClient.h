// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QTcpSocket>

#include <cstdint>
#include <functional>

namespace clavitor::tests {

struct RawAnswer
{
    int status = 0;  ///< 0: the connection ended without an answer
    QByteArray head; ///< with the blank line
    QByteArray body;
    [[nodiscard]] QByteArray field(const QByteArray &name) const;
};

/// A TCP client that sends exactly the bytes it is told to.
class RawClient
{
public:
    explicit RawClient(std::uint16_t port, const QHostAddress &address = QHostAddress::LocalHost);

    RawClient &send(const QByteArray &bytes);
    /// Waits for the next answer, which must say its length; spins the event loop, so server and client may
    /// share a thread.
    [[nodiscard]] RawAnswer answer(int milliseconds = 30000);
    /// Waits for the other side to end the connection.
    [[nodiscard]] bool isClosedWithin(int milliseconds);
    [[nodiscard]] std::uint16_t port() const { return m_socket.localPort(); }
    [[nodiscard]] bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    /// Bytes that came and belong to no answer yet.
    [[nodiscard]] QByteArray unread();
    void leave() { m_socket.abort(); }

    /// A GET with the host of `port` and the token, and further header lines, each with its CR LF.
    [[nodiscard]] static QByteArray get(std::uint16_t port, const QByteArray &target, const QByteArray &token,
                                        const QByteArray &lines = {});
    [[nodiscard]] static QByteArray post(std::uint16_t port, const QByteArray &target,
                                         const QByteArray &token, const QByteArray &body,
                                         const QByteArray &lines = {});

private:
    bool spinUntil(const std::function<bool()> &condition, int milliseconds);

    QTcpSocket m_socket;
    QByteArray m_incoming;
};

} // namespace clavitor::tests
