// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PolicyForm.h"

#include "ui/keys/OverrideForm.h"
#include "ui/keys/PinForm.h"
#include "ui/keys/PolicyText.h"
#include "ui/keys/PresetChoice.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

/// A group whose kinds differ among each other: as it is.
constexpr int kMixed = -1;
constexpr int kMostBudget = 1000;

QSpinBox *limit(const QString &accessibleName)
{
    auto *box = new QSpinBox;
    box->setRange(0, kMostBudget);
    box->setSpecialValueText(PolicyForm::tr("off"));
    box->setAccessibleName(accessibleName);
    box->setMinimumWidth(84);
    return box;
}

void section(QVBoxLayout *column, const QString &title)
{
    column->addSpacing(space::s);
    column->addWidget(new Label(title, TextStyle::BodyStrong));
}

} // namespace

PolicyForm::PolicyForm(QWidget *parent)
    : QWidget(parent)
    , m_presets(new PresetChoice)
    , m_adjust(new QPushButton(icon(Symbol::ChevronRight), tr("Adjust")))
    , m_asks(new QCheckBox(tr("Ask the first time it wants an entry")))
    , m_codeTap(new QCheckBox(tr("Ask again for the one-time code of an entry whose password it has")))
    , m_perMinute(limit(tr("Credentials a minute before you are asked")))
    , m_perHour(limit(tr("Credentials an hour before you are asked")))
    , m_freezeAt(limit(tr("Credentials an hour that freeze the key")))
    , m_budgetNote(new MarkedLabel(TextStyle::Quiet))
    , m_pin(new PinForm)
    , m_overrides(new OverrideForm)
{
    m_adjust->setCheckable(true);
    m_adjust->setAutoDefault(false);
    setButtonRole(m_adjust, ButtonRole::Flat);
    m_details = details();
    m_details->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(m_presets);
    column->addWidget(m_adjust, 0, Qt::AlignLeft);
    column->addWidget(m_details);
    column->addStretch();

    connect(m_adjust, &QPushButton::toggled, this, &PolicyForm::setAdjusting);
    connect(m_presets, &PresetChoice::chosen, this, [this](Preset preset) {
        if (preset == Preset::Custom)
            return;
        KeyPolicy next = policyOf(preset);
        next.entries = m_policy.entries;
        next.budget = m_policy.budget;
        next.pin = m_policy.pin;
        setPolicy(next);
        emit changed();
    });
    for (QCheckBox *box : {m_asks, m_codeTap})
        connect(box, &QCheckBox::toggled, this, &PolicyForm::take);
    for (QSpinBox *box : {m_perMinute, m_perHour, m_freezeAt})
        connect(box, &QSpinBox::valueChanged, this, &PolicyForm::take);
    connect(m_pin, &PinForm::changed, this, &PolicyForm::take);
    connect(m_overrides, &OverrideForm::changed, this, &PolicyForm::take);
    fill();
}

QWidget *PolicyForm::details()
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(new Label(tr("Questions"), TextStyle::BodyStrong));
    column->addWidget(m_asks);
    column->addWidget(m_codeTap);
    section(column, tr("What it gets"));
    column->addWidget(deliveries());
    section(column, tr("Budget"));
    column->addWidget(budget());
    section(column, tr("Where it works"));
    column->addWidget(m_pin);
    section(column, tr("Entries that differ"));
    column->addWidget(m_overrides);
    return box;
}

QWidget *PolicyForm::deliveries()
{
    auto *box = new QWidget;
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::m);
    grid->setVerticalSpacing(space::xs);
    grid->setColumnStretch(0, 1);
    int row = 0;
    for (const KindGroup group : allKindGroups()) {
        auto *choice = new QComboBox;
        choice->setAccessibleName(PolicyText::word(group));
        for (const Delivery delivery : PolicyText::choices(group)) {
            choice->addItem(PolicyText::word(delivery), static_cast<int>(delivery));
            choice->setItemData(choice->count() - 1, PolicyText::explanation(delivery), Qt::ToolTipRole);
        }
        choice->setMinimumWidth(160);
        grid->addWidget(new Label(PolicyText::word(group)), row, 0);
        grid->addWidget(choice, row, 1);
        m_kinds << choice;
        ++row;
        connect(choice, &QComboBox::currentIndexChanged, this, &PolicyForm::take);
    }
    auto *personal = new Label(tr("Personal fields reach no key, whatever is set here."), TextStyle::Quiet, Ink::Quiet);
    grid->addWidget(personal->wrapping(), row, 0, 1, 2);
    return box;
}

QWidget *PolicyForm::budget()
{
    auto *box = new QWidget;
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::m);
    grid->setVerticalSpacing(space::xs);
    grid->setColumnStretch(0, 1);
    const auto row = [grid](int at, const QString &words, QSpinBox *value) {
        grid->addWidget((new Label(words))->wrapping(), at, 0);
        grid->addWidget(value, at, 1);
    };
    row(0, tr("Different credentials a minute, then it asks"), m_perMinute);
    row(1, tr("Different credentials an hour, then it asks"), m_perHour);
    row(2, tr("Different credentials an hour, then it freezes"), m_freezeAt);
    grid->addWidget(m_budgetNote->wrapping(), 3, 0, 1, 2);
    return box;
}

void PolicyForm::setPolicy(const KeyPolicy &policy)
{
    m_policy = policy;
    fill();
}

void PolicyForm::setEntries(const QList<EntrySummary> &entries)
{
    m_overrides->setEntries(entries);
}

void PolicyForm::setLastCaller(const Caller &caller)
{
    m_pin->setLastCaller(caller);
}

QString PolicyForm::problem() const
{
    return m_pin->problem();
}

void PolicyForm::setAdjusting(bool shown)
{
    m_adjust->setChecked(shown);
    m_adjust->setIcon(icon(shown ? Symbol::ChevronDown : Symbol::ChevronRight));
    m_details->setVisible(shown);
}

void PolicyForm::fill()
{
    m_showing = true;
    m_presets->setPreset(presetOf(m_policy));
    m_asks->setChecked(m_policy.asking == Asking::FirstTime);
    m_codeTap->setChecked(m_policy.codeNeedsTap);
    for (qsizetype i = 0; i < m_kinds.size(); ++i) {
        QComboBox *choice = m_kinds.at(i);
        if (const int mixed = choice->findData(kMixed); mixed >= 0)
            choice->removeItem(mixed);
        const auto delivery = PolicyText::deliveryOf(m_policy, allKindGroups()[static_cast<std::size_t>(i)]);
        if (!delivery)
            choice->addItem(tr("Mixed, as it is"), kMixed);
        choice->setCurrentIndex(choice->findData(delivery ? static_cast<int>(*delivery) : kMixed));
    }
    m_perMinute->setValue(m_policy.budget.perMinute);
    m_perHour->setValue(m_policy.budget.perHour);
    m_freezeAt->setValue(m_policy.budget.freezeAt);
    m_pin->setPin(m_policy.pin);
    m_overrides->setOverrides(m_policy.entries);
    m_showing = false;
    noteBudget();
}

void PolicyForm::noteBudget()
{
    const Budget &limits = m_policy.budget;
    const bool freezesFirst = limits.freezeAt > 0
        && ((limits.perHour > 0 && limits.freezeAt <= limits.perHour) || (limits.perMinute > 0 && limits.freezeAt <= limits.perMinute));
    if (freezesFirst)
        m_budgetNote->setMark(Symbol::Warning, Ink::Asks);
    else
        m_budgetNote->clearMark(Ink::Quiet);
    m_budgetNote->setText(freezesFirst ? tr("So it is frozen before you are asked.")
                                       : tr("The same credential again costs nothing. Off means no limit."));
}

void PolicyForm::take()
{
    if (m_showing)
        return;
    m_policy.asking = m_asks->isChecked() ? Asking::FirstTime : Asking::Never;
    m_policy.codeNeedsTap = m_codeTap->isChecked();
    for (qsizetype i = 0; i < m_kinds.size(); ++i)
        if (const int delivery = m_kinds.at(i)->currentData().toInt(); delivery != kMixed)
            PolicyText::setDelivery(m_policy, allKindGroups()[static_cast<std::size_t>(i)], static_cast<Delivery>(delivery));
    m_policy.budget = {m_perMinute->value(), m_perHour->value(), m_freezeAt->value()};
    m_policy.pin = m_pin->pin();
    m_policy.entries = m_overrides->overrides();
    m_presets->setPreset(presetOf(m_policy));
    noteBudget();
    emit changed();
}

} // namespace clavitor::ui
