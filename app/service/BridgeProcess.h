// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/link/Messages.h"

#include <QList>
#include <QObject>
#include <QProcess>

#include <functional>

namespace clavitor {

/// What the tray and the Connection page show of the bridge.
struct BridgeState {
    enum class Kind {
        Off,                ///< stopped on purpose
        Starting,
        Serving,
        Failed,             ///< not serving, and `reason` says why and what to do
    };
    Kind kind = Kind::Off;
    std::uint16_t port = 0;
    QString reason;
    bool isTaken = false;   ///< Failed because something else has the port
    bool operator==(const BridgeState &) const = default;
};

/// Starts clavitor-bridge as a child, watches it, starts it again when it dies (at most MaxRestarts a minute) and stops it.
///
/// Lives on the UI thread. Owns the child process. The keeper's end of the socket pair is handed to `channelReady` and
/// belongs to the receiver; the bridge exits by itself when that end closes, so it never outlives a killed keeper.
class BridgeProcess : public QObject {
    Q_OBJECT
public:
    static constexpr int MaxRestarts = 3;

    /// `program`: path of clavitor-bridge. `port`: 1984, or 0 for any free one.
    BridgeProcess(QString program, std::uint16_t port, Clock clock, QObject *parent = nullptr);
    ~BridgeProcess() override;

    /// Called with the descriptor of the keeper's end each time a bridge starts. Set before start().
    std::function<void(int descriptor)> channelReady;

    void start();
    /// Ends the child and waits for it, at most a second before it is killed.
    void stop();
    /// The bridge serves, or cannot; said again when that changes. Passed on from the thread that reads the channel.
    void bridgeUp(const link::BridgeUp &message);

    [[nodiscard]] const BridgeState &state() const { return m_state; }
    [[nodiscard]] qint64 processId() const;

signals:
    void stateChanged(const clavitor::BridgeState &state);
    /// It had died, was started again, and serves.
    void restarted();

private:
    void launch();
    void finished(int exitCode, QProcess::ExitStatus status);
    void setState(BridgeState state);

    QString m_program;
    std::uint16_t m_port;
    Clock m_clock;
    QProcess m_process;
    BridgeState m_state;
    QList<qint64> m_deaths;     ///< ms, of the last minute
    bool m_stopping = false;
    bool m_isRestarting = false;
};

/// clavitor-bridge beside our own executable, or in ../libexec/clavitor of an installation; empty when there is none.
[[nodiscard]] QString findBridgeProgram(const QString &applicationFolder);

} // namespace clavitor

Q_DECLARE_METATYPE(clavitor::BridgeState)
