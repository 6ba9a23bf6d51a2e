// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Entry.h"
#include "app/store/FieldRows.h"

#include <QString>

#include <vector>

namespace clavitor {

class Database;

/// What of an entry may be found by searching, folded. Built from an allow-list: a value enters `listed` when its field
/// is Shared and of a listed kind, `notes` when it is Shared and not masked; every other value stays out.
struct SearchText {
    /// Characters of notes that are indexed; what lies beyond in a long note is not found.
    static constexpr qsizetype maximumNotes = 65536;

    QString title;
    QString urls;               ///< without their schemes, a line each
    QString tags;
    QString listed;             ///< what agents may search, too
    QString notes;              ///< for the owner only
    bool operator==(const SearchText &) const = default;

    [[nodiscard]] static SearchText of(const EntrySummary &summary, const std::vector<StoredField> &fields);
};

/// Host of a URL as it is searched: folded, without "www.".
[[nodiscard]] QString searchedHost(const QString &url);

/// Puts the text in place of what was indexed for the entry (by row number), if anything was.
[[nodiscard]] Result<> replaceSearchText(Database &database, qint64 entry, const SearchText &text);
/// To be called before the entry's row goes.
[[nodiscard]] Result<> removeSearchText(Database &database, qint64 entry);
/// Whether makeSearchIndexAnew() once takes less time than removeSearchText() for so many entries.
[[nodiscard]] Result<bool> isSearchIndexSoonerAnew(Database &database, qsizetype gone);
/// Of all entries that are there now: after rows went without removeSearchText(), in the same transaction. Locked, a lock is wanted.
[[nodiscard]] Result<> makeSearchIndexAnew(Database &database);

} // namespace clavitor
