// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>

#include <functional>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace clavitor::ui {

class ExpiryForm;
class InlineMessage;
class Label;
class ScopeForm;

/// Makes an agent's key or changes one: name, note, what it may see and do, until when. GUI thread.
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

private:
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
    ScopeForm *m_scope;
    QList<std::pair<Action, QCheckBox *>> m_actions;
    ExpiryForm *m_expiry;
    Label *m_missing;
    InlineMessage *m_error;
    QPushButton *m_go;
    bool m_touched = false;
    bool m_busy = false;
};

} // namespace clavitor::ui
