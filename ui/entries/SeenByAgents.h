// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QWidget>

class QVBoxLayout;

namespace clavitor::ui {

/// Which keys may read an entry and when each last did, from the audit log; follows it live. GUI thread.
class SeenByAgents : public QWidget {
    Q_OBJECT
public:
    SeenByAgents(VaultClient *client, Clock clock, const EntrySummary &entry, QWidget *parent = nullptr);

private:
    void ask();
    void clear();
    void fill();
    void showError(const Error &error);
    void addLine(const QString &name, const AuditEvent *last, bool mayStill);

    VaultClient *m_client;
    Clock m_clock;
    EntrySummary m_entry;
    QVBoxLayout *m_lines;
    QList<Agent> m_agents;
    QList<AuditEvent> m_events; ///< of this entry, newest first
};

} // namespace clavitor::ui
