// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultClient.h"
#include "ui/widgets/RaisedDialog.h"

class QPushButton;

namespace clavitor::ui {

class InlineMessage;

/// What was found about a vault that is not as it was left, what that means, and the decision: look first, which closes
/// the sheet and has the keyboard, or take it as it is. GUI thread.
class DistrustSheet : public RaisedDialog {
    Q_OBJECT
public:
    DistrustSheet(VaultClient *client, const Distrust &distrust, QWidget *parent);

private:
    void trust();

    VaultClient *m_client;
    InlineMessage *m_error;
    QPushButton *m_trust;
};

} // namespace clavitor::ui
