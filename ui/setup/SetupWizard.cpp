// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/SetupWizard.h"

#include "app/service/VaultClient.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ClientList.h"
#include "ui/import/ImportDialog.h"
#include "ui/keys/KeyDialog.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/setup/NewPasswordForm.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/ErrorText.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kLongestVaultName = 40;

QVBoxLayout *columnOf(QWidget *page, const QString &title, const QString &text)
{
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    column->addWidget((new Label(title, TextStyle::Title))->wrapping());
    column->addWidget((new Label(text, TextStyle::Body, Ink::Quiet))->wrapping());
    column->addSpacing(space::s);
    return column;
}

/// A symbol, a strong line and a quiet one: what the first page promises.
class Point : public QWidget {
public:
    Point(Symbol symbol, const QString &title, const QString &text)
        : m_symbol(symbol)
    {
        auto *column = new QVBoxLayout(this);
        column->setContentsMargins(44, 0, 0, space::s);
        column->setSpacing(2);
        column->addWidget(new Label(title, TextStyle::BodyStrong));
        column->addWidget((new Label(text, TextStyle::Body, Ink::Quiet))->wrapping());
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Tokens &tokens = tokensOf(palette());
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.wash(Ink::Accent, 0.12));
        painter.drawRoundedRect(QRectF(0, 0, 32, 32), 8, 8);
        paintSymbol(&painter, QRectF(7, 7, 18, 18), m_symbol, tokens.accent);
    }

private:
    Symbol m_symbol;
};

} // namespace

SetupWizard::SetupWizard(VaultClient *client, ClipboardGuard *clipboard, Clock clock, quint16 port, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_clipboard(clipboard)
    , m_clock(std::move(clock))
    , m_port(port)
    , m_pages(new QStackedWidget)
    , m_place(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_name(new QLineEdit(tr("My vault")))
    , m_password(new NewPasswordForm(tr("Master password")))
    , m_keychain(new QCheckBox(tr("Let this computer's keychain unlock the vault")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_imported(new InlineMessage(InlineMessage::Kind::Good))
    , m_keyMade(new InlineMessage(InlineMessage::Kind::Good))
    , m_progress(new QProgressBar)
    , m_back(new QPushButton(tr("Back")))
    , m_next(new QPushButton(tr("Next")))
    , m_clients(new QScrollArea)
{
    setWindowTitle(tr("Welcome to Clavitor"));
    setFixedSize(600, 540);
    m_error->hide();
    m_imported->hide();
    m_keyMade->hide();
    m_pages->addWidget(welcomePage());
    m_pages->addWidget(passwordPage());
    m_pages->addWidget(computerPage());
    m_pages->addWidget(entriesPage());
    m_pages->addWidget(keyPage());
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, space::xs);
    m_progress->setAccessibleName(tr("Making the vault"));
    m_progress->hide();
    setButtonRole(m_next, ButtonRole::Primary);
    m_next->setDefault(true);
    m_back->setAutoDefault(false);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addWidget(m_place);
    buttons->addSpacing(space::m);
    buttons->addWidget(m_progress);
    buttons->addStretch();
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xxl, space::xxl, space::xxl, space::l);
    column->setSpacing(space::l);
    column->addWidget(m_pages, 1);
    column->addWidget(m_error);
    column->addLayout(buttons);
    connect(m_back, &QPushButton::clicked, this, &SetupWizard::back);
    connect(m_next, &QPushButton::clicked, this, &SetupWizard::next);
    goTo(Welcome);
}

QWidget *SetupWizard::welcomePage()
{
    auto *page = new QWidget;
    auto *column = columnOf(page, tr("A vault your agents may ask"),
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
    auto *column = columnOf(page, tr("Choose a master password"),
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
    auto *column = columnOf(page, tr("Unlocking on this computer"),
                            tr("The keychain of your desktop can hold a second key to the vault, so that one click opens it after you have logged in."));
    m_keychain->setChecked(true);
    column->addWidget(m_keychain);
    auto *words = new Label({}, TextStyle::Body, Ink::Quiet);
    words->wrapping();
    column->addWidget(words);
    column->addWidget(new InlineMessage(InlineMessage::Kind::Personal,
                                        tr("Personal fields are never opened this way. They always need the master password.")));
    column->addStretch();
    const auto tell = [words](bool on) {
        words->setText(on ? tr("To know before you decide: on Linux, other programs that run as you can read an open keychain. "
                               "Someone who has only your disk cannot.")
                          : tr("Strict: only the master password opens the vault, after every start and every lock. "
                               "No program can open it without you."));
    };
    connect(m_keychain, &QCheckBox::toggled, words, tell);
    tell(true);
    return page;
}

QWidget *SetupWizard::entriesPage()
{
    auto *page = new QWidget;
    auto *column = columnOf(page, tr("Your vault is ready"), tr("Bring your entries from another program now, or start empty. Both can be done later too."));
    auto *import = new QPushButton(tr("Import a file…"));
    import->setIcon(icon(Symbol::Import));
    import->setAutoDefault(false);
    connect(import, &QPushButton::clicked, this, &SetupWizard::importFile);
    column->addWidget(import, 0, Qt::AlignLeft);
    column->addWidget((new Label(tr("Bitwarden (JSON, CSV), Chrome, Edge, Brave, Firefox and Safari (CSV). You see everything before it is written."),
                                 TextStyle::Quiet, Ink::Quiet))->wrapping());
    column->addWidget(m_imported);
    column->addStretch();
    return page;
}

QWidget *SetupWizard::keyPage()
{
    auto *page = new QWidget;
    auto *column = columnOf(page, tr("Connect your first agent"),
                            tr("Every client gets a key of its own. Clavitor writes it into the client's configuration, after showing you the change."));
    m_clients->setWidgetResizable(true);
    m_clients->setFrameShape(QFrame::NoFrame);
    m_clients->hide();
    column->addWidget(m_clients, 1);
    auto *make = new QPushButton(tr("Make a key by hand…"));
    make->setIcon(icon(Symbol::Key));
    make->setAutoDefault(false);
    connect(make, &QPushButton::clicked, this, &SetupWizard::makeKey);
    column->addWidget(make, 0, Qt::AlignLeft);
    column->addWidget((new Label(tr("For any other client: you choose what it may see and get the lines to paste. "
                                    "All of this can be done later on the pages Keys and Connection."),
                                 TextStyle::Quiet, Ink::Quiet))->wrapping());
    column->addWidget(m_keyMade);
    column->addStretch(0);
    return page;
}

void SetupWizard::setComputer(const ThisComputer &computer)
{
    auto *list = new ClientList(m_client, m_clipboard, m_clock, computer);
    list->setPort(m_port == 0 ? quint16(1984) : m_port);
    connect(list, &ClientList::setUpDone, this, [this] {
        m_keyMade->setMessage(InlineMessage::Kind::Good, tr("Start the client anew, and it reaches the vault."));
        m_keyMade->show();
        refresh();
    });
    m_clients->setWidget(list);
    m_clients->show();
}

SetupWizard::Step SetupWizard::step() const
{
    return static_cast<Step>(m_pages->currentIndex());
}

void SetupWizard::goTo(Step step)
{
    m_error->hide();
    m_pages->setCurrentIndex(step);
    if (step == Password)
        m_name->text().isEmpty() ? m_name->setFocus() : m_password->setFocus();
    else if (step == Computer)
        m_keychain->setFocus();
    else
        m_next->setFocus();
    refresh();
}

void SetupWizard::refresh()
{
    const Step now = step();
    m_place->setText(tr("Step %1 of %2").arg(now + 1).arg(int(StepCount)));
    // Once the vault exists there is no way back to before it.
    m_back->setVisible(now == Password || now == Computer || now == Key);
    m_back->setEnabled(!m_busy);
    switch (now) {
    case Computer:
        m_next->setText(m_busy ? tr("Making the vault…") : tr("Make the vault"));
        break;
    case Entries:
        m_next->setText(m_imported->isHidden() ? tr("Start empty") : tr("Next"));
        break;
    case Key:
        m_next->setText(m_keyMade->isHidden() ? tr("Skip and finish") : tr("Finish"));
        break;
    default:
        m_next->setText(tr("Next"));
        break;
    }
    const bool ready = now != Password || (m_password->isComplete() && !m_name->text().trimmed().isEmpty());
    m_next->setEnabled(ready && !m_busy);
    m_next->setToolTip(now == Password && !ready ? m_password->missing() : QString());
}

void SetupWizard::next()
{
    if (m_busy || !m_next->isEnabled())
        return;
    switch (step()) {
    case Welcome:
        goTo(Password);
        break;
    case Password:
        goTo(Computer);
        break;
    case Computer:
        create();
        break;
    case Entries:
        goTo(Key);
        break;
    case Key:
    case StepCount:
        accept();
        break;
    }
}

void SetupWizard::back()
{
    if (!m_busy && step() != Welcome && step() != Entries)
        goTo(static_cast<Step>(step() - 1));
}

void SetupWizard::setBusy(bool busy)
{
    m_busy = busy;
    m_progress->setVisible(busy);
    m_keychain->setEnabled(!busy);
    refresh();
}

void SetupWizard::create()
{
    m_error->hide();
    setBusy(true);
    m_client->create(m_name->text().trimmed(), m_password->takePassword(), m_keychain->isChecked(),
                     {this, [this](const Result<> &result) {
                         setBusy(false);
                         // Made, and locked since: the window asks for the password, and Settings have the keychain.
                         if (!result && result.error().code == ErrorCode::Locked && m_client->facts().state != LockState::NoVault) {
                             m_created = true;
                             emit created();
                             accept();
                             return;
                         }
                         if (!result) {
                             // The password left with the call; it has to be typed again.
                             goTo(Password);
                             const ErrorText text = ErrorText::of(result.error().code);
                             m_error->setMessage(InlineMessage::Kind::Error, text.title + u' ' + text.body());
                             m_error->show();
                             return;
                         }
                         m_created = true;
                         emit created();
                         goTo(Entries);
                     }});
}

void SetupWizard::importFile()
{
    auto *dialog = new ImportDialog(m_client, m_clock, this);
    connect(dialog, &ImportDialog::imported, this, [this](int entries) {
        m_imported->setMessage(InlineMessage::Kind::Good,
                               entries == 1 ? tr("1 entry imported.") : tr("%Ln entries imported.", nullptr, entries));
        m_imported->show();
        refresh();
    });
    dialog->open();
}

void SetupWizard::makeKey()
{
    auto *dialog = new KeyDialog(m_client, m_clock, this);
    dialog->made = [this](NewKey key) {
        m_keyMade->setMessage(InlineMessage::Kind::Good, tr("The key %1 is ready.").arg(key.agent.name));
        m_keyMade->show();
        refresh();
        auto *sheet = new NewKeySheet(std::move(key), m_clipboard, m_port, this);
        sheet->open();
    };
    dialog->open();
}

void SetupWizard::done(int result)
{
    if (m_busy)
        return;
    m_password->wipe();
    QDialog::done(m_created ? int(Accepted) : result);
}

} // namespace clavitor::ui
