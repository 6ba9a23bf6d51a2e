// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareThread.h"
#include "app/session/UnlockWay.h"
#include "ui/widgets/RaisedDialog.h"

#include <QTimer>

#include <optional>

class QLineEdit;
class QProgressBar;
class QPushButton;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class InlineMessage;
class Label;
class SecretField;
class SymbolTile;

/// Goes with a person through what a security key or the TPM asks of them: to plug it in, its PIN, a touch; and does with its
/// secret what the dialog is for. Each thing that can fail is said with its next step, and can be tried again.
///
/// Accepted when the vault has done it. Until then nothing of the vault has changed; closing stops the hardware.
/// Closes by itself when the vault is to be locked, whether it is or not, or was opened another way. GUI thread.
class HardwareDialog : public RaisedDialog {
    Q_OBJECT
public:
    enum class Purpose { Unlock, OpenPersonal, Add };
    struct Parts {
        VaultClient *client;        ///< both outlive the dialog
        HardwareThread *hardware;
    };
    /// `kind` is SecurityKey or Tpm.
    HardwareDialog(Parts parts, Purpose purpose, crypto::SlotKind kind, QWidget *parent = nullptr);
    ~HardwareDialog() override;

    /// Not while the vault works on it.
    void done(int result) override;

private:
    enum class Stage {
        Name,       ///< what to call it; for a TPM its new PIN
        Absent,     ///< until one is plugged in
        Working,
        Touch,
        TouchAgain,
        Pin,
        Failed,     ///< and may be tried again
        Password,   ///< the last step of adding
        Storing,    ///< the vault's turn
    };

    void build();
    void goTo(Stage stage);
    void refresh();
    void next();
    void askHardware(crypto::SecretText pin);
    void hardwareFailed(const Error &error);
    void lookForKey();
    void opened(HardwareKey::Opened found);
    void store();
    void vaultAnswered(const Result<> &result);
    void stepped(HardwareCall::Step step);
    void say(const QString &error);
    [[nodiscard]] bool isKey() const { return m_kind == crypto::SlotKind::SecurityKey; }
    [[nodiscard]] HardwareThread::Kind thing() const;
    [[nodiscard]] QString titleOf(Stage stage) const;
    [[nodiscard]] QString wordsOf(Stage stage) const;
    [[nodiscard]] QString verbOf(Stage stage) const;
    [[nodiscard]] bool takesPin(Stage stage) const;

    VaultClient *m_client;
    HardwareThread *m_hardware;
    Purpose m_purpose;
    crypto::SlotKind m_kind;
    Stage m_stage = Stage::Working;
    QList<WayName> m_ways;          ///< those that were asked, in the order of the question
    std::optional<HardwareKey::Enrolled> m_enrolled;
    QTimer m_look;
    bool m_closed = false;
    SymbolTile *m_tile;
    Label *m_title;
    Label *m_words;
    QLineEdit *m_name;
    SecretField *m_pin;
    SecretField *m_again;
    SecretField *m_password;
    InlineMessage *m_error;
    QProgressBar *m_progress;
    QPushButton *m_cancel;
    QPushButton *m_next;
};

} // namespace clavitor::ui
