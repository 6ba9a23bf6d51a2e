// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/UnlockPanel.h"

#include "app/service/PresenceGate.h"
#include "ui/PresenceLine.h"
#include "ui/hardware/HardwareButtons.h"
#include "ui/keys/LeaseText.h"
#include "ui/recovery/RecoveryUnlockDialog.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretField.h"
#include "ui/words/CallerText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/FormerKeysText.h"
#include "ui/words/PresenceText.h"
#include "ui/words/TimeText.h"

#include <QDesktopServices>
#include <QDialog>
#include <QEvent>
#include <QKeyEvent>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QUrl>
#include <QVBoxLayout>

#include <utility>

namespace clavitor::ui {

namespace {

constexpr int kWidest = 400;
constexpr int kHeadSymbol = 40;
constexpr int kAgeTick = 10'000;

/// The keychain or the check failing is no alarm: the password still works.
bool isKeychainError(ErrorCode code)
{
    return code >= ErrorCode::KeychainAbsent && code <= ErrorCode::PresenceUnavailable;
}

} // namespace

UnlockPanel::UnlockPanel(VaultClient *client, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_symbol(new Label({}))
    , m_title(new Label({}, TextStyle::Title))
    , m_text(new Label({}, TextStyle::Body, Ink::Quiet))
    , m_password(new SecretField(tr("Master password")))
    , m_go(new QPushButton(tr("Unlock")))
    , m_keychain(new QPushButton(tr("Unlock with the keychain")))
    , m_sheet(new QPushButton(tr("I have a recovery sheet")))
    , m_before(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_check(new PresenceLine)
    , m_setup(new QPushButton(tr("Create a vault")))
    , m_former(new QPushButton)
    , m_folder(new QPushButton(tr("Open the folder")))
    , m_progress(new QProgressBar)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_caller(new InlineMessage(InlineMessage::Kind::Note))
    , m_leases(new InlineMessage(InlineMessage::Kind::Note))
    , m_inMemory(new Label(LeaseText::inMemory(), TextStyle::Quiet, Ink::Quiet))
    , m_stop(new QPushButton(icon(Symbol::Lock), tr("Stop it now")))
    , m_scroll(new QScrollArea)
{
    m_symbol->setAlignment(Qt::AlignCenter);
    m_title->setAlignment(Qt::AlignCenter);
    m_title->wrapping();
    m_text->setAlignment(Qt::AlignCenter);
    m_text->wrapping();
    m_password->setPlaceholder(tr("Master password"));
    setButtonRole(m_go, ButtonRole::Primary);
    setButtonRole(m_setup, ButtonRole::Primary);
    setButtonRole(m_keychain, ButtonRole::Flat);
    setButtonRole(m_sheet, ButtonRole::Flat);
    m_former->hide();
    m_sheet->setIcon(icon(Symbol::Note));
    m_keychain->setIcon(icon(m_keychainSymbol));
    m_check->centre();
    m_before->setAlignment(Qt::AlignCenter);
    m_before->wrapping();
    m_before->hide();
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(space::xs);
    QSizePolicy keepsRoom = m_progress->sizePolicy();
    keepsRoom.setRetainSizeWhenHidden(true);
    m_progress->setSizePolicy(keepsRoom);
    m_progress->hide();
    m_error->hide();
    m_caller->hide();
    m_leases->hide();
    m_inMemory->wrapping();
    m_inMemory->setAlignment(Qt::AlignCenter);
    m_inMemory->hide();
    m_stop->hide();
    connect(m_stop, &QPushButton::clicked, this, &UnlockPanel::stopLeases);

    auto *middle = new QWidget;
    middle->setMaximumWidth(kWidest);
    middle->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    column->addWidget(m_symbol);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addSpacing(space::s);
    column->addWidget(m_leases);
    column->addWidget(m_inMemory);
    column->addWidget(m_stop);
    column->addWidget(m_caller);
    column->addWidget(m_password);
    column->addWidget(m_go);
    column->addWidget(m_progress);
    column->addWidget(m_error);
    column->addWidget(m_check);
    column->addWidget(m_keychain);
    column->addWidget(m_before);
    column->addWidget(m_sheet);
    column->addWidget(m_setup);
    column->addWidget(m_folder);
    column->addWidget(m_former);
    auto *content = new QWidget;
    auto *outer = new QVBoxLayout(content);
    outer->setContentsMargins(space::xl, space::xl, space::xl, space::xl);
    outer->addStretch(2);
    auto *centred = new QHBoxLayout; // not an alignment: that would ignore the height wrapped texts need
    centred->addStretch();
    centred->addWidget(middle, 1); // all the width up to its widest, and only then the sides
    centred->addStretch();
    outer->addLayout(centred);
    outer->addStretch(3);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus); // the page keys scroll it from the password's field
    m_scroll->setWidget(content);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_scroll);
    setFocusProxy(m_password);
    // Told before the layout knows where the field goes.
    connect(m_scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this, &UnlockPanel::keepInSight, Qt::QueuedConnection);

    m_tick.setInterval(kAgeTick);
    connect(&m_tick, &QTimer::timeout, this, &UnlockPanel::tellCaller);
    connect(m_go, &QPushButton::clicked, this, &UnlockPanel::unlockWithPassword);
    connect(m_password, &SecretField::submitted, this, &UnlockPanel::unlockWithPassword);
    connect(m_password, &SecretField::edited, this, [this] {
        m_go->setEnabled(!m_password->isEmpty());
        m_error->hide();
    });
    connect(m_keychain, &QPushButton::clicked, this, &UnlockPanel::unlockWithKeychain);
    connect(m_error->setAction({}), &QPushButton::clicked, this, &UnlockPanel::openKeychain);
    connect(m_sheet, &QPushButton::clicked, this, &UnlockPanel::unlockWithSheet);
    connect(m_setup, &QPushButton::clicked, this, &UnlockPanel::setupRequested);
    connect(m_former, &QPushButton::clicked, this, &UnlockPanel::offerFormerKeys);
    connect(m_folder, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_client->facts().folder)); });
    if (PresenceGate *gate = m_client->presence()) {
        m_check->follow(&gate->presence());
        connect(&gate->presence(), &UserPresence::ended, this, [this](const UserPresence::Answer &answer) {
            if (m_asking && answer.outcome == UserPresence::Outcome::Present)
                m_check->say(tr("It is you. Asking the keychain…"));
        });
    }
    connect(m_client, &VaultClient::factsChanged, this, &UnlockPanel::takeFacts);
    connect(m_client, &VaultClient::lockAsked, this, &UnlockPanel::forgetTyped);
    connect(m_client, &VaultClient::lockedCall, this, &UnlockPanel::showCaller);
    takeFacts();
}

void UnlockPanel::setHardware(HardwareDialogs *hardware)
{
    auto *column = qobject_cast<QVBoxLayout *>(m_keychain->parentWidget()->layout());
    column->insertWidget(column->indexOf(m_keychain) + 1, new HardwareButtons(m_client, hardware));
}

void UnlockPanel::takeFacts()
{
    const VaultFacts &facts = m_client->facts();
    const bool none = facts.state == LockState::NoVault && !facts.problem;
    const bool broken = facts.problem.has_value();
    const bool locked = !none && !broken;
    m_password->setVisible(locked);
    m_go->setVisible(locked);
    m_go->setEnabled(!m_password->isEmpty() && !m_busy);
    m_keychain->setVisible(locked && facts.hasKeychainSlot);
    m_sheet->setVisible(locked && facts.opensBy(crypto::SlotKind::Recovery));
    // With each read under a lease there are others, which need no question to the system.
    VaultFacts known = facts;
    known.leases.clear();
    if (known != std::exchange(m_probed, known))
        lookForCheck();
    m_setup->setVisible(none);
    m_folder->setVisible(broken && !facts.folder.isEmpty());
    const auto former = broken && facts.formerKeys ? std::optional(FormerKeysText::of(*facts.formerKeys, m_clock())) : std::nullopt;
    m_former->setVisible(former && !former->verb.isEmpty());
    if (former) {
        m_title->setText(former->title);
        m_text->setText(former->found);
        m_former->setText(former->verb);
        m_folder->setToolTip(displayText(facts.problem->detail, 400));
    } else if (broken) {
        const ErrorText text = ErrorText::of(facts.problem->code);
        m_title->setText(text.title.endsWith(u'.') ? text.title.chopped(1) : text.title);
        m_text->setText(text.body());
        m_folder->setToolTip(displayText(facts.problem->detail, 400));
    } else if (none) {
        m_title->setText(tr("No vault yet"));
        m_text->setText(tr("A vault keeps your passwords, keys and codes on this computer and hands agents only what you allow."));
    } else {
        m_title->setText(facts.name.isEmpty() ? tr("The vault is locked") : tr("%1 is locked").arg(displayText(facts.name, 60)));
        m_text->setText(facts.keepsLeases() ? tr("Agents get no answer until you unlock it, but for what a lease allows:")
                                            : tr("Agents get no answer until you unlock it."));
        if (facts.formerKeys)
            m_text->setText(m_text->text() + u'\n' + FormerKeysText::inUse(*facts.formerKeys, m_clock()));
    }
    const QList<LeaseStanding> leases = LeaseText::inForce(facts.leases, m_clock());
    const bool keeps = locked && facts.keepsLeases() && !leases.isEmpty();
    m_leases->setVisible(keeps);
    m_inMemory->setVisible(keeps);
    m_stop->setVisible(keeps);
    if (keeps)
        m_leases->setMessage(InlineMessage::Kind::Note, LeaseText::onLockScreen(leases, m_clock()));
    paintSymbolLabel();
    if (facts.state == LockState::Unlocked) {
        m_calledAt = 0;
        m_calls = 0;
        forgetTyped();
        m_error->hide();
        tellCaller();
    }
}

void UnlockPanel::forgetTyped()
{
    m_password->wipe();
    m_password->setShown(false);
    m_go->setEnabled(false);
}

void UnlockPanel::stopLeases()
{
    m_client->endKeptLeases({this, [this](const Result<> &stopped) {
        if (stopped)
            return;
        // It is locked all the same; that the lease ended could not be written.
        const ErrorText text = ErrorText::of(stopped.error().code);
        m_error->setMessage(InlineMessage::Kind::Error, text.title + u'\n' + text.body());
        m_error->setAction({});
        m_error->show();
    }});
}

void UnlockPanel::unlockWithPassword()
{
    if (m_busy || m_password->isEmpty())
        return;
    stopAsking();
    setBusy(true, tr("Unlocking…"));
    m_client->unlock(m_password->takeSecret(), {this, [this](const Result<> &result) { answer(result, false); }});
}

void UnlockPanel::unlockWithKeychain()
{
    if (m_asking)
        stopAsking();
    else if (!m_busy)
        askKeychain();
}

void UnlockPanel::askKeychain()
{
    showAsking(true);
    m_client->unlockWithKeychain({this, [this, attempt = ++m_attempt](const Result<> &result) {
        if (attempt != m_attempt) {
            if (result)
                emit unlocked();
            return;
        }
        showAsking(false);
        answer(result, true);
    }});
}

/// The desktop asks for what opens the keychain; then it is asked for the key once more, after a check as ever.
void UnlockPanel::openKeychain()
{
    if (m_busy || m_asking)
        return;
    showAsking(true, false);
    m_client->openKeychain({this, [this, attempt = ++m_attempt](const Result<> &opened) {
        if (attempt != m_attempt)
            return;
        if (opened)
            return askKeychain();
        showAsking(false);
        answer(opened, true);
    }});
}

void UnlockPanel::stopAsking()
{
    if (!m_asking)
        return;
    ++m_attempt;
    showAsking(false);
    m_client->cancelPresence();
}

void UnlockPanel::showAsking(bool asking, bool checks)
{
    m_asking = asking;
    const PresenceGate *gate = m_client->presence();
    m_check->setVisible(asking && checks && gate && gate->keychainCheck() != Settings::KeychainCheck::Never);
    m_before->setVisible(!asking && !m_before->text().isEmpty() && m_keychain->isVisibleTo(this));
    m_keychain->setText(asking ? tr("Stop") : tr("Unlock with the keychain"));
    m_keychain->setIcon(icon(asking ? Symbol::Close : m_keychainSymbol));
    m_progress->setVisible(asking || m_busy);
    if (asking)
        m_error->hide();
    m_password->setFocus(); // the password goes on beside the check
}

/// What would come before the keychain is known from the system, a moment later.
void UnlockPanel::lookForCheck()
{
    PresenceGate *gate = m_client->presence();
    if (!gate || !isVisible() || !m_keychain->isVisibleTo(this)) {
        m_before->hide();
        return;
    }
    gate->presence().probe([panel = QPointer(this), gate](UserPresence::Probe probe) {
        if (!panel)
            return;
        panel->m_before->setText(PresenceText::beforeKeychain(probe, gate->keychainCheck()));
        panel->m_before->setVisible(!panel->m_asking && panel->m_keychain->isVisibleTo(panel));
        panel->m_keychainSymbol = probe.means == UserPresence::Means::Fingerprint ? Symbol::Fingerprint : Symbol::Key;
        if (!panel->m_asking)
            panel->m_keychain->setIcon(icon(panel->m_keychainSymbol));
    });
}

void UnlockPanel::unlockWithSheet()
{
    if (m_busy)
        return;
    stopAsking();
    m_password->wipe();
    // UnlockDialog goes as soon as the vault is open, and would take the new password's page with it.
    QWidget *around = window();
    (new RecoveryUnlockDialog(m_client, qobject_cast<QDialog *>(around) ? nullptr : around))->open();
}

void UnlockPanel::offerFormerKeys()
{
    const auto &keys = m_client->facts().formerKeys;
    if (!keys)
        return;
    const FormerKeysText text = FormerKeysText::of(*keys, m_clock());
    auto *sheet = new ConfirmSheet(text.question, text.means, tr("Use this key file"), {}, this);
    connect(sheet, &QDialog::accepted, this, &UnlockPanel::useFormerKeys);
    sheet->open();
}

void UnlockPanel::useFormerKeys()
{
    m_former->setEnabled(false);
    m_error->hide();
    m_client->useFormerKeys({this, [this](const Result<> &used) {
        m_former->setEnabled(true);
        if (used) {
            m_password->setFocus();
            return;
        }
        const ErrorText text = ErrorText::of(used.error().code);
        m_error->setMessage(InlineMessage::Kind::Error, text.title + u'\n' + text.body());
        m_error->setAction({});
        m_error->show();
    }});
}

void UnlockPanel::setBusy(bool busy, const QString &words)
{
    m_busy = busy;
    m_password->setEnabled(!busy);
    m_keychain->setEnabled(!busy);
    m_sheet->setEnabled(!busy);
    m_go->setEnabled(!busy && !m_password->isEmpty());
    m_go->setText(busy ? words : tr("Unlock"));
    m_progress->setVisible(busy);
    if (busy)
        m_error->hide();
}

void UnlockPanel::answer(const Result<> &result, bool byKeychain)
{
    setBusy(false);
    if (result) {
        emit unlocked();
        return;
    }
    m_password->setFocus();
    if (result.error().code == ErrorCode::Locked)
        return; // overtaken by a lock, which is no news to whoever locked
    const ErrorText text = ErrorText::of(result.error().code);
    QString title = text.title;
    if (PresenceGate *gate = m_client->presence(); gate && result.error().code == ErrorCode::PresenceUnavailable)
        title += u' ' + PresenceText::reason(gate->presence().lastAnswer().reason);
    m_error->setMessage(byKeychain && isKeychainError(result.error().code) ? InlineMessage::Kind::Warning
                                                                          : InlineMessage::Kind::Error,
                        title + u'\n' + text.body());
    // Only the Secret Service tells that it is locked.
    m_error->setAction(result.error().code == ErrorCode::KeychainLocked ? tr("Unlock the keychain…") : QString());
    m_error->show();
}

/// Where what there is to read takes more than the window has, the field that is typed into stays to be seen, and with it
/// what went wrong with what was typed.
void UnlockPanel::keepInSight()
{
    if (!m_password->isVisibleTo(this))
        return;
    if (m_error->isVisibleTo(this))
        m_scroll->ensureWidgetVisible(m_error, 0, space::m);
    m_scroll->ensureWidgetVisible(m_password, 0, space::m);
}

void UnlockPanel::showCaller(const LockedCall &call)
{
    m_call = call;
    m_calledAt = m_clock();
    ++m_calls;
    tellCaller();
}

void UnlockPanel::tellCaller()
{
    m_caller->setVisible(m_calledAt != 0);
    if (m_calledAt == 0) {
        m_tick.stop();
        return;
    }
    QString text = tr("%1 asked to %2, %3.")
                       .arg(CallerText::actor(m_call.actor), CallerText::verb(m_call.action), TimeText(m_clock()).past(m_calledAt));
    const QString from = CallerText::line(m_call.caller);
    if (!from.isEmpty())
        text += u'\n' + tr("From %1").arg(from);
    if (m_calls > 1)
        text += u'\n' + tr("%n calls since the vault was locked", nullptr, m_calls);
    m_caller->setMessage(InlineMessage::Kind::Note, text);
    if (isVisible())
        m_tick.start();
}

void UnlockPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    tellCaller();
    lookForCheck();
    if (m_password->isVisibleTo(this))
        m_password->setFocus();
}

void UnlockPanel::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    if (!event->spontaneous()) // out of the desktop's sight only, the person may come back with the finger
        stopAsking();
}

void UnlockPanel::keyPressEvent(QKeyEvent *event)
{
    if (m_asking && event->key() == Qt::Key_Escape)
        stopAsking();
    else
        QWidget::keyPressEvent(event);
}

void UnlockPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintSymbolLabel();
}

void UnlockPanel::paintSymbolLabel()
{
    const bool broken = m_client->facts().problem.has_value();
    m_symbol->setPixmap(symbolPixmap(broken ? Symbol::Warning : Symbol::Lock, kHeadSymbol, devicePixelRatioF(),
                                     tokensOf(palette()).ink(broken ? Ink::Asks : Ink::Accent)));
}

} // namespace clavitor::ui
