// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>

#include <functional>

class QCheckBox;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace clavitor::ui {

class ExpiryForm;
class InlineMessage;
class Label;
class PolicyForm;
class ScopeForm;

/// Makes an agent's key or changes one: name, note, what it may see and do, until when; on a page of its own how it gets that
/// and when the person is asked. GUI thread.
class KeyDialog : public QDialog {
    Q_OBJECT
public:
    /// For a new key. `client` outlives the dialog.
    KeyDialog(VaultClient *client, Clock clock, QWidget *parent = nullptr);

    /// Before open(): changes this key instead of making one.
    void edit(const Agent &agent);
    /// Runs once, on accept, with the key just made and its token.
    std::function<void(NewKey)> made;

    [[nodiscard]] AgentDraft draft() const;
    /// Why it cannot be saved, in a sentence; empty when it can.
    [[nodiscard]] QString missing() const;

    /// Shows the page about questions and delivery.
    void showPolicy();

private:
    QWidget *scopePage();
    QWidget *policyPage();
    void askLastCaller();
    void refresh();
    void save();
    void setBusy(bool busy);
    void showError(const Error &error);

    VaultClient *m_client;
    Clock m_clock;
    QString m_keyId;            ///< empty for a new key
    Label *m_title;
    QLineEdit *m_name;
    QLineEdit *m_note;
    QTabBar *m_tabs;
    QStackedWidget *m_pages;
    ScopeForm *m_scope;
    PolicyForm *m_policy;
    QList<std::pair<Action, QCheckBox *>> m_actions;
    ExpiryForm *m_expiry;
    Label *m_summary;
    Label *m_missing;
    InlineMessage *m_error;
    QPushButton *m_go;
    bool m_busy = false;
};

} // namespace clavitor::ui
