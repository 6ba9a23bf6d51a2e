// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

#include <QDialog>

class QProgressBar;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class InlineMessage;
class Label;
class SecretField;

/// Replaces all keys of the vault: says first what it is for and what it costs, takes the master password, shows how far it
/// is and can be stopped until it takes effect, and tells in the end what is to be made again. Accepted when the keys were
/// replaced. Closes when the vault is locked. GUI thread.
class ReplaceKeysDialog : public QDialog {
    Q_OBJECT
public:
    /// `client` outlives the dialog.
    explicit ReplaceKeysDialog(VaultClient *client, QWidget *parent = nullptr);

    /// While it works, this asks it to stop instead. The password is wiped.
    void done(int result) override;

signals:
    /// The person wants the recovery sheet made now; after accepted().
    void sheetWanted();

private:
    enum Stage { Before, Working, After };

    [[nodiscard]] QWidget *beforePage();
    [[nodiscard]] QWidget *workingPage();
    [[nodiscard]] QWidget *afterPage();
    void tellKeys();
    void refresh();
    void goTo(Stage stage);
    void start();
    void stop();
    void showProgress(qint64 rows, qint64 total);
    void showKeychain();
    void finish(const Result<KeysReplaced> &result);
    void tellAfter(const KeysReplaced &replaced);

    VaultClient *m_client;
    QStackedWidget *m_pages;
    QVBoxLayout *m_points = nullptr;
    SecretField *m_password = nullptr;
    InlineMessage *m_error = nullptr;
    Label *m_mayStop = nullptr;
    Label *m_step = nullptr;
    QProgressBar *m_progress = nullptr;
    QVBoxLayout *m_toDo = nullptr;
    QPushButton *m_later;
    QPushButton *m_cancel;
    QPushButton *m_next;
    bool m_isLocked = false;
    bool m_wantsSheet = false;
};

} // namespace clavitor::ui
