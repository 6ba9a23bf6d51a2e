// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/PresenceRows.h"

#include "app/service/PresenceGate.h"
#include "app/service/VaultClient.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/Label.h"
#include "ui/words/PresenceText.h"

#include <QPointer>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

Label *addRow(QVBoxLayout *column, Switch *toggle)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(space::l);
    auto *left = new QVBoxLayout;
    left->setSpacing(2);
    left->addWidget((new Label(toggle->accessibleName()))->wrapping());
    auto *words = new Label({}, TextStyle::Quiet, Ink::Quiet);
    words->wrapping();
    left->addWidget(words);
    row->addLayout(left, 1);
    row->addWidget(toggle, 0, Qt::AlignVCenter);
    column->addLayout(row);
    return words;
}

} // namespace

PresenceRows::PresenceRows(VaultClient *client, Settings *settings, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_settings(settings)
    , m_check(new Switch(tr("Ask before the keychain opens the vault")))
    , m_personal(new Switch(tr("Open Personal again with a check")))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    m_checkWords = addRow(column, m_check);
    column->addWidget(new Hairline);
    m_personalWords = addRow(column, m_personal);
    m_personalWords->setText(tr("Once the master password has opened Personal, a fingerprint check or the system's dialog opens it again, "
                                "for a minute each time, until Clavitor quits or two checks in a row say no."));
    connect(m_check, &Switch::toggled, this, [this](bool on) {
        if (!m_taking)
            m_settings->setKeychainCheck(on ? Settings::KeychainCheck::Always : Settings::KeychainCheck::Never);
    });
    connect(m_personal, &Switch::toggled, this, [this](bool on) {
        if (!m_taking)
            m_settings->setKeepsPersonal(on);
    });
    connect(m_settings, &Settings::changed, this, &PresenceRows::take);
    take();
}

void PresenceRows::take()
{
    m_taking = true;
    m_check->setChecked(m_settings->keychainCheck() != Settings::KeychainCheck::Never);
    m_personal->setChecked(m_settings->keepsPersonal());
    m_taking = false;
    m_checkWords->setText(keychainWords());
    m_checkWords->setVisible(!m_checkWords->text().isEmpty());
}

QString PresenceRows::keychainWords() const
{
    if (!m_hasLooked)
        return {};
    const QString words = PresenceText::beforeKeychain(m_probe, m_settings->keychainCheck());
    if (m_settings->keychainCheck() == Settings::KeychainCheck::Always && m_probe.means == UserPresence::Means::None)
        return words + u' ' + tr("The master password is asked instead.");
    if (m_probe.means == UserPresence::Means::None)
        return words;
    return words + u' ' + tr("It is a check, not a lock: programs that run as you can read an open keychain without it.");
}

void PresenceRows::look()
{
    PresenceGate *gate = m_client->presence();
    if (!gate)
        return;
    gate->presence().probe([rows = QPointer(this)](UserPresence::Probe probe) {
        if (!rows)
            return;
        rows->m_probe = probe;
        rows->m_hasLooked = true;
        rows->take();
    });
}

void PresenceRows::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    look(); // a reader may have been plugged in since
}

} // namespace clavitor::ui
