// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ExpiryForm.h"

#include "ui/style/Tokens.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/TimeText.h"

#include <QComboBox>
#include <QDateEdit>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr qint64 kDay = 86'400'000;
/// Entries of the combo box carry days; these are no days.
enum Choice { OnADay = -1, Never = -2, AsItIs = -3 };

} // namespace

ExpiryForm::ExpiryForm(qint64 now, QWidget *parent)
    : QWidget(parent)
    , m_now(now)
    , m_choice(new QComboBox)
    , m_day(new QDateEdit)
    , m_never(new QWidget)
    , m_typed(new QLineEdit)
    , m_words(new Label({}, TextStyle::Quiet, Ink::Quiet))
{
    m_choice->setAccessibleName(tr("Expires"));
    m_choice->addItem(tr("In 7 days"), 7);
    m_choice->addItem(tr("In 30 days"), 30);
    m_choice->addItem(tr("In 90 days"), DefaultDays);
    m_choice->addItem(tr("In 1 year"), MostDays);
    m_choice->addItem(tr("On a day…"), OnADay);
    m_choice->addItem(tr("Never"), Never);
    m_choice->setCurrentIndex(m_choice->findData(DefaultDays));
    const QDate today = QDateTime::fromMSecsSinceEpoch(now).date();
    m_day->setCalendarPopup(true);
    m_day->setAccessibleName(tr("Last day"));
    m_day->setDateRange(today.addDays(1), today.addDays(MostDays));
    m_day->setDate(today.addDays(DefaultDays));
    m_typed->setAccessibleName(tr("Type never to confirm"));

    auto *ask = new MarkedLabel(Symbol::Warning, Ink::Asks,
                                tr("A key without an end keeps working wherever its token was copied to. Type \"never\" to make it so."));
    ask->wrapping();
    auto *never = new QVBoxLayout(m_never);
    never->setContentsMargins(0, 0, 0, 0);
    never->setSpacing(space::xs);
    never->addWidget(ask);
    never->addWidget(m_typed);

    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(m_choice);
    row->addWidget(m_day);
    row->addWidget(m_words);
    row->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addLayout(row);
    column->addWidget(m_never);
    setFocusProxy(m_choice);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &ExpiryForm::refresh);
    connect(m_day, &QDateEdit::dateChanged, this, &ExpiryForm::refresh);
    connect(m_typed, &QLineEdit::textChanged, this, &ExpiryForm::refresh);
    refresh();
}

void ExpiryForm::setExpiresAt(qint64 moment)
{
    m_kept = moment;
    const int there = m_choice->findData(AsItIs);
    if (there >= 0)
        m_choice->removeItem(there);
    m_choice->insertItem(0, moment == 0 ? tr("Never, as it is") : tr("As it is"), AsItIs);
    m_choice->setCurrentIndex(0);
}

qint64 ExpiryForm::expiresAt() const
{
    const int choice = m_choice->currentData().toInt();
    switch (choice) {
    case AsItIs:
        return m_kept;
    case Never:
        return 0;
    case OnADay:
        // The whole day counts, but never more than the longest time.
        return std::min(m_day->date().endOfDay().toMSecsSinceEpoch(), m_now + MostDays * kDay);
    default:
        return m_now + choice * kDay;
    }
}

bool ExpiryForm::isComplete() const
{
    return m_choice->currentData().toInt() != Never || m_typed->text().trimmed().compare(tr("never"), Qt::CaseInsensitive) == 0;
}

void ExpiryForm::refresh()
{
    const int choice = m_choice->currentData().toInt();
    m_day->setVisible(choice == OnADay);
    m_never->setVisible(choice == Never);
    m_words->setVisible(choice != Never && !(choice == AsItIs && m_kept == 0));
    const TimeText time(m_now);
    m_words->setText(choice == OnADay ? time.until(expiresAt()) : time.date(expiresAt()));
    emit changed();
}

} // namespace clavitor::ui
