// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QPushButton;
class QSpinBox;
class QTimeEdit;

namespace clavitor::ui {

class InlineMessage;
class Label;
class TickList;

/// Allows a key some entries for a run without the person: so many reads together, until a time within a day. GUI thread.
class LeaseDialog : public QDialog {
    Q_OBJECT
public:
    /// `client` outlives the dialog. `keyId` may be empty.
    LeaseDialog(VaultClient *client, Clock clock, const QList<Agent> &agents, const QString &keyId, QWidget *parent = nullptr);

    /// Neither ended nor without the right to read.
    [[nodiscard]] static bool canHave(const Agent &agent, qint64 now);
    [[nodiscard]] LeaseDraft draft() const;

private:
    void fillEntries();
    void refresh();
    void save();
    [[nodiscard]] const Agent *agent() const;

    VaultClient *m_client;
    Clock m_clock;
    QList<Agent> m_agents;
    QList<EntrySummary> m_entries;
    QComboBox *m_key;
    TickList *m_list;
    QCheckBox *m_codes;
    QCheckBox *m_lock;          ///< lock at once, and keep it going
    QSpinBox *m_reads;
    QTimeEdit *m_until;
    Label *m_sum;
    InlineMessage *m_error;
    QPushButton *m_go;
    bool m_busy = false;
};

} // namespace clavitor::ui
