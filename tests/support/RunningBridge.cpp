// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/RunningBridge.h"

namespace clavitor::tests {

RunningBridge::RunningBridge(const QString &runtime)
{
    const std::array<int, 2> ends = socketPair();
    m_keeper = std::make_unique<ScriptedKeeper>(ends[0]);
    m_process.setProcessChannelMode(QProcess::ForwardedChannels);
    m_process.setChildProcessModifier([theirs = ends[1]] {
        if (theirs == 3)
            static_cast<void>(::fcntl(theirs, F_SETFD, 0));
        else
            static_cast<void>(::dup2(theirs, 3));
    });
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_RUNTIME_DIR"_s, runtime.isEmpty() ? m_runtime.path() : runtime);
    m_process.setProcessEnvironment(environment);
    m_process.start(QStringLiteral(CLAVITOR_BRIDGE_PROGRAM), {u"3"_s});
    m_process.waitForStarted();
    ::close(ends[1]);
}

RunningBridge::~RunningBridge()
{
    m_keeper.reset();
    m_process.waitForFinished(30000);
}

std::uint16_t RunningBridge::start(std::uint16_t port)
{
    m_keeper->start(port);
    static_cast<void>(QTest::qWaitFor([this] { return m_keeper->bridgeUp.has_value(); }, 30000));
    return m_keeper->bridgeUp && m_keeper->bridgeUp->failure.isEmpty() ? m_keeper->bridgeUp->port
                                                                       : std::uint16_t(0);
}

} // namespace clavitor::tests
