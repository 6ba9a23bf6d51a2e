// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/ConnectionGuard.h"

#include "app/link/Wipe.h"
#include "bridge/RequestId.h"

#include <QTcpSocket>

#include <algorithm>

#ifdef Q_OS_UNIX
#include <poll.h>
#include <sys/socket.h>
#endif

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// What one read brings at most, and what may wait unread while an answer is pending.
constexpr qint64 ReadBuffer = 64 * 1024;
/// A refused client may go on sending this much before it is cut off.
constexpr qint64 MaxDiscarded = 2 * 1024 * 1024;

/// How much of it could be sent now. An error is left for Qt to find.
qsizetype takenByKernel([[maybe_unused]] qintptr descriptor, [[maybe_unused]] const QByteArray &bytes)
{
#ifdef MSG_NOSIGNAL
    return std::max<qsizetype>(
        0, ::send(static_cast<int>(descriptor), bytes.constData(), static_cast<std::size_t>(bytes.size()), MSG_DONTWAIT | MSG_NOSIGNAL));
#else
    return 0;
#endif
}

} // namespace

ConnectionGuard::ConnectionGuard(QTcpSocket *socket, std::uint64_t peerSocket, const RequestGuard &guard,
                                 const ConnectionLimits &limits, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_guard(guard)
    , m_limits(limits)
    , m_peer{socket->peerPort(), socket->localAddress().protocol() == QAbstractSocket::IPv6Protocol, peerSocket}
    , m_scanner(limits.request)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(ReadBuffer);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ConnectionGuard::deadline);
    connect(m_socket, &QTcpSocket::readyRead, this, &ConnectionGuard::readAvailable);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &ConnectionGuard::written);
    connect(m_socket, &QTcpSocket::disconnected, this, &ConnectionGuard::disconnected);
    m_age.start();
    m_stageAge.start();
    // A client that connects and says nothing has no more time than one that says half a head.
    m_timer.start(m_limits.head);
}

ConnectionGuard::~ConnectionGuard()
{
    link::wipe(m_incoming);
}

std::chrono::milliseconds ConnectionGuard::limitOf(Stage stage) const
{
    switch (stage) {
    case Stage::Idle:
        return m_limits.idle;
    case Stage::Head:
        return m_limits.head;
    case Stage::Body:
        return m_limits.body;
    case Stage::Write:
        return m_limits.write;
    case Stage::Linger:
        return m_limits.linger;
    case Stage::Answer:
    case Stage::Closed:
        break;
    }
    return {};
}

void ConnectionGuard::enter(Stage stage)
{
    m_stage = stage;
    m_stageAge.restart();
    const std::chrono::milliseconds limit = limitOf(stage);
    if (limit.count() > 0)
        m_timer.start(limit);
    else
        m_timer.stop();
}

void ConnectionGuard::readAvailable()
{
    switch (m_stage) {
    case Stage::Idle:
    case Stage::Head:
    case Stage::Body:
        readRequest();
        break;
    case Stage::Answer:
    case Stage::Write:
        // Sent ahead: it waits, but not without end. A full buffer would also hide that the client has left.
        if (m_socket->bytesAvailable() >= ReadBuffer)
            abort();
        break;
    case Stage::Linger:
        m_discarded += m_socket->skip(m_socket->bytesAvailable());
        if (m_discarded > MaxDiscarded)
            abort();
        break;
    case Stage::Closed:
        break;
    }
}

void ConnectionGuard::readRequest()
{
    // At most what the limits allow at this point: the rest stays in the socket.
    while (m_stage == Stage::Idle || m_stage == Stage::Head || m_stage == Stage::Body) {
        const qsizetype most =
            m_stage == Stage::Body ? m_headSize + m_head.bodySize : m_limits.request.head + 1;
        const qsizetype wanted = std::min<qsizetype>(most - m_incoming.size(), m_socket->bytesAvailable());
        if (wanted > 0) {
            m_incoming.reserve(most); // so that no outgrown buffer keeps a token
            const qsizetype size = m_incoming.size();
            m_incoming.resize(size + wanted);
            m_incoming.resize(size + std::max<qint64>(0, m_socket->read(m_incoming.data() + size, wanted)));
        }
        if (m_incoming.isEmpty())
            return;
        if (m_stage == Stage::Idle) {
            m_isInputWhole = false;
            enter(Stage::Head);
        }
        if (m_stage == Stage::Head && !readHead())
            return;
        if (m_stage == Stage::Body) {
            if (m_incoming.size() >= m_headSize + m_head.bodySize)
                return admit();
            if (m_socket->bytesAvailable() == 0)
                return;
        }
    }
}

/// True when the head is complete and let in.
bool ConnectionGuard::readHead()
{
    const std::expected<std::optional<qsizetype>, Refusal> size = m_scanner.scan(m_incoming);
    if (!size) {
        refuse(size.error());
        return false;
    }
    if (!*size)
        return false;
    m_headSize = **size;
    std::expected<RequestHead, Refusal> head = m_guard.read(QByteArrayView(m_incoming).first(m_headSize));
    if (!head) {
        refuse(head.error());
        return false;
    }
    m_head = std::move(*head);
    // The head is not needed again, and it holds the token.
    std::fill_n(m_incoming.begin(), m_headSize, '\0');
    enter(Stage::Body);
    if (m_head.expectsContinue && m_incoming.size() < m_headSize + m_head.bodySize)
        m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

void ConnectionGuard::admit()
{
    QByteArray body = m_incoming.mid(m_headSize, m_head.bodySize);
    QByteArray ahead = m_incoming.mid(m_headSize + m_head.bodySize);
    link::wipe(m_incoming);
    m_incoming = std::move(ahead);
    m_scanner = HeadScanner(m_limits.request);
    m_isInputWhole = true;
    m_isKeptAlive = m_head.keepAlive;
    m_isHeadOnly = m_head.method == "HEAD";
    enter(Stage::Answer);
    admitted(std::move(m_head), std::move(body));
}

void ConnectionGuard::answer(HttpResponse response)
{
    if (m_stage == Stage::Answer) {
        const bool isLast = !m_isKeptAlive || response.status >= 400 || m_answered + 1 >= m_limits.requests ||
                            m_age.hasExpired(m_limits.lifetime.count());
        write(response, !isLast, !m_isHeadOnly);
    }
    link::wipe(response.body);
}

void ConnectionGuard::refuse(const Refusal &refusal)
{
    if (m_stage == Stage::Write || m_stage == Stage::Linger || m_stage == Stage::Closed)
        return;
    m_isInputWhole = m_stage == Stage::Answer;
    write(errorResponse(apiError(refusal), newRequestId()), false, true);
}

void ConnectionGuard::write(const HttpResponse &response, bool keepAlive, bool withBody)
{
    m_isLastAnswer = !keepAlive;
    ++m_answered;
    enter(Stage::Write);
    QByteArray bytes = serialise(response, keepAlive, withBody);
    // Only what the kernel does not take at once goes through Qt, whose buffer would stay with the connection and keep
    // the answer in it.
    const qsizetype taken = m_socket->bytesToWrite() == 0 ? takenByKernel(m_socket->socketDescriptor(), bytes) : 0;
    if (taken < bytes.size())
        m_socket->write(bytes.constData() + taken, bytes.size() - taken);
    link::wipe(bytes);
    m_socket->flush();
    written();
}

void ConnectionGuard::written()
{
    if (m_stage != Stage::Write || m_socket->bytesToWrite() > 0)
        return;
    if (m_isLastAnswer)
        return finish();
    enter(Stage::Idle);
    // From the event loop: a client that sends many requests ahead must not build up a stack here.
    if (!m_incoming.isEmpty() || m_socket->bytesAvailable() > 0)
        QMetaObject::invokeMethod(this, &ConnectionGuard::readAvailable, Qt::QueuedConnection);
}

void ConnectionGuard::finish()
{
    if (m_isInputWhole && m_incoming.isEmpty() && m_socket->bytesAvailable() == 0) {
        m_socket->disconnectFromHost();
        return;
    }
    // Closing with unread bytes makes the kernel reset the connection, and the client might never see the
    // answer.
    link::wipe(m_incoming);
    enter(Stage::Linger);
#ifdef Q_OS_UNIX
    ::shutdown(static_cast<int>(m_socket->socketDescriptor()), SHUT_WR);
#endif
    readAvailable();
}

void ConnectionGuard::deadline()
{
    if (m_stage == Stage::Head || m_stage == Stage::Body)
        refuse({Problem::Timeout, {}});
    else
        abort();
}

qint64 ConnectionGuard::unsent() const
{
    return m_socket->bytesToWrite();
}

bool ConnectionGuard::hasLeft() const
{
#ifdef POLLRDHUP
    // The kernel knows before Qt does, and sees the end behind bytes that nobody has read.
    pollfd socket{static_cast<int>(m_socket->socketDescriptor()), POLLRDHUP, 0};
    return socket.fd < 0 || (::poll(&socket, 1, 0) > 0 && (socket.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0);
#else
    return m_socket->state() != QAbstractSocket::ConnectedState;
#endif
}

void ConnectionGuard::abort()
{
    if (m_stage == Stage::Closed)
        return;
    m_socket->abort();
    disconnected();
}

void ConnectionGuard::disconnected()
{
    if (m_stage == Stage::Closed)
        return;
    enter(Stage::Closed);
    deleteLater();
    if (closed)
        closed();
}

} // namespace clavitor::bridge
