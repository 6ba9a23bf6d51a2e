// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"
#include "ui/widgets/Card.h"

#include <QScrollArea>

namespace clavitor::ui {

class EmptyState;
class InlineMessage;
class Toast;

/// One credential an agent asked for, in its own words, to be added or declined.
class RequestCard : public Card {
    Q_OBJECT
public:
    RequestCard(const EntryRequest &request, qint64 now, QWidget *parent = nullptr);

    [[nodiscard]] const EntryRequest &request() const { return m_request; }

signals:
    void addRequested();
    void declineRequested();

private:
    EntryRequest m_request;
};

/// What agents asked for and is not in the vault: open ones as cards, answered ones as lines below. GUI thread.
class RequestsPane : public QWidget {
    Q_OBJECT
public:
    /// `client` and `toast` outlive the pane.
    RequestsPane(VaultClient *client, Clock clock, Toast *toast, QWidget *parent = nullptr);

    [[nodiscard]] int openCount() const;

signals:
    /// The person wants to add this one.
    void addRequested(const clavitor::EntryRequest &request);
    void countChanged(int open);
    /// Nothing was asked for yet; the person wants to set an agent up.
    void setUpRequested();

protected:
    void showEvent(QShowEvent *event) override;

private:
    void load();
    void take(QList<EntryRequest> requests);
    void rebuild();
    void decline(const EntryRequest &request);
    void showError(const Error &error);

    VaultClient *m_client;
    Clock m_clock;
    Toast *m_toast;
    QList<EntryRequest> m_requests;
    QScrollArea *m_scroll;
    EmptyState *m_empty;
    InlineMessage *m_error;
};

} // namespace clavitor::ui
