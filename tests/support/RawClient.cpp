// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/RawClient.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>

#include <algorithm>

namespace clavitor::tests {

using namespace Qt::StringLiterals;

QByteArray RawAnswer::field(const QByteArray &name) const
{
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray &line : lines)
        if (line.toLower().startsWith(name.toLower().append(':')))
            return line.sliced(name.size() + 1).trimmed();
    return {};
}

RawClient::RawClient(std::uint16_t port, const QHostAddress &address)
{
    m_socket.connectToHost(address, port);
    // One that was turned away at once is over before it was seen to be connected.
    const auto isDecided = [this] {
        return m_socket.state() == QAbstractSocket::ConnectedState || m_socket.state() == QAbstractSocket::UnconnectedState;
    };
    spinUntil(isDecided, 5000);
}

bool RawClient::spinUntil(const std::function<bool()> &condition, int milliseconds)
{
    const QDeadlineTimer deadline(milliseconds);
    while (!condition()) {
        if (deadline.hasExpired())
            return false;
        QCoreApplication::processEvents(
            QEventLoop::WaitForMoreEvents,
            static_cast<int>(std::max<qint64>(1, std::min<qint64>(20, deadline.remainingTime()))));
    }
    return true;
}

RawClient &RawClient::send(const QByteArray &bytes)
{
    m_socket.write(bytes);
    m_socket.flush();
    return *this;
}

RawAnswer RawClient::answer(int milliseconds)
{
    RawAnswer answer;
    const auto isWhole = [&] {
        m_incoming += m_socket.readAll();
        const qsizetype end = m_incoming.indexOf("\r\n\r\n");
        if (end < 0)
            return m_socket.state() != QAbstractSocket::ConnectedState;
        answer.head = m_incoming.first(end + 4);
        const qsizetype size = answer.field("Content-Length"_ba).toLongLong();
        if (m_incoming.size() < answer.head.size() + size)
            return m_socket.state() != QAbstractSocket::ConnectedState;
        answer.body = m_incoming.sliced(answer.head.size(), size);
        answer.status = answer.head.mid(9, 3).toInt();
        return true;
    };
    spinUntil(isWhole, milliseconds);
    m_incoming.remove(0, answer.head.size() + answer.body.size());
    return answer;
}

bool RawClient::isClosedWithin(int milliseconds)
{
    return spinUntil([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; }, milliseconds);
}

QByteArray RawClient::unread()
{
    m_incoming += m_socket.readAll();
    return m_incoming;
}

QByteArray RawClient::get(std::uint16_t port, const QByteArray &target, const QByteArray &token,
                          const QByteArray &lines)
{
    return "GET " + target + " HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port) +
           "\r\nAuthorization: Bearer " + token + "\r\n" + lines + "\r\n";
}

QByteArray RawClient::post(std::uint16_t port, const QByteArray &target, const QByteArray &token,
                           const QByteArray &body, const QByteArray &lines)
{
    return "POST " + target + " HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port) +
           "\r\nAuthorization: Bearer " + token +
           "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\n" + lines + "\r\n" + body;
}

} // namespace clavitor::tests
