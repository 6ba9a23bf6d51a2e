// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/CsvImporter.h"

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

using Kind = ImportRemark::Kind;

QString rowName(int number)
{
    return u"row %1"_s.arg(number);
}

QHash<QString, qsizetype> indexOf(const QStringList &columns)
{
    QHash<QString, qsizetype> index;
    for (qsizetype i = 0; i < columns.size(); ++i)
        if (const QString name = columns[i].toLower(); !index.contains(name))
            index.insert(name, i);
    return index;
}

// Cells past the last column have no name, but may be the tail of a password that was not quoted: kept,
// masked.
void addSurplus(const CsvRow &row, qsizetype columns, DraftBuilder &draft)
{
    const auto cells = static_cast<qsizetype>(row.cells.size());
    if (cells < columns)
        draft.remark(Kind::Note, u"row %1 has %2 of %3 cells: the missing ones are empty"_s.arg(row.number)
                                     .arg(cells)
                                     .arg(columns));
    if (cells > columns)
        draft.remark(Kind::Note,
                     u"row %1 has %2 cells too many: they are kept as masked fields"_s.arg(row.number)
                         .arg(cells - columns));
    for (qsizetype i = columns; i < cells; ++i)
        if (!row.cells[static_cast<std::size_t>(i)].isEmpty())
            draft.addCustom(u"column %1"_s.arg(i + 1), true, row.cells[static_cast<std::size_t>(i)]);
    if (row.flaw == CsvRow::Flaw::StrayText)
        draft.remark(Kind::Note,
                     u"row %1 has text after a closing quote: check its values"_s.arg(row.number));
    if (row.flaw == CsvRow::Flaw::TooManyCells)
        draft.remark(Kind::Broken,
                     u"row %1 has more than %2 cells: the rest of it is not imported"_s.arg(row.number)
                         .arg(CsvReader::kMostCells));
}

} // namespace

QByteArrayView CsvRecord::operator[](QLatin1StringView column) const
{
    const qsizetype at = m_columns.value(column, -1);
    if (at < 0 || at >= static_cast<qsizetype>(m_row.cells.size()))
        return {};
    return m_row.cells[static_cast<std::size_t>(at)];
}

QString CsvRecord::name() const
{
    return rowName(m_row.number);
}

QStringList CsvImporter::filePatterns() const
{
    return {u"*.csv"_s};
}

bool CsvImporter::recognises(const ImportSource &source) const
{
    if (source.isJson())
        return false;
    const QStringList columns = CsvReader(source.text()).columns();
    const auto knows = [&columns](QLatin1StringView name) {
        return columns.contains(name, Qt::CaseInsensitive);
    };
    const auto isKnown = [this](const QString &column) {
        const auto same = [&column](QLatin1StringView name) {
            return column.compare(name, Qt::CaseInsensitive) == 0;
        };
        return std::ranges::any_of(required(), same) || std::ranges::any_of(optional(), same);
    };
    return std::ranges::all_of(required(), knows) && std::ranges::all_of(columns, isKnown);
}

Result<ImportPlan> CsvImporter::read(const ImportSource &source, qint64 now) const
{
    CsvReader reader(source.text());
    const auto columns = indexOf(reader.columns());
    ImportPlan plan;
    CsvRow row;
    while (reader.next(row)) {
        ++plan.read;
        if (plan.read > kMostImportedEntries)
            return fail(ErrorCode::ImportTooLarge, u"The file holds more than 100,000 entries."_s);
        if (row.flaw == CsvRow::Flaw::OpenQuote) {
            const QString what = u"in line %1 a quote is opened and never closed"_s.arg(row.line);
            if (plan.entries.empty())
                return fail(ErrorCode::ImportUnreadable,
                            u"The file is broken: %1. Export again."_s.arg(what));
            plan.remarks.append({Kind::Broken, rowName(row.number),
                                 what + u": this row and everything after it is not imported"_s});
            break;
        }
        if (std::ranges::all_of(row.cells, &QByteArray::isEmpty)) {
            plan.remarks.append({Kind::Skipped, rowName(row.number), u"the row is empty"_s});
            continue;
        }
        const CsvRecord record(columns, row);
        DraftBuilder draft(EntryType::Login, {}, record.name());
        if (!readRecord(record, now, draft, plan))
            continue;
        addSurplus(row, reader.columns().size(), draft);
        std::move(draft).finish(plan);
    }
    if (plan.read == 0)
        return fail(ErrorCode::ImportEmpty, u"The file has a line of column names and no entries."_s);
    remarkOnFormat(plan);
    return plan;
}

void CsvImporter::remarkOnFormat(ImportPlan &) const {}

} // namespace clavitor
