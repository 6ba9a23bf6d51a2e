// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/HttpServer.h"

#include "app/link/Wipe.h"
#include "bridge/PortFailure.h"
#include "bridge/RequestId.h"
#include "bridge/RequestSocket.h"

#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>

#include <QAbstractHttpServer>

#include <algorithm>
#include <array>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// Field of the rewritten head that says which exchange it belongs to. Clients cannot send it: RequestGuard
/// passes on named fields only.
constexpr char ExchangeField[] = "clavitor-exchange";

/// For port 0: how often another free port is tried when the one of the first address is taken on the second.
constexpr int FreePortAttempts = 20;

/// Between two lines in the log about clients that were turned away, ms.
constexpr qint64 TurnedAwayPause = 60'000;

/// The one request QtHttpServer gets to see, in the only form it is ever written in.
QByteArray rewritten(ExchangeId id, const RequestHead &head, const QByteArray &body)
{
    QByteArray bytes = head.method + ' ' + head.target + " HTTP/1.1\r\nHost: localhost\r\n" + ExchangeField +
                       ": " + QByteArray::number(id) +
                       "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
    for (const HttpField &field : head.fields)
        bytes += field.name + ": " + field.value + "\r\n";
    return bytes += "\r\n" + body;
}

} // namespace

struct HttpServer::InTransit
{
    ExchangeId id;
    RequestHead head;
    link::Peer peer;
    bool isDispatched = false;
};

/// Accepts for ConnectionGuard, and passes to QtHttpServer what was admitted.
class HttpServer::Listener : public QTcpServer
{
public:
    explicit Listener(HttpServer *server)
        : m_server(server)
    {
    }

    void present(RequestSocket *socket) { addPendingConnection(socket); }

protected:
    void incomingConnection(qintptr descriptor) override { m_server->accept(this, descriptor); }

private:
    HttpServer *m_server;
};

/// QtHttpServer's hand-over point, which differs between Qt 6.4 and later.
class HttpServer::Dispatcher : public QAbstractHttpServer
{
public:
    explicit Dispatcher(HttpServer *server)
        : m_server(server)
    {
    }

protected:
#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *) override
    {
        return dispatch(request);
    }
    void missingHandler(const QHttpServerRequest &, QTcpSocket *) override {}
#else
    // The responder is never used: it writes to a RequestSocket, which has no wire.
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &) override
    {
        return dispatch(request);
    }
#if QT_VERSION < QT_VERSION_CHECK(6, 7, 0)
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &&) override {}
#else
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &) override {}
#endif
#endif

private:
    bool dispatch(const QHttpServerRequest &request)
    {
        InTransit *const transit = m_server->m_inTransit;
        if (!transit || transit->isDispatched ||
            request.value(ExchangeField) != QByteArray::number(transit->id))
            return false;
        transit->isDispatched = true;
        HttpRequest admitted;
        admitted.method = std::move(transit->head.method);
        admitted.target = std::move(transit->head.target);
        admitted.token = std::move(transit->head.token);
        admitted.host = std::move(transit->head.host);
        admitted.peer = transit->peer;
        admitted.body = request.body();
        for (const QByteArray &name : RequestGuard::passedOn())
            if (const QByteArray value = request.value(name); !value.isEmpty())
                admitted.fields.append({name, value});
        m_server->requested(transit->id, std::move(admitted));
        return true;
    }

    HttpServer *m_server;
};

HttpServer::HttpServer(const ConnectionLimits &limits, PeerLookup lookup, QObject *parent)
    : QObject(parent)
    , m_limits(limits)
    , m_lookup(std::move(lookup))
    , m_localGuard(limits.request)
    , m_dispatcher(std::make_unique<Dispatcher>(this))
{
    if (!m_lookup)
        m_lookup = [this](qintptr descriptor) -> std::optional<link::PeerSocket> {
            const auto ends = link::ConnectionEnds::ofAccepted(static_cast<int>(descriptor));
            return ends ? m_peerSockets.find(*ends) : std::nullopt;
        };
}

HttpServer::~HttpServer()
{
    requested = {};
    abandoned = {};
    closeLocal();
    for (ConnectionGuard *connection : std::exchange(m_connections, {})) {
        connection->closed = {};
        delete connection;
    }
}

std::expected<std::uint16_t, QString> HttpServer::listen(std::uint16_t port)
{
    const std::array addresses{std::pair(link::LoopbackAddress::V4, QHostAddress(QHostAddress::LocalHost)),
                               std::pair(link::LoopbackAddress::V6, QHostAddress(QHostAddress::LocalHostIPv6))};
    for (int attempt = 1;; ++attempt) {
        std::array listeners{std::make_unique<Listener>(this), std::make_unique<Listener>(this)};
        std::uint16_t taken = port;
        std::optional<QString> failure;
        for (std::size_t i = 0; i < listeners.size() && !failure; ++i) {
            const auto &[address, host] = addresses[i];
            if (listeners[i]->listen(host, taken))
                taken = listeners[i]->serverPort();
            else
                failure = portFailure(address, taken, listeners[i]->errorString());
        }
        if (failure && port == 0 && attempt < FreePortAttempts)
            continue;
        if (failure)
            return std::unexpected(*failure);
        m_guard = std::make_unique<RequestGuard>(m_limits.request, taken);
        m_listener = listeners.front().get();
        for (std::unique_ptr<Listener> &listener : listeners) {
            m_dispatcher->bind(listener.get());
            static_cast<void>(listener.release()); // bind() made it a child of the dispatcher
        }
        return taken;
    }
}

void HttpServer::listenLocally(int descriptor)
{
    closeLocal();
    m_localListener = descriptor;
    m_localNotifier = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
    connect(m_localNotifier.get(), &QSocketNotifier::activated, this, &HttpServer::acceptLocal);
}

void HttpServer::closeLocal()
{
    m_localNotifier.reset();
    if (m_localListener >= 0)
        ::close(std::exchange(m_localListener, -1));
}

void HttpServer::close()
{
    closeLocal();
    for (QTcpServer *listener : m_dispatcher->servers())
        listener->close();
}

/// Whether the client's end belongs to the user this process runs as.
bool HttpServer::isOwn(const std::optional<link::PeerSocket> &peer)
{
    if (peer && peer->uid == ::getuid())
        return true;
    // Who has closed its end already belongs to nobody and needs no word; others may not fill the log.
    if (peer && (!m_lastTurnedAway.isValid() || m_lastTurnedAway.hasExpired(TurnedAwayPause))) {
        m_lastTurnedAway.start();
        qWarning("A program of the user number %u was turned away: agents must run as the user of the vault.", peer->uid);
    }
    return false;
}

void HttpServer::accept(Listener *listener, qintptr descriptor)
{
    const std::optional<link::PeerSocket> peer = m_lookup(descriptor);
    if (isOwn(peer))
        serve(listener, static_cast<int>(descriptor), peer->inode, *m_guard);
    else
        ::close(static_cast<int>(descriptor));
}

void HttpServer::acceptLocal()
{
    const int descriptor = ::accept(m_localListener, nullptr, nullptr);
    if (descriptor < 0)
        return;
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    const std::optional<link::PeerSocket> peer = m_peerSockets.findLocal(descriptor);
    if (isOwn(peer))
        serve(m_listener, descriptor, peer->inode, m_localGuard);
    else
        ::close(descriptor);
}

void HttpServer::serve(Listener *listener, int descriptor, std::uint64_t peerSocket, const RequestGuard &guard)
{
    auto *const socket = new ClientSocket(descriptor);
    makeRoom();
    auto *const connection = new ConnectionGuard(socket, peerSocket, guard, m_limits, this);
    connection->closed = [this, connection] { ended(connection); };
    connection->admitted = [this, connection, listener](RequestHead head, const QByteArray &body) {
        admit(connection, listener, std::move(head), body);
    };
    m_connections.append(connection);
    if (m_connections.size() > m_limits.connections)
        connection->refuse({Problem::TooManyConnections, {}});
}

/// When all places are taken somebody has to go: first who has left already and was not noticed yet, since many connections
/// are accepted at once and read later; then who was never answered, then whoever has been silent longest. Who waits for an
/// answer stays.
void HttpServer::makeRoom()
{
    if (m_connections.size() < m_limits.connections)
        return;
    const auto gone = std::ranges::find_if(m_connections, &ConnectionGuard::hasLeft);
    if (gone != m_connections.end()) {
        (*gone)->abort();
        return;
    }
    ConnectionGuard *leaving = nullptr;
    for (ConnectionGuard *connection : m_connections) {
        if (connection->isAnswerPending())
            continue;
        const bool isWorse = !leaving || (leaving->hasBeenAnswered() && !connection->hasBeenAnswered()) ||
                             (leaving->hasBeenAnswered() == connection->hasBeenAnswered() &&
                              connection->stageAge() > leaving->stageAge());
        if (isWorse)
            leaving = connection;
    }
    if (leaving)
        leaving->abort();
}

void HttpServer::admit(ConnectionGuard *connection, Listener *listener, RequestHead head,
                       const QByteArray &body)
{
    InTransit transit{++m_lastExchange, std::move(head), connection->peer()};
    m_pending.insert(transit.id, connection);
    auto *const socket = new RequestSocket(rewritten(transit.id, transit.head, body));
    m_inTransit = &transit;
    listener->present(socket);
    socket->run();
    m_inTransit = nullptr;
    if (!transit.isDispatched && m_pending.remove(transit.id) > 0)
        connection->refuse({Problem::BadRequest, u"The request could not be read."_s});
}

bool HttpServer::answer(ExchangeId id, HttpResponse response)
{
    ConnectionGuard *const connection = m_pending.take(id);
    if (!connection) {
        link::wipe(response.body);
        return false;
    }
    connection->answer(std::move(response));
    makeMemory(connection);
    return true;
}

/// Clients that ask and do not read could hold as many answers as there are places. Beyond the limit who has been taking
/// an answer for longest is cut off; whoever was answered just now goes last.
void HttpServer::makeMemory(const ConnectionGuard *writer)
{
    qint64 unsent = 0;
    for (const ConnectionGuard *connection : std::as_const(m_connections))
        unsent += connection->unsent();
    while (unsent > m_limits.unsent) {
        ConnectionGuard *slowest = nullptr;
        for (ConnectionGuard *connection : std::as_const(m_connections))
            if (connection != writer && connection->unsent() > 0 && (!slowest || connection->stageAge() > slowest->stageAge()))
                slowest = connection;
        if (!slowest)
            return;
        unsent -= slowest->unsent();
        slowest->abort();
    }
}

void HttpServer::ended(ConnectionGuard *connection)
{
    m_connections.removeOne(connection);
    for (auto pending = m_pending.begin(); pending != m_pending.end(); ++pending) {
        if (pending.value() != connection)
            continue;
        const ExchangeId id = pending.key();
        m_pending.erase(pending);
        if (abandoned)
            abandoned(id);
        return;
    }
}

} // namespace clavitor::bridge
