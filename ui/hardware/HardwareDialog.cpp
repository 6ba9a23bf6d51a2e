// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/hardware/HardwareDialog.h"

#include "app/service/VaultClient.h"
#include "ui/hardware/HardwareDialogs.h"
#include "ui/hardware/HardwareText.h"
#include "ui/settings/WayText.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretField.h"
#include "ui/widgets/SymbolTile.h"
#include "ui/words/ErrorText.h"

#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

using crypto::SlotKind;

namespace {

constexpr int kDialogWidth = 480;
constexpr int kTile = 48;
constexpr int kLook = 700; // ms between two looks for a key
constexpr int kLongestName = 40;

QString withoutTail(QString label)
{
    label = label.trimmed();
    while (label.toUtf8().size() > qsizetype(crypto::SlotDevice::longestLabel))
        label.chop(label.back().isLowSurrogate() ? 2 : 1);
    return label;
}

qsizetype lengthOf(const SecretField *field)
{
    const crypto::SecretText text = field->copySecret();
    return std::ranges::count_if(text.view(), [](char c) { return (c & 0xC0) != 0x80; });
}

} // namespace

HardwareDialog::HardwareDialog(Parts parts, Purpose purpose, SlotKind kind, QWidget *parent)
    : RaisedDialog(parent)
    , m_client(parts.client)
    , m_hardware(parts.hardware)
    , m_purpose(purpose)
    , m_kind(kind)
    , m_tile(new SymbolTile(kTile, WayText::symbol(kind)))
    , m_title(new Label({}, TextStyle::Title))
    , m_words(new Label({}, TextStyle::Body, Ink::Quiet))
    , m_name(new QLineEdit)
    , m_pin(new SecretField(kind == SlotKind::Tpm ? tr("PIN") : tr("PIN of the security key")))
    , m_again(new SecretField(tr("PIN once more")))
    , m_password(new SecretField(tr("Master password")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
    , m_progress(new QProgressBar)
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_next(new QPushButton)
{
    build();
    m_look.setInterval(kLook);
    connect(&m_look, &QTimer::timeout, this, &HardwareDialog::lookForKey);
    connect(m_hardware, &HardwareThread::stepped, this, &HardwareDialog::stepped);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        const bool open = facts.state == LockState::Unlocked || facts.isUnfinished;
        if (m_purpose == Purpose::Unlock ? open : !open) {
            m_stage = Stage::Failed; // nothing is waited for any more
            done(m_purpose == Purpose::Unlock ? Accepted : Rejected);
        }
    });
    connect(m_client, &VaultClient::lockAsked, this, &QDialog::reject);
    const auto others = std::ranges::count_if(m_client->facts().ways, [](const UnlockWay &way) { return way.name.kind == SlotKind::SecurityKey; });
    m_name->setText(HardwareText::nextName(others));
    if (m_purpose == Purpose::Add)
        goTo(Stage::Name);
    else if (isKey())
        askHardware({});
    else
        goTo(Stage::Pin);
}

HardwareDialog::~HardwareDialog()
{
    if (!m_closed) // taken away with its window
        m_hardware->stop();
}

void HardwareDialog::build()
{
    setWindowTitle(isKey() ? tr("Security key") : tr("TPM of this computer"));
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    m_name->setAccessibleName(tr("Name of the security key"));
    m_name->setMaxLength(kLongestName);
    m_pin->setPlaceholder(isKey() ? tr("PIN of the key") : tr("PIN"));
    m_again->setPlaceholder(tr("PIN once more"));
    m_password->setPlaceholder(tr("Master password"));
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(space::xs);
    m_progress->setAccessibleName(tr("Waiting for the hardware"));
    m_error->hide();
    m_cancel->setAutoDefault(false);
    setButtonRole(m_next, ButtonRole::Primary);
    m_next->setDefault(true);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    auto *told = new QVBoxLayout;
    told->setSpacing(space::xs);
    told->addWidget(m_title->wrapping());
    told->addWidget(m_words->wrapping());
    auto *head = new QHBoxLayout;
    head->setSpacing(space::l);
    head->addWidget(m_tile, 0, Qt::AlignTop);
    head->addLayout(told, 1);
    column->addLayout(head);
    for (QWidget *field : std::initializer_list<QWidget *>{m_name, m_pin, m_again, m_password, m_progress, m_error})
        column->addWidget(field);
    column->addStretch();
    column->addSpacing(space::xs);
    column->addLayout(new ButtonRow({m_cancel, m_next}));
    setFixedWidth(kDialogWidth);

    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_next, &QPushButton::clicked, this, &HardwareDialog::next);
    connect(m_name, &QLineEdit::textChanged, this, &HardwareDialog::refresh);
    for (SecretField *field : {m_pin, m_again, m_password}) {
        connect(field, &SecretField::edited, m_error, &QWidget::hide);
        connect(field, &SecretField::edited, this, &HardwareDialog::refresh);
    }
}

HardwareThread::Kind HardwareDialog::thing() const
{
    return isKey() ? HardwareThread::Kind::SecurityKey : HardwareThread::Kind::Tpm;
}

bool HardwareDialog::takesPin(Stage stage) const
{
    return stage == Stage::Pin || (stage == Stage::Name && !isKey());
}

void HardwareDialog::goTo(Stage stage)
{
    m_stage = stage;
    if (stage == Stage::Failed)
        m_tile->setSymbol(Symbol::Denied, Ink::Denied);
    else
        m_tile->setSymbol(WayText::symbol(m_kind));
    m_title->setText(titleOf(stage));
    m_words->setText(wordsOf(stage));
    const bool waits = stage == Stage::Absent || stage == Stage::Working || stage == Stage::Touch || stage == Stage::TouchAgain
        || stage == Stage::Storing;
    m_name->setVisible(stage == Stage::Name && isKey());
    m_pin->setVisible(takesPin(stage));
    m_again->setVisible(stage == Stage::Name && !isKey());
    m_password->setVisible(stage == Stage::Password);
    m_progress->setVisible(waits);
    m_next->setVisible(!waits);
    m_next->setText(verbOf(stage));
    m_cancel->setEnabled(stage != Stage::Storing);
    if (stage == Stage::Absent)
        m_look.start();
    else
        m_look.stop();
    if (stage == Stage::Name && isKey()) {
        m_name->setFocus();
        m_name->selectAll();
    } else if (takesPin(stage)) {
        m_pin->setFocus();
    } else if (stage == Stage::Password) {
        m_password->setFocus();
    } else if (stage == Stage::Failed) {
        m_next->setFocus();
    } else {
        m_cancel->setFocus();
    }
    refresh();
}

QString HardwareDialog::titleOf(Stage stage) const
{
    switch (stage) {
    case Stage::Name:
        return isKey() ? tr("Add a security key") : tr("Unlock with the TPM of this computer");
    case Stage::Absent:
        return tr("Plug in your security key");
    case Stage::Touch:
        return tr("Touch your security key");
    case Stage::TouchAgain:
        return tr("Touch it once more");
    case Stage::Pin:
        return isKey() ? tr("PIN of the security key") : tr("PIN of the TPM");
    case Stage::Password:
        return tr("Your master password");
    case Stage::Failed:
        if (m_purpose == Purpose::Add)
            return isKey() ? tr("The security key was not added") : tr("The TPM was not added");
        if (m_purpose == Purpose::OpenPersonal)
            return isKey() ? tr("The security key did not open Personal") : tr("The TPM did not open Personal");
        return isKey() ? tr("The security key did not open the vault") : tr("The TPM did not open the vault");
    case Stage::Working:
    case Stage::Storing:
        break;
    }
    return isKey() ? tr("Asking your security key") : tr("Asking the TPM");
}

QString HardwareDialog::wordsOf(Stage stage) const
{
    switch (stage) {
    case Stage::Name:
        return isKey() ? tr("It will open Shared and Personal. A key with a PIN asks for it each time; a key without one opens the vault "
                            "for whoever holds it. Give it a name you will know it by.")
                       : tr("This computer's security chip will open Shared and Personal with a PIN of its own, which it lets nobody guess. "
                            "It is gone with the computer, and when the chip is cleared.");
    case Stage::Absent:
        return tr("Leave only that one plugged in. It goes on by itself.");
    case Stage::Touch:
        return tr("It blinks and waits for you, for half a minute.");
    case Stage::TouchAgain:
        return tr("The first touch registered it, this one reads its secret.");
    case Stage::Pin:
        return isKey() ? tr("The key checks it. Clavitor does not keep it.") : tr("The PIN you chose when you added the TPM to this vault.");
    case Stage::Password:
        return tr("Only with it can a further way to open Personal be made.");
    case Stage::Failed:
        return {};
    case Stage::Working:
    case Stage::Storing:
        break;
    }
    return tr("This takes a moment.");
}

QString HardwareDialog::verbOf(Stage stage) const
{
    switch (stage) {
    case Stage::Failed:
        return tr("Try again");
    case Stage::Password:
        return isKey() ? tr("Add key") : tr("Add TPM");
    case Stage::Pin:
        return m_purpose == Purpose::Add ? tr("Continue") : m_purpose == Purpose::Unlock ? tr("Unlock") : tr("Open");
    default:
        return tr("Continue");
    }
}

void HardwareDialog::refresh()
{
    bool ready = true;
    if (m_stage == Stage::Name && isKey())
        ready = !withoutTail(m_name->text()).isEmpty();
    else if (m_stage == Stage::Name)
        ready = !m_pin->isEmpty() && !m_again->isEmpty();
    else if (m_stage == Stage::Pin)
        ready = !m_pin->isEmpty();
    else if (m_stage == Stage::Password)
        ready = !m_password->isEmpty();
    m_next->setEnabled(ready);
    m_words->setVisible(!m_words->text().isEmpty());
}

void HardwareDialog::say(const QString &error)
{
    m_error->setMessage(InlineMessage::Kind::Error, error);
    m_error->show();
}

void HardwareDialog::next()
{
    if (!m_next->isEnabled())
        return;
    m_error->hide();
    if (takesPin(m_stage)) {
        if (const QString fault = HardwareText::pinFault(m_kind, lengthOf(m_pin)); !fault.isEmpty())
            return say(fault);
        if (m_stage == Stage::Name && !m_pin->copySecret().equals(m_again->copySecret().view()))
            return say(tr("The two PINs differ."));
        m_again->wipe();
        askHardware(m_pin->takeSecret());
    } else if (m_stage == Stage::Password) {
        store();
    } else if (m_stage == Stage::Failed && !isKey()) {
        goTo(m_purpose == Purpose::Add ? Stage::Name : Stage::Pin);
    } else {
        askHardware({});
    }
}

void HardwareDialog::askHardware(crypto::SecretText pin)
{
    goTo(Stage::Working);
    if (m_purpose == Purpose::Add) {
        m_hardware->enrol(thing(), std::move(pin), withoutTail(m_name->text()), {this, [this](Result<HardwareKey::Enrolled> made) {
            if (!made)
                return hardwareFailed(made.error());
            m_enrolled = std::move(*made);
            goTo(Stage::Password);
        }});
        return;
    }
    m_ways.clear();
    std::vector<HardwareKey::Parameters> parameters;
    for (const UnlockWay &way : m_client->facts().ways) {
        if (way.name.kind != m_kind)
            continue;
        m_ways += way.name;
        const auto bytes = std::as_bytes(std::span(way.parameters.constData(), static_cast<std::size_t>(way.parameters.size())));
        parameters.emplace_back(bytes.begin(), bytes.end());
    }
    m_hardware->open(thing(), std::move(parameters), std::move(pin), {this, [this](Result<HardwareKey::Opened> found) {
        if (!found)
            return hardwareFailed(found.error());
        opened(std::move(*found));
    }});
}

void HardwareDialog::hardwareFailed(const Error &error)
{
    switch (error.code) {
    case ErrorCode::SecurityKeyAbsent:
        goTo(Stage::Absent);
        return;
    case ErrorCode::SecurityKeyPinNeeded:
        goTo(Stage::Pin);
        return;
    case ErrorCode::HardwareWrongPin:
        goTo(Stage::Pin);
        say(HardwareText::sentence(error));
        return;
    default:
        goTo(Stage::Failed);
        say(HardwareText::sentence(error));
    }
}

void HardwareDialog::lookForKey()
{
    m_hardware->present(thing(), {this, [this](const QStringList &names) {
        if (m_stage == Stage::Absent && !names.isEmpty())
            askHardware({});
    }});
}

void HardwareDialog::stepped(HardwareCall::Step step)
{
    if (m_stage != Stage::Working && m_stage != Stage::Touch && m_stage != Stage::TouchAgain)
        return;
    switch (step) {
    case HardwareCall::Step::Working:
        return;
    case HardwareCall::Step::Touch:
        goTo(Stage::Touch);
        return;
    case HardwareCall::Step::TouchAgain:
        goTo(Stage::TouchAgain);
        return;
    }
}

void HardwareDialog::opened(HardwareKey::Opened found)
{
    goTo(Stage::Storing);
    const WayName way = m_ways.value(static_cast<qsizetype>(found.way));
    Reply<Result<>> reply(this, [this](const Result<> &result) { vaultAnswered(result); });
    if (m_purpose == Purpose::Unlock)
        m_client->unlockWithSecret(way, std::move(found.secret), std::move(reply));
    else
        m_client->openPersonalWithSecret(way, std::move(found.secret), std::move(reply));
}

void HardwareDialog::store()
{
    goTo(Stage::Storing);
    const QByteArray parameters(reinterpret_cast<const char *>(m_enrolled->parameters.data()),
                                static_cast<qsizetype>(m_enrolled->parameters.size()));
    m_client->addWay({m_kind, isKey() ? withoutTail(m_name->text()) : tr("This computer"), parameters},
                     crypto::SecretBytes::copyOf(m_enrolled->secret.bytes()), m_password->takeSecret(),
                     {this, [this](const Result<> &result) { vaultAnswered(result); }});
}

void HardwareDialog::vaultAnswered(const Result<> &result)
{
    if (result) {
        m_stage = Stage::Password; // no longer the vault's turn, so it may close
        accept();
        return;
    }
    // What the hardware made is kept: a mistyped password costs no further touch.
    goTo(m_purpose == Purpose::Add ? Stage::Password : Stage::Failed);
    say(ErrorText::of(result.error().code).sentence());
}

void HardwareDialog::done(int result)
{
    if (m_stage == Stage::Storing)
        return;
    m_closed = true;
    m_look.stop();
    m_hardware->stop();
    m_enrolled.reset();
    for (SecretField *field : {m_pin, m_again, m_password})
        field->wipe();
    QDialog::done(result);
}

} // namespace clavitor::ui
