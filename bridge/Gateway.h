// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/HttpServer.h"
#include "bridge/KeeperLink.h"
#include "bridge/Outcome.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>

#include <deque>

namespace clavitor::bridge {

/// Leads a request from the HTTP server over the router and its interface to the keeper, and the answer back.
///
/// Lives on the thread of both; neither is owned, and both outlive it.
class Gateway : public QObject
{
    Q_OBJECT
public:
    Gateway(HttpServer &server, KeeperLink &keeper, QObject *parent = nullptr);
    ~Gateway() override;

private:
    /// A question that waits, and whose it is.
    struct Asked
    {
        std::uint64_t question;
        QByteArray caller; ///< callerOf()
        QByteArray rpcId;  ///< empty for what cannot be cancelled
    };

    /// A call that is over, for a while: what comes about it is about no other of the same id.
    struct Ended
    {
        QByteArray caller;
        QByteArray rpcId;
        qint64 at; ///< ms of m_clock
    };

    void requested(ExchangeId exchange, HttpRequest request);
    void ask(ExchangeId exchange, KeeperCall call, link::Question question, const QByteArray &caller);
    void abandoned(ExchangeId exchange);
    void cancel(const QByteArray &caller, const QByteArray &rpcId);
    [[nodiscard]] QByteArray callerOf(const HttpRequest &request) const;
    void remember(const Asked &asked);
    [[nodiscard]] bool hasJustEnded(const QByteArray &caller, const QByteArray &rpcId) const;

    HttpServer &m_server;
    KeeperLink &m_keeper;
    QHash<ExchangeId, Asked> m_asked; ///< the question each exchange waits for
    std::deque<Ended> m_ended; ///< oldest first
    QElapsedTimer m_clock;
    QByteArray m_salt;                ///< of callerOf(), so that its digests are worth nothing elsewhere
};

} // namespace clavitor::bridge
