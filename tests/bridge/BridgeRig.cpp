// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/BridgeRig.h"

namespace clavitor::tests {

BridgeRig::BridgeRig(const bridge::ConnectionLimits &limits, std::chrono::milliseconds answerLimit, bridge::PeerLookup lookup)
    : BridgeRig(socketPair(), limits, answerLimit, std::move(lookup))
{
}

void BridgeRig::holdAnswers()
{
    m_keeper.script = [](const link::Question &) { return std::nullopt; };
}

QByteArray BridgeRig::get(const QByteArray &target, const QByteArray &lines) const
{
    return RawClient::get(m_port, target, ScriptedKeeper::Token, lines);
}

QByteArray BridgeRig::post(const QByteArray &body, const QByteArray &lines) const
{
    return RawClient::post(m_port, "/mcp", ScriptedKeeper::Token, body, lines);
}

BridgeRig::BridgeRig(std::array<int, 2> ends, const bridge::ConnectionLimits &limits, std::chrono::milliseconds answerLimit, bridge::PeerLookup lookup)
    : m_keeper(ends[0])
    , m_link(ends[1], answerLimit)
    , m_server(limits, std::move(lookup))
    , m_gateway(m_server, m_link)
    , m_port(m_server.listen(0).value_or(0))
{
}

QString codeOf(const RawAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body)
        .object()
        .value("error"_L1)
        .toObject()
        .value("code"_L1)
        .toString();
}

bool isServedMeanwhile(const BridgeRig &rig)
{
    QElapsedTimer timer;
    timer.start();
    RawClient other(rig.port());
    return other.send(rig.get("/api/status"_ba)).answer(30000).status == 200 && timer.elapsed() < 30000;
}

} // namespace clavitor::tests
