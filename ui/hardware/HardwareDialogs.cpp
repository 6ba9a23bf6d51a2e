// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/hardware/HardwareDialogs.h"

#include "app/service/VaultClient.h"

namespace clavitor::ui {

using crypto::SlotKind;

HardwareDialogs::HardwareDialogs(VaultClient *client, HardwareThread *hardware, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_hardware(hardware)
{
}

bool HardwareDialogs::isAvailable(SlotKind kind) const
{
    switch (kind) {
    case SlotKind::SecurityKey:
        return m_hardware->isAvailable(HardwareThread::Kind::SecurityKey);
    case SlotKind::Tpm:
        return m_hardware->isAvailable(HardwareThread::Kind::Tpm);
    default:
        return false;
    }
}

QList<SlotKind> HardwareDialogs::usable() const
{
    QList<SlotKind> kinds;
    for (const SlotKind kind : {SlotKind::SecurityKey, SlotKind::Tpm})
        if (m_client->facts().opensBy(kind) && isAvailable(kind))
            kinds += kind;
    return kinds;
}

HardwareDialog *HardwareDialogs::make(HardwareDialog::Purpose purpose, SlotKind kind, QWidget *window)
{
    if (m_dialog) // asked for twice before it was on the screen
        m_dialog->reject();
    m_dialog = new HardwareDialog({m_client, m_hardware}, purpose, kind, window);
    return m_dialog;
}

void HardwareDialogs::add(SlotKind kind, QWidget *window)
{
    HardwareDialog *dialog = make(HardwareDialog::Purpose::Add, kind, window);
    connect(dialog, &QDialog::accepted, this, [this, kind] {
        emit added(kind == SlotKind::Tpm ? tr("The TPM opens the vault from now on.") : tr("The security key opens the vault from now on."));
    });
    dialog->open();
}

void HardwareDialogs::unlock(SlotKind kind, QWidget *window)
{
    make(HardwareDialog::Purpose::Unlock, kind, window)->open();
}

void HardwareDialogs::openPersonal(SlotKind kind, QWidget *window, std::function<void()> then)
{
    HardwareDialog *dialog = make(HardwareDialog::Purpose::OpenPersonal, kind, window);
    connect(dialog, &QDialog::accepted, this, std::move(then));
    dialog->open();
}

QString HardwareDialogs::unlockWords(SlotKind kind)
{
    return kind == SlotKind::Tpm ? tr("Unlock with the TPM") : tr("Unlock with a security key");
}

QString HardwareDialogs::insteadWords(SlotKind kind)
{
    return kind == SlotKind::Tpm ? tr("Use the TPM instead") : tr("Use a security key instead");
}

} // namespace clavitor::ui
