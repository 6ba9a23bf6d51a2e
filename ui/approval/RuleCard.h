// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Approval.h"
#include "ui/approval/DeadTime.h"
#include "ui/widgets/RaisedDialog.h"

#include <QTimer>

class QPushButton;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class Label;

/// After the same answer three times: whether the key may have the entry for good. A small window that waits for nobody; it
/// goes by itself, which is "not now". As the question, it is dead at first, takes no keyboard and starts on the safe button.
class RuleCard : public RaisedDialog {
    Q_OBJECT
public:
    static constexpr int Milliseconds = 30'000;

    explicit RuleCard(VaultClient *client, DeadTime::Steady steady = {}, QWidget *parent = nullptr);

    /// How long the next one waits.
    void setPatience(int milliseconds) { m_patience.setInterval(milliseconds); }
    void suggest(const RuleSuggestion &suggestion);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void allow();
    void refresh();
    void fit();

    VaultClient *m_client;
    DeadTime *m_dead;
    RuleSuggestion m_suggestion;
    bool m_isSent = false;
    QTimer m_patience;
    Label *m_text;
    Label *m_trouble;
    QPushButton *m_allow;
    QPushButton *m_later;
};

} // namespace clavitor::ui
