// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Entry.h"
#include "app/model/EntryCounts.h"
#include "app/store/EntryFilter.h"

#include <QList>
#include <QString>

#include <optional>

namespace clavitor {

class Database;

/// One page of a list, for callers that come back with the cursor.
struct EntryPage {
    QList<EntrySummary> entries;
    QString nextCursor;         ///< opaque; empty when this is the last page
    int total = 0;              ///< all that pass the filter, not only this page
};

/// Matches of a search, best first.
struct SearchHits {
    QList<EntrySummary> entries;
    int total = 0;              ///< all matches; counting stops at EntryCatalog::countedMatches
};

/// Entries as lists and agents may know them: summaries, never a value that is not listed.
///
/// Lists are sorted by title without regard to case and accents, then by id, so the order is total and does not depend
/// on the locale of the moment. Vault thread; the Database outlives it.
class EntryCatalog {
public:
    static constexpr int countedMatches = 1000;
    static constexpr int maximumPage = 1000;

    explicit EntryCatalog(Database &database);

    /// NotFound when there is none, or when `scope` is given and does not cover it.
    [[nodiscard]] Result<EntrySummary> find(EntryId id, const std::optional<Scope> &scope = std::nullopt) const;
    /// Those with exactly this title within `scope`, by id.
    [[nodiscard]] Result<QList<EntrySummary>> titled(const QString &title, const Scope &scope) const;
    [[nodiscard]] Result<QList<EntrySummary>> list(const EntryFilter &filter) const;
    /// `cursor` as an earlier page gave it, empty for the first; entries made or deleted meanwhile shift nothing.
    /// InvalidValue for a cursor that is none. `limit` is 1–maximumPage.
    [[nodiscard]] Result<EntryPage> page(const EntryFilter &filter, const QString &cursor, int limit) const;
    /// Every word of `text` must occur in title, URLs, tags or listed Shared values; without a scope also in notes and
    /// other unmasked Shared values. Never in masked or Personal ones,
    /// nor in listed ones without `withListed`. Order: title or host equal to the text, then
    /// beginning with it, then title containing it, then the rest; by title within each.
    [[nodiscard]] Result<SearchHits> search(const QString &text, int limit,
                                            const std::optional<Scope> &scope = std::nullopt, bool withListed = true) const;
    [[nodiscard]] Result<EntryCounts> counts() const;

private:
    Database &m_database;
};

} // namespace clavitor
