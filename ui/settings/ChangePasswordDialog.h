// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QDialog>

class QProgressBar;
class QPushButton;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class InlineMessage;
class NewPasswordForm;
class SecretField;

/// The present master password and a new one, twice. Accepted once the vault opens with the new one. GUI thread.
class ChangePasswordDialog : public QDialog {
    Q_OBJECT
public:
    explicit ChangePasswordDialog(VaultClient *client, QWidget *parent = nullptr);

    /// Not while the vault works on it; both passwords are wiped.
    void done(int result) override;

private:
    void refresh();
    void change();
    void setBusy(bool busy);

    VaultClient *m_client;
    SecretField *m_current;
    NewPasswordForm *m_next;
    InlineMessage *m_error;
    QProgressBar *m_progress;
    QPushButton *m_go;
    bool m_busy = false;
};

} // namespace clavitor::ui
