// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QWidget>

#include <optional>

class QPushButton;
class QVBoxLayout;

namespace clavitor::ui {

/// Which keys see an entry, what each gets of it and when it last did, from the audit log; follows it live. What a key gets
/// can be set for this entry alone. GUI thread.
class SeenByAgents : public QWidget {
    Q_OBJECT
public:
    SeenByAgents(VaultClient *client, Clock clock, const EntrySummary &entry, QWidget *parent = nullptr);

private:
    void ask();
    void clear();
    void fill();
    void showError(const Error &error);
    /// `key` null when the key is gone.
    void addLine(const QString &name, const AuditEvent *last, const Agent *key);
    [[nodiscard]] bool sees(const Agent &agent) const;
    /// What the key gets of the entry's secrets, in words, and a menu to set it.
    QPushButton *deliveryButton(const Agent &agent);
    void setDelivery(const Agent &agent, std::optional<Delivery> delivery);

    VaultClient *m_client;
    Clock m_clock;
    EntrySummary m_entry;
    QVBoxLayout *m_lines;
    QList<Agent> m_agents;
    QList<AuditEvent> m_events; ///< of this entry, newest first
};

} // namespace clavitor::ui
