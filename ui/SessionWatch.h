// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QString>
#include <QVariantMap>

#include <functional>
#include <memory>
#include <optional>

namespace clavitor {
class SystemConnection;
}

namespace clavitor::ui {

/// Whether the person is at the computer, as the desktop knows it: how long nothing was typed or moved anywhere, and the
/// moments the screen is locked, another user takes the screen, the lid is closed or the computer goes to sleep. GUI thread; the desktop is asked and never waited for,
/// and the system's bus is joined aside: one that is not there or does not answer is tried again.
///
/// Only Linux desktops are asked, over D-Bus. Elsewhere, and where no service answers, the idle time stays unknown.
class SessionWatch : public QObject {
    Q_OBJECT
public:
    /// `desktop` as XDG_CURRENT_DESKTOP has it, "KDE" or "ubuntu:GNOME". The rest is for tests: the name of the D-Bus
    /// connection to the session, the address of the system's bus, and how long after one look at an unclear time the next
    /// follows, or after one try in vain the next, which then takes twice as long.
    explicit SessionWatch(const QString &desktop, const QString &sessionBus = {}, const QString &systemAddress = {}, int lookMilliseconds = 1'500,
                          QObject *parent = nullptr);
    ~SessionWatch() override;

    /// Milliseconds since the last input to the whole desktop; nothing when no service tells. May take ten seconds.
    void askIdle(QObject *context, std::function<void(std::optional<qint64>)> answer);

    /// While the vault is open or opening, or its keys are kept for a lease (then as if it were open), the computer waits before it
    /// sleeps until it is locked: up to five seconds as logind is set by default.
    void follow(LockState vault);

    /// Whether it hears the system's bus.
    [[nodiscard]] bool hearsSystem() const;

signals:
    /// The screen was locked, another user took it over, the lid was closed, or the computer is about to sleep.
    void left(clavitor::LockCause how);

private slots:
    void screenSaverChanged(bool active);
    void prepareForSleep(bool starting);
    void sessionLocked();
    void sessionChanged(const QString &interface, const QVariantMap &changed, const QStringList &invalidated);
    void lidChanged(const QString &interface, const QVariantMap &changed, const QStringList &invalidated);
    void systemBusLost();

private:
    struct Look {
        qint64 told;
        qint64 at;                       ///< ms of a clock that only goes forward
        int looks;                       ///< so far, this one included
    };
    void joinSystemBus();
    void leaveSystemBus();
    void hear(const QString &service, const QString &path, const QString &interface, const QString &signal, const char *slot);
    void askForDelay();
    void heardOfLogin();
    void later(int &wait, void (SessionWatch::*again)());
    /// Hears logind about the session this program belongs to.
    void findSession();
    /// Asks one service, and the next one where it does not tell. `before` is what it told shortly ago.
    void ask(std::size_t service, std::optional<Look> before, QObject *context, std::function<void(std::optional<qint64>)> answer);

    QString m_sessionBus;
    QString m_systemAddress;
    int m_lookMilliseconds;
    int m_patience = 0;                  ///< until the system's bus is tried again
    int m_sessionWait = 0;               ///< until logind is asked again which session this is
    int m_delayWait = 0;                 ///< until it is asked again for a delay
    QString m_sessionPath;               ///< of the session that is heard; empty: not known yet
    std::shared_ptr<SystemConnection> m_system;
    QList<std::function<void()>> m_heard; ///< each ends one of hear()
    QElapsedTimer m_clock;
    bool m_isNoStub = false;             ///< the screen saver told more than 0 once
    bool m_tellsMilliseconds = false;    ///< the screen saver does, against its specification
    bool m_wantsDelay = false;
    bool m_asksForDelay = false;         ///< logind has not answered yet
    std::shared_ptr<const void> m_delay; ///< logind's descriptor: sleep waits while it is open
};

} // namespace clavitor::ui
