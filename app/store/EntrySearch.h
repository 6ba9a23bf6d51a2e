// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/store/EntryFilter.h"

#include <QList>
#include <QString>

#include <optional>

namespace clavitor {

class Database;

/// Ranked full-text search, down to row numbers; EntryCatalog::search() tells the rules.
///
/// Equal and prefix matches come from the sorted indexes and everything else from the trigram index, each cut at
/// `limit`: however common a word is, the best matches are found and the work is bounded.
class EntrySearch {
public:
    EntrySearch(Database &database, const std::optional<Scope> &scope, int limit, bool withListed);

    /// Best first.
    [[nodiscard]] Result<QList<qint64>> matches(const QString &text) const;

private:
    Database &m_database;
    EntryFilter m_filter;
    int m_limit;
};

} // namespace clavitor
