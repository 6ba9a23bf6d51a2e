// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QTimer>
#include <QWidget>

class QPushButton;

namespace clavitor::ui {

class EmptyState;
class GrantsModel;
class InlineMessage;
class RowView;
class Toast;

/// What keys are allowed beforehand, with what is left of it; each can be ended. GUI thread.
class GrantsPane : public QWidget {
    Q_OBJECT
public:
    /// `client` and `toast` outlive the pane.
    GrantsPane(VaultClient *client, Clock clock, Toast *toast, QWidget *parent = nullptr);

    void setAgents(const QList<Agent> &agents);
    /// Makes a night lease, for this key when one is given.
    void addLease(const QString &keyId = {});
    [[nodiscard]] int count() const;

signals:
    void countChanged(int grants);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void load();
    void loadTitles();
    void endChosen();
    /// What can be allowed again just so, is.
    [[nodiscard]] std::function<void()> undoOf(const Grant &grant);
    void refresh();
    void showError(const Error &error);

    VaultClient *m_client;
    Clock m_clock;
    Toast *m_toast;
    QList<Agent> m_agents;
    GrantsModel *m_model;
    RowView *m_table;
    QPushButton *m_end;
    QPushButton *m_lease;
    EmptyState *m_empty;
    QPushButton *m_emptyLease;
    InlineMessage *m_error;
    QTimer m_tick;
};

} // namespace clavitor::ui
