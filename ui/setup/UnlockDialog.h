// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"

#include <QDialog>

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class UnlockPanel;

/// The unlock panel in a window of its own, for the tray. Closes once the vault is open, however it was opened.
class UnlockDialog : public QDialog {
    Q_OBJECT
public:
    UnlockDialog(VaultClient *client, Clock clock, QWidget *parent = nullptr);

    [[nodiscard]] UnlockPanel *panel() const { return m_panel; }
    /// Not while the password is being checked.
    void reject() override;

private:
    UnlockPanel *m_panel;
};

} // namespace clavitor::ui
