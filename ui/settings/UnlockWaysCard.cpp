// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/UnlockWaysCard.h"

#include "app/service/PresenceGate.h"
#include "app/service/VaultClient.h"
#include "ui/recovery/RecoverySheetDialog.h"
#include "ui/settings/ChangePasswordDialog.h"
#include "ui/settings/HardwareWays.h"
#include "ui/settings/ReplaceKeysDialog.h"
#include "ui/settings/WayText.h"
#include "ui/style/Icons.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/ErrorText.h"
#include "ui/words/PresenceText.h"

#include <QPainter>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

using crypto::SlotKind;

namespace {

constexpr int kBadge = 32;
constexpr int kNarrowRow = 420;
// Milliseconds a service that hangs is waited for; one that is there answers within a tenth.
constexpr int kCheckPatience = 3000;

/// The way's icon on a wash; faint for a way that is not there.
class WayBadge : public QWidget {
public:
    WayBadge(Symbol symbol, bool isThere)
        : m_symbol(symbol)
        , m_isThere(isThere)
    {
        setFixedSize(kBadge, kBadge);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Tokens &tokens = tokensOf(palette());
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_isThere ? blend(tokens.raised, tokens.accent, 0.12) : blend(tokens.raised, tokens.faint, 0.12));
        painter.drawRoundedRect(rect(), 8, 8);
        paintSymbol(&painter, QRectF(7, 7, 18, 18), m_symbol, m_isThere ? tokens.accent : tokens.faint);
    }

private:
    Symbol m_symbol;
    bool m_isThere;
};

/// Words with buttons beside them, or below where a few letters a line would be all that is left for the words.
class WayRow : public QWidget {
public:
    WayRow()
        : m_both(new QBoxLayout(QBoxLayout::LeftToRight, this))
    {
        m_both->setContentsMargins(0, 0, 0, 0);
        m_both->setSpacing(space::m);
        words->setSpacing(space::m);
        buttons->setSpacing(space::m);
        m_both->addLayout(words, 1);
        m_both->addLayout(buttons);
        m_both->setAlignment(buttons, Qt::AlignLeft | Qt::AlignVCenter);
    }

    QHBoxLayout *words = new QHBoxLayout;
    QHBoxLayout *buttons = new QHBoxLayout;

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QWidget::resizeEvent(event);
        m_both->setDirection(width() < kNarrowRow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    }

private:
    QBoxLayout *m_both;
};

} // namespace

UnlockWaysCard::UnlockWaysCard(VaultClient *client, Clock clock, QWidget *parent)
    : Card(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_single(new InlineMessage(InlineMessage::Kind::Warning))
    , m_reducedCost(new InlineMessage(InlineMessage::Kind::Warning,
                                      tr("Memory was short when the master password was set, so guessing it costs less than it could. "
                                         "Change it, or set the same one again, with other programs closed.")))
    , m_list(new QVBoxLayout)
    , m_keychain(new InlineMessage(InlineMessage::Kind::Warning))
    , m_strict(new Switch(tr("Strict mode")))
    , m_replace(new QPushButton(tr("Replace all keys…")))
{
    column()->addWidget(new SectionTitle(tr("Ways to unlock")));
    column()->addWidget(m_single);
    column()->addWidget(m_reducedCost);
    column()->addLayout(m_list);
    column()->addWidget(m_keychain);
    m_keychain->hide();
    column()->addWidget(new Hairline);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::l);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(new Label(tr("Strict mode")));
    words->addWidget((new Label(tr("Nothing on this computer opens the vault without you: no key in the keychain. "
                                   "After every start and every lock you type the master password or use another way."),
                                TextStyle::Quiet, Ink::Quiet))->wrapping());
    row->addLayout(words, 1);
    row->addWidget(m_strict, 0, Qt::AlignVCenter);
    column()->addLayout(row);
    column()->addWidget(new Hairline);
    auto *anew = new WayRow;
    auto *about = new QVBoxLayout;
    about->setSpacing(2);
    about->addWidget(new Label(tr("All keys")));
    about->addWidget((new Label(tr("New keys, and the whole vault written anew with them: for when a copy of it and something that opens it may be in other hands."),
                                TextStyle::Quiet, Ink::Quiet))->wrapping());
    anew->words->addLayout(about, 1);
    anew->buttons->addWidget(m_replace);
    column()->addWidget(anew);
    connect(m_replace, &QPushButton::clicked, this, &UnlockWaysCard::replaceKeys);
    connect(m_single->setAction(tr("Make a recovery sheet…")), &QPushButton::clicked, this, &UnlockWaysCard::makeSheet);
    connect(m_strict, &Switch::toggled, this, [this](bool on) {
        if (!m_taking)
            on ? removeKeychain(tr("Strict mode: the keychain opens the vault no more.")) : addKeychain();
    });
    connect(m_keychain->setAction({}), &QPushButton::clicked, this, &UnlockWaysCard::deleteLeftKey);
    connect(m_client, &VaultClient::factsChanged, this, &UnlockWaysCard::takeFacts);
    rebuild();
    takeFacts();
}

void UnlockWaysCard::setHardware(HardwareWays *hardware)
{
    m_hardware = hardware;
    rebuild();
    takeFacts();
}

void UnlockWaysCard::takeFacts()
{
    const VaultFacts &facts = m_client->facts();
    if (m_shown != facts.ways)
        rebuild();
    const bool open = facts.state == LockState::Unlocked;
    m_taking = true;
    m_strict->setChecked(open && !facts.hasKeychainSlot);
    m_taking = false;
    m_strict->setEnabled(open && !m_working);
    m_rows->setEnabled(open && !m_working);
    m_replace->setEnabled(open && !m_working && !facts.distrust);
    const QString single = WayText::singlePoint(facts.ways);
    m_single->setMessage(InlineMessage::Kind::Warning, single);
    m_single->setVisible(open && !single.isEmpty());
    m_reducedCost->setVisible(facts.hasReducedCost);
}

void UnlockWaysCard::rebuild()
{
    m_shown = m_client->facts().ways;
    // The press of a button in one of the rows may have led here.
    if (m_rows) {
        m_list->removeWidget(m_rows);
        m_rows->hide();
        m_rows->deleteLater();
    }
    m_rows = new QWidget;
    auto *rows = new QVBoxLayout(m_rows);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(space::m);
    m_list->addWidget(m_rows);
    for (const SlotKind kind : {SlotKind::Password, SlotKind::Keychain, SlotKind::Recovery, SlotKind::SecurityKey, SlotKind::Tpm}) {
        const auto there = std::ranges::count_if(m_shown, [kind](const UnlockWay &way) { return way.name.kind == kind; });
        for (const UnlockWay &way : m_shown)
            if (way.name.kind == kind)
                addRow(kind, &way);
        const bool isHardware = crypto::hasDevice(kind);
        const bool takesMore = kind == SlotKind::SecurityKey ? there < qsizetype(crypto::VaultHeader::mostSecurityKeys) : there == 0;
        if (takesMore && kind != SlotKind::Password && (!isHardware || (m_hardware && m_hardware->isAvailable(kind))))
            addRow(kind, nullptr);
    }
}

QPushButton *UnlockWaysCard::rowButton(const QString &words, const QString &accessibleName)
{
    auto *button = new QPushButton(words);
    button->setAccessibleName(accessibleName);
    return button;
}

void UnlockWaysCard::addRow(SlotKind kind, const UnlockWay *way)
{
    auto *rows = static_cast<QVBoxLayout *>(m_rows->layout());
    if (rows->count() > 0)
        rows->addWidget(new Hairline);
    const UnlockWay shown = way ? *way : UnlockWay{{kind, 0}, {}, {}};
    const QString title = !way && kind == SlotKind::SecurityKey ? tr("Add a security key") : WayText::title(shown);
    auto *row = new WayRow;
    row->words->addWidget(new WayBadge(WayText::symbol(kind), way != nullptr), 0, Qt::AlignTop);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget((new Label(title))->wrapping());
    words->addWidget((new Label(way ? WayText::effect(kind) : WayText::offer(kind), TextStyle::Quiet, Ink::Quiet))->wrapping());
    row->words->addLayout(words, 1);

    const auto put = [row](QPushButton *button) { row->buttons->addWidget(button); };
    if (kind == SlotKind::Password) {
        QPushButton *change = rowButton(tr("Change…"), tr("Change the master password"));
        connect(change, &QPushButton::clicked, this, &UnlockWaysCard::changePassword);
        put(change);
    } else if (!way || kind == SlotKind::Recovery) {
        QPushButton *add = nullptr;
        if (kind == SlotKind::Keychain) {
            add = rowButton(tr("Add"), tr("Unlock with the keychain"));
            connect(add, &QPushButton::clicked, this, [this] { addKeychain(); });
        } else if (kind == SlotKind::Recovery) {
            add = rowButton(way ? tr("Replace…") : tr("Make…"), way ? tr("Replace the recovery sheet") : tr("Make a recovery sheet"));
            connect(add, &QPushButton::clicked, this, &UnlockWaysCard::makeSheet);
        } else {
            add = rowButton(tr("Add…"), kind == SlotKind::Tpm ? tr("Unlock with the TPM") : tr("Add a security key"));
            connect(add, &QPushButton::clicked, this, [this, kind] { m_hardware->add(kind, window()); });
        }
        put(add);
    }
    if (way && kind != SlotKind::Password) {
        QPushButton *remove = rowButton(tr("Remove…"), tr("Remove: %1").arg(title));
        connect(remove, &QPushButton::clicked, this, [this, gone = *way] { askRemoval(gone); });
        put(remove);
    }
    rows->addWidget(row);
}

void UnlockWaysCard::makeSheet()
{
    auto *dialog = new RecoverySheetDialog({m_client, m_clock}, this);
    connect(dialog, &QDialog::accepted, this, [this] { emit said(tr("The recovery sheet opens the vault from now on.")); });
    dialog->open();
}

void UnlockWaysCard::changePassword()
{
    auto *dialog = new ChangePasswordDialog(m_client, this);
    connect(dialog, &QDialog::accepted, this, [this] { emit said(tr("The master password was changed.")); });
    dialog->open();
}

void UnlockWaysCard::replaceKeys()
{
    auto *dialog = new ReplaceKeysDialog(m_client, this);
    connect(dialog, &QDialog::accepted, this, [this] {
        takeFacts();
        emit said(tr("All keys of the vault are new."));
    });
    connect(dialog, &ReplaceKeysDialog::sheetWanted, this, &UnlockWaysCard::makeSheet);
    dialog->open();
}

void UnlockWaysCard::tellKeychain(const QString &words, const QString &verb)
{
    m_keychain->setMessage(InlineMessage::Kind::Warning, words);
    m_keychain->setAction(verb);
    m_keychain->show();
    // Once it has its place: the card is higher than most windows.
    QTimer::singleShot(0, this, [this] {
        for (QWidget *around = parentWidget(); around; around = around->parentWidget())
            if (auto *area = qobject_cast<QScrollArea *>(around))
                area->ensureWidgetVisible(m_keychain, 0, space::l);
    });
}

void UnlockWaysCard::addKeychain()
{
    m_keychain->hide();
    PresenceGate *gate = m_client->presence();
    if (!gate || gate->keychainCheck() == PresenceGate::Check::Never)
        return makeKeychainSlot();
    m_working = true;
    takeFacts();
    const auto goOn = [this, look = ++m_look](const QString &noCheck) {
        if (look != m_look)
            return;
        ++m_look;
        if (noCheck.isEmpty())
            return makeKeychainSlot();
        m_working = false;
        takeFacts();
        tellKeychain(tr("Nothing here can ask whether it is you. %1 So the keychain would not open the vault, and was not added. One click without a "
                        "check can be switched on below, under Checks that it is you.").arg(noCheck), {});
    };
    QTimer::singleShot(kCheckPatience, this, [goOn] { goOn({}); });
    gate->presence().probe([card = QPointer(this), goOn](UserPresence::Probe probe) {
        if (!card)
            return;
        // A reader that is busy now can ask another time.
        const bool isNever = probe.means == UserPresence::Means::None && UserPresence::isAbsence(probe.reason);
        goOn(isNever ? PresenceText::reason(probe.reason) : QString());
    });
}

void UnlockWaysCard::makeKeychainSlot()
{
    m_working = true;
    takeFacts();
    m_client->setKeychainSlot(true, {this, [this](const Result<> &added) {
        m_working = false;
        answer(added, tr("The keychain opens the vault from now on."));
    }});
}

void UnlockWaysCard::removeKeychain(const QString &done)
{
    m_keychain->hide();
    m_working = true;
    takeFacts();
    m_client->setKeychainSlot(false, {this, [this, done](const Result<> &gone) {
        m_working = false;
        if (gone || m_client->facts().hasKeychainSlot)
            answer(gone, done);
        else
            tellLeftKey(gone.error());
    }});
}

void UnlockWaysCard::tellLeftKey(const Error &error)
{
    takeFacts();
    m_isKeychainLocked = error.code == ErrorCode::KeychainLocked;
    tellKeychain(tr("The keychain opens the vault no more, but its key could not be deleted there. %1").arg(ErrorText::of(error.code).title),
                 m_isKeychainLocked ? tr("Unlock the keychain and delete it…") : tr("Try again"));
}

void UnlockWaysCard::deleteLeftKey()
{
    const QString done = tr("The key was deleted from the keychain.");
    if (!m_isKeychainLocked)
        return removeKeychain(done);
    m_keychain->hide();
    m_working = true;
    takeFacts();
    m_client->openKeychain({this, [this, done](const Result<> &opened) {
        m_working = false;
        opened ? removeKeychain(done) : tellLeftKey(opened.error());
    }});
}

void UnlockWaysCard::askRemoval(const UnlockWay &way)
{
    const QList<UnlockWay> &ways = m_client->facts().ways;
    // Neither comes back: a sheet cannot be added again, and of the last second way nobody may find out later.
    const bool isForGood = way.name.kind == SlotKind::Recovery || WayText::leavesOneWay(way, ways);
    auto *sheet = new ConfirmSheet(WayText::removalTitle(way), WayText::removal(way, ways), tr("Remove"), isForGood ? tr("remove") : QString(), this);
    connect(sheet, &QDialog::accepted, this, [this, way] {
        const QString done = tr("%1 opens the vault no more.").arg(WayText::title(way));
        if (way.name.kind == SlotKind::Keychain)
            return removeKeychain(done);
        m_client->removeWay(way.name, {this, [this, done](const Result<> &result) { answer(result, done); }});
    });
    sheet->open();
}

void UnlockWaysCard::answer(const Result<> &result, const QString &sentence)
{
    takeFacts(); // shows what is so, also when it failed
    if (result)
        emit said(sentence);
    else
        emit failed(result.error());
}

} // namespace clavitor::ui
