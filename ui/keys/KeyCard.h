// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"
#include "ui/widgets/Card.h"

class QMenu;

namespace clavitor::ui {

/// One agent's key: its state, what it may see and do, until when, last used, and what can be done with it.
class KeyCard : public Card {
    Q_OBJECT
public:
    KeyCard(const Agent &agent, qint64 now, QWidget *parent = nullptr);

    [[nodiscard]] const Agent &agent() const { return m_agent; }

signals:
    void pauseRequested(bool paused);
    void editRequested();
    void rotateRequested();
    void revokeRequested();
    /// A frozen or resting key shall work again.
    void releaseRequested();
    /// Its rows in the audit log.
    void historyRequested();
    /// The vault through its eyes.
    void viewRequested();
    void receiptRequested();
    /// Every credential it has had.
    void seenRequested();
    void leaseRequested();

private:
    QMenu *menu(bool over, QWidget *owner);

    Agent m_agent;
};

} // namespace clavitor::ui
