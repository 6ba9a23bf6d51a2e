// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>
#include <utility>
#include <vector>

namespace clavitor::ui {

class HardwareDialogs;
class PasswordSheet;

/// Opens Personal for at most a minute, with the master password, hardware, the recovery sheet or, once the password opened it, a
/// presence check; and tells how long it stays open.
///
/// Lives on the GUI thread. The vault thread decides and shuts; this keeps the countdown that is shown.
class PersonalAccess : public QObject {
    Q_OBJECT
public:
    static constexpr int seconds = 60;

    /// `steady` goes on whatever the computer's clock is set to (steadyClock()); `client` outlives it.
    PersonalAccess(VaultClient *client, Clock steady, QObject *parent = nullptr);

    /// Offers the vault's security keys and TPM beside the password. Outlives this.
    void setHardware(HardwareDialogs *hardware) { m_hardware = hardware; }

    [[nodiscard]] bool isOpen() const { return m_openUntil != 0; }
    [[nodiscard]] int secondsLeft() const;

    /// Runs `then` at once while open; else asks in a sheet over `window`, by a presence check first where one can open it,
    /// and runs it after the answer was right. Nothing runs when the person cancels, or when `context` has died; Personal stays shut
    /// then, also when the vault was about to open it. Who asks while the sheet is open waits for the same answer.
    void request(QWidget *window, QObject *context, std::function<void()> then);
    void shut();

signals:
    /// Opened, shut, and once a second between.
    void changed();

private:
    void ask(QWidget *window);
    void offerHardware(PasswordSheet *sheet);
    void offerRecoverySheet(PasswordSheet *sheet);
    void stopChecking(PasswordSheet *sheet);
    void askPresence(PasswordSheet *sheet);
    /// Personal is open by what the sheet asked for: whoever waited for it goes on.
    void proceed(PasswordSheet *sheet);
    void opened();
    void closed();

    VaultClient *m_client;
    Clock m_steady;
    HardwareDialogs *m_hardware = nullptr;
    QTimer m_tick;
    qint64 m_openUntil = 0;     ///< ms, 0 while shut
    QPointer<QDialog> m_sheet;
    quint64 m_checks = 0;       ///< which check's answer is waited for
    bool m_isAsked = false;     ///< the vault, by password or check, and has not answered
    std::vector<std::pair<QPointer<QObject>, std::function<void()>>> m_waiting;
};

} // namespace clavitor::ui
