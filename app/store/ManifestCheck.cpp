// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Manifest that looks at a file and repairs it.
#include "app/store/Manifest.h"

#include "app/store/Connection.h"
#include "app/store/Database.h"
#include "app/store/FreePages.h"
#include "app/store/ManifestTables.h"
#include "app/store/PageWitness.h"

#include <algorithm>
#include <array>

namespace clavitor {

using namespace Qt::StringLiterals;
using namespace manifest;

namespace {

/// An index of the log: what of a row it holds, and of which rows.
struct LogIndex {
    const char *name;
    const char *same;
    const char *of;
};
constexpr std::array logIndexes{
    LogIndex{"audit_entry", "i.entry_id = a.entry_id", "entry_id IS NOT NULL"},
    LogIndex{"audit_key", "i.key_id = a.key_id", "key_id <> ''"},
    LogIndex{"audit_time", "i.time = a.time", "1"},
    LogIndex{"audit_key_entry", "i.key_id = a.key_id AND i.entry_id = a.entry_id AND i.action = a.action", "key_id <> '' AND entry_id IS NOT NULL"},
};
static_assert(logIndexes.size() == std::tuple_size_v<Manifest::Indexed>);

} // namespace

bool Manifest::isFinding(const Error &error)
{
    return error.code == ErrorCode::DamagedFile || error.code == ErrorCode::Internal;
}

Result<> Manifest::repairIndexes()
{
    // Undone as a whole, it may end anywhere: a lock is not to wait for all the indexes of a large vault.
    const Connection::Stoppable stoppable(*m_database.m_connection);
    // Two rows of one key, as when an old page is there beside what became of it: SurplusRows has to choose first.
    if (const Result<> done = m_database.run("REINDEX"); !done)
        return done.error().code == ErrorCode::Internal ? fail(ErrorCode::DamagedFile, done.error().detail) : done;
    return m_database.run("INSERT INTO search_index (search_index) VALUES ('rebuild')");
}

Result<bool> Manifest::endsWhole(qint64 last)
{
    Statement tail = m_database.statement("SELECT (SELECT count(*) FROM audit NOT INDEXED WHERE sequence > ?1 - ?2), "
                                          "(SELECT sequence = ?1 AND mac = (SELECT mac FROM audit WHERE sequence = ?1) FROM audit_chain)");
    const Result<bool> row = tail.bindAll(last, auditAtOnce).step();
    if (!row)
        return std::unexpected(row.error());
    return tail.integer(0) == auditAtOnce && tail.integer(1) == 1;
}

Result<bool> Manifest::passes(std::string_view check)
{
    Statement made = m_database.statement(check);
    const Result<bool> row = made.step();
    if (!row && !isFinding(row.error()))
        return row;
    return row && *row && made.text(0) == "ok"_L1;
}

Result<bool> Manifest::indexesFit(std::size_t slot)
{
    return passes(std::string("PRAGMA integrity_check(") + covered[slot].name + ')');
}

Result<Manifest::Indexed> Manifest::indexedAudit(qint64 from, qint64 to)
{
    Indexed rows{};
    for (std::size_t at = 0; at < logIndexes.size(); ++at) {
        const LogIndex &index = logIndexes[at];
        Statement found = m_database.statement(std::string("SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM audit AS i INDEXED BY ") + index.name
                                               + " WHERE " + index.same + " AND i.sequence = a.sequence AND " + index.of
                                               + ")) FROM audit AS a NOT INDEXED WHERE sequence > ? AND sequence <= ? AND " + index.of);
        const Result<bool> row = found.bindAll(from, to).step();
        if (!row)
            return std::unexpected(row.error());
        rows[at] = found.integer(0);
        if (found.integer(1) != rows[at])
            return fail(ErrorCode::DamagedFile, QLatin1StringView(index.name) + " leads past a row"_L1);
    }
    return rows;
}

Result<bool> Manifest::auditIndexFits(std::size_t index, qint64 rows, qint64 last)
{
    const Connection::Stoppable stoppable(*m_database.m_connection);
    Statement count = m_database.statement(std::string("SELECT count(*) FROM audit INDEXED BY ") + logIndexes[index].name + " WHERE sequence <= ? AND "
                                           + logIndexes[index].of);
    const Result<bool> row = count.bindAll(last).step();
    if (!row && !isFinding(row.error()))
        return row;
    return row && *row && count.integer(0) == rows;
}

Result<> Manifest::repairFreePages()
{
    return FreePages(*m_database.m_connection).repair();
}

Result<bool> Manifest::searchIndexFits()
{
    const Connection::Stoppable stoppable(*m_database.m_connection);
    // Rank 1: compared with the texts, too. Said as an INSERT, it writes nothing.
    const Result<> fits = m_database.run("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)");
    if (!fits && !isFinding(fits.error()))
        return std::unexpected(fits.error());
    if (!fits)
        return false;
    // What it does not look for: pages of terms that are no more, which the next write comes upon. As fts5_index.c numbers them.
    Statement terms = m_database.statement("SELECT EXISTS (SELECT 1 FROM search_index_idx AS term WHERE NOT EXISTS "
                                           "(SELECT 1 FROM search_index_data WHERE id = (term.segid << 37) + (term.pgno >> 1)))");
    const Result<bool> row = terms.step();
    if (!row && !isFinding(row.error()))
        return row;
    const bool isRight = row && *row && terms.integer(0) == 0;
    if (ManifestSums *sums = m_database.m_connection->sums(); sums && isRight)
        sums->isSearchUnseen = false;
    return isRight;
}

Result<> Manifest::requireSeenSearchIndex(Database &database)
{
    const ManifestSums *sums = database.m_connection->sums();
    if (!sums || !sums->isSearchUnseen)
        return {};
    const Result<bool> fits = Manifest(database).searchIndexFits();
    if (!fits)
        return std::unexpected(fits.error());
    return *fits ? Result<>() : fail(ErrorCode::ChangedOutside, u"the search index is not as it was left"_s);
}

Result<Manifest::Report> Manifest::check()
{
    ManifestSums *sums = m_database.m_connection->sums();
    if (!sums)
        return fail(ErrorCode::Internal, u"the manifest has no key"_s);
    const Connection::Stoppable stoppable(*m_database.m_connection);
    Report report;
    const auto wrong = [&](VaultPart part) {
        if (!report.wrong.contains(part))
            report.wrong.append(part);
    };
    const auto stored = read();
    if (!stored && !isFinding(stored.error()))
        return std::unexpected(stored.error());
    if (!stored || !*stored) {
        wrong(VaultPart::Manifest);
        return report;
    }
    const ManifestState &state = **stored;
    report.state = {state.generation, state.mac};
    if (!crypto::equals(state.mac, sums->macOf(state))) {
        Statement owner = m_database.statement("SELECT vault FROM audit_chain");
        const Result<bool> row = owner.step();
        const std::string vault = row && *row ? owner.text(0).toStdString() : std::string();
        if (!vault.empty() && vault != sums->vault()
            && crypto::equals(state.mac, ManifestSums(sums->key(), vault, sums->tables()).macOf(state)))
            return fail(ErrorCode::ForeignFile, u"the file belongs to another vault"_s);
        wrong(VaultPart::Manifest);
        return report;
    }

    qint64 lastRow = 0;
    bool isWhole = true;
    for (std::size_t slot = 0; slot < covered.size(); ++slot) {
        if (slot == auditSlot) {
            Statement last = m_database.statement("SELECT coalesce(max(sequence), 0) FROM audit");
            const Result<bool> row = last.step();
            if (!row && !isFinding(row.error()))
                return std::unexpected(row.error());
            lastRow = row && *row ? last.integer(0) : 0;
            if (state.tables[slot].rows > static_cast<quint64>(auditAtOnce)) {
                const Result<bool> whole = endsWhole(lastRow);
                if (!whole && !isFinding(whole.error()))
                    return std::unexpected(whole.error());
                if (!whole || !*whole || static_cast<quint64>(lastRow) != state.tables[slot].rows)
                    wrong(covered[slot].part);
                else
                    report.later = Audit{lastRow, state.tables[slot]};
                // By these a key's budget is counted anew, before the rest is looked at.
                const auto indexed = indexedAudit(lastRow - auditAtOnce, lastRow);
                if (!indexed && !isFinding(indexed.error()))
                    return std::unexpected(indexed.error());
                isWhole = isWhole && indexed;
                continue;
            }
        }
        const auto sum = sumOf(slot);
        if (!sum && !isFinding(sum.error()))
            return std::unexpected(sum.error());
        const bool isAsLeft = sum && *sum == state.tables[slot];
        if (!isAsLeft)
            wrong(covered[slot].part);
        // Right now, while most of the table's pages are still decrypted.
        if (!isWhole || covered[slot].order || (slot == auditSlot && !isAsLeft))
            continue;
        const auto fit = indexesFit(slot);
        if (!fit)
            return std::unexpected(fit.error());
        isWhole = *fit;
        if (slot != searchSlot || !isAsLeft || !isWhole)
            continue;
        report.isSearchLater = sum->rows > searchAtOnce;
        if (report.isSearchLater)
            continue;
        const auto found = searchIndexFits();
        if (!found && found.error().code == ErrorCode::Locked)
            return std::unexpected(found.error());
        if (found && !*found)
            wrong(VaultPart::SearchIndex);
        report.isSearchLater = !found; // it must not be written, as while its keys are replaced
    }
    const auto free = FreePages(*m_database.m_connection).fit();
    if (!free)
        return std::unexpected(free.error());
    const auto first = PageWitness(*m_database.m_connection).is(state.witness);
    if (!first)
        return std::unexpected(first.error());
    isWhole = isWhole && *free && *first;
    const auto structure = sumOfStructure();
    if (!structure && !isFinding(structure.error()))
        return std::unexpected(structure.error());
    if (!structure || !isWhole || *structure != state.tables[structureSlot])
        wrong(VaultPart::Structure);
    std::ranges::sort(report.wrong);
    sums->isSearchUnseen = report.isSearchLater;
    return report;
}

} // namespace clavitor
