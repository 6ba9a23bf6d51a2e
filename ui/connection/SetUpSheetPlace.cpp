// SPDX-License-Identifier: GPL-3.0-or-later
// Where the token lies: what this client and this computer allow, and what each choice means.
#include "ui/connection/SetUpSheet.h"

#include "app/connect/TokenItem.h"
#include "app/session/Keychain.h"
#include "ui/widgets/Label.h"

#include <QRadioButton>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

KeychainWay SetUpSheet::keychainWay() const
{
    return keychainWayOf(m_to.client, m_to.version, !m_computer.shim.isEmpty(), m_present.how);
}

void SetUpSheet::takeVersion(const QString &version)
{
    m_to.version = version;
    suggestPlace();
}

void SetUpSheet::lookForKeychain()
{
    // Any name will do: "there is no such item" is the answer of a keychain that works.
    m_computer.keychain->read(u"none"_s, [guard = QPointer(this)](const Result<crypto::SecretBytes> &secret) {
        if (!guard || secret || secret.error().code != ErrorCode::KeychainAbsent)
            return;
        guard->m_hasKeychain = false;
        guard->suggestPlace();
    });
}

void SetUpSheet::suggestPlace()
{
    const KeychainWay way = keychainWay();
    const bool isTried = way == KeychainWay::Command || way == KeychainWay::Program;
    if (!m_hasChosenPlace && !m_busy && step() == Key)
        (isTried && m_hasKeychain ? m_inKeychain : m_inFile)->setChecked(true);
    m_inKeychain->setEnabled(way != KeychainWay::None);
    tellPlace();
}

void SetUpSheet::tellPlace()
{
    const QString plain = tr("Whoever can read the file can use the key, as far as it reaches.");
    const KeychainWay way = keychainWay();
    const bool isInKeychain = m_inKeychain->isChecked();
    if (way == KeychainWay::None)
        m_placeWords->setText(tr("%1 could start clavitor-mcp, which fetches the token, but that is not installed beside Clavitor.").arg(m_to.name) + u' ' + plain);
    else if (!m_hasKeychain)
        m_placeWords->setText(isInKeychain ? tr("There is no keychain running. Start the desktop's keyring before Apply.")
                                           : QString(tr("There is no keychain running on this desktop.") + u' ' + plain));
    else if (way == KeychainWay::UntriedCommand && m_to.version.isEmpty())
        m_placeWords->setText(tr("Which version of %1 this is could not be found out. An old one would not run the command for its token, and say nothing.").arg(m_to.name));
    else if (way == KeychainWay::UntriedCommand)
        m_placeWords->setText(tr("%1 %2 is older than what the command for its token was tried with, and may ignore it.").arg(m_to.name, m_to.version));
    else if (!isInKeychain)
        m_placeWords->setText(plain);
    else if (way == KeychainWay::Program)
        m_placeWords->setText(tr("The file of %1 then names clavitor-mcp, which %1 starts and which fetches the token. The token itself is in no file.").arg(m_to.name));
    else
        m_placeWords->setText(tr("The file of %1 then holds a command that fetches the token, and not the token itself.").arg(m_to.name));
}

} // namespace clavitor::ui
