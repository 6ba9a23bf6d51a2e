// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/FieldRow.h"

#include "app/base/SecretString.h"
#include "ui/ClipboardGuard.h"
#include "ui/PersonalAccess.h"
#include "ui/WebLink.h"
#include "ui/entries/EntryText.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Avatar.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretView.h"
#include "ui/words/DisplayText.h"

#include <QHBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kLabelWidth = 128;

bool isLong(FieldKind kind)
{
    return kind == FieldKind::Notes || kind == FieldKind::Address || kind == FieldKind::PublicKey;
}

bool isMonospace(FieldKind kind)
{
    return kind == FieldKind::PublicKey;
}

} // namespace

FieldRow::FieldRow(const FieldDoors &doors, const EntrySummary &entry, const FieldOutline &field, QWidget *parent)
    : QWidget(parent)
    , m_doors(doors)
    , m_entry(entry.id)
    , m_title(EntryText::title(entry))
    , m_field(field)
    , m_row(new QHBoxLayout(this))
{
    setMinimumHeight(44);
    m_row->setContentsMargins(0, space::xs, 0, space::xs);
    m_row->setSpacing(space::xs);
    auto *label = new ElidedLabel(displayText(EntryText::label(field), 80), TextStyle::Quiet, Ink::Quiet);
    label->setFixedWidth(kLabelWidth);
    m_row->addWidget(label, 0, isLong(field.kind) ? Qt::AlignTop : Qt::AlignVCenter);
    if (isLong(field.kind))
        label->setContentsMargins(0, 9, 0, 0);
}

QString FieldRow::what() const
{
    return tr("%1 of %2", "field of entry").arg(displayText(EntryText::label(m_field), 40), displayText(m_title, 40));
}

IconButton *FieldRow::addCopyButton()
{
    auto *button = new IconButton(Symbol::Copy, tr("Copy %1").arg(displayText(EntryText::label(m_field), 40)));
    m_row->addWidget(button, 0, isLong(m_field.kind) ? Qt::AlignTop : Qt::AlignVCenter);
    connect(button, &IconButton::clicked, this, &FieldRow::copy);
    return button;
}

void FieldRow::toClipboard(crypto::SecretText value)
{
    m_doors.clipboard->copySecret(std::move(value), what());
    emit copied(what());
}

void FieldRow::copy()
{
    m_doors.client->reveal(m_entry, m_field.number, Purpose::Copy,
                           Reply<Result<crypto::SecretText>>(this, [this](Result<crypto::SecretText> value) {
                               if (value)
                                   toClipboard(std::move(*value));
                               else
                                   emit failed(value.error());
                           }));
}

OpenFieldRow::OpenFieldRow(const FieldDoors &doors, const EntrySummary &entry, const FieldOutline &field, QWidget *parent)
    : FieldRow(doors, entry, field, parent)
    , m_value(isLong(field.kind) ? (new Label({}))->wrapping() : new ElidedLabel({}))
{
    if (isMonospace(field.kind))
        m_value->setFont(fontOf(TextStyle::MonoQuiet));
    m_value->setAccessibleName(EntryText::label(field));
    if (isLong(field.kind)) {
        m_value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_value->setContentsMargins(0, 6, 0, 6);
    }
    row()->addWidget(m_value, 1);
    if (field.kind == FieldKind::Url) {
        m_open = new IconButton(Symbol::External, tr("Open in the browser"));
        m_open->hide();
        row()->addWidget(m_open);
        connect(m_open, &IconButton::clicked, this, [this] { openWebLink(m_url); });
    }
    addCopyButton();
}

void OpenFieldRow::setValue(const QString &value)
{
    if (isLong(field().kind)) {
        // Line breaks are the person's own here; everything else that could mislead is spelled out.
        QStringList lines = value.split(u'\n');
        for (QString &line : lines)
            line = displayText(line);
        m_value->setText(lines.join(u'\n'));
    } else {
        m_value->setText(displayText(value));
    }
    m_url = value;
    if (m_open)
        m_open->setVisible(isWebLink(value));
}

SecretFieldRow::SecretFieldRow(const FieldDoors &doors, const EntrySummary &entry, const FieldOutline &field, QWidget *parent)
    : FieldRow(doors, entry, field, parent)
    , m_value(new SecretView)
    , m_eye(new IconButton(Symbol::Eye, {}))
{
    if (field.tier == Tier::Personal) {
        m_badge = new Badge(Symbol::Personal, tr("Personal ▪ never for agents"), Ink::Personal);
        row()->addWidget(m_badge);
        row()->addStretch(1);
    }
    row()->addWidget(m_value, field.tier == Tier::Personal ? 100 : 1);
    row()->addWidget(m_eye);
    addCopyButton();
    m_remask.setSingleShot(true);
    connect(&m_remask, &QTimer::timeout, this, &SecretFieldRow::mask);
    connect(m_eye, &IconButton::clicked, this, &SecretFieldRow::toggle);
    if (field.tier == Tier::Personal)
        connect(doors.personal, &PersonalAccess::changed, this, [this] {
            if (!this->doors().personal->isOpen())
                mask();
        });
    face();
}

bool SecretFieldRow::isRevealed() const
{
    return m_value->isRevealed();
}

void SecretFieldRow::mask()
{
    m_remask.stop();
    m_value->mask();
    face();
}

void SecretFieldRow::face()
{
    const bool shown = m_value->isRevealed();
    m_eye->setSymbol(shown ? Symbol::EyeOff : Symbol::Eye);
    const QString label = displayText(EntryText::label(field()), 40);
    m_eye->setWhat(shown ? tr("Hide %1").arg(label) : tr("Show %1").arg(label));
    if (m_badge) {
        m_badge->setVisible(!shown);
        m_value->setVisible(shown);
    }
}

void SecretFieldRow::toggle()
{
    if (m_value->isRevealed())
        mask();
    else if (field().tier == Tier::Personal)
        doors().personal->request(window(), this, [this] { reveal(); });
    else
        reveal();
}

void SecretFieldRow::reveal()
{
    doors().client->reveal(entryId(), field().number, Purpose::Show,
                           Reply<Result<crypto::SecretText>>(this, [this](Result<crypto::SecretText> value) {
                               if (!value) {
                                   emit failed(value.error());
                                   return;
                               }
                               m_value->reveal(std::move(*value));
                               m_remask.start(doors().revealMilliseconds);
                               face();
                           }));
}

void SecretFieldRow::copy()
{
    if (field().tier == Tier::Personal)
        doors().personal->request(window(), this, [this] { FieldRow::copy(); });
    else
        FieldRow::copy();
}

CodeFieldRow::CodeFieldRow(const FieldDoors &doors, Clock clock, const EntrySummary &entry, const FieldOutline &field, QWidget *parent)
    : FieldRow(doors, entry, field, parent)
    , m_code(new SecretView)
    , m_ring(new CountdownRing)
    , m_seconds(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_clock(std::move(clock))
{
    m_code->setLarge(true);
    m_code->setGrouped(true);
    m_code->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    m_seconds->setMinimumWidth(32);
    row()->addWidget(m_code);
    row()->addSpacing(space::m);
    row()->addWidget(m_ring);
    row()->addSpacing(space::xs);
    row()->addWidget(m_seconds);
    row()->addStretch(1);
    addCopyButton();
    m_tick.setSingleShot(true);
    m_tick.setTimerType(Qt::PreciseTimer);
    connect(&m_tick, &QTimer::timeout, this, &CodeFieldRow::tick);
}

void CodeFieldRow::showEvent(QShowEvent *event)
{
    FieldRow::showEvent(event);
    ask();
}

void CodeFieldRow::hideEvent(QHideEvent *event)
{
    FieldRow::hideEvent(event);
    m_tick.stop();
    m_ends = 0;
    m_code->mask();
}

void CodeFieldRow::ask()
{
    if (m_asking)
        return;
    m_asking = true;
    doors().client->code(entryId(), field().number, Purpose::Show,
                         Reply<Result<CodeOnShow>>(this, [this](Result<CodeOnShow> code) {
                             m_asking = false;
                             if (!code) {
                                 m_tick.stop();
                                 emit failed(code.error());
                                 return;
                             }
                             if (!isVisible())
                                 return;
                             // By the clock, as the list counts: from the answer on it would lag by up to a second.
                             m_period = code->periodSeconds;
                             m_ends = (m_clock() / 1000 + code->secondsLeft + m_period / 2) / m_period * m_period;
                             m_code->reveal(takeSecret(std::move(code->code)));
                             emit periodKnown(m_period);
                             tick();
                         }));
}

void CodeFieldRow::tick()
{
    if (m_ends == 0)
        return;
    const auto left = static_cast<int>(m_ends - m_clock() / 1000);
    if (left <= 0 || left > m_period) { // over, or the clock was set
        ask();
        return;
    }
    m_tick.start(CountdownRing::untilNextSecond(m_clock));
    m_ring->setTime(left, m_period);
    m_seconds->setText(tr("%1 s", "seconds").arg(left));
}

void CodeFieldRow::copy()
{
    doors().client->code(entryId(), field().number, Purpose::Copy,
                         Reply<Result<CodeOnShow>>(this, [this](Result<CodeOnShow> code) {
                             if (code)
                                 toClipboard(takeSecret(std::move(code->code)));
                             else
                                 emit failed(code.error());
                         }));
}

} // namespace clavitor::ui
