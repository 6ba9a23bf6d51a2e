// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/BridgeProcess.h"

#include "app/link/BridgeExit.h"

#include <QDir>
#include <QFileInfo>
#include <QProcessEnvironment>

#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kChildDescriptor = 3;
constexpr qint64 kDeathWindow = 60'000;

} // namespace

BridgeProcess::BridgeProcess(QString program, std::uint16_t port, Clock clock, QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_port(port)
    , m_clock(std::move(clock))
{
    m_process.setProcessChannelMode(QProcess::ForwardedChannels);
    m_process.setStandardInputFile(QProcess::nullDevice());
    connect(&m_process, &QProcess::finished, this, &BridgeProcess::finished);
}

BridgeProcess::~BridgeProcess()
{
    stop();
}

void BridgeProcess::start()
{
    // A bridge that could not bind is still there and tries on: asking means a fresh one that tries at once.
    if (m_state.kind == BridgeState::Kind::Failed)
        stop();
    if (m_process.state() != QProcess::NotRunning)
        return;
    m_stopping = false;
    m_isRestarting = false;
    m_deaths.clear();
    launch();
}

void BridgeProcess::launch()
{
    if (m_program.isEmpty()) {
        setState({BridgeState::Kind::Failed, m_port, u"clavitor-bridge was not found beside the program. Install Clavitor again."_s});
        return;
    }
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        setState({BridgeState::Kind::Failed, m_port, u"The system gave no socket pair. Close some programs and try again."_s});
        return;
    }
    const int ours = ends[0];
    const int theirs = ends[1];
    // Runs between fork and exec: only async-signal-safe calls. dup2 clears close-on-exec on the copy; when the
    // descriptor already has the right number the flag must be cleared by hand.
    m_process.setChildProcessModifier([theirs] {
        if (theirs == kChildDescriptor)
            (void)fcntl(theirs, F_SETFD, 0);
        else
            (void)dup2(theirs, kChildDescriptor);
    });
    setState({BridgeState::Kind::Starting, m_port, {}});
    m_process.start(m_program, {QString::number(kChildDescriptor)});
    const bool started = m_process.waitForStarted(5000);
    ::close(theirs);
    if (!started) {
        ::close(ours);
        setState({BridgeState::Kind::Failed, m_port, u"clavitor-bridge did not start: "_s + m_process.errorString()});
        return;
    }
    if (channelReady)
        channelReady(ours);
    else
        ::close(ours);
}

void BridgeProcess::stop()
{
    m_stopping = true;
    if (m_process.state() != QProcess::NotRunning) {
        m_process.terminate();
        if (!m_process.waitForFinished(1000)) {
            m_process.kill();
            m_process.waitForFinished(1000);
        }
    }
    setState({BridgeState::Kind::Off, m_port, {}});
}

void BridgeProcess::bridgeUp(const link::BridgeUp &message)
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    if (!message.failure.isEmpty()) {
        // It names the port it could not have; one of another build names none.
        setState({BridgeState::Kind::Failed, m_port, message.failure, message.port != 0});
        return;
    }
    setState({BridgeState::Kind::Serving, message.port, {}});
    if (std::exchange(m_isRestarting, false))
        emit restarted();
}

qint64 BridgeProcess::processId() const
{
    return m_process.processId();
}

void BridgeProcess::finished(int exitCode, QProcess::ExitStatus status)
{
    if (m_stopping)
        return;
    // Another one would be of the same build. It has usually said so itself, but one that speaks otherwise was not understood.
    if (status == QProcess::NormalExit && exitCode == link::exitMismatch) {
        if (m_state.kind != BridgeState::Kind::Failed)
            setState({BridgeState::Kind::Failed, m_port, QString::fromLatin1(link::mismatchReason)});
        return;
    }
    const qint64 now = m_clock();
    m_deaths.removeIf([now](qint64 death) { return death <= now - kDeathWindow; });
    if (m_deaths.size() >= MaxRestarts) {
        const QString how = status == QProcess::CrashExit ? u"it crashed"_s : u"exit code %1"_s.arg(exitCode);
        setState({BridgeState::Kind::Failed, m_port,
                  u"The bridge stopped %1 times within a minute (%2). Agents are not served until you start it again."_s
                      .arg(m_deaths.size() + 1)
                      .arg(how)});
        return;
    }
    m_deaths.append(now);
    m_isRestarting = true;
    launch();
}

void BridgeProcess::setState(BridgeState state)
{
    if (m_state == state)
        return;
    m_state = std::move(state);
    emit stateChanged(m_state);
}

QString findBridgeProgram(const QString &applicationFolder)
{
    const QStringList candidates{applicationFolder + u"/clavitor-bridge"_s,
                                 QDir::cleanPath(applicationFolder + u"/../libexec/clavitor/clavitor-bridge"_s)};
    for (const QString &candidate : candidates) {
        if (QFileInfo(candidate).isExecutable())
            return candidate;
    }
    return {};
}

} // namespace clavitor
