// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditModel.h"

#include "app/service/VaultClient.h"
#include "app/store/AuditMatch.h"
#include "ui/audit/AuditText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

#include <limits>
#include <optional>

namespace clavitor::ui {

namespace {

/// Longer subjects are for the card, not for a row.
constexpr int LongestCell = 120;
/// New rows kept one by one while holding; past it the list is loaded anew.
constexpr int MostWaiting = 1000;
/// Of more than MostRows. Each insertion costs the view a look at every row, so the list stays short.
constexpr int RowsKept = 600;
constexpr int RowsAround = 20;

/// One local day. Asked once for many rows: each question to the time zone costs a look at the file system.
class LocalDay {
public:
    LocalDay(const TimeText &time, qint64 moment)
        : m_begin(time.startOfDay(moment))
        , m_end(time.startOfDay(m_begin + 36 * qint64(3'600'000))) // whatever the clocks do, this lies in the next one
    {
    }
    [[nodiscard]] bool contains(qint64 moment) const { return moment >= m_begin && moment < m_end; }

private:
    qint64 m_begin;
    qint64 m_end;
};

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

void AuditModel::fetchOlder()
{
    if (!hasOlder())
        return;
    m_loading = true;
    const qint64 newest = m_start != 0 ? m_start : std::numeric_limits<qint64>::max();
    const qint64 before = m_rows.isEmpty() ? newest : m_rows.last().event.sequence;
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
    m_wanted = false;
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
    m_start = 0;
    load();
}

void AuditModel::showFrom(qint64 sequence)
{
    // With some of what came after it above.
    m_start = sequence + RowsAround;
    load();
}

void AuditModel::load()
{
    clear();
    m_wanted = true;
    m_more = true;
    fetchOlder();
}

QModelIndex AuditModel::nearest(qint64 sequence) const
{
    for (int row = 0; row < m_rows.size(); ++row)
        if (!m_rows.at(row).heading && m_rows.at(row).event.sequence <= sequence)
            return index(row, 0);
    return {};
}

void AuditModel::append(const AuditPage &page)
{
    m_more = page.more;
    if (page.events.isEmpty())
        return;
    QList<Row> rows;
    const TimeText time(m_clock());
    std::optional<LocalDay> day;
    if (!m_rows.isEmpty())
        day.emplace(time, m_rows.last().event.time);
    for (const AuditEvent &event : page.events) {
        if (!day || !day->contains(event.time)) {
            Row heading{{}, true};
            heading.event.time = event.time;
            rows << heading;
            day.emplace(time, event.time);
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
    // A first page on its way, or yet to be asked for, holds these rows already: the vault thread answers in order.
    if (!m_wanted || (m_loading && m_rows.isEmpty()))
        return;
    QList<AuditEvent> fresh;
    for (const AuditEvent &event : events) {
        if (event.sequence <= m_newest || !matches(m_filter, event))
            continue;
        m_newest = event.sequence;
        fresh << event;
    }
    if (fresh.isEmpty())
        return;
    // Above rows of the middle of the log there would be a gap.
    if (!m_holding && !startsLater()) {
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
    const TimeText time(m_clock());
    qsizetype begin = 0;
    while (begin < oldestFirst.size()) {
        // One insertion for each run of rows of one day.
        const qint64 first = oldestFirst.at(begin).time;
        const LocalDay day(time, first);
        qsizetype end = begin + 1;
        while (end < oldestFirst.size() && day.contains(oldestFirst.at(end).time))
            ++end;
        if (m_rows.isEmpty() || !day.contains(m_rows.first().event.time)) {
            Row heading{{}, true};
            heading.event.time = first;
            beginInsertRows({}, 0, 0);
            m_rows.prepend(heading);
            endInsertRows();
        }
        const qsizetype count = end - begin;
        beginInsertRows({}, 1, static_cast<int>(count));
        m_rows.insert(1, count, Row{}); // what is below moves once
        for (qsizetype i = 0; i < count; ++i)
            m_rows[count - i].event = oldestFirst.at(begin + i);
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
    // A page on its way would leave a gap where the rows let go were.
    ++m_generation;
    m_loading = false;
    endRemoveRows();
}

void AuditModel::setHolding(bool holding)
{
    if (m_holding == holding)
        return;
    m_holding = holding;
    if (!m_holding && !startsLater())
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
