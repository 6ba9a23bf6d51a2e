// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/HttpServer.h"
#include "bridge/KeeperLink.h"
#include "bridge/Outcome.h"

#include <QHash>
#include <QObject>

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
    void requested(ExchangeId exchange, HttpRequest request);
    void ask(ExchangeId exchange, KeeperCall call, link::Question question);
    void abandoned(ExchangeId exchange);

    HttpServer &m_server;
    KeeperLink &m_keeper;
    QHash<ExchangeId, std::uint64_t> m_asked; ///< the question each exchange waits for
};

} // namespace clavitor::bridge
