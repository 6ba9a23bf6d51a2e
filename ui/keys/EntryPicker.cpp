// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/EntryPicker.h"

#include "ui/keys/TickList.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ButtonRow.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace clavitor::ui {

EntryPicker::EntryPicker(const QString &title, const QList<EntrySummary> &entries, QWidget *parent)
    : QDialog(parent)
    , m_list(new TickList(tr("Search entries"), tr("Entries")))
    , m_go(new QPushButton(tr("Add")))
{
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    resize(440, 460);
    QList<TickList::Item> items;
    items.reserve(entries.size());
    for (const EntrySummary &entry : entries)
        items << TickList::Item{entry.id.toString(), displayText(entry.title, 80), displayText(entry.subtitle, 60), false};
    m_list->setItems(items);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    setButtonRole(m_go, ButtonRole::Primary);
    m_go->setDefault(true);
    m_go->setEnabled(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    column->addWidget(new Label(title, TextStyle::Title));
    column->addWidget(m_list, 1);
    column->addLayout(new ButtonRow({cancel, m_go}));
    connect(m_list, &TickList::changed, this, [this] { m_go->setEnabled(m_list->tickedCount() > 0); });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &QDialog::accept);
    m_list->setFocus();
}

QList<EntryId> EntryPicker::chosen() const
{
    QList<EntryId> ids;
    for (const QString &key : m_list->ticked())
        if (const auto id = EntryId::fromString(key))
            ids << *id;
    return ids;
}

} // namespace clavitor::ui
