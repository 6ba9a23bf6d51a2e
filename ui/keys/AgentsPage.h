// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"
#include "ui/keys/ClientSnippet.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QTabBar;

namespace clavitor::ui {

class ClipboardGuard;
class EmptyState;
class GrantsPane;
class InlineMessage;
class KeyCard;
class RequestsPane;
class Toast;

/// The agents' keys: what each may see and do, and everything that can be done with it; beside them what was allowed
/// beforehand, and what agents asked for. GUI thread.
class AgentsPage : public QWidget {
    Q_OBJECT
public:
    /// `client` and `clipboard` outlive the page.
    AgentsPage(VaultClient *client, ClipboardGuard *clipboard, Clock clock, QWidget *parent = nullptr);

    /// The bridge's port and our programs, for new keys' configurations.
    void setOurs(const OurSide &ours) { m_ours = ours; }
    /// Opens the dialog for a new key; also the page's primary button, and the window's Ctrl+N.
    void createKey();
    /// The part with what agents asked for.
    void showRequests();
    /// The part with what keys are allowed beforehand.
    void showAllowed();

signals:
    /// Show the rows of this key in the audit log.
    void historyRequested(const QString &keyId);
    /// The token the key had works no more: it was revoked, or got another one.
    void tokenEnded(const QString &keyId);
    /// Show this entry in the window.
    void entryRequested(clavitor::EntryId entry);
    /// Open the editor for what an agent asked for.
    void addRequested(const clavitor::EntryRequest &request);
    /// Requests that wait for the person.
    void requestCountChanged(int open);
    /// Show the page that sets agents up.
    void connectionRequested();

protected:
    void showEvent(QShowEvent *event) override;

private:
    void load();
    void take(const QList<Agent> &agents);
    void noteUse(const QList<AuditEvent> &events);
    /// What is said in words of time, without asking the vault.
    void freshen();
    void rebuild();
    QWidget *keysPart();
    /// Only where it is the page's one primary button.
    void showCreate();
    void connectCard(const KeyCard *card);
    void edit(const Agent &agent);
    void pause(const Agent &agent, bool paused);
    void rotate(const Agent &agent);
    void revoke(const Agent &agent);
    void release(const Agent &agent);
    void viewAs(const Agent &agent);
    void showReceipt(const Agent &agent);
    void showSeen(const Agent &agent);
    void showToken(NewKey key);
    void showError(const Error &error);

    VaultClient *m_client;
    ClipboardGuard *m_clipboard;
    Clock m_clock;
    OurSide m_ours;
    QList<Agent> m_agents;
    QTabBar *m_tabs;
    QStackedWidget *m_parts;
    GrantsPane *m_grants = nullptr;
    RequestsPane *m_requests = nullptr;
    QPushButton *m_create;
    QPushButton *m_pauseAll;
    QCheckBox *m_showEnded;
    InlineMessage *m_allPaused;
    InlineMessage *m_error;
    QScrollArea *m_scroll;
    QWidget *m_list = nullptr;
    EmptyState *m_empty;
    Toast *m_toast;
    QTimer m_tick;              ///< "4 minutes ago" grows older
    QTimer m_used;              ///< gathers uses, so that a busy agent does not rebuild the page with every call
};

} // namespace clavitor::ui
