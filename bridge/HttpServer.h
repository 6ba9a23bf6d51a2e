// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/PeerSocket.h"
#include "bridge/ConnectionGuard.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>

namespace clavitor::bridge {

/// Names one request between its arrival and its answer.
using ExchangeId = std::uint64_t;

/// Whose the client's end of an accepted socket is; nullopt when that cannot be told.
using PeerLookup = std::function<std::optional<link::PeerSocket>(qintptr descriptor)>;

/// The HTTP server on both loopback addresses and a Unix socket, for programs of the user it runs as.
///
/// A connection of another user, or one whose user cannot be told, is closed before a byte of it is read
/// (SECURITY.md T11, F19).
///
/// Connections are read by ConnectionGuard. A request it admits is handed to QtHttpServer as a device that
/// holds that one request, written anew from what was admitted and without its token; so QtHttpServer never
/// sees a raw byte of a client, a second request, a token or a socket that can vanish, and its asynchronous
/// routes are not used (SECURITY.md F1, F2, F6, F7). Answers go back over the guard.
///
/// Lives on one thread. `requested` and `abandoned` are called on it.
class HttpServer : public QObject
{
    Q_OBJECT
public:
    /// `lookup` is asked once for each connection; the system itself by default.
    explicit HttpServer(const ConnectionLimits &limits = {}, PeerLookup lookup = {}, QObject *parent = nullptr);
    ~HttpServer() override;

    /// Takes 127.0.0.1 and [::1] on `port` (0: any that is free on both), both or neither. The port, or
    /// a sentence that names the address and who holds it; may be tried again then.
    [[nodiscard]] std::expected<std::uint16_t, QString> listen(std::uint16_t port);
    /// Serves the Unix socket `descriptor` as well (link::openDoor), with the same guards and the same places; takes it over. After
    /// listen().
    void listenLocally(int descriptor);
    /// Takes no new connection and leaves the port; open connections and answers under way go on.
    void close();

    /// A request came in; one answer() is due.
    std::function<void(ExchangeId id, HttpRequest request)> requested;
    /// The client of a request that was not answered yet has left: no answer is due any more.
    std::function<void(ExchangeId id)> abandoned;

    /// True when the answer was handed to the socket; false when the client has left. Wipes the body.
    bool answer(ExchangeId id, HttpResponse response);

    [[nodiscard]] qsizetype connectionCount() const { return m_connections.size(); }

private:
    class Listener;
    class Dispatcher;
    struct InTransit;

    void accept(Listener *listener, qintptr descriptor);
    void acceptLocal();
    void closeLocal();
    [[nodiscard]] bool isOwn(const std::optional<link::PeerSocket> &peer);
    void serve(Listener *listener, int descriptor, std::uint64_t peerSocket, const RequestGuard &guard);
    void makeRoom();
    void makeMemory(const ConnectionGuard *writer);
    void admit(ConnectionGuard *connection, Listener *listener, RequestHead head, const QByteArray &body);
    void ended(ConnectionGuard *connection);

    ConnectionLimits m_limits;
    link::PeerSockets m_peerSockets;
    PeerLookup m_lookup;
    QElapsedTimer m_lastTurnedAway; ///< valid once somebody was
    std::unique_ptr<RequestGuard> m_guard;
    RequestGuard m_localGuard;
    int m_localListener = -1;
    std::unique_ptr<QSocketNotifier> m_localNotifier;
    std::unique_ptr<Dispatcher> m_dispatcher;
    Listener *m_listener = nullptr; ///< of 127.0.0.1; owned by the dispatcher
    QList<ConnectionGuard *> m_connections;         ///< oldest first
    QHash<ExchangeId, ConnectionGuard *> m_pending; ///< answers due
    InTransit *m_inTransit = nullptr;               ///< the one request QtHttpServer is dispatching now
    ExchangeId m_lastExchange = 0;
};

} // namespace clavitor::bridge
