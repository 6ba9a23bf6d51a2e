// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntrySearch.h"

#include "app/model/Entry.h"
#include "app/store/Database.h"
#include "app/store/EntryCondition.h"
#include "app/store/SearchText.h"
#include "app/store/TextFold.h"

#include <QHash>

#include <algorithm>
#include <tuple>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Sorts after everything that begins with the text it is appended to.
constexpr QStringView afterAll = u"\U0010FFFF";

enum class Rank { Equal, Prefix, InTitle, Elsewhere };

struct Match {
    qint64 row = 0;
    QByteArray id;
    QString sortKey;
    Rank rank = Rank::Elsewhere;
};

/// Matches by row, each with the best rank it was found under.
class Ranking {
public:
    void add(const Statement &found, Rank rank)
    {
        Match &match = m_matches[found.integer(0)];
        if (match.row == 0)
            match = {found.integer(0), found.blob(1), found.text(2), rank};
        match.rank = std::min(match.rank, rank);
    }

    [[nodiscard]] QList<qint64> sorted() const
    {
        std::vector<const Match *> order;
        order.reserve(static_cast<std::size_t>(m_matches.size()));
        for (const Match &match : m_matches)
            order.push_back(&match);
        std::ranges::sort(order, [](const Match *a, const Match *b) {
            return std::tie(a->rank, a->sortKey, a->id) < std::tie(b->rank, b->sortKey, b->id);
        });
        QList<qint64> rows;
        rows.reserve(m_matches.size());
        for (const Match *match : order)
            rows.append(match->row);
        return rows;
    }

private:
    QHash<qint64, Match> m_matches;
};

} // namespace

EntrySearch::EntrySearch(Database &database, const std::optional<Scope> &scope, int limit, bool withListed)
    : m_database(database)
    , m_limit(limit)
{
    m_filter.scope = scope;
    m_filter.searchesListed = withListed;
}

Result<QList<qint64>> EntrySearch::matches(const QString &text) const
{
    // A pasted address means its site.
    const QString host = text.contains("://"_L1) ? searchedHost(text) : QString();
    const QString query = host.isEmpty() ? folded(text).simplified() : host;
    const QStringList words = foldedWords(query);
    if (words.isEmpty())
        return QList<qint64>{};
    const EntryCondition covered(m_filter);
    EntryCondition containing(m_filter);
    containing.requireWords(words, !m_filter.scope, m_filter.searchesListed);

    const std::string columns = "SELECT e.row, e.id, e.sort_key";
    const auto collect = [&](const std::string &sql, const QStringList &leading, const EntryCondition &condition,
                             auto &&each) -> Result<> {
        Statement statement = m_database.statement(sql);
        int index = 0;
        for (const QString &value : leading)
            statement.bind(++index, value);
        statement.bind(condition.bindTo(statement, index + 1), m_limit);
        return statement.forEach([&] { each(statement); });
    };

    Ranking ranking;
    const QStringList range{query, QString(query + afterAll)};
    // By the index of titles, whatever the scope: in a tag of thousands the planner would rather read each of its entries.
    const Result<> titles =
        collect(columns + " FROM entries e INDEXED BY entries_sorted WHERE e.sort_key >= ? AND e.sort_key < ? AND " + covered.where()
                    + " ORDER BY e.sort_key, e.id LIMIT ?",
                range, covered, [&](const Statement &found) {
                    ranking.add(found, found.text(2) == query ? Rank::Equal : Rank::Prefix);
                });
    if (!titles)
        return std::unexpected(titles.error());
    const Result<> hosts =
        collect(columns + ", u.host FROM urls u CROSS JOIN entries e ON e.row = u.entry "
                          "WHERE u.host >= ? AND u.host < ? AND " + covered.where() + " ORDER BY u.host, u.entry LIMIT ?",
                range, covered, [&](const Statement &found) {
                    ranking.add(found, found.text(3) == query ? Rank::Equal : Rank::Prefix);
                });
    if (!hosts)
        return std::unexpected(hosts.error());
    const Result<> rest = collect(
        columns + " FROM " + containing.from() + " WHERE " + containing.where() + " LIMIT ?", {}, containing,
        [&](const Statement &found) {
            const QString title = found.text(2);
            const bool inTitle = std::ranges::all_of(words, [&](const QString &word) { return title.contains(word); });
            ranking.add(found, inTitle ? Rank::InTitle : Rank::Elsewhere);
        });
    if (!rest)
        return std::unexpected(rest.error());
    return ranking.sorted();
}

} // namespace clavitor
