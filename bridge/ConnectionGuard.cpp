// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/ConnectionGuard.h"

#include "app/link/Wipe.h"
#include "bridge/RequestId.h"

#include <algorithm>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// A refused client may go on sending this much before it is cut off.
constexpr qint64 MaxDiscarded = 2 * 1024 * 1024;

} // namespace

ConnectionGuard::ConnectionGuard(ClientSocket *socket, std::uint64_t peerSocket, const RequestGuard &guard,
                                 const ConnectionLimits &limits, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_guard(guard)
    , m_limits(limits)
    , m_peer{socket->peerPort(), socket->isIPv6(), peerSocket}
    , m_scanner(limits.request)
{
    m_socket->setParent(this);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ConnectionGuard::deadline);
    m_socket->readable = [this] { readAvailable(); };
    m_socket->written = [this] { written(); };
    m_socket->ended = [this] { disconnected(); };
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
        if (m_socket->unread() >= ClientSocket::MaxUnread)
            abort();
        break;
    case Stage::Linger:
        m_discarded += m_socket->discard();
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
        const qsizetype wanted = std::min<qsizetype>(most - m_incoming.size(), m_socket->unread());
        if (wanted > 0) {
            m_incoming.reserve(most); // so that no outgrown buffer keeps a token
            const qsizetype size = m_incoming.size();
            m_incoming.resize(size + wanted);
            m_socket->read(m_incoming.data() + size, wanted);
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
            if (m_socket->unread() == 0)
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
        askForBody();
    return true;
}

/// RFC 9110 §15.2.1: the body may come.
void ConnectionGuard::askForBody()
{
    QByteArray interim = "HTTP/1.1 100 Continue\r\n\r\n"_ba;
    m_socket->write(interim);
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
    // RFC 9110 §9.3.2: a HEAD gets no body, not even one that says why it is refused.
    const bool isHeadOnly = m_stage == Stage::Head ? m_incoming.startsWith("HEAD ") : m_stage != Stage::Idle && m_head.method == "HEAD";
    write(errorResponse(apiError(refusal), newRequestId()), false, !isHeadOnly);
}

void ConnectionGuard::write(const HttpResponse &response, bool keepAlive, bool withBody)
{
    m_isLastAnswer = !keepAlive;
    ++m_answered;
    enter(Stage::Write);
    QByteArray bytes = serialise(response, keepAlive ? std::optional(std::chrono::floor<std::chrono::seconds>(m_limits.idle)) : std::nullopt, withBody);
    m_socket->write(bytes);
    written();
}

void ConnectionGuard::written()
{
    if (m_stage != Stage::Write || m_socket->unsent() > 0)
        return;
    if (m_isLastAnswer)
        return finish();
    enter(Stage::Idle);
    // From the event loop: a client that sends many requests ahead must not build up a stack here.
    if (!m_incoming.isEmpty() || m_socket->unread() > 0)
        QMetaObject::invokeMethod(this, &ConnectionGuard::readAvailable, Qt::QueuedConnection);
}

void ConnectionGuard::finish()
{
    if (m_isInputWhole && m_incoming.isEmpty() && m_socket->unread() == 0) {
        abort();
        return;
    }
    // Closing with unread bytes makes the kernel reset the connection, and the client might never see the
    // answer.
    link::wipe(m_incoming);
    enter(Stage::Linger);
    m_socket->shutdown();
    readAvailable();
}

void ConnectionGuard::deadline()
{
    if (m_stage == Stage::Head || m_stage == Stage::Body)
        refuse({Problem::Timeout, {}});
    else
        abort();
}

void ConnectionGuard::abort()
{
    if (m_stage == Stage::Closed)
        return;
    m_socket->close();
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
