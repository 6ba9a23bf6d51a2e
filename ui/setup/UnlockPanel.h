// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"
#include "ui/style/Icons.h"

#include <QTimer>
#include <QWidget>

class QProgressBar;
class QPushButton;
class QScrollArea;

namespace clavitor::ui {

class HardwareDialogs;
class InlineMessage;
class Label;
class PresenceLine;
class SecretField;

/// Opens a locked vault: by the master password, or by the keychain where the vault has a slot for it, after a presence
/// check. The password can be typed and sent all the while the check or the keychain is waited for. Says who asked while it was
/// locked, and for every way of failing what was kept and what to do. While a lease goes on it says which, and ends it on
/// request: that takes no unlock. A lock of the locked vault takes away what was typed. Where the file with the keys cannot be read it offers the one of before, if it opens anything. GUI thread.
///
/// Is the window's lock screen and stands in UnlockDialog; what does not fit into either is scrolled to.
class UnlockPanel : public QWidget {
    Q_OBJECT
public:
    /// `client` outlives the panel.
    UnlockPanel(VaultClient *client, Clock clock, QWidget *parent = nullptr);

    /// Offers the vault's security keys and TPM as well. Once; outlives the panel.
    void setHardware(HardwareDialogs *hardware);

    /// While what was typed is being tried.
    [[nodiscard]] bool isBusy() const { return m_busy; }
    /// Ends a check for the keychain that runs; nothing otherwise.
    void stopAsking();

signals:
    void unlocked();
    /// There is no vault yet and the person wants one.
    void setupRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void takeFacts();
    void forgetTyped();
    void showCaller(const LockedCall &call);
    void stopLeases();
    void unlockWithPassword();
    void unlockWithKeychain();
    void unlockWithSheet();
    void offerFormerKeys();
    void useFormerKeys();
    void askKeychain();
    void openKeychain();
    void showAsking(bool asking, bool checks = true);
    void lookForCheck();
    void setBusy(bool busy, const QString &words = {});
    void answer(const Result<> &result, bool byKeychain);
    void tellCaller();
    void keepInSight();

    VaultClient *m_client;
    Clock m_clock;
    Label *m_symbol;
    Label *m_title;
    Label *m_text;
    SecretField *m_password;
    QPushButton *m_go;
    QPushButton *m_keychain;
    Symbol m_keychainSymbol = Symbol::Key;  ///< a finger where the check is one
    QPushButton *m_sheet;
    Label *m_before;            ///< what comes before the keychain
    PresenceLine *m_check;
    QPushButton *m_setup;
    QPushButton *m_former;      ///< the key file of before, where the present one cannot be read
    QPushButton *m_folder;
    QProgressBar *m_progress;
    InlineMessage *m_error;
    InlineMessage *m_caller;
    VaultFacts m_probed;        ///< what was known, but for leases, when it was asked for a check
    InlineMessage *m_leases;    ///< what goes on while it is locked
    Label *m_inMemory;          ///< what a lease that goes on means
    QPushButton *m_stop;
    QScrollArea *m_scroll;
    LockedCall m_call;
    qint64 m_calledAt = 0;      ///< 0: nobody asked
    int m_calls = 0;
    QTimer m_tick;
    bool m_busy = false;
    bool m_asking = false;      ///< the check, then the keychain
    quint64 m_attempt = 0;      ///< which of the keychain's answers is waited for

    void changeEvent(QEvent *event) override;
    void paintSymbolLabel();
};

} // namespace clavitor::ui
