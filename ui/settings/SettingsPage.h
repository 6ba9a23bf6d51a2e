// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"

#include <QWidget>

class QButtonGroup;
class QSpinBox;
class QVBoxLayout;

namespace clavitor {
class LoginStart;
class Settings;
class VaultClient;
}

namespace clavitor::ui {

class InlineMessage;
class Label;
class Switch;
class Toast;
class UnlockWaysCard;

/// How the program looks, when it locks, how the vault opens. What is changed here holds at once; there is no "Apply".
/// GUI thread.
class SettingsPage : public QWidget {
    Q_OBJECT
public:
    /// `client`, `settings` and `start` outlive the page. Without `start` nothing is said of starting at login.
    /// `clock` dates a recovery sheet.
    SettingsPage(VaultClient *client, Settings *settings, Clock clock, const LoginStart *start = nullptr, QWidget *parent = nullptr);

    [[nodiscard]] UnlockWaysCard *ways() const { return m_ways; }

private:
    void addLook(QVBoxLayout *column);
    void addStart(QVBoxLayout *column, const LoginStart *start);
    void addLocking(QVBoxLayout *column);
    void addVault(QVBoxLayout *column);
    void addAbout(QVBoxLayout *column);
    void take();
    void takeFacts();
    void showError(const Error &error);

    VaultClient *m_client;
    Settings *m_settings;
    QButtonGroup *m_theme;
    QButtonGroup *m_density;
    QSpinBox *m_autoLock;
    QSpinBox *m_clipboard;
    Switch *m_startMinimised;
    Switch *m_keepsLeases;
    UnlockWaysCard *m_ways;
    Label *m_folder;
    InlineMessage *m_notice;
    InlineMessage *m_uncompared;
    InlineMessage *m_error;
    Toast *m_toast;
    bool m_taking = false;
};

} // namespace clavitor::ui
