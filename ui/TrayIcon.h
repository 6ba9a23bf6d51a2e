// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/BridgeProcess.h"
#include "app/service/VaultClient.h"
#include "ui/notify/Notifications.h"
#include "ui/style/SystemScheme.h"

#include <QHash>
#include <QMenu>
#include <QSystemTrayIcon>
#include <QTimer>

#include <array>

namespace clavitor::ui {

/// Told apart by shape as well as colour.
enum class TrayState {
    Locked,                 ///< shut lock
    Leased,                 ///< shut lock with a moon in it: locked for people, a lease goes on
    Open,                   ///< open lock
    Active,                 ///< open lock with a dot: an agent used it in the last minute
    Off,                    ///< struck through: the bridge is off
    Attention,              ///< exclamation mark: a question or an alert waits for the person
};

/// What the icon shows: what needs the person comes first, then a bridge that failed, then the lock.
[[nodiscard]] TrayState trayState(const VaultFacts &facts, const BridgeState &bridge, bool attention, qint64 sinceAgentMs);
/// Monochrome, for a dark or a light panel, at the sizes panels use.
[[nodiscard]] QIcon trayIcon(TrayState state, bool darkPanel);

/// The icon in the desktop's tray with its menu, and the way for notifications. GUI thread.
class TrayIcon : public QObject, public NotificationSink {
    Q_OBJECT
public:
    TrayIcon(VaultClient *client, Clock clock, QObject *parent = nullptr);

    /// False when the desktop has no place for tray icons; it may come later.
    [[nodiscard]] static bool hasHost() { return QSystemTrayIcon::isSystemTrayAvailable(); }
    void show() { m_icon.show(); }
    void hide() { m_icon.hide(); }
    void setBridgeState(const BridgeState &state);
    /// An agent met a locked vault; cleared when the person opens the window or unlocks.
    void setAttention(bool attention);
    /// What a question asks that waits for the person: "codex-agent asks for AWS production"; empty when none waits.
    void setQuestion(const QString &line);
    /// The person looks at what the last alert about a key was about.
    void alertSeen();
    /// "Pause all agents" did not happen: shows `paused`, which is so, and says why.
    void pauseFailed(bool paused, const Error &error);
    [[nodiscard]] TrayState state() const { return m_state; }
    [[nodiscard]] QMenu *menu() { return &m_menu; }
    void notify(Tone tone, const QString &title, const QString &text) override;
    /// The title of the last notification, empty before the first.
    [[nodiscard]] const QString &lastNotice() const { return m_lastNotice; }

signals:
    void openRequested();
    /// The state line, while it names a question, or the icon.
    void questionRequested();
    /// The state line, while it names an alert about a key.
    void alertRequested();
    void searchRequested();
    void generatorRequested();
    void lockRequested();
    /// Locked for people, while the leases in force go on.
    void lockKeepingRequested();
    /// The leases that go on are to end, and it is to be locked for good.
    void stopLeasesRequested();
    void unlockRequested();
    void pauseRequested(bool paused);
    void quitRequested();

private:
    void build();
    void refresh();
    void draw();
    void take(const QList<AuditEvent> &events);
    [[nodiscard]] QString stateLine() const;
    /// A click on the icon or on a message of ours.
    void open();
    [[nodiscard]] QString connectedLine() const;

    VaultClient *m_client;
    Clock m_clock;
    SystemScheme m_scheme;      ///< of the desktop, whatever the person chose for the window
    QSystemTrayIcon m_icon;
    QMenu m_menu;
    QAction *m_stateLine = nullptr;
    QAction *m_connected = nullptr;
    std::array<QAction *, 3> m_reads{};
    QAction *m_search = nullptr;
    QAction *m_lock = nullptr;
    QAction *m_keep = nullptr;  ///< while unlocked: lock and keep the leases; while they are kept: stop them
    QAction *m_pause = nullptr;
    BridgeState m_bridge;
    QList<AuditEvent> m_lastReads;     ///< newest first, at most three
    QHash<QString, qint64> m_agents;   ///< actor -> last call, ms
    QTimer m_tick;
    TrayState m_state = TrayState::Locked;
    QString m_lastNotice;
    QString m_question;
    QString m_alert;            ///< of the last one not seen
    bool m_attention = false;
};

} // namespace clavitor::ui
