// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/ScriptedKeeper.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <fcntl.h>
#include <unistd.h>

namespace clavitor::tests {

using namespace Qt::StringLiterals;

/// The real executable as the keeper's child.
class RunningBridge
{
public:
    /// `runtime`: its runtime folder; one of its own when empty.
    explicit RunningBridge(const QString &runtime = {})
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
    ~RunningBridge()
    {
        m_keeper.reset();
        m_process.waitForFinished(30000);
    }

    /// The port it serves, 0 with the failure otherwise.
    std::uint16_t start(std::uint16_t port = 0)
    {
        m_keeper->start(port);
        static_cast<void>(QTest::qWaitFor([this] { return m_keeper->bridgeUp.has_value(); }, 30000));
        return m_keeper->bridgeUp && m_keeper->bridgeUp->failure.isEmpty() ? m_keeper->bridgeUp->port
                                                                           : std::uint16_t(0);
    }

    ScriptedKeeper &keeper() { return *m_keeper; }
    QProcess &process() { return m_process; }
    /// Where its Unix socket is.
    QTemporaryDir &runtime() { return m_runtime; }

private:
    QTemporaryDir m_runtime;
    std::unique_ptr<ScriptedKeeper> m_keeper;
    QProcess m_process;
};

} // namespace clavitor::tests
