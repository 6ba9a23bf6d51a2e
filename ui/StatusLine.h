// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/BridgeProcess.h"
#include "app/service/VaultClient.h"

#include <QSet>
#include <QTimer>
#include <QWidget>

class QPushButton;

namespace clavitor::ui {

class ClipboardGuard;
class ElidedLabel;
class Label;

/// The line at the foot of the window: lock state, bridge, agents of today, what is on the clipboard, that there is but one way
/// into the vault, Lock. GUI thread.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    StatusLine(VaultClient *client, ClipboardGuard *clipboard, Clock clock, QWidget *parent = nullptr);

    void setBridgeState(const BridgeState &state);
    /// The keys as they are stored; those used today are counted, as are those of calls that come in.
    void setAgents(const QList<Agent> &agents);
    [[nodiscard]] QString text() const;
    /// Off for a vault that nobody can lose: the demonstration's.
    void setWarnsOfOneWay(bool warns);

signals:
    void lockRequested();
    /// Locked for people, while the leases in force go on.
    void lockKeepingRequested();
    /// A second way into the vault is wanted.
    void waysRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();
    void startDay();

    VaultClient *m_client;
    ClipboardGuard *m_clipboard;
    Clock m_clock;
    BridgeState m_bridge;
    ElidedLabel *m_text;
    Label *m_copied;
    bool m_warnsOfOneWay = true;
    QPushButton *m_oneWay;      ///< there while the loss of one thing would be the loss of the vault
    QPushButton *m_lock;
    QPushButton *m_keep;        ///< there while a lease is in force
    QSet<QString> m_agents;     ///< ids of keys used since midnight
    QDate m_day;
};

} // namespace clavitor::ui
