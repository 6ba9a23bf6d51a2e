// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/SecretText.h"

#include <QDialog>

class QPushButton;

namespace clavitor::ui {

class InlineMessage;
class SecretField;

/// Asks for the master password, for one purpose that it names. Stays open until the password was right.
class PasswordSheet : public QDialog {
    Q_OBJECT
public:
    PasswordSheet(const QString &title, const QString &why, const QString &verb, QWidget *parent);

    /// Leaves the field empty.
    [[nodiscard]] crypto::SecretText takePassword();
    /// While the key is derived: no second try, no closing by mistake.
    void setBusy(bool busy);
    void showError(const Error &error);

signals:
    void entered();

private:
    SecretField *m_field;
    InlineMessage *m_error;
    QPushButton *m_go;
};

} // namespace clavitor::ui
