// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/GrantsModel.h"

#include "ui/style/Icons.h"
#include "ui/words/DisplayText.h"

#include <algorithm>

namespace clavitor::ui {

GrantsModel::GrantsModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void GrantsModel::setGrants(QList<Grant> grants, qint64 now)
{
    // The usual change is a count or one less: the rest stays, and with it the selection.
    const auto sameRows = [&] {
        return std::ranges::equal(grants, m_grants, [](const Grant &a, const Grant &b) { return a.id == b.id; });
    };
    m_now = now;
    if (sameRows()) {
        m_grants = std::move(grants);
        tellAll();
        return;
    }
    beginResetModel();
    m_grants = std::move(grants);
    endResetModel();
}

void GrantsModel::setNames(QHash<QString, QString> keys)
{
    m_keys = std::move(keys);
    tellAll();
}

void GrantsModel::setTitles(GrantText::Titles titles)
{
    m_titles = std::move(titles);
    tellAll();
}

void GrantsModel::tellAll()
{
    if (!m_grants.isEmpty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

bool GrantsModel::tick(qint64 now)
{
    m_now = now;
    if (!m_grants.isEmpty())
        emit dataChanged(index(0, Left), index(rowCount() - 1, Left));
    return std::ranges::any_of(m_grants, [now](const Grant &grant) { return grant.isOver(now); });
}

const Grant *GrantsModel::at(const QModelIndex &index) const
{
    return index.isValid() && index.row() < m_grants.size() ? &m_grants.at(index.row()) : nullptr;
}

int GrantsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_grants.size());
}

int GrantsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant GrantsModel::data(const QModelIndex &index, int role) const
{
    const Grant *grant = at(index);
    if (!grant)
        return {};
    if (role == Qt::DecorationRole && index.column() == Entries)
        return grant->isLease ? icon(Symbol::Moon) : icon(Symbol::Allowed, Ink::Allowed);
    if (role == Qt::ToolTipRole && index.column() == Entries && grant->entries.size() > 1) {
        constexpr qsizetype most = 20;
        QStringList titles;
        for (const EntryId &id : grant->entries.first(std::min(most, grant->entries.size())))
            titles << displayText(m_titles.value(id, tr("an entry that is gone")), 60).toHtmlEscaped();
        if (grant->entries.size() > most)
            titles << QStringLiteral("…");
        return titles.join(QStringLiteral("<br>"));
    }
    // Whole: two commands may begin alike.
    if (role == Qt::ToolTipRole && index.column() == What && !grant->command.isEmpty())
        return tr("%1<br>in %2").arg(displayText(grant->command.text, 0).toHtmlEscaped(), displayText(grant->command.folder, 0).toHtmlEscaped());
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Entries:
        return GrantText::entries(*grant, m_titles);
    case KeyName:
        return displayText(m_keys.value(grant->keyId, grant->keyId), 64);
    case What:
        return grant->isLease ? tr("%1, night lease").arg(GrantText::what(*grant)) : GrantText::what(*grant);
    case Left:
        return GrantText::left(*grant, m_now);
    default:
        return {};
    }
}

QVariant GrantsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Entries:
        return tr("Entry");
    case KeyName:
        return tr("Key");
    case What:
        return tr("May have");
    case Left:
        return tr("What is left");
    default:
        return {};
    }
}

} // namespace clavitor::ui
