// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/Gateway.h"
#include "tests/support/RawClient.h"
#include "tests/support/ScriptedKeeper.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>

namespace clavitor::tests {

using namespace Qt::StringLiterals;

/// The whole bridge in this process, on a free port, with a scripted keeper at the other end of its pipe.
class BridgeRig
{
public:
    explicit BridgeRig(const bridge::ConnectionLimits &limits = {},
                       std::chrono::milliseconds answerLimit = std::chrono::seconds(35),
                       bridge::PeerLookup lookup = {})
        : BridgeRig(socketPair(), limits, answerLimit, std::move(lookup))
    {
    }

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] ScriptedKeeper &keeper() { return m_keeper; }
    [[nodiscard]] bridge::HttpServer &server() { return m_server; }
    [[nodiscard]] bridge::KeeperLink &link() { return m_link; }
    /// Nothing is answered from now on.
    void holdAnswers()
    {
        m_keeper.script = [](const link::Question &) { return std::nullopt; };
    }

    [[nodiscard]] QByteArray get(const QByteArray &target, const QByteArray &lines = {}) const
    {
        return RawClient::get(m_port, target, ScriptedKeeper::Token, lines);
    }
    [[nodiscard]] QByteArray post(const QByteArray &body, const QByteArray &lines = {}) const
    {
        return RawClient::post(m_port, "/mcp", ScriptedKeeper::Token, body, lines);
    }
    [[nodiscard]] QByteArray host() const { return "Host: localhost:" + QByteArray::number(m_port) + "\r\n"; }

private:
    BridgeRig(std::array<int, 2> ends, const bridge::ConnectionLimits &limits,
              std::chrono::milliseconds answerLimit, bridge::PeerLookup lookup)
        : m_keeper(ends[0])
        , m_link(ends[1], answerLimit)
        , m_server(limits, std::move(lookup))
        , m_gateway(m_server, m_link)
        , m_port(m_server.listen(0).value_or(0))
    {
    }

    ScriptedKeeper m_keeper;
    bridge::KeeperLink m_link;
    bridge::HttpServer m_server;
    bridge::Gateway m_gateway;
    std::uint16_t m_port;
};

inline QString codeOf(const RawAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body)
        .object()
        .value("error"_L1)
        .toObject()
        .value("code"_L1)
        .toString();
}

/// That somebody else is served all the same. How soon (100 ms) is a figure of the benchmark: sanitizers on a busy
/// machine take their time.
inline bool isServedMeanwhile(const BridgeRig &rig)
{
    QElapsedTimer timer;
    timer.start();
    RawClient other(rig.port());
    return other.send(rig.get("/api/status"_ba)).answer(30000).status == 200 && timer.elapsed() < 30000;
}

} // namespace clavitor::tests
