// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/BridgeProcess.h"
#include "app/service/VaultClient.h"
#include "ui/connection/ThisComputer.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <memory>

class QDialog;

namespace clavitor {

class HardwareThread;
class Keeper;
class Settings;

namespace ui {
class AgentsPage;
class ApprovalPresenter;
class AuditPage;
class ClipboardGuard;
class ConnectionPage;
class DesktopNotice;
class HardwareDialogs;
class LockKey;
class MainWindow;
class Notifications;
class PersonalAccess;
class SessionWatch;
class SetupWizard;
class Theme;
class TrayIcon;
class UnlockPanel;
} // namespace ui

/// The windows around a Keeper: tray, main window, wizard, dialogs, and which of them is shown when.
///
/// UI thread. `keeper`, `settings` and what `computer` points to outlive it.
class Desktop : public QObject {
    Q_OBJECT
public:
    Desktop(Keeper &keeper, Settings &settings, ui::ThisComputer computer, QObject *parent = nullptr);
    ~Desktop() override;

    /// At login the panel with the tray may come after us; without one a hidden program could not be reached again.
    static constexpr std::chrono::milliseconds TrayPatience{6'000};

    /// The first picture: the wizard without a vault, else the window, unless it is to start in the tray and there is one by then.
    void open(bool minimised, std::chrono::milliseconds trayPatience = TrayPatience);
    /// Of a vault that is gone in a minute nothing is said about losing it.
    void setVaultIsTransient();
    /// The tray's own Lock action, for the demonstration's check.
    void lockFromTray();
    /// What the tray said last, for the same.
    [[nodiscard]] QString trayNotice() const;

signals:
    void quitRequested();

private:
    void makePages();
    void connectTray();
    void connectQuestions();
    void applySettings();
    void bridgeChanged(const BridgeState &state);
    void vaultChanged(const VaultFacts &facts);
    /// Of a vault that one forgotten password would lose: a line when the window is there to be seen, once on this computer.
    void remindOfSheet();
    /// The token a key had works no more; it does not stay in the keychain either.
    void forgetToken(const QString &keyId);
    void showWindow();
    void showSetup();
    /// Before what would take a vault that the wizard has not finished: has the wizard ask, and answers true.
    bool asksToDiscard();
    void showUnlock();
    void showImport();
    void showRequests();
    void lookForTray();
    /// Nothing was typed or moved in our windows for the time set; the person may be busy in others. A locked vault forgets then what
    /// was typed to open it.
    void lockWhenIdle();
    void startIdleTime();
    /// Keys are held that nobody's leaving may outlast: of an open vault, or of one that is being made.
    [[nodiscard]] bool holdsKeys() const;
    /// Locks, unless the person chose that a lease goes on then.
    void leave(LockCause how);
    bool eventFilter(QObject *watched, QEvent *event) override;

    Keeper &m_keeper;
    Settings &m_settings;
    ui::ThisComputer m_computer;
    VaultClient &m_client;
    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<ui::ClipboardGuard> m_clipboard;
    std::unique_ptr<HardwareThread> m_hardware;
    std::unique_ptr<ui::HardwareDialogs> m_hardwareDialogs;
    std::unique_ptr<ui::PersonalAccess> m_personal;
    std::unique_ptr<ui::MainWindow> m_window;
    std::unique_ptr<ui::TrayIcon> m_tray;
    std::unique_ptr<ui::Notifications> m_notifications;
    std::unique_ptr<ui::DesktopNotice> m_notice;
    std::unique_ptr<ui::ApprovalPresenter> m_questions;
    ui::AgentsPage *m_keysPage = nullptr;           ///< pages belong to the window
    ui::AuditPage *m_auditPage = nullptr;
    ui::ConnectionPage *m_connectionPage = nullptr;
    ui::UnlockPanel *m_unlockPanel = nullptr;
    QPointer<QDialog> m_setup;
    bool m_owesReminder = false;    ///< of a second way, since the unlock
    QPointer<QDialog> m_unlock;
    QPointer<QDialog> m_import;
    QTimer m_trayLook;
    QTimer m_idle;              ///< runs while unlocked, from the last input to our windows
    std::unique_ptr<ui::SessionWatch> m_session;
    std::unique_ptr<ui::LockKey> m_lockKey;
    LockState m_state = LockState::NoVault;
    bool m_heldKeys = false;
};

} // namespace clavitor
