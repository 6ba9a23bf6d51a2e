// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QStringList>
#include <QTimer>
#include <QWidget>

namespace clavitor::ui {

class Label;
class PasswordMeter;
class SecretField;

/// A new master password, typed twice, rated while typing. Used by the wizard and to change it.
class NewPasswordForm : public QWidget {
    Q_OBJECT
public:
    /// `name` stands over the first field: "Master password".
    explicit NewPasswordForm(const QString &name, QWidget *parent = nullptr);

    /// Words a guesser would know: the vault's name.
    void setContext(const QStringList &words);
    /// Strong enough, and twice the same.
    [[nodiscard]] bool isComplete() const { return m_acceptable && m_same; }
    /// Leaves both fields empty.
    [[nodiscard]] crypto::SecretText takePassword();
    void wipe();
    /// What is missing, in a sentence; empty when complete.
    [[nodiscard]] QString missing() const;

signals:
    void changed();
    /// Return in the second field.
    void submitted();

private:
    void rate();
    void compare();

    SecretField *m_first;
    SecretField *m_second;
    PasswordMeter *m_meter;
    Label *m_difference;
    QStringList m_context;
    QTimer m_pause;             ///< rating takes tens of milliseconds, so it waits for a pause in the typing
    bool m_acceptable = false;
    bool m_same = false;
};

} // namespace clavitor::ui
