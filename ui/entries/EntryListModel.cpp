// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntryListModel.h"

#include "ui/entries/EntryText.h"
#include "ui/words/DisplayText.h"

namespace clavitor::ui {

EntryListModel::EntryListModel(QObject *parent)
    : QAbstractListModel(parent)
{
}

void EntryListModel::setEntries(QList<EntrySummary> entries)
{
    // What is the same at both ends stays; the middle is replaced.
    const qsizetype shorter = qMin(entries.size(), m_entries.size());
    qsizetype head = 0;
    while (head < shorter && m_entries.at(head).id == entries.at(head).id)
        ++head;
    qsizetype tail = 0;
    while (tail < shorter - head
           && m_entries.at(m_entries.size() - 1 - tail).id == entries.at(entries.size() - 1 - tail).id)
        ++tail;

    const auto firstGone = static_cast<int>(head);
    const auto lastGone = static_cast<int>(m_entries.size() - tail) - 1;
    if (lastGone >= firstGone) {
        beginRemoveRows({}, firstGone, lastGone);
        m_entries.remove(head, m_entries.size() - tail - head);
        endRemoveRows();
    }
    const auto lastNew = static_cast<int>(entries.size() - tail) - 1;
    if (lastNew >= firstGone) {
        beginInsertRows({}, firstGone, lastNew);
        m_entries = m_entries.first(head) + entries.sliced(head, entries.size() - tail - head) + m_entries.last(tail);
        endInsertRows();
    }
    m_entries.swap(entries); // `entries` is now what the views believe in
    const auto tell = [this, &entries](qsizetype from, qsizetype to) {
        for (qsizetype row = from; row < to; ++row)
            if (!(entries.at(row) == m_entries.at(row)))
                emit dataChanged(index(static_cast<int>(row)), index(static_cast<int>(row)));
    };
    tell(0, head);
    tell(m_entries.size() - tail, m_entries.size());
}

void EntryListModel::setTotpPeriod(EntryId id, int seconds)
{
    if (m_periods.value(id) == seconds)
        return;
    m_periods.insert(id, seconds);
    if (const int row = rowOf(id); row >= 0)
        emit dataChanged(index(row), index(row), {TotpPeriodRole});
}

int EntryListModel::rowOf(EntryId id) const
{
    for (qsizetype row = 0; row < m_entries.size(); ++row)
        if (m_entries.at(row).id == id)
            return static_cast<int>(row);
    return -1;
}

int EntryListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant EntryListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const EntrySummary &entry = m_entries.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayText(EntryText::title(entry));
    case Qt::AccessibleTextRole:
        return entry.subtitle.isEmpty() ? displayText(EntryText::title(entry))
                                        : displayText(EntryText::title(entry)) + QStringLiteral(", ") + displayText(entry.subtitle);
    case Qt::ToolTipRole:
        return {};
    case SubtitleRole:
        return displayText(entry.subtitle.isEmpty() && !entry.urls.isEmpty() ? hostOf(entry.urls.first()) : entry.subtitle);
    case SeedRole:
        return EntryText::seed(entry);
    case HasTotpRole:
        return entry.hasTotp();
    case TotpPeriodRole:
        return m_periods.value(entry.id);
    case FavouriteRole:
        return entry.favourite;
    case PersonalRole:
        return entry.hasPersonal();
    default:
        return {};
    }
}

} // namespace clavitor::ui
