// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/UnlockDialog.h"

#include "app/service/VaultClient.h"
#include "ui/setup/UnlockPanel.h"

#include <QVBoxLayout>

namespace clavitor::ui {

UnlockDialog::UnlockDialog(VaultClient *client, Clock clock, QWidget *parent)
    : QDialog(parent)
    , m_panel(new UnlockPanel(client, std::move(clock)))
{
    setWindowTitle(tr("Unlock Clavitor"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_panel);
    resize(440, 460);
    m_panel->setFocus();
    connect(client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state == LockState::Unlocked)
            accept();
    });
}

void UnlockDialog::reject()
{
    if (m_panel->isBusy())
        return;
    m_panel->stopAsking();
    QDialog::reject();
}

} // namespace clavitor::ui
