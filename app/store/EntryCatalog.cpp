// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryCatalog.h"

#include "app/store/Database.h"
#include "app/store/EntryCondition.h"
#include "app/store/EntryOutline.h"
#include "app/store/EntrySearch.h"
#include "app/store/TextFold.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

const std::string selectSummary = std::string("SELECT ") + summaryColumns;

/// Where a page ended: the sort key and id of its last entry.
struct Cursor {
    QString sortKey;
    QByteArray id;

    [[nodiscard]] QString toString() const
    {
        const QByteArray bytes = id + sortKey.toUtf8();
        return QString::fromLatin1(
            bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
    }

    [[nodiscard]] static std::optional<Cursor> fromString(const QString &text)
    {
        static constexpr qsizetype idSize = 16;
        const auto decoded = QByteArray::fromBase64Encoding(
            text.toLatin1(), QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals
                                 | QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded || decoded.decoded.size() < idSize)
            return std::nullopt;
        const Cursor cursor{QString::fromUtf8(decoded.decoded.sliced(idSize)), decoded.decoded.first(idSize)};
        // Only what toString() writes: nothing else than a whole cursor comes back.
        return cursor.toString() == text ? std::optional(cursor) : std::nullopt;
    }
};

Result<> checkText(const QString &text)
{
    if (text.size() > EntryCondition::maximumText
        || text.simplified().count(u' ') >= EntryCondition::maximumWords)
        return fail(ErrorCode::InvalidValue, u"the search text is too long"_s);
    return {};
}

Result<QList<EntrySummary>> readSummaries(Statement &query)
{
    QList<EntrySummary> entries;
    const Result<> read = query.forEach([&]() -> Result<> {
        Result<EntrySummary> summary = readSummary(query);
        if (!summary)
            return std::unexpected(summary.error());
        entries.append(std::move(*summary));
        return {};
    });
    if (!read)
        return std::unexpected(read.error());
    return entries;
}

Result<int> number(Statement &query)
{
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? query.number(0) : 0;
}

} // namespace

EntryCatalog::EntryCatalog(Database &database)
    : m_database(database)
{
}

Result<EntrySummary> EntryCatalog::find(EntryId id, const std::optional<Scope> &scope) const
{
    const EntryCondition condition(scope);
    Statement query = m_database.statement(selectSummary + " FROM entries e WHERE e.id = ? AND " + condition.where());
    query.bind(1, QByteArrayView(id.toBytes()));
    condition.bindTo(query, 2);
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return fail(ErrorCode::NotFound, id.toString());
    return readSummary(query);
}

Result<QList<EntrySummary>> EntryCatalog::titled(const QString &title, const Scope &scope) const
{
    const EntryCondition condition(std::optional<Scope>{scope});
    // The index is on the sort key, which many titles may share; the title decides.
    Statement query = m_database.statement(selectSummary + " FROM entries e WHERE e.sort_key = ? AND e.title = ? AND " + condition.where()
                                           + " ORDER BY e.id");
    query.bind(1, folded(title)).bind(2, QStringView(title));
    condition.bindTo(query, 3);
    return readSummaries(query);
}

Result<QList<EntrySummary>> EntryCatalog::list(const EntryFilter &filter) const
{
    if (const Result<> fits = checkText(filter.text); !fits)
        return std::unexpected(fits.error());
    const EntryCondition condition(filter);
    Statement query = m_database.statement(selectSummary + " FROM " + condition.from() + " WHERE " + condition.where()
                                           + " ORDER BY e.sort_key, e.id");
    condition.bindTo(query);
    return readSummaries(query);
}

Result<EntryPage> EntryCatalog::page(const EntryFilter &filter, const QString &cursor, int limit) const
{
    if (limit < 1 || limit > maximumPage)
        return fail(ErrorCode::InvalidValue, u"limit"_s);
    if (const Result<> fits = checkText(filter.text); !fits)
        return std::unexpected(fits.error());
    std::optional<Cursor> after;
    if (!cursor.isEmpty() && !(after = Cursor::fromString(cursor)))
        return fail(ErrorCode::InvalidValue, u"cursor"_s);

    const EntryCondition condition(filter);
    Statement query = m_database.statement(
        selectSummary + ", e.sort_key FROM " + condition.from() + " WHERE " + condition.where()
        + (after ? " AND (e.sort_key, e.id) > (?, ?)" : "") + " ORDER BY e.sort_key, e.id LIMIT ?");
    int index = condition.bindTo(query);
    if (after) {
        query.bind(index++, after->sortKey);
        query.bind(index++, QByteArrayView(after->id));
    }
    query.bind(index, limit + 1);

    EntryPage page;
    Cursor last;
    for (;;) {
        const Result<bool> row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            break;
        if (page.entries.size() == limit) {
            page.nextCursor = last.toString();
            break;
        }
        Result<EntrySummary> summary = readSummary(query);
        if (!summary)
            return std::unexpected(summary.error());
        last = {query.text(summaryColumnCount), summary->id.toBytes()};
        page.entries.append(std::move(*summary));
    }

    Statement count =
        m_database.statement("SELECT count(*) FROM " + condition.from() + " WHERE " + condition.where());
    condition.bindTo(count);
    const Result<int> total = number(count);
    if (!total)
        return std::unexpected(total.error());
    page.total = *total;
    return page;
}

Result<SearchHits> EntryCatalog::search(const QString &text, int limit, const std::optional<Scope> &scope, bool withListed) const
{
    if (limit < 1 || limit > maximumPage)
        return fail(ErrorCode::InvalidValue, u"limit"_s);
    if (const Result<> fits = checkText(text); !fits)
        return std::unexpected(fits.error());
    const Result<QList<qint64>> matches = EntrySearch(m_database, scope, countedMatches, withListed).matches(text);
    if (!matches)
        return std::unexpected(matches.error());

    SearchHits hits;
    hits.total = static_cast<int>(std::min<qsizetype>(matches->size(), countedMatches));
    for (const qint64 row : matches->first(std::min<qsizetype>(matches->size(), limit))) {
        Statement query = m_database.statement(selectSummary + " FROM entries e WHERE e.row = ?");
        query.bind(1, row);
        Result<QList<EntrySummary>> found = readSummaries(query);
        if (!found)
            return std::unexpected(found.error());
        hits.entries += *found;
    }
    return hits;
}

Result<EntryCounts> EntryCatalog::counts() const
{
    EntryCounts counts;
    {
        Statement query = m_database.statement("SELECT type, trashed_at <> 0, count(*), sum(favourite), sum(personal) "
                                               "FROM entries GROUP BY 1, 2");
        const Result<> read = query.forEach([&] {
            if (query.integer(1) != 0) {
                counts.trash += query.number(2);
                return;
            }
            counts.all += query.number(2);
            counts.favourites += query.number(3);
            counts.personal += query.number(4);
            if (const std::optional<EntryType> type = entryTypeFromWireName(query.text(0)))
                counts.types.append({*type, query.number(2)});
        });
        if (!read)
            return std::unexpected(read.error());
    }
    std::ranges::sort(counts.types);
    Statement query = m_database.statement("SELECT tag, count(*) FROM tags JOIN entries e ON e.row = entry "
                                           "WHERE e.trashed_at = 0 GROUP BY tag ORDER BY tag");
    if (const Result<> read = query.forEach([&] { counts.tags.append({query.text(0), query.number(1)}); }); !read)
        return std::unexpected(read.error());
    return counts;
}

} // namespace clavitor
