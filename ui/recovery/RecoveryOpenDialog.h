// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QDialog>

class QPushButton;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class InlineMessage;
class SheetField;

/// Opens Personal with a recovery sheet, for who has the paper and not the master password. Accepted once it is open; what was typed
/// is wiped with the dialog. GUI thread.
class RecoveryOpenDialog : public QDialog {
    Q_OBJECT
public:
    /// `client` outlives the dialog.
    explicit RecoveryOpenDialog(VaultClient *client, QWidget *parent = nullptr);

    /// Not while the vault looks at the sheet.
    void done(int result) override;

private:
    void go();
    void answered(const Result<> &result);
    void setBusy(bool busy);

    VaultClient *m_client;
    SheetField *m_typed;
    InlineMessage *m_error;
    QPushButton *m_cancel;
    QPushButton *m_go;
    bool m_busy = false;
};

} // namespace clavitor::ui
