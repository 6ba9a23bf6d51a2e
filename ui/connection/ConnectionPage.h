// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "app/model/Agent.h"
#include "app/model/AuditEvent.h"
#include "app/service/BridgeProcess.h"
#include "app/service/VaultTypes.h"
#include "ui/connection/ThisComputer.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QPushButton;
class QVBoxLayout;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class Badge;
class Card;
class ClientList;
class ClipboardGuard;
class InlineMessage;
class KeysAtRisk;
class Label;
class SnippetView;

/// How agents reach the vault: whether the bridge serves, the addresses, and what to write into each client. GUI thread.
class ConnectionPage : public QWidget {
    Q_OBJECT
public:
    /// `client` and `clipboard` outlive the page.
    ConnectionPage(VaultClient *client, ClipboardGuard *clipboard, Clock clock, QWidget *parent = nullptr);

    void setBridge(const BridgeState &state);
    /// Once: the clients of this computer get a card of their own, and the doctor a button.
    void setComputer(const ThisComputer &computer);
    /// Opens the doctor's sheet; only after setComputer().
    void showDoctor();

signals:
    /// Start the bridge again.
    void restartRequested();
    void newKeyRequested();
    /// What lies under this id in the keychain is of no use any more.
    void tokenEnded(const QString &keyId);

private:
    void takeFacts();
    void loadCalls();
    void loadAgents();
    void tellLastCall();
    void takeCalls(const QList<AuditEvent> &oldestFirst);
    void takeLockedCall(const LockedCall &call);
    void showTrouble();
    void addAddress(QVBoxLayout *column, const QString &name, Label **value);

    VaultClient *m_client;
    ClipboardGuard *m_clipboard;
    Clock m_clock;
    BridgeState m_bridge;
    Examiner *m_examiner = nullptr;
    ClientList *m_list = nullptr;   ///< null without setComputer()
    Card *m_clientsCard;        ///< by hand
    QVBoxLayout *m_column;
    QPushButton *m_doctor;
    QList<AuditEvent> m_calls;  ///< newest first, agents' only; refused ones without a key too
    QList<Agent> m_agents;
    Badge *m_state;
    Label *m_words;
    InlineMessage *m_trouble;
    KeysAtRisk *m_atRisk;
    Label *m_mcp = nullptr;
    Label *m_rest = nullptr;
    Label *m_vaultId = nullptr;
    Label *m_vaultMcp = nullptr;
    QComboBox *m_key;
    QPushButton *m_newKey;
    SnippetView *m_snippets;
    Label *m_lastCall;
    InlineMessage *m_unread;    ///< keys or calls could not be read
    std::optional<Error> m_missingKeys;
    std::optional<Error> m_missingCalls;
};

} // namespace clavitor::ui
