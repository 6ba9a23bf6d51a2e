// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of SetupWizard, as they are laid out; what they do is in SetupWizard.cpp.
#include "ui/setup/SetupWizard.h"

#include "app/service/VaultClient.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ClientList.h"
#include "ui/settings/HardwareWays.h"
#include "ui/settings/WayText.h"
#include "ui/setup/NewPasswordForm.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/Point.h"
#include "ui/widgets/StepColumn.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kLongestVaultName = 40;

} // namespace

QWidget *SetupWizard::welcomePage()
{
    auto *page = new QWidget;
    auto *column = stepColumn(page, tr("A vault your agents may ask"),
                            tr("Clavitor keeps your passwords, keys and codes on this computer and hands each AI agent only what you allow it."));
    column->addWidget(new Point(Symbol::Key, tr("Every agent has its own key"),
                                tr("It opens the entries you choose, for as long as you choose, and you can stop it at any moment.")));
    column->addWidget(new Point(Symbol::Personal, tr("Personal stays personal"),
                                tr("Cards, passports, recovery codes: sealed so that no agent can ever get them, whatever its key says.")));
    column->addWidget(new Point(Symbol::Audit, tr("You see who read what"),
                                tr("Every read stands in a log before its answer leaves: when, which entry, which key.")));
    column->addWidget(new Point(Symbol::Place, tr("Nothing leaves this computer"),
                                tr("No account, no cloud. Agents reach the vault on this machine only.")));
    column->addStretch();
    return page;
}

QWidget *SetupWizard::passwordPage()
{
    auto *page = new QWidget;
    auto *column = stepColumn(page, tr("Choose a master password"),
                            tr("It protects everything in the vault. It is stored nowhere and nobody can reset it, so choose one you will remember."));
    m_name->setMaxLength(kLongestVaultName);
    m_name->setAccessibleName(tr("Name of the vault"));
    auto *nameLabel = new Label(tr("Name of the vault"), TextStyle::BodyStrong);
    nameLabel->setBuddy(m_name);
    column->setSpacing(space::s);
    column->addWidget(nameLabel);
    column->addWidget(m_name);
    column->addSpacing(space::s);
    column->addWidget(m_password);
    column->addStretch();
    connect(m_name, &QLineEdit::textChanged, this, [this](const QString &name) {
        m_password->setContext({name});
        refresh();
    });
    m_password->setContext({m_name->text()});
    connect(m_password, &NewPasswordForm::changed, this, &SetupWizard::refresh);
    connect(m_password, &NewPasswordForm::submitted, this, &SetupWizard::next);
    return page;
}

QWidget *SetupWizard::computerPage()
{
    auto *page = new QWidget;
    auto *column = stepColumn(page, tr("Unlocking on this computer"),
                            tr("The keychain of your desktop can hold a second key to the vault, so that one click opens it after you have logged in."));
    m_keychain->setChecked(true);
    column->addWidget(m_keychain);
    m_keychainWords = new Label({}, TextStyle::Body, Ink::Quiet);
    m_keychainWords->wrapping();
    column->addWidget(m_keychainWords);
    column->addWidget(new InlineMessage(InlineMessage::Kind::Personal,
                                        tr("Personal fields are never opened this way. They need the master password, a recovery sheet, a security key or the TPM.")));
    column->addStretch();
    connect(m_keychain, &QCheckBox::toggled, this, &SetupWizard::explainKeychain);
    explainKeychain();
    return page;
}

QWidget *SetupWizard::recoveryPage()
{
    auto *page = new QWidget;
    auto *column = stepColumn(page, tr("A second way in, on paper"),
                            tr("Nobody can open the vault for you if you forget the master password: there is no account and no reset. A recovery sheet can. "
                               "The vault is kept once it has a second way in; a lock or closing this window discards it before."));
    column->addWidget(new Point(Symbol::Note, tr("Print it, or write it down"), tr("Eight groups of five characters, and the same as a code for a camera.")));
    column->addWidget(new Point(Symbol::Check, tr("Type four of the groups"), tr("It is added only then, so that you never keep one that does not work.")));
    column->addWidget(new Point(Symbol::Place, tr("Put it away"), tr("Where you keep what must not be lost. Whoever has it can open the vault.")));
    m_makeSheet = new QPushButton(tr("Make the recovery sheet…"));
    m_makeSheet->setAutoDefault(false);
    connect(m_makeSheet, &QPushButton::clicked, this, &SetupWizard::makeSheet);
    column->addWidget(m_makeSheet, 0, Qt::AlignLeft);
    m_hardware = new QHBoxLayout;
    m_hardware->setSpacing(space::s);
    column->addLayout(m_hardware);
    column->addWidget(m_sheetMade);
    column->addStretch();
    return page;
}

QWidget *SetupWizard::entriesPage()
{
    auto *page = new QWidget;
    auto *column = stepColumn(page, tr("Your vault is ready"), tr("Bring your entries from another program now, or start empty. Both can be done later too."));
    m_import = new QPushButton(tr("Import a file…"));
    m_import->setAutoDefault(false);
    connect(m_import, &QPushButton::clicked, this, &SetupWizard::importFile);
    column->addWidget(m_import, 0, Qt::AlignLeft);
    column->addWidget((new Label(tr("Bitwarden (JSON, CSV), Chrome, Edge, Brave, Firefox and Safari (CSV). You see everything before it is written."),
                                 TextStyle::Quiet, Ink::Quiet))->wrapping());
    column->addWidget(m_imported);
    column->addStretch();
    return page;
}

QWidget *SetupWizard::keyPage()
{
    auto *page = new QWidget;
    auto *column = stepColumn(page, tr("Connect your first agent"),
                            tr("Every client gets a key of its own. Clavitor writes it into the client's configuration, after showing you the change."));
    m_clients->setWidgetResizable(true);
    m_clients->setFrameShape(QFrame::NoFrame);
    m_clients->hide();
    column->addWidget(m_clients, 1);
    m_makeKey = new QPushButton(tr("Create a key by hand…"));
    m_makeKey->setAutoDefault(false);
    connect(m_makeKey, &QPushButton::clicked, this, &SetupWizard::makeKey);
    column->addWidget(m_makeKey, 0, Qt::AlignLeft);
    column->addWidget((new Label(tr("For any other client: you choose what it may see and get the lines to paste. "
                                    "All of this can be done later under Keys and Connection."),
                                 TextStyle::Quiet, Ink::Quiet))->wrapping());
    column->addWidget(m_keyMade);
    column->addStretch(0);
    return page;
}

void SetupWizard::setComputer(const ThisComputer &computer)
{
    auto *list = new ClientList(m_client, m_clipboard, m_clock, computer);
    m_ours = computer.ours(m_ours.port);
    list->setPort(m_ours.port);
    connect(list, &ClientList::setUpDone, this, [this] {
        m_keyMade->setMessage(InlineMessage::Kind::Good, tr("Start the client anew, and it reaches the vault."));
        m_keyMade->show();
        refresh();
    });
    m_clients->setWidget(list);
    m_clients->show();
    refresh();
}

void SetupWizard::setHardware(HardwareWays *hardware)
{
    for (const crypto::SlotKind kind : {crypto::SlotKind::SecurityKey, crypto::SlotKind::Tpm}) {
        if (!hardware->isAvailable(kind))
            continue;
        auto *add = new QPushButton(icon(WayText::symbol(kind)), kind == crypto::SlotKind::Tpm ? tr("Use this computer's TPM…") : tr("Add a security key…"));
        add->setAutoDefault(false);
        connect(add, &QPushButton::clicked, this, [this, hardware, kind] { hardware->add(kind, this); });
        m_hardware->addWidget(add);
    }
    m_hardware->addStretch();
}

} // namespace clavitor::ui
