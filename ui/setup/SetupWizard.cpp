// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/SetupWizard.h"

#include "app/presence/UserPresence.h"
#include "app/service/PresenceGate.h"
#include "app/service/VaultClient.h"
#include "ui/ClipboardGuard.h"
#include "ui/import/ImportDialog.h"
#include "ui/keys/KeyDialog.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/recovery/RecoverySheetDialog.h"
#include "ui/setup/NewPasswordForm.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/StepDots.h"
#include "ui/words/ErrorText.h"
#include "ui/words/PresenceText.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace clavitor::ui {

namespace {

// Milliseconds the vault is not made while it is looked for something that could ask; a service that is there answers within a tenth.
constexpr int kLookPatience = 3000;
// Milliseconds a keychain that asks nobody answers within.
constexpr int kKeychainAnswers = 700;

/// Shown first: what is hidden is read out to nobody.
void say(InlineMessage *line, InlineMessage::Kind kind, const QString &words)
{
    line->show();
    line->setMessage(kind, words);
}

} // namespace

SetupWizard::SetupWizard(VaultClient *client, ClipboardGuard *clipboard, Clock clock, quint16 port, QWidget *parent)
    : QDialog(parent)
    , m_client(client)
    , m_clipboard(clipboard)
    , m_clock(std::move(clock))
    , m_ours{port == 0 ? quint16(1984) : port}
    , m_pages(new QStackedWidget)
    , m_place(new StepDots(StepCount))
    , m_name(new QLineEdit(tr("My vault")))
    , m_password(new NewPasswordForm(tr("Master password")))
    , m_keychain(new QCheckBox(tr("Let this computer's keychain unlock the vault")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_keychainAsks(new InlineMessage(InlineMessage::Kind::Note))
    , m_keychainFailed(new InlineMessage(InlineMessage::Kind::Warning))
    , m_sheetMade(new InlineMessage(InlineMessage::Kind::Good))
    , m_imported(new InlineMessage(InlineMessage::Kind::Good))
    , m_keyMade(new InlineMessage(InlineMessage::Kind::Good))
    , m_progress(new QProgressBar)
    , m_back(new QPushButton(tr("Back")))
    , m_next(new QPushButton(tr("Next")))
    , m_clients(new QScrollArea)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_isLooking = false;
        refresh();
        offerNext();
    });
    setWindowTitle(tr("Welcome to Clavitor"));
    setFixedSize(600, 540);
    m_error->hide();
    m_keychainAsks->hide();
    m_keychainFailed->hide();
    m_sheetMade->hide();
    m_imported->hide();
    m_keyMade->hide();
    m_pages->addWidget(welcomePage());
    m_pages->addWidget(passwordPage());
    m_pages->addWidget(computerPage());
    m_pages->addWidget(recoveryPage());
    m_pages->addWidget(entriesPage());
    m_pages->addWidget(keyPage());
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, space::xs);
    m_progress->setAccessibleName(tr("Creating the vault"));
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
    column->addWidget(m_keychainAsks);
    column->addWidget(m_keychainFailed);
    column->addLayout(buttons);
    connect(m_back, &QPushButton::clicked, this, &SetupWizard::back);
    connect(m_next, &QPushButton::clicked, this, &SetupWizard::next);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (!m_created || facts.isUnfinished)
            return;
        if (facts.state == LockState::NoVault)
            startAgain();
        else if (facts.state == LockState::Unlocked)
            takeWays();
        else
            accept(); // The rest of it is in the window too, and nothing of it can be done before the next unlock.
    });
    connect(m_client, &VaultClient::lockAsked, this, [this] {
        if (m_created || m_busy)
            return;
        m_password->wipe();
        if (step() > Password)
            goTo(Password);
    });
    // Its window is another program's and asks for the keychain's password: where it comes up the window system decides.
    m_keychainPatience.setSingleShot(true);
    m_keychainPatience.setInterval(kKeychainAnswers);
    connect(&m_keychainPatience, &QTimer::timeout, this, [this] {
        // One line: the page of the sheet has no room for two.
        say(m_keychainAsks, InlineMessage::Kind::Note, tr("Your keychain may ask for its password behind this window."));
    });
    connect(m_client, &VaultClient::keychainIsAwaited, this, [this](bool isAwaited) {
        m_keychainAsks->hide();
        isAwaited ? m_keychainPatience.start() : m_keychainPatience.stop();
    });
    connect(m_client, &VaultClient::keychainNotAdded, this, [this](const Error &why) {
        m_keychainWhy = ErrorText::ofKeychainNotAdded(why.code).sentence();
        sayWhyNoKeychain();
    });
    goTo(Welcome);
}

void SetupWizard::sayWhyNoKeychain()
{
    // The page of the sheet has no room for it, and the next one begins with the vault being ready.
    if (m_keychainWhy.isEmpty() || step() < Entries)
        return;
    say(m_keychainFailed, InlineMessage::Kind::Warning, std::exchange(m_keychainWhy, {}));
}

bool SetupWizard::hasSecondWay() const
{
    return !m_sheetMade->isHidden();
}

SetupWizard::Step SetupWizard::step() const
{
    return static_cast<Step>(m_pages->currentIndex());
}

void SetupWizard::goTo(Step step)
{
    m_error->hide();
    if (step > Recovery)
        m_master.reset();
    m_pages->setCurrentIndex(step);
    if (step == Password) {
        m_name->text().isEmpty() ? m_name->setFocus() : m_password->setFocus();
    } else if (step == Computer) {
        // Return makes the vault; on some desktops it would flip the tick instead.
        setFocus();
        lookForCheck();
        offerNext();
    } else if (step == Recovery) {
        refresh();
        (hasSecondWay() ? m_next : m_makeSheet)->setFocus();
    } else {
        m_next->setFocus();
    }
    sayWhyNoKeychain();
    refresh();
}

void SetupWizard::refresh()
{
    const Step now = step();
    m_place->setStep(now);
    // Once the vault exists there is no way back to before it.
    m_back->setVisible(now == Password || now == Computer || now == Key);
    m_back->setEnabled(!m_busy);
    switch (now) {
    case Computer:
        m_next->setText(m_busy ? tr("Creating the vault…") : tr("Create the vault"));
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
    // The step itself is the one primary action until it is done; to go on is the other.
    const auto offer = [](QPushButton *button, Symbol symbol, bool isPrimary) {
        setButtonRole(button, isPrimary ? ButtonRole::Primary : ButtonRole::Ordinary);
        button->setIcon(icon(symbol, isPrimary ? Ink::OnAccent : Ink::Text));
    };
    offer(m_makeSheet, Symbol::Note, !hasSecondWay());
    offer(m_import, Symbol::Import, m_imported->isHidden());
    offer(m_makeKey, Symbol::Key, m_keyMade->isHidden() && m_clients->isHidden());
    const bool left = (now == Entries && m_imported->isHidden()) || (now == Key && m_keyMade->isHidden());
    setButtonRole(m_next, left ? ButtonRole::Ordinary : ButtonRole::Primary);
    const bool ready = now == Password ? m_password->isComplete() && !m_name->text().trimmed().isEmpty() : now != Recovery || hasSecondWay();
    // Whether the keychain is offered is known before it is taken.
    m_next->setEnabled(ready && !m_busy && !(now == Computer && m_isLooking));
    m_next->setToolTip(ready ? QString() : now == Password ? m_password->missing() : tr("Make a second way in first"));
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
    case Recovery:
        goTo(Entries);
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
    if (!m_busy && step() != Welcome && step() != Recovery && step() != Entries)
        goTo(static_cast<Step>(step() - 1));
}

void SetupWizard::setBusy(bool busy)
{
    m_busy = busy;
    m_progress->setVisible(busy);
    m_keychain->setEnabled(!busy && m_noCheck.isEmpty());
    refresh();
}

void SetupWizard::create()
{
    m_error->hide();
    setBusy(true);
    m_master = m_password->takePassword();
    m_client->create({m_name->text().trimmed(), m_keychain->isChecked(), true}, m_master->clone(), {this, [this](const Result<> &result) {
        setBusy(false);
        // Locked, while it was made or since.
        if (result ? !m_client->facts().isUnfinished : result.error().code == ErrorCode::Locked) {
            startAgain();
            return;
        }
        if (!result) {
            m_master.reset();
            // The password left with the call; it has to be typed again.
            goTo(Password);
            const ErrorText text = ErrorText::of(result.error().code);
            say(m_error, InlineMessage::Kind::Error, text.title + u' ' + text.body());
            return;
        }
        m_created = true;
        goTo(Recovery);
    }});
}

void SetupWizard::explainKeychain()
{
    if (!m_noCheck.isEmpty())
        m_keychainWords->setText(tr("Nothing here can ask whether it is you. %1 So the master password opens the vault; one click without a check "
                                    "can be switched on under Settings, Checks that it is you.").arg(m_noCheck));
    else if (m_keychain->isChecked())
        m_keychainWords->setText(tr("You are asked for a finger, or by the system, before it opens. To know before you decide: on Linux, other "
                                    "programs that run as you can read an open keychain. Someone who has only your disk cannot."));
    else
        m_keychainWords->setText(tr("Strict: only the master password opens the vault, after every start and every lock. "
                                    "No program can open it without you."));
}

void SetupWizard::lookForCheck()
{
    PresenceGate *gate = m_client->presence();
    if (!gate)
        return;
    m_isLooking = true;
    refresh();
    m_patience.start(kLookPatience); // a service that hangs keeps nobody here
    gate->presence().probe([wizard = QPointer(this)](UserPresence::Probe probe) {
        if (!wizard)
            return;
        wizard->m_isLooking = false;
        wizard->refresh();
        if (wizard->m_busy || wizard->step() != Computer)
            return;
        const bool could = wizard->m_noCheck.isEmpty();
        // A reader that is busy now can ask another time.
        const bool isNever = probe.means == UserPresence::Means::None && UserPresence::isAbsence(probe.reason);
        wizard->m_noCheck = isNever ? PresenceText::reason(probe.reason) : QString();
        const bool can = wizard->m_noCheck.isEmpty();
        wizard->offerNext();
        if (!can && wizard->m_keychain->hasFocus())
            wizard->m_next->setFocus();
        wizard->m_keychain->setEnabled(can);
        if (can != could)
            wizard->m_keychain->setChecked(can);
        wizard->explainKeychain();
    });
}

/// Once it can be pressed, and to nobody who has gone on to something else meanwhile.
void SetupWizard::offerNext()
{
    if (step() == Computer && m_next->isEnabled() && (!focusWidget() || focusWidget() == this))
        m_next->setFocus();
}

void SetupWizard::takeWays()
{
    if (step() != Recovery)
        return;
    delete m_question;
    const bool isSheet = m_client->facts().opensBy(crypto::SlotKind::Recovery);
    say(m_sheetMade, InlineMessage::Kind::Good,
        isSheet ? tr("The sheet opens the vault. Put it where you keep what must not be lost.")
                : tr("It opens the vault beside the master password. A sheet of paper does not break: make one, too."));
    refresh();
}

void SetupWizard::makeSheet()
{
    std::optional<crypto::SecretText> password;
    if (m_master)
        password = m_master->clone();
    auto *dialog = new RecoverySheetDialog({m_client, m_clock, std::move(password)}, this);
    connect(dialog, &QDialog::accepted, this, [this] {
        refresh();
        m_next->setFocus(); // once it can have it
    });
    dialog->open();
}

void SetupWizard::askToDiscard()
{
    if (m_question)
        return;
    m_question = new ConfirmSheet(tr("Stop making this vault?"),
                                  tr("A vault with one way in is lost with a forgotten password, so it is kept only once it has a second. "
                                     "Nothing has been put into this one yet. A sheet printed or saved for it will open nothing: destroy it."),
                                  tr("Discard it"), {}, this);
    connect(m_question, &QDialog::accepted, this, [this] {
        m_isLeaving = true;
        m_client->lock();
    });
    m_question->open();
}

void SetupWizard::startAgain()
{
    m_created = false;
    m_master.reset();
    delete m_question;
    if (m_isLeaving) {
        reject();
        return;
    }
    goTo(Password);
    say(m_error, InlineMessage::Kind::Warning, tr("Clavitor was locked before the vault had a second way in, so the vault was not kept. Choose its "
                                                  "master password again. A sheet printed or saved for it opens nothing: destroy it."));
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
        auto *sheet = new NewKeySheet(std::move(key), m_clipboard, m_ours, this);
        sheet->open();
    };
    dialog->open();
}

void SetupWizard::done(int result)
{
    if (m_busy)
        return;
    if (m_created && m_client->facts().isUnfinished) {
        askToDiscard();
        return;
    }
    m_password->wipe();
    m_master.reset();
    if (m_created && !m_keychainWhy.isEmpty())
        emit leavesKeychainUnsaid(std::exchange(m_keychainWhy, {}));
    QDialog::done(m_created ? int(Accepted) : result);
}

} // namespace clavitor::ui
