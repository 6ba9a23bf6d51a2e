// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/RecoverySheet.h"

#include <QDialog>

#include <optional>

class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class InlineMessage;
class NewPasswordForm;
class SheetField;

/// Unlocks with a recovery sheet: its eight groups, and then a new master password, or the one there is kept. GUI thread.
///
/// The sheet is kept in guarded memory for the second step and wiped with the dialog, which closes with a lock, also of a vault
/// that is locked still.
class RecoveryUnlockDialog : public QDialog {
    Q_OBJECT
public:
    /// `client` outlives the dialog.
    explicit RecoveryUnlockDialog(VaultClient *client, QWidget *parent = nullptr);

    /// Not while the vault works on it.
    void done(int result) override;

private:
    [[nodiscard]] QWidget *sheetPage();
    [[nodiscard]] QWidget *passwordPage();
    void showPage(int index);
    [[nodiscard]] bool isOnSheet() const;
    void go();
    void unlock();
    void setPassword();
    void refresh();
    void setBusy(bool busy, const QString &words = {});
    void showError(const Error &error, const QString &more = {});

    VaultClient *m_client;
    std::optional<crypto::RecoverySheet> m_sheet;
    QStackedWidget *m_pages;
    SheetField *m_typed;
    NewPasswordForm *m_password;
    InlineMessage *m_error;
    QProgressBar *m_progress;
    QPushButton *m_leave;
    QPushButton *m_go;
    bool m_busy = false;
    bool m_opened = false;
};

} // namespace clavitor::ui
