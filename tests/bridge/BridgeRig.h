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
                       bridge::PeerLookup lookup = {});

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] ScriptedKeeper &keeper() { return m_keeper; }
    [[nodiscard]] bridge::HttpServer &server() { return m_server; }
    [[nodiscard]] bridge::KeeperLink &link() { return m_link; }
    /// Nothing is answered from now on.
    void holdAnswers();

    [[nodiscard]] QByteArray get(const QByteArray &target, const QByteArray &lines = {}) const;
    [[nodiscard]] QByteArray post(const QByteArray &body, const QByteArray &lines = {}) const;
    [[nodiscard]] QByteArray host() const { return "Host: localhost:" + QByteArray::number(m_port) + "\r\n"; }

private:
    BridgeRig(std::array<int, 2> ends, const bridge::ConnectionLimits &limits,
              std::chrono::milliseconds answerLimit, bridge::PeerLookup lookup);

    ScriptedKeeper m_keeper;
    bridge::KeeperLink m_link;
    bridge::HttpServer m_server;
    bridge::Gateway m_gateway;
    std::uint16_t m_port;
};

QString codeOf(const RawAnswer &answer);

/// That somebody else is served all the same. How soon (100 ms) is a figure of the benchmark: sanitizers on a busy
/// machine take their time.
bool isServedMeanwhile(const BridgeRig &rig);

} // namespace clavitor::tests
