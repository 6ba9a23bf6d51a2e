// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/KeyViewModel.h"

#include "app/model/RefusalReasons.h"
#include "ui/style/Icons.h"
#include "ui/words/DisplayText.h"
#include "ui/words/RuleText.h"

namespace clavitor::ui {

namespace {

QString wordOf(Access access)
{
    switch (access) {
    case Access::Given:
        return KeyViewModel::tr("Given");
    case Access::Asks:
        return KeyViewModel::tr("Asks first");
    case Access::Refused:
        break;
    }
    return KeyViewModel::tr("Refused");
}

QIcon iconOf(Access access)
{
    switch (access) {
    case Access::Given:
        return icon(Symbol::Allowed, Ink::Allowed);
    case Access::Asks:
        return icon(Symbol::Asks, Ink::Asks);
    case Access::Refused:
        break;
    }
    return icon(Symbol::Denied, Ink::Denied);
}

/// What there is to say of the one column; nothing where the entry has no such thing.
std::optional<Access> accessOf(const EntryView &entry, int column)
{
    if (!entry.isInScope)
        return std::nullopt;
    if (column == KeyViewModel::Read)
        return entry.read;
    if (column == KeyViewModel::Code && entry.entry.hasTotp())
        return entry.code;
    if (column == KeyViewModel::Use)
        return entry.use;
    return std::nullopt;
}

} // namespace

KeyViewModel::KeyViewModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void KeyViewModel::setView(KeyView view)
{
    beginResetModel();
    m_view = std::move(view);
    endResetModel();
}

const EntryView *KeyViewModel::at(const QModelIndex &index) const
{
    return index.isValid() && index.row() < m_view.entries.size() ? &m_view.entries.at(index.row()) : nullptr;
}

bool KeyViewModel::isListed(const EntryView &entry) const
{
    return entry.isInScope && m_view.stopped.isEmpty() && m_view.agent.actions.contains(Action::List);
}

QString KeyViewModel::why(const EntryView &entry)
{
    QString words = RuleText::sentence(entry.readWhy);
    if (entry.isInScope && entry.entry.hasTotp() && !entry.codeWhy.isEmpty() && entry.codeWhy != entry.readWhy) {
        const QString code = tr("Code: %1").arg(RuleText::sentence(entry.codeWhy));
        words = words.isEmpty() ? code : tr("%1 %2").arg(words, code);
    }
    // Without the right none of its entries has more to say.
    const bool tellsUse = entry.use == Access::Asks || (entry.use == Access::Refused && entry.useWhy == reason::NoFieldForCommands);
    if (entry.isInScope && tellsUse && entry.useWhy != entry.readWhy) {
        const QString use = tr("In commands: %1").arg(RuleText::sentence(entry.useWhy));
        words = words.isEmpty() ? use : tr("%1 %2").arg(words, use);
    }
    return words;
}

int KeyViewModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_view.entries.size());
}

int KeyViewModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant KeyViewModel::data(const QModelIndex &index, int role) const
{
    const EntryView *entry = at(index);
    if (!entry || (role != Qt::DisplayRole && role != Qt::DecorationRole && role != Qt::ToolTipRole))
        return {};
    if (role == Qt::ToolTipRole)
        return index.column() == Why ? why(*entry).toHtmlEscaped() : QVariant();
    if (role == Qt::DecorationRole) {
        const auto access = accessOf(*entry, index.column());
        return access ? QVariant(iconOf(*access)) : QVariant();
    }
    switch (index.column()) {
    case EntryName:
        return displayText(entry->entry.title, 120);
    case Listed:
        return isListed(*entry) ? tr("Yes") : tr("No");
    case Read:
    case Code:
    case Use: {
        const auto access = accessOf(*entry, index.column());
        if (index.column() == Read && access == Access::Given && entry->isNamesOnly)
            return tr("Names only");
        return access ? wordOf(*access) : tr("–");
    }
    case Why:
        return why(*entry);
    default:
        return {};
    }
}

QVariant KeyViewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case EntryName:
        return tr("Entry");
    case Listed:
        return tr("Listed");
    case Read:
        return tr("Values");
    case Code:
        return tr("Code");
    case Use:
        return tr("In commands");
    case Why:
        return tr("Because");
    default:
        return {};
    }
}

KeyViewFilter::KeyViewFilter(KeyViewModel *source, QObject *parent)
    : QSortFilterProxyModel(parent)
    , m_source(source)
{
    setSourceModel(source);
}

void KeyViewFilter::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

void KeyViewFilter::setShow(Show show)
{
    m_show = show;
    invalidateFilter();
}

bool KeyViewFilter::belongs(const EntryView &entry, Show show)
{
    const bool code = entry.entry.hasTotp();
    switch (show) {
    case Show::All:
        return true;
    case Show::CanRead:
        return entry.isInScope && ((entry.read == Access::Given && !entry.isNamesOnly) || (code && entry.code == Access::Given));
    case Show::NamesOnly:
        return entry.isInScope && entry.read == Access::Given && entry.isNamesOnly;
    case Show::Asks:
        return entry.isInScope && (entry.read == Access::Asks || (code && entry.code == Access::Asks));
    case Show::Refused:
        return entry.isInScope && entry.read == Access::Refused && (!code || entry.code == Access::Refused);
    case Show::CannotSee:
        return !entry.isInScope;
    }
    return true;
}

bool KeyViewFilter::filterAcceptsRow(int row, const QModelIndex &) const
{
    const EntryView &entry = m_source->view().entries.at(row);
    return belongs(entry, m_show)
        && (m_text.isEmpty() || entry.entry.title.contains(m_text, Qt::CaseInsensitive)
            || entry.entry.subtitle.contains(m_text, Qt::CaseInsensitive));
}

} // namespace clavitor::ui
