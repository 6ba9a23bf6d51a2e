// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "crypto/SecretText.h"
#include "ui/connection/ThisComputer.h"

#include <QDialog>
#include <QPointer>
#include <QTimer>

#include <optional>

class QCheckBox;
class QHBoxLayout;
class QScrollArea;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class ClipboardGuard;
class ConfirmSheet;
class HardwareWays;
class InlineMessage;
class Label;
class NewPasswordForm;
class StepDots;

/// From nothing to a vault with entries and a key: what Clavitor does, name and master password, this computer's
/// keychain, a recovery sheet, first entries, first key. GUI thread.
///
/// The vault is made after the third page and kept from the fourth on, once there is a second way into all of it: before that closing the
/// wizard, after a question, or a lock leaves nothing behind; after it, a whole vault. Secrets leave the page with the last
/// reference and are wiped when the wizard closes. The master password is kept for the sheet, which is added with it, until that
/// page is left. A lock closes the wizard, or, where it took the vault, brings it back to the password.
class SetupWizard : public QDialog {
    Q_OBJECT
public:
    enum Step { Welcome, Password, Computer, Recovery, Entries, Key, StepCount };

    /// `client` and `clipboard` outlive the wizard; `port` is the bridge's, for the key's configuration.
    SetupWizard(VaultClient *client, ClipboardGuard *clipboard, Clock clock, quint16 port, QWidget *parent = nullptr);

    /// Before open(): the last page then also sets up the clients of this computer.
    void setComputer(const ThisComputer &computer);
    /// The same: security keys and the TPM are offered beside the sheet. Outlives the wizard.
    void setHardware(HardwareWays *hardware);
    [[nodiscard]] Step step() const;
    /// Accepted: there is a vault, and the window may show itself. Asks first where a vault would be lost.
    void done(int result) override;

signals:
    /// It closes, and what it had to say of the keychain was not seen.
    void leavesKeychainUnsaid(const QString &words);

private:
    [[nodiscard]] QWidget *welcomePage();
    [[nodiscard]] QWidget *passwordPage();
    [[nodiscard]] QWidget *computerPage();
    [[nodiscard]] QWidget *recoveryPage();
    [[nodiscard]] QWidget *entriesPage();
    [[nodiscard]] QWidget *keyPage();
    void goTo(Step step);
    void next();
    void back();
    void refresh();
    void create();
    /// Whether anything here could ask before the keychain opens the vault; where nothing can, the keychain is not offered.
    void lookForCheck();
    void offerNext();
    void explainKeychain();
    void sayWhyNoKeychain();
    /// It has a second way, and is kept.
    void takeWays();
    void setBusy(bool busy);
    void makeSheet();
    [[nodiscard]] bool hasSecondWay() const;
    void askToDiscard();
    /// The vault that was made went with a lock.
    void startAgain();
    void importFile();
    void makeKey();

    VaultClient *m_client;
    ClipboardGuard *m_clipboard;
    Clock m_clock;
    OurSide m_ours;
    QStackedWidget *m_pages;
    StepDots *m_place;
    QLineEdit *m_name;
    NewPasswordForm *m_password;
    QCheckBox *m_keychain;
    Label *m_keychainWords;
    QString m_noCheck;          ///< why the keychain is not offered
    QHBoxLayout *m_hardware;    ///< buttons on the sheet's page
    InlineMessage *m_error;
    InlineMessage *m_keychainAsks;
    InlineMessage *m_keychainFailed;
    QString m_keychainWhy;          ///< why the keychain does not open the vault, until it was shown
    InlineMessage *m_sheetMade;
    InlineMessage *m_imported;
    InlineMessage *m_keyMade;
    QProgressBar *m_progress;
    QPushButton *m_back;
    QPushButton *m_next;
    QPushButton *m_makeSheet = nullptr;
    QPushButton *m_import = nullptr;
    QPushButton *m_makeKey = nullptr;
    QScrollArea *m_clients;     ///< of this computer; hidden without setComputer()
    std::optional<crypto::SecretText> m_master;   ///< from the vault's making to the end of the sheet's page
    bool m_busy = false;
    QPointer<ConfirmSheet> m_question;  ///< whether to leave
    bool m_isLooking = false;   ///< for something that could ask, before the keychain is taken
    QTimer m_patience;          ///< with that
    QTimer m_keychainPatience;  ///< with a keychain that answers at once
    bool m_created = false;
    bool m_isLeaving = false;   ///< and the vault goes with it
};

} // namespace clavitor::ui
