// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/SecretText.h"
#include "ui/widgets/RaisedDialog.h"

#include <functional>

class QPushButton;
class QVBoxLayout;

namespace clavitor {
class UserPresence;
}

namespace clavitor::ui {

class InlineMessage;
class PresenceLine;
class SecretField;

/// Asks for the master password, for one purpose that it names. Stays open until the password was right.
class PasswordSheet : public RaisedDialog {
    Q_OBJECT
public:
    PasswordSheet(const QString &title, const QString &why, const QString &verb, QWidget *parent);

    /// Leaves the field empty.
    [[nodiscard]] crypto::SecretText takePassword();
    /// While the key is derived: no second try. It can be left: whoever asked takes the question back then.
    void setBusy(bool busy);
    void showError(const Error &error);
    /// Another way that does as well, above the buttons; the caller connects it.
    QPushButton *addAlternative(const QString &words, const QIcon &icon);
    /// Shows a check of `presence` that stands in for the password, which can be typed meanwhile; `again` begins another one.
    void offerPresence(UserPresence *presence, const std::function<void()> &again);
    /// The check runs, or ended without a yes; whether there may be another one.
    void setChecking(bool checking, bool mayAgain = false);

signals:
    void entered();

private:
    SecretField *m_field;
    InlineMessage *m_error;
    QPushButton *m_go;
    QVBoxLayout *m_alternatives;
    PresenceLine *m_check;
    QPushButton *m_again;
};

} // namespace clavitor::ui
