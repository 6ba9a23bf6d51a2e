// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/AboutDialog.h"

#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Label.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

class Mark : public QWidget {
public:
    Mark() { setFixedSize(48, 48); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        applicationIcon().paint(&painter, rect());
    }
};

QScrollArea *scrolling(QWidget *content)
{
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    return scroll;
}

} // namespace

AboutDialog::AboutDialog(QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("About Clavitor"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(620, 560);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(new Label(tr("Clavitor"), TextStyle::Title));
    const QString version = QCoreApplication::applicationVersion();
    words->addWidget(new Label(version.isEmpty() ? tr("Built with Qt %1").arg(QString::fromLatin1(qVersion()))
                                                 : tr("Version %1, with Qt %2").arg(version, QString::fromLatin1(qVersion())),
                               TextStyle::Quiet, Ink::Quiet));
    auto *head = new QHBoxLayout;
    head->setSpacing(space::l);
    head->addWidget(new Mark);
    head->addLayout(words, 1);

    auto *tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->addTab(scrolling(protectionPage()), tr("What is protected"));
    tabs->addTab(scrolling(licencePage()), tr("Licences"));
    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::l);
    column->addLayout(head);
    column->addWidget(tabs, 1);
    column->addLayout(new ButtonRow({close}));
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

QList<std::pair<QString, QString>> AboutDialog::protection()
{
    // The table of SECURITY.md, word for word; a test compares the two.
    return {
        {tr("Someone takes your disk"), tr("Sees that there is a vault, its name, how large it is and when it was used. Nothing in it, without the master password, a recovery sheet, your security key, this computer's TPM or your open keychain.")},
        {tr("Someone finds your recovery sheet"), tr("Has everything, with the vault's folder or a copy of it; nothing without. A new sheet ends the old one here; with an older copy of vault.keys that one still opens the vault until you replace all keys, and older copies of the folder for good.")},
        {tr("A web page you visit"), tr("Cannot talk to the vault.")},
        {tr("Another user of this computer"), tr("Cannot read the vault, and cannot pretend to be the bridge while it serves. Their programs are hung up on before a word is read, whatever token they have.")},
        {tr("An agent with a key"), tr("Gets what its key allows, each read on record. Personal fields never. The record names the key and, on Linux, the program behind it.")},
        {tr("An agent's token is stolen"), tr("Acts as that agent until you pause or revoke the key. Scope and log still hold.")},
        {tr("A program that runs as you"), tr("Can read an open keychain and with it the Shared fields; not in strict mode. Personal fields need your master password, a recovery sheet, a security key or the TPM.")},
        {tr("A program that runs as you, reading memory"), tr("Is kept out where Clavitor is installed as its package does it. Of a copy that you can read, such as one you built, it can take hold in the moment of its start. Root is not kept out.")},
        {tr("A program that replaces Clavitor and waits"), tr("Has everything from your next unlock on. No vault can stop that.")},
        {tr("Someone puts an older copy of the vault back, or parts of one"),
         tr("Is noticed at the next unlock: parts by the vault itself, a whole copy by your keychain. Nothing is written then and no agent is answered, until you decide.")},
        {tr("Someone rewrites the audit log"),
         tr("Is found when you verify it, with the number of the first bad row; rows cut off at its end as far back as your keychain or a checkpoint file remembers. Deleting everything cannot be prevented.")},
        {tr("An agent with your permission and bad intent"), tr("Can misuse what you allowed it. Keep scopes small.")},
    };
}

QList<std::pair<QString, QString>> AboutDialog::sameUser()
{
    // The second table there.
    return {
        {tr("read, delete or roll back the vault folder"), tr("yes; a rollback is noticed, unless the keychain's item is rolled back with it or there is none")},
        {tr("read the keychain item and with it the Shared tier"), tr("yes, while the keyring is open; no without a keychain slot")},
        {tr("open Personal fields from file and keychain"), tr("no: they need the master password, a recovery sheet, a security key or the TPM")},
        {tr("read the keeper's memory or environment"), tr("no (not dumpable), unless root; of a copy whose file you can read, in the moment of its start")},
        {tr("read what clavitor doctor holds while it runs"), tr("yes, so that the vault sees which program asks; it can read those tokens from the clients' files and the open keychain as well")},
        {tr("try a stolen token of a pinned key through clavitor doctor without an alarm"), tr("yes; it is refused, and the refusal is on record")},
        {tr("take an agent's token from that agent's configuration and use it"), tr("yes; scopes and the audit log still hold")},
        {tr("read a value in the environment or memory of a command that clavitor run started"), tr("yes: it is that command's, and a program of yours")},
        {tr("log keys, take screenshots, fake our windows"), tr("on X11 yes; on Wayland mostly not")},
        {tr("press Allow in our window for you"), tr("on X11 yes, once the window's dead time is over; on Wayland mostly not")},
        {tr("replace our program and wait for the next unlock"), tr("yes")},
    };
}

QString AboutDialog::outOfScope()
{
    return tr("Root, a person at an unlocked session, firmware, and an agent misusing what it was granted are out of scope.");
}

QWidget *AboutDialog::protectionPage() const
{
    auto *page = new QWidget;
    auto *grid = new QGridLayout(page);
    grid->setContentsMargins(0, space::m, space::m, space::m);
    grid->setHorizontalSpacing(space::l);
    grid->setVerticalSpacing(space::m);
    grid->setColumnStretch(0, 2);
    grid->setColumnStretch(1, 3);
    const auto add = [grid](const QList<std::pair<QString, QString>> &rows, TextStyle style) {
        for (const auto &[what, answer] : rows) {
            const int row = grid->rowCount();
            grid->addWidget((new Label(what, style))->wrapping(), row, 0, Qt::AlignTop);
            grid->addWidget((new Label(answer, TextStyle::Body, Ink::Quiet))->wrapping(), row, 1, Qt::AlignTop);
        }
    };
    add(protection(), TextStyle::BodyStrong);
    grid->addWidget(new Hairline, grid->rowCount(), 0, 1, 2);
    grid->addWidget((new Label(tr("What a program that runs as you can do on Linux"), TextStyle::Section))->wrapping(), grid->rowCount(), 0, 1, 2);
    add(sameUser(), TextStyle::Body);
    grid->addWidget((new Label(outOfScope(), TextStyle::Body, Ink::Quiet))->wrapping(), grid->rowCount(), 0, 1, 2);
    grid->setRowStretch(grid->rowCount(), 1);
    return page;
}

QWidget *AboutDialog::licencePage() const
{
    struct Part {
        QString name;
        QString licence;
        QString purpose;
    };
    const QList<Part> parts{
        {tr("Clavitor"), tr("GPL-3.0 or later"), tr("this program")},
        {tr("Qt"), tr("LGPL-3.0; its HTTP server GPL-3.0"), tr("windows, processes, the bridge's HTTP")},
        {tr("SQLCipher"), tr("BSD-style"), tr("the vault's file")},
        {tr("libsodium"), tr("ISC"), tr("keys and sealing")},
        {tr("OpenSSL"), tr("Apache-2.0"), tr("SQLCipher's ciphers")},
        {tr("libfido2"), tr("BSD-2-Clause"), tr("security keys")},
        {tr("tpm2-tss"), tr("BSD-2-Clause"), tr("this computer's TPM")},
        {tr("toml++"), tr("MIT"), tr("Codex's configuration")},
        {tr("libqrencode"), tr("LGPL-2.1 or later"), tr("the code on a recovery sheet")},
        {tr("QtKeychain"), tr("BSD-3-Clause"), tr("the desktop's keychain")},
        {tr("zxcvbn-c"), tr("MIT"), tr("rating of passwords")},
        {tr("EFF long word list"), tr("CC BY 3.0 US"), tr("passphrases")},
    };
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, space::m, space::m, space::m);
    column->setSpacing(space::m);
    column->addWidget((new Label(tr("Clavitor is free software: you may use, study, share and change it under the GNU General Public License, "
                                    "version 3 or later. It comes without any warranty."),
                                 TextStyle::Body, Ink::Quiet))->wrapping());
    for (const Part &part : parts) {
        column->addWidget(new Hairline);
        auto *row = new QHBoxLayout;
        row->addWidget(new Label(part.name, TextStyle::BodyStrong), 2);
        row->addWidget((new Label(part.licence))->wrapping(), 3);
        row->addWidget((new Label(part.purpose, TextStyle::Body, Ink::Quiet))->wrapping(), 3);
        column->addLayout(row);
    }
    column->addStretch();
    return page;
}

} // namespace clavitor::ui
