// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QHash>
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
    /// What a key had of the entry last, and what it did last: a refusal, say.
    struct Use {
        std::optional<AuditEvent> given;
        std::optional<AuditEvent> last;
        void add(const AuditEvent &event);
    };

    void ask();
    void askUses(const Agent &agent, bool isGiven);
    void takeRows(const QList<AuditEvent> &events);
    void clear();
    void fill();
    void showError(const Error &error);
    void addLine(const Agent &key, const Use &use);
    [[nodiscard]] bool sees(const Agent &agent) const;
    /// What the key gets of the entry's secrets, in words, and a menu to set it.
    QPushButton *deliveryButton(const Agent &agent);
    void setDelivery(const Agent &agent, std::optional<Delivery> delivery);

    VaultClient *m_client;
    Clock m_clock;
    EntrySummary m_entry;
    QVBoxLayout *m_lines;
    QList<Agent> m_agents;
    QHash<QString, Use> m_uses; ///< by key, as it is called now
    int m_asking = 0;           ///< counts what was asked; an answer to an earlier question comes too late
    int m_missing = 0;          ///< answers yet to come
    std::optional<Error> m_trouble;
};

} // namespace clavitor::ui
