// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/ClientSight.h"
#include "app/model/Agent.h"
#include "ui/connection/LastCall.h"

#include <QWidget>

class QPushButton;

namespace clavitor::ui {

class Avatar;
class Badge;
class Label;

/// One client of this computer: its name and version, whether it is set up and reaches the vault or why not, and the button that
/// changes it. GUI thread.
class ClientRow : public QWidget {
    Q_OBJECT
public:
    explicit ClientRow(QWidget *parent = nullptr);

    void setSight(const std::shared_ptr<const ClientSight> &sight);
    [[nodiscard]] const std::shared_ptr<const ClientSight> &sight() const { return m_sight; }
    void setLastCall(const std::optional<LastCall> &call);
    /// The vault's keys at `now`, by which the one in the client's file is judged; nullopt while nobody knows them.
    void setAgents(const std::optional<QList<Agent>> &agents, qint64 now);
    /// Setting up needs an open vault, for the key.
    void setUnlocked(bool unlocked);

signals:
    void setUpRequested();
    void undoRequested();
    void removeRequested();

private:
    void refresh();
    /// Why the key in the file cannot work, whatever else is right; empty where it can, or nobody knows.
    [[nodiscard]] QString troubleWithKey() const;
    /// Of what projects have of their own: the first fault, or a key that does not work there.
    [[nodiscard]] QString troubleInProjects() const;

    std::shared_ptr<const ClientSight> m_sight;
    std::optional<LastCall> m_call;
    std::optional<QList<Agent>> m_agents;
    qint64 m_now = 0;           ///< when they were read
    bool m_unlocked = false;
    Avatar *m_avatar;
    Label *m_name;
    Label *m_version;
    Badge *m_state;
    Label *m_words;
    QPushButton *m_undo;
    QPushButton *m_remove;      ///< where there is nothing to undo
    QPushButton *m_setUp;
};

} // namespace clavitor::ui
