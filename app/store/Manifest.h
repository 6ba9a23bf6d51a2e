// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Distrust.h"
#include "app/store/ManifestSums.h"

#include <QList>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clavitor {

class Database;

/// A state of a vault in two values, small enough to be kept outside its file.
struct SealedState {
    quint64 generation = 0;     ///< changes the file has seen; it only grows
    crypto::Digest32 mac{};     ///< of the whole manifest at that moment
    bool operator==(const SealedState &) const = default;
};

/// The list of what a vault holds, keyed with the vault's manifest key: SQLCipher proves that each page was written by us,
/// this proves that all of them are of the same, latest moment (SECURITY.md, "The vault file").
///
/// Beside the head of the log lies a sum over the rows of each table, a generation and a MAC. Triggers, made anew in
/// memory at each open, bring it up to date inside the very statement that changes a row, so whatever SQLite undoes is
/// undone here. Vault thread; must not outlive the Database.
class Manifest {
public:
    explicit Manifest(Database &database);

    /// First of all, once a connection. `key` is SubKey::Manifest.
    [[nodiscard]] Result<> attach(const crypto::SecretBytes &key, std::string vault);
    /// From here on every write is in the manifest. Fails when there is none.
    [[nodiscard]] Result<> watch();
    /// What an UPDATE of the log's head to the sequence ?1, the mac ?2 and the key ?3 sets besides, so that the manifest's trigger
    /// has nothing left to do: every read ends with one. Empty before watch().
    [[nodiscard]] static std::string withHead(const Database &database);
    /// Makes the manifest from what is there, whatever it was. Its generation is above the one before and `atLeast`. Locked, a lock is
    /// wanted.
    [[nodiscard]] Result<> seal(quint64 atLeast = 0);

    /// Called before a file with a manifest is migrated and after any was, each in the migration's transaction. One without a
    /// manifest gets it, and is taken as it is, once. Of one that has it only what migrations change is summed anew, and nothing
    /// that was not right before: what is wrong is still found.
    [[nodiscard]] Result<> prepareToFollow();
    [[nodiscard]] Result<> follow();

    /// See FreePages::repair().
    [[nodiscard]] Result<> repairFreePages();
    /// Makes every index anew from its table, the search index too: before what is there is sealed. Within a transaction. DamagedFile: a
    /// table has rows twice · Locked, a lock is wanted.
    [[nodiscard]] Result<> repairIndexes();

    struct Audit {
        qint64 last = 0;        ///< the rows to look at are those up to this
        RowSum expected;
        bool operator==(const Audit &) const = default;
    };
    struct Report {
        SealedState state;
        QList<VaultPart> wrong;         ///< in order, each once
        /// A long log is left for sumOfAudit(), a piece at a time; only its end was looked at.
        std::optional<Audit> later;
        bool isSearchLater = false;     ///< a large search index is left for searchIndexFits()
    };
    /// Reads every row of every table and compares. ForeignFile: a manifest of another vault. Parts that cannot be read at
    /// all count as wrong. About 15 ms for 1,000 entries.
    [[nodiscard]] Result<Report> check();
    /// Of the log's rows after `from` up to `to`.
    [[nodiscard]] Result<RowSum> sumOfAudit(qint64 from, qint64 to);
    /// How many rows each index of the log leads to, in a fixed order.
    using Indexed = std::array<qint64, 4>;
    /// Of the rows after `from` up to `to`. DamagedFile: to one of them an index does not lead that should.
    [[nodiscard]] Result<Indexed> indexedAudit(qint64 from, qint64 to);
    /// Whether one of the indexes, by its place in that order, leads to so many rows up to `last` and to nothing else: reads it whole.
    [[nodiscard]] Result<bool> auditIndexFits(std::size_t index, qint64 rows, qint64 last);
    /// Whether the search index says what its texts say, which no sum over rows can tell: an old page of it makes searches
    /// miss entries or fail. In one piece, as slow as all the rest of check() together.
    [[nodiscard]] Result<bool> searchIndexFits();
    /// Before it is written: one that check() left for later is looked at now, since what is taken out of an old page of it may free
    /// pages that are in use. ChangedOutside · Locked · errors of the disk.
    [[nodiscard]] static Result<> requireSeenSearchIndex(Database &database);

    /// That a table cannot be read is a finding, of which check() tells; errors of the disk are passed on.
    [[nodiscard]] static bool isFinding(const Error &error);

    [[nodiscard]] Result<SealedState> state() const;

    /// Names of the tables that are summed up. What is in none of them follows from them, or is the manifest.
    [[nodiscard]] static std::vector<std::string> tables();
    /// Those of them that are a tree each, WITHOUT ROWID, and the numbers they lie by: check() looks at their order and at no index.
    [[nodiscard]] static std::vector<std::pair<std::string, std::string>> orders();
    /// The columns of one of them, but for those the manifest lies in itself. DamagedFile: there is no such table.
    [[nodiscard]] static Result<std::vector<std::string>> columns(Database &database, std::string_view table);

    /// So many rows of the log are looked at by check(), the last ones of a longer one: an unlock takes no longer than this much.
    static constexpr qint64 auditAtOnce = 2'000;
    /// A search index of up to this many entries, too.
    static constexpr quint64 searchAtOnce = 1000;

private:
    [[nodiscard]] Result<RowSum> sumOf(std::size_t slot);
    [[nodiscard]] Result<RowSum> sumOfStructure();
    [[nodiscard]] Result<RowSum> sumAt(std::size_t slot);
    [[nodiscard]] Result<std::optional<ManifestState>> read() const;
    [[nodiscard]] Result<> write(ManifestState &state);
    /// Whether SQLite finds nothing by one of its own checks.
    [[nodiscard]] Result<bool> passes(std::string_view check);
    /// Whether a table's indexes lead to its rows and to nothing else.
    [[nodiscard]] Result<bool> indexesFit(std::size_t slot);
    /// Whether the log ends where its chain does, without a gap before.
    [[nodiscard]] Result<bool> endsWhole(qint64 last);

    Database &m_database;
};

} // namespace clavitor
