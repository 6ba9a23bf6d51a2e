// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/OverrideForm.h"

#include "ui/keys/EntryPicker.h"
#include "ui/keys/PolicyText.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

OverrideForm::OverrideForm(QWidget *parent)
    : QWidget(parent)
    , m_none(new Label(tr("None. Every entry follows what is set above."), TextStyle::Quiet, Ink::Quiet))
    , m_lines(new QVBoxLayout)
    , m_add(new QPushButton(icon(Symbol::Plus), tr("Add entries…")))
{
    m_none->wrapping();
    m_lines->setSpacing(space::xs);
    m_add->setAutoDefault(false);
    setButtonRole(m_add, ButtonRole::Flat);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    column->addWidget(m_none);
    column->addLayout(m_lines);
    column->addWidget(m_add, 0, Qt::AlignLeft);
    connect(m_add, &QPushButton::clicked, this, &OverrideForm::pick);
}

void OverrideForm::setEntries(const QList<EntrySummary> &entries)
{
    m_entries = entries;
    rebuild();
}

void OverrideForm::setOverrides(const QMap<EntryId, Delivery> &overrides)
{
    m_overrides = overrides;
    rebuild();
}

void OverrideForm::rebuild()
{
    if (m_box)
        m_box->deleteLater(); // this may run inside a signal of one of its lines
    m_box = new QWidget;
    auto *column = new QVBoxLayout(m_box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    m_lines->addWidget(m_box);
    // In the order of the entries; those that are gone at the end, so that they can be taken out.
    QList<EntryId> order;
    for (const EntrySummary &entry : std::as_const(m_entries))
        if (m_overrides.contains(entry.id))
            order << entry.id;
    for (auto it = m_overrides.cbegin(); it != m_overrides.cend(); ++it)
        if (!order.contains(it.key()))
            order << it.key();
    for (const EntryId &id : std::as_const(order))
        addLine(id, m_overrides.value(id));
    m_none->setVisible(order.isEmpty());
    m_box->setVisible(!order.isEmpty());
}

void OverrideForm::addLine(EntryId id, Delivery delivery)
{
    const auto entry = std::ranges::find(m_entries, id, &EntrySummary::id);
    const QString title = entry == m_entries.end() ? tr("An entry that is gone") : displayText(entry->title, 80);
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(new ElidedLabel(title), 1);
    auto *choice = new QComboBox;
    choice->setAccessibleName(tr("What it gets of the secrets of %1").arg(title));
    for (const Delivery one : {Delivery::Show, Delivery::UseOnly, Delivery::CodeOnly, Delivery::Never})
        choice->addItem(PolicyText::word(one), static_cast<int>(one));
    choice->setCurrentIndex(choice->findData(static_cast<int>(delivery)));
    auto *remove = new IconButton(Symbol::Close, tr("Treat %1 as the rest").arg(title));
    row->addWidget(choice);
    row->addWidget(remove);
    m_box->layout()->addWidget(line);
    connect(choice, &QComboBox::currentIndexChanged, this, [this, id, choice] {
        m_overrides[id] = static_cast<Delivery>(choice->currentData().toInt());
        emit changed();
    });
    connect(remove, &IconButton::clicked, this, [this, id] {
        m_overrides.remove(id);
        rebuild();
        m_add->setFocus();
        emit changed();
    });
}

void OverrideForm::pick()
{
    QList<EntrySummary> rest;
    for (const EntrySummary &entry : std::as_const(m_entries))
        if (!m_overrides.contains(entry.id))
            rest << entry;
    auto *picker = new EntryPicker(tr("Entries that differ"), rest, this);
    connect(picker, &QDialog::accepted, this, [this, picker] {
        for (const EntryId &id : picker->chosen())
            m_overrides.insert(id, Delivery::Never); // the careful start
        rebuild();
        emit changed();
    });
    picker->open();
}

} // namespace clavitor::ui
