// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ScopeForm.h"

#include "ui/entries/EntryText.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/TickList.h"
#include "ui/style/Tokens.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"

#include <QRadioButton>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace clavitor::ui {

ScopeForm::ScopeForm(QWidget *parent)
    : QWidget(parent)
    , m_all(new QRadioButton(tr("All entries")))
    , m_some(new QRadioButton(tr("Only some")))
    , m_tabs(new QTabWidget)
    , m_tags(new TickList(tr("Search tags"), tr("Tags")))
    , m_types(new TickList(tr("Search types"), tr("Types of entries")))
    , m_chosen(new TickList(tr("Search entries"), tr("Entries")))
    , m_sum(new Label({}, TextStyle::Body, Ink::Text))
{
    m_sum->wrapping();
    m_tabs->setDocumentMode(true);
    for (TickList *list : {m_tags, m_types, m_chosen}) {
        list->setContentsMargins(0, space::s, 0, 0);
        connect(list, &TickList::changed, this, &ScopeForm::refresh);
    }
    m_tabs->addTab(m_tags, tr("Tags"));
    m_tabs->addTab(m_types, tr("Types"));
    m_tabs->addTab(m_chosen, tr("Entries"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(m_all);
    column->addWidget(m_some);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_sum);
    column->addStretch(0); // without the lists the sum stands below the choice, not in the middle of nothing
    m_some->setChecked(true);
    connect(m_all, &QRadioButton::toggled, this, &ScopeForm::refresh);
}

void ScopeForm::setScope(const Scope &scope)
{
    m_given = scope;
    m_all->setChecked(scope.everything);
    m_some->setChecked(!scope.everything);
    fill();
    m_tabs->setCurrentWidget(!scope.tags.isEmpty() || (scope.types.isEmpty() && scope.entries.isEmpty() && m_tags->count() > 0) ? m_tags
                                 : !scope.types.isEmpty()                                                                      ? m_types
                                                                                                                               : m_chosen);
}

void ScopeForm::setEntries(const QList<EntrySummary> &entries)
{
    const Scope before = m_filled ? scope() : m_given;
    m_entries = entries;
    setScope(before);
}

void ScopeForm::fill()
{
    std::map<QString, int> tags;
    std::map<EntryType, int> types;
    QList<TickList::Item> chosen;
    for (const QString &tag : std::as_const(m_given.tags))
        tags[tag] += 0;
    for (const EntrySummary &entry : std::as_const(m_entries)) {
        ++types[entry.type];
        for (const QString &tag : entry.tags)
            ++tags[tag];
        chosen << TickList::Item{entry.id.toString(), displayText(entry.title, 80), displayText(entry.subtitle, 60),
                                 m_given.entries.contains(entry.id)};
    }
    QList<TickList::Item> tagItems;
    for (const auto &[tag, count] : tags)
        tagItems << TickList::Item{tag, displayText(tag, 80), QString::number(count), m_given.tags.contains(tag)};
    QList<TickList::Item> typeItems;
    for (EntryType type : allEntryTypes())
        typeItems << TickList::Item{QString(wireName(type)), EntryText::types(type), QString::number(types[type]),
                                    m_given.types.contains(type)};
    m_filled = false;
    m_tags->setItems(tagItems);
    m_types->setItems(typeItems);
    m_chosen->setItems(chosen);
    m_filled = true;
    refresh();
}

Scope ScopeForm::scope() const
{
    Scope scope;
    scope.everything = m_all->isChecked();
    if (scope.everything)
        return scope;
    scope.tags = m_tags->ticked();
    for (const QString &name : m_types->ticked())
        if (const auto type = entryTypeFromWireName(name))
            scope.types << *type;
    for (const QString &id : m_chosen->ticked())
        if (const auto entry = EntryId::fromString(id))
            scope.entries << *entry;
    for (const EntryId &id : m_given.entries)
        if (std::none_of(m_entries.begin(), m_entries.end(), [&id](const EntrySummary &entry) { return entry.id == id; }))
            scope.entries << id;
    return scope;
}

int ScopeForm::covered() const
{
    const Scope now = scope();
    return static_cast<int>(std::count_if(m_entries.begin(), m_entries.end(),
                                          [&now](const EntrySummary &entry) { return KeyText::covers(now, entry); }));
}

void ScopeForm::refresh()
{
    if (!m_filled)
        return;
    m_tabs->setVisible(!m_all->isChecked());
    const auto title = [](const QString &word, const TickList *list) {
        return list->tickedCount() > 0 ? word + u' ' + QString::number(list->tickedCount()) : word;
    };
    m_tabs->setTabText(0, title(tr("Tags"), m_tags));
    m_tabs->setTabText(1, title(tr("Types"), m_types));
    m_tabs->setTabText(2, title(tr("Entries"), m_chosen));
    const int count = covered();
    m_sum->setText(count == 0      ? tr("This key would see no entry yet.")
                       : count == 1 ? tr("This key would see 1 entry. Personal fields stay out of it.")
                                    : tr("This key would see %Ln entries. Personal fields stay out of them.", nullptr, count));
    emit changed();
}

} // namespace clavitor::ui
