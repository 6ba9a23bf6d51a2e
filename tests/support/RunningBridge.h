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
    explicit RunningBridge(const QString &runtime = {});
    ~RunningBridge();

    /// The port it serves, 0 with the failure otherwise.
    std::uint16_t start(std::uint16_t port = 0);

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
