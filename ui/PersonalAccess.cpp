// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/PersonalAccess.h"

#include "app/service/PresenceGate.h"
#include "ui/PasswordSheet.h"
#include "ui/hardware/HardwareDialogs.h"
#include "ui/recovery/RecoveryOpenDialog.h"
#include "ui/settings/WayText.h"
#include "ui/style/Icons.h"

#include <QPushButton>

namespace clavitor::ui {

PersonalAccess::PersonalAccess(VaultClient *client, Clock steady, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_steady(std::move(steady))
{
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (secondsLeft() == 0)
            shut();
        else
            emit changed();
    });
    connect(m_client, &VaultClient::personalShut, this, &PersonalAccess::closed);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state == LockState::Unlocked)
            return;
        if (m_sheet)
            m_sheet->reject();
        closed();
    });
}

int PersonalAccess::secondsLeft() const
{
    if (!isOpen())
        return 0;
    return static_cast<int>(qBound(qint64(0), (m_openUntil - m_steady() + 999) / 1000, qint64(seconds)));
}

void PersonalAccess::request(QWidget *window, QObject *context, std::function<void()> then)
{
    if (isOpen()) {
        then();
        return;
    }
    m_waiting.emplace_back(context, std::move(then));
    if (!m_sheet)
        ask(window);
}

void PersonalAccess::ask(QWidget *window)
{
    auto *sheet = new PasswordSheet(tr("Open Personal fields"),
                                    tr("Personal fields are sealed apart from the rest of the vault and never given to agents. "
                                       "They stay open for a minute, or until you turn to another entry."),
                                    tr("Open"), window);
    m_sheet = sheet;
    connect(sheet, &PasswordSheet::entered, this, [this, sheet] {
        stopChecking(sheet);
        sheet->setBusy(true);
        m_isAsked = true;
        m_client->openPersonal(sheet->takePassword(), Reply<Result<>>(sheet, [this, sheet](Result<> result) {
            if (m_sheet != sheet)
                return; // left meanwhile, and taken back
            m_isAsked = false;
            sheet->setBusy(false);
            if (result)
                proceed(sheet);
            else
                sheet->showError(result.error());
        }));
    });
    offerHardware(sheet);
    offerRecoverySheet(sheet);
    connect(sheet, &QDialog::rejected, this, [this] {
        ++m_checks;
        m_client->cancelPresence();
        // The vault may be about to open it, or have done so: whoever left does not know, and no countdown would show it.
        if (std::exchange(m_isAsked, false))
            m_client->takeBackPersonal();
        m_sheet.clear();
        m_waiting.clear();
    });
    sheet->open();
    if (PresenceGate *gate = m_client->presence(); gate && m_client->facts().keepsPersonal) {
        sheet->offerPresence(&gate->presence(), [this, sheet] { askPresence(sheet); });
        askPresence(sheet);
    }
}

void PersonalAccess::offerHardware(PasswordSheet *sheet)
{
    for (const crypto::SlotKind kind : m_hardware ? m_hardware->usable() : QList<crypto::SlotKind>()) {
        connect(sheet->addAlternative(HardwareDialogs::insteadWords(kind), icon(WayText::symbol(kind))), &QPushButton::clicked, sheet,
                [this, sheet, kind] {
            stopChecking(sheet);
            m_hardware->openPersonal(kind, sheet, [this, guard = QPointer(sheet)] {
                if (guard)
                    proceed(guard);
            });
        });
    }
}

void PersonalAccess::offerRecoverySheet(PasswordSheet *sheet)
{
    if (!m_client->facts().opensBy(crypto::SlotKind::Recovery))
        return;
    connect(sheet->addAlternative(tr("Use your recovery sheet instead"), icon(Symbol::Note)), &QPushButton::clicked, sheet, [this, sheet] {
        stopChecking(sheet);
        auto *dialog = new RecoveryOpenDialog(m_client, sheet);
        connect(dialog, &QDialog::accepted, sheet, [this, sheet] { proceed(sheet); });
        dialog->open();
    });
}

/// Another way is taken: the check's answer is not waited for any more.
void PersonalAccess::stopChecking(PasswordSheet *sheet)
{
    ++m_checks;
    m_client->cancelPresence();
    sheet->setChecking(false, m_client->presence() && m_client->facts().keepsPersonal);
}

void PersonalAccess::askPresence(PasswordSheet *sheet)
{
    sheet->setChecking(true);
    m_isAsked = true;
    m_client->reopenPersonal(Reply<Result<>>(sheet, [this, sheet, check = ++m_checks](Result<> result) {
        if (check != m_checks)
            return;
        m_isAsked = false;
        if (result) {
            proceed(sheet);
            return;
        }
        sheet->setChecking(false, m_client->facts().keepsPersonal);
        if (result.error().code != ErrorCode::Cancelled)
            sheet->showError(result.error());
    }));
}

void PersonalAccess::proceed(PasswordSheet *sheet)
{
    m_isAsked = false;
    opened();
    sheet->accept();
    for (const auto &[context, then] : std::exchange(m_waiting, {}))
        if (context)
            then();
}

void PersonalAccess::shut()
{
    if (!isOpen())
        return;
    m_client->shutPersonal();
    closed();
}

void PersonalAccess::opened()
{
    m_openUntil = m_steady() + seconds * 1000;
    m_tick.start();
    emit changed();
}

void PersonalAccess::closed()
{
    if (!isOpen())
        return;
    m_openUntil = 0;
    m_tick.stop();
    emit changed();
}

} // namespace clavitor::ui
