// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditFilterBar.h"

#include "ui/audit/AuditText.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/words/DisplayText.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kTypingPause = 150;
/// Below it the choices stand under the search.
constexpr int kNarrowBar = 560;
constexpr int kLeastChoice = 84;

QPushButton *chip()
{
    auto *button = new QPushButton;
    button->setIcon(icon(Symbol::Close));
    button->setLayoutDirection(Qt::RightToLeft); // the cross behind the words
    button->hide();
    return button;
}

} // namespace

AuditFilterBar::AuditFilterBar(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLineEdit)
    , m_action(new QComboBox)
    , m_key(new QComboBox)
    , m_outcome(new QComboBox)
    , m_entryChip(chip())
    , m_timeChip(chip())
    , m_reset(new QPushButton(tr("Show all")))
{
    m_text->setPlaceholderText(tr("Search entries, actors and actions"));
    m_text->setAccessibleName(m_text->placeholderText());
    m_text->setClearButtonEnabled(true);
    m_text->addAction(icon(Symbol::Search), QLineEdit::LeadingPosition);
    m_action->setAccessibleName(tr("Action"));
    m_action->addItem(tr("All actions"), QString());
    for (const QString &action : AuditText::filterActions())
        m_action->addItem(action, action);
    m_key->setAccessibleName(tr("Key"));
    m_key->addItem(tr("All keys"), QString());
    m_outcome->setAccessibleName(tr("Outcome"));
    m_outcome->addItem(tr("All outcomes"), -1);
    for (Outcome outcome : {Outcome::Allowed, Outcome::Denied, Outcome::Pending, Outcome::Locked, Outcome::Error})
        m_outcome->addItem(icon(AuditText::symbol(outcome), AuditText::ink(outcome)), AuditText::word(outcome), static_cast<int>(outcome));
    setButtonRole(m_reset, ButtonRole::Flat);

    auto *choices = new QHBoxLayout;
    choices->setSpacing(space::s);
    for (QComboBox *box : {m_action, m_key, m_outcome}) {
        box->setMinimumWidth(kLeastChoice);
        choices->addWidget(box, 1);
    }
    m_row = new QHBoxLayout;
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(space::s);
    m_row->addWidget(m_text, 1);
    m_row->addLayout(choices);
    auto *chips = new QHBoxLayout;
    chips->setContentsMargins(0, 0, 0, 0);
    chips->setSpacing(space::s);
    chips->addWidget(m_entryChip);
    chips->addWidget(m_timeChip);
    chips->addWidget(m_reset);
    chips->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addLayout(m_row);
    column->addLayout(chips);

    m_pause.setSingleShot(true);
    m_pause.setInterval(kTypingPause);
    connect(&m_pause, &QTimer::timeout, this, &AuditFilterBar::refresh);
    connect(m_text, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
    for (QComboBox *box : {m_action, m_key, m_outcome})
        connect(box, &QComboBox::currentIndexChanged, this, &AuditFilterBar::refresh);
    connect(m_entryChip, &QPushButton::clicked, this, [this] { setEntry({}, {}); });
    connect(m_timeChip, &QPushButton::clicked, this, [this] {
        setTime(0, 0, {});
        emit timeCleared();
    });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        reset();
        emit timeCleared();
    });
    refresh();
}

AuditFilter AuditFilterBar::filter() const
{
    AuditFilter filter;
    filter.text = m_text->text().trimmed();
    if (const QString action = m_action->currentData().toString(); !action.isEmpty())
        filter.actions = {action};
    filter.keyId = m_key->currentData().toString();
    if (const int outcome = m_outcome->currentData().toInt(); outcome >= 0)
        filter.outcomes = {static_cast<Outcome>(outcome)};
    filter.entry = m_entry;
    filter.from = m_from;
    filter.to = m_to;
    return filter;
}

bool AuditFilterBar::isSet() const
{
    return !(filter() == AuditFilter{});
}

void AuditFilterBar::setAgents(const QList<Agent> &agents)
{
    const QString before = m_key->currentData().toString();
    {
        const QSignalBlocker quiet(m_key);
        m_key->clear();
        m_key->addItem(tr("All keys"), QString());
        for (const Agent &agent : agents)
            m_key->addItem(agent.isRevoked() ? tr("%1 (revoked)").arg(displayText(agent.name, 40)) : displayText(agent.name, 40), agent.keyId);
        m_key->setCurrentIndex(std::max(0, m_key->findData(before)));
    }
    if (m_key->currentData().toString() != before)
        refresh();
}

void AuditFilterBar::setKey(const QString &keyId)
{
    if (m_key->findData(keyId) < 0)
        m_key->addItem(displayText(keyId, 20), keyId);
    m_key->setCurrentIndex(m_key->findData(keyId));
}

void AuditFilterBar::setEntry(EntryId entry, const QString &title)
{
    m_entry = entry;
    m_entryChip->setText(displayText(title, 40));
    m_entryChip->setAccessibleName(tr("Show all entries again"));
    refresh();
}

void AuditFilterBar::setTime(qint64 from, qint64 to, const QString &words)
{
    m_from = from;
    m_to = to;
    m_timeChip->setText(words);
    m_timeChip->setAccessibleName(tr("%1: show all times again").arg(words));
    refresh();
}

void AuditFilterBar::reset()
{
    {
        const QSignalBlocker text(m_text);
        const QSignalBlocker action(m_action);
        const QSignalBlocker key(m_key);
        const QSignalBlocker outcome(m_outcome);
        m_text->clear();
        for (QComboBox *box : {m_action, m_key, m_outcome})
            box->setCurrentIndex(0);
    }
    m_entry = {};
    m_from = m_to = 0;
    refresh();
}

void AuditFilterBar::focusSearch()
{
    m_text->setFocus();
    m_text->selectAll();
}

void AuditFilterBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_row->setDirection(width() < kNarrowBar ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void AuditFilterBar::refresh()
{
    m_entryChip->setVisible(!m_entry.isNull());
    m_timeChip->setVisible(m_to != 0);
    m_reset->setVisible(isSet());
    emit changed();
}

} // namespace clavitor::ui
