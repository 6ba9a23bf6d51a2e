// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/hardware/HardwareButtons.h"

#include "app/service/VaultClient.h"
#include "ui/hardware/HardwareDialogs.h"
#include "ui/settings/WayText.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

HardwareButtons::HardwareButtons(VaultClient *client, HardwareDialogs *hardware, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_hardware(hardware)
    , m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(space::m);
    connect(m_client, &VaultClient::factsChanged, this, &HardwareButtons::takeFacts);
    takeFacts();
}

void HardwareButtons::takeFacts()
{
    const VaultFacts &facts = m_client->facts();
    const bool locked = !facts.problem && (facts.state == LockState::Locked || facts.state == LockState::Unlocking);
    const QList<crypto::SlotKind> wanted = locked ? m_hardware->usable() : QList<crypto::SlotKind>();
    if (wanted != m_shown) {
        m_shown = wanted;
        for (auto *old : findChildren<QPushButton *>()) {
            m_column->removeWidget(old);
            old->hide();
            old->deleteLater();
        }
        for (const crypto::SlotKind kind : wanted) {
            auto *button = new QPushButton(icon(WayText::symbol(kind)), HardwareDialogs::unlockWords(kind));
            setButtonRole(button, ButtonRole::Flat);
            connect(button, &QPushButton::clicked, this, [this, kind] { m_hardware->unlock(kind, window()); });
            m_column->addWidget(button);
        }
    }
    setVisible(!m_shown.isEmpty());
    setEnabled(facts.state != LockState::Unlocking);
}

} // namespace clavitor::ui
