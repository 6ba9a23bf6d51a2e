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
        link::Peer peer;
        qint64 at = 0; ///< ms of m_clock
    };

    /// A call that is over, for a while: what comes about it is about no other of the same id.
    struct Ended
    {
        QByteArray caller;
        QByteArray rpcId;
        std::uint64_t process; ///< link::Answer::process
        bool isLeft;           ///< its client hung up
        qint64 at;             ///< ms of m_clock
    };

    void requested(ExchangeId exchange, HttpRequest request);
    void ask(ExchangeId exchange, KeeperCall call, link::Question question, const QByteArray &caller);
    void abandoned(ExchangeId exchange);
    /// The open call of that id by `peer`, once the keeper has told whose each is.
    void cancel(const QByteArray &caller, const QByteArray &rpcId, const link::Peer &peer);
    /// `processes` by question, of those that were open when the keeper was asked.
    void cancel(const QByteArray &caller, const QByteArray &rpcId, std::uint64_t process, const QHash<std::uint64_t, std::uint64_t> &processes);
    [[nodiscard]] QByteArray callerOf(const HttpRequest &request) const;
    void remember(const Asked &asked, std::uint64_t process, bool isLeft = false);
    /// Whether what `process` says of such a call may be about one that is over. `isSure`: the open one is known to be of that process.
    [[nodiscard]] bool hasJustEnded(const QByteArray &caller, const QByteArray &rpcId, std::uint64_t process, bool isSure) const;

    HttpServer &m_server;
    KeeperLink &m_keeper;
    QHash<ExchangeId, Asked> m_asked; ///< the question each exchange waits for
    std::deque<Ended> m_ended; ///< oldest first
    QElapsedTimer m_clock;
    QByteArray m_salt;                ///< of callerOf(), so that its digests are worth nothing elsewhere
};

} // namespace clavitor::bridge
