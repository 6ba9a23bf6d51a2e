// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditModel.h"

#include "app/service/VaultClient.h"
#include "ui/audit/AuditText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

#include <limits>

namespace clavitor::ui {

namespace {

/// Longer subjects are for the card, not for a row.
constexpr int LongestCell = 120;
/// New rows kept one by one while holding; past it the list is loaded anew.
constexpr int MostWaiting = 1000;
/// A window left open for weeks: past MostRows the oldest are let go, down to RowsKept, to be fetched again when needed.
constexpr int MostRows = 8000;
constexpr int RowsKept = 2000;

} // namespace

AuditModel::AuditModel(VaultClient *client, Clock clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_client(client)
    , m_clock(std::move(clock))
{
    connect(m_client, &VaultClient::auditAppended, this, &AuditModel::appended);
}

int AuditModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AuditModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const AuditEvent *AuditModel::event(const QModelIndex &index) const
{
    if (!index.isValid() || index.row() >= m_rows.size())
        return nullptr;
    const Row &row = m_rows.at(index.row());
    return row.heading ? nullptr : &row.event;
}

QModelIndex AuditModel::indexOf(qint64 sequence) const
{
    for (int row = 0; row < m_rows.size(); ++row)
        if (!m_rows.at(row).heading && m_rows.at(row).event.sequence == sequence)
            return index(row, 0);
    return {};
}

QVariant AuditModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size())
        return {};
    const Row &row = m_rows.at(index.row());
    if (role == IsHeadingRole)
        return row.heading;
    if (role == SequenceRole)
        return row.heading ? 0 : row.event.sequence;
    if (row.heading) {
        if (index.column() == Time && (role == Qt::DisplayRole || role == Qt::AccessibleTextRole))
            return TimeText(m_clock()).day(row.event.time);
        return {};
    }
    switch (role) {
    case Qt::DisplayRole:
        return cell(row.event, index.column());
    case Qt::ToolTipRole:
        if (index.column() == EntryName)
            return escapedText(row.event.subject).toHtmlEscaped();
        return {};
    case Qt::AccessibleTextRole:
        if (index.column() == Time)
            return AuditText::sentence(row.event, TimeText(m_clock()).clock(row.event.time));
        return cell(row.event, index.column());
    case OutcomeRole:
        return static_cast<int>(row.event.outcome);
    default:
        return {};
    }
}

QVariant AuditModel::cell(const AuditEvent &event, int column) const
{
    switch (column) {
    case Time:
        return TimeText(m_clock()).clock(event.time);
    case ActionName:
        return displayText(event.action, LongestCell);
    case EntryName:
        return displayText(event.subject, LongestCell);
    case Actor:
        return displayText(event.actor, LongestCell);
    case Decision:
        return AuditText::word(event.outcome);
    default:
        return {};
    }
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("TIME");
    case ActionName:
        return tr("ACTION");
    case EntryName:
        return tr("ENTRY");
    case Actor:
        return tr("ACTOR");
    case Decision:
        return tr("OUTCOME");
    default:
        return {};
    }
}

Qt::ItemFlags AuditModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    if (index.row() < m_rows.size() && m_rows.at(index.row()).heading)
        return Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    return QAbstractTableModel::flags(index) | Qt::ItemNeverHasChildren;
}

bool AuditModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_more && !m_loading;
}

void AuditModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_loading = true;
    const qint64 before = m_rows.isEmpty() ? std::numeric_limits<qint64>::max() : m_rows.last().event.sequence;
    m_client->auditPage(m_filter, before, PageSize, {this, [this, generation = m_generation](Result<AuditPage> page) {
        if (generation != m_generation)
            return;
        m_loading = false;
        if (!page) {
            m_more = false;
            emit failed(page.error());
            return;
        }
        append(*page);
        emit loaded();
    }});
}

void AuditModel::setFilter(const AuditFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    reload();
}

void AuditModel::clear()
{
    ++m_generation;
    beginResetModel();
    m_rows.clear();
    m_more = false;
    m_loading = false;
    m_newest = 0;
    endResetModel();
    m_waiting.clear();
    if (std::exchange(m_waitingCount, 0) != 0)
        emit waitingChanged(0);
}

void AuditModel::reload()
{
    clear();
    m_more = true;
    fetchMore({});
}

bool AuditModel::sameDay(qint64 a, qint64 b) const
{
    const TimeText time(m_clock());
    return time.startOfDay(a) == time.startOfDay(b);
}

void AuditModel::append(const AuditPage &page)
{
    m_more = page.more;
    if (page.events.isEmpty())
        return;
    QList<Row> rows;
    for (const AuditEvent &event : page.events) {
        const qint64 above = !rows.isEmpty() ? rows.last().event.time : !m_rows.isEmpty() ? m_rows.last().event.time : 0;
        if ((rows.isEmpty() && m_rows.isEmpty()) || !sameDay(above, event.time)) {
            Row heading{{}, true};
            heading.event.time = event.time;
            rows << heading;
        }
        rows << Row{event, false};
        m_newest = std::max(m_newest, event.sequence);
    }
    const int first = static_cast<int>(m_rows.size());
    beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
    m_rows += rows;
    endInsertRows();
}

void AuditModel::appended(const QList<AuditEvent> &events)
{
    // A first page on its way holds these rows already: the vault thread answers in order.
    if (m_loading && m_rows.isEmpty())
        return;
    QList<AuditEvent> fresh;
    for (const AuditEvent &event : events) {
        if (event.sequence <= m_newest || !AuditText::matches(m_filter, event))
            continue;
        m_newest = event.sequence;
        fresh << event;
    }
    if (fresh.isEmpty())
        return;
    if (!m_holding) {
        putOnTop(fresh);
        trim();
        return;
    }
    m_waitingCount += static_cast<int>(fresh.size());
    if (m_waitingCount <= MostWaiting)
        m_waiting += fresh;
    else
        m_waiting.clear();
    emit waitingChanged(m_waitingCount);
}

void AuditModel::putOnTop(const QList<AuditEvent> &oldestFirst)
{
    qsizetype begin = 0;
    while (begin < oldestFirst.size()) {
        // One insertion for each run of rows of one day.
        const qint64 day = oldestFirst.at(begin).time;
        qsizetype end = begin + 1;
        while (end < oldestFirst.size() && sameDay(oldestFirst.at(end).time, day))
            ++end;
        if (m_rows.isEmpty() || !sameDay(m_rows.first().event.time, day)) {
            Row heading{{}, true};
            heading.event.time = day;
            beginInsertRows({}, 0, 0);
            m_rows.prepend(heading);
            endInsertRows();
        }
        const int count = static_cast<int>(end - begin);
        beginInsertRows({}, 1, count);
        for (qsizetype i = begin; i < end; ++i)
            m_rows.insert(1, Row{oldestFirst.at(i), false});
        endInsertRows();
        begin = end;
    }
    emit loaded();
}

void AuditModel::trim()
{
    if (m_rows.size() <= MostRows)
        return;
    qsizetype keep = RowsKept;
    while (keep > 0 && m_rows.at(keep - 1).heading)
        --keep;
    beginRemoveRows({}, static_cast<int>(keep), static_cast<int>(m_rows.size()) - 1);
    m_rows.resize(keep);
    m_more = true;
    endRemoveRows();
}

void AuditModel::setHolding(bool holding)
{
    if (m_holding == holding)
        return;
    m_holding = holding;
    if (!m_holding)
        showWaiting();
}

void AuditModel::showWaiting()
{
    const int count = std::exchange(m_waitingCount, 0);
    if (count == 0)
        return;
    emit waitingChanged(0);
    if (count > MostWaiting) {
        reload();
        return;
    }
    putOnTop(std::exchange(m_waiting, {}));
    trim();
}

} // namespace clavitor::ui
