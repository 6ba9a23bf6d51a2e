// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultClient.h"
#include "ui/widgets/RaisedDialog.h"

class QPushButton;

namespace clavitor::ui {

class InlineMessage;
class Label;

/// What was found about a vault that is not as it was left, what that means, and the decision: look first, which closes
/// the sheet and has the keyboard, or take it as it is; then it says what was taken out, if anything was. GUI thread.
class DistrustSheet : public RaisedDialog {
    Q_OBJECT
public:
    DistrustSheet(VaultClient *client, const Distrust &distrust, QWidget *parent);

private:
    void trust();

    VaultClient *m_client;
    Label *m_title;
    QList<Label *> m_words;     ///< what was found, means and is to be done
    InlineMessage *m_error;
    QPushButton *m_look;        ///< closes it
    QPushButton *m_trust;
};

} // namespace clavitor::ui
