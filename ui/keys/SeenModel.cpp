// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/SeenModel.h"

#include "ui/audit/ReceiptText.h"
#include "ui/style/Icons.h"
#include "ui/words/Capitalised.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

#include <algorithm>

namespace clavitor::ui {

namespace {

QString timesOf(const SeenCredential &one)
{
    const QString reads = one.reads == 1 ? SeenModel::tr("1 read") : SeenModel::tr("%Ln reads", nullptr, one.reads);
    const QString codes = one.codes == 1 ? SeenModel::tr("1 code") : SeenModel::tr("%Ln codes", nullptr, one.codes);
    const QString uses = one.uses == 1 ? SeenModel::tr("1 use") : SeenModel::tr("%Ln uses", nullptr, one.uses);
    QStringList parts;
    if (one.reads > 0 || (one.codes == 0 && one.uses == 0))
        parts << reads;
    if (one.codes > 0)
        parts << codes;
    if (one.uses > 0)
        parts << uses;
    return parts.join(SeenModel::tr(", "));
}

} // namespace

SeenModel::SeenModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void SeenModel::setCredentials(QList<SeenCredential> credentials, qint64 now)
{
    beginResetModel();
    m_credentials = std::move(credentials);
    m_now = now;
    endResetModel();
}

const SeenCredential *SeenModel::at(const QModelIndex &index) const
{
    return index.isValid() && index.row() < m_credentials.size() ? &m_credentials.at(index.row()) : nullptr;
}

void SeenModel::setTicked(EntryId entry, bool ticked)
{
    for (qsizetype row = 0; row < m_credentials.size(); ++row) {
        if (!(m_credentials.at(row).entry == entry))
            continue;
        m_credentials[row].ticked = ticked;
        emit dataChanged(index(static_cast<int>(row), 0), index(static_cast<int>(row), ColumnCount - 1));
    }
}

int SeenModel::dealtWith() const
{
    return static_cast<int>(std::ranges::count_if(m_credentials, &ReceiptText::isDealtWith));
}

int SeenModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_credentials.size());
}

int SeenModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SeenModel::data(const QModelIndex &index, int role) const
{
    const SeenCredential *one = at(index);
    if (!one)
        return {};
    const TimeText time(m_now);
    if (role == Qt::CheckStateRole && index.column() == Credential)
        return one->ticked ? Qt::Checked : Qt::Unchecked;
    if (role == Qt::DecorationRole && index.column() == Changed)
        return one->rotatedAt != 0 ? icon(Symbol::Allowed, Ink::Allowed) : icon(Symbol::Warning, one->ticked ? Ink::Faint : Ink::Asks);
    if (role == Qt::AccessibleTextRole && index.column() == Credential)
        return tr("%1, %2").arg(displayText(one->title, 80), one->ticked ? tr("dealt with") : tr("not dealt with yet"));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Credential:
        return one->exists ? displayText(one->title, 120) : tr("%1 (no longer in the vault)").arg(displayText(one->title, 120));
    case FirstSeen:
        return capitalised(time.past(one->firstSeen));
    case LastSeen:
        return capitalised(time.past(one->lastSeen));
    case Times:
        return timesOf(*one);
    case Changed:
        return one->rotatedAt != 0 ? capitalised(time.past(one->rotatedAt)) : tr("Not yet");
    default:
        return {};
    }
}

bool SeenModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const SeenCredential *one = at(index);
    if (!one || role != Qt::CheckStateRole || index.column() != Credential)
        return false;
    const bool now = value.toInt() == Qt::Checked;
    const EntryId entry = one->entry;
    setTicked(entry, now);
    emit ticked(entry, now);
    return true;
}

QVariant SeenModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Credential:
        return tr("Credential");
    case FirstSeen:
        return tr("First seen");
    case LastSeen:
        return tr("Last seen");
    case Times:
        return tr("How often");
    case Changed:
        return tr("Changed since");
    default:
        return {};
    }
}

Qt::ItemFlags SeenModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
    return index.column() == Credential ? usual | Qt::ItemIsUserCheckable : usual;
}

} // namespace clavitor::ui
