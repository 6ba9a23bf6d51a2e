// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Manifest.h"

#include "app/store/Connection.h"
#include "app/store/Database.h"
#include "app/store/ManifestTables.h"
#include "app/store/PageWitness.h"
#include "app/store/SqliteError.h"
#include "app/store/Transaction.h"

#include <QtEndian>

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

using namespace manifest;

namespace {

// What withHead() sums up.
constexpr std::array headColumns{"one", "sequence", "mac", "next_key", "sealed_start"};
constexpr std::array ownColumns{std::string_view("vault"), std::string_view("manifest")};
RowSum rowSum(std::span<const std::byte> bytes)
{
    // As a state without tables before it and a MAC behind it would be read.
    RowSum sum;
    if (bytes.size() != 8 + sizeof(crypto::Digest32))
        return sum;
    sum.rows = qFromLittleEndian<quint64>(bytes.data());
    std::ranges::copy(bytes.subspan(8), sum.sum.begin());
    return sum;
}

std::string joined(const std::vector<std::string> &columns, std::string_view before)
{
    std::string list;
    for (const std::string &column : columns)
        list += ", " + std::string(before) + column;
    return list;
}

} // namespace

Manifest::Manifest(Database &database)
    : m_database(database)
{
}

std::vector<std::string> Manifest::tables()
{
    std::vector<std::string> names;
    for (const Table &table : covered)
        names.emplace_back(table.name);
    return names;
}

std::vector<std::pair<std::string, std::string>> Manifest::orders()
{
    std::vector<std::pair<std::string, std::string>> orders;
    for (const Table &table : covered)
        if (table.order)
            orders.emplace_back(table.name, table.order);
    return orders;
}

Result<std::vector<std::string>> Manifest::columns(Database &database, std::string_view table)
{
    std::vector<std::string> list;
    Statement info = database.statement("PRAGMA table_info(" + std::string(table) + ')');
    if (const Result<> read = info.forEach([&] { list.push_back(info.text(1).toStdString()); }); !read)
        return std::unexpected(read.error());
    if (table == covered[headSlot].name)
        std::erase_if(list, [](const std::string &column) { return std::ranges::find(ownColumns, std::string_view(column)) != ownColumns.end(); });
    if (list.empty())
        return fail(ErrorCode::DamagedFile, "there is no table "_L1 + QLatin1StringView(table.data(), static_cast<qsizetype>(table.size())));
    return list;
}

Result<> Manifest::attach(const crypto::SecretBytes &key, std::string vault)
{
    std::vector<std::string> names = tables();
    names.emplace_back("structure");
    Connection &connection = *m_database.m_connection;
    if (connection.sums())
        return {}; // when it was migrated
    if (const int code = connection.useSums(std::make_unique<ManifestSums>(key, std::move(vault), std::move(names))); code != SQLITE_OK)
        return std::unexpected(sqliteError(connection.handle(), code));
    // A row that is replaced is deleted first, which shall be noticed, too.
    return m_database.run("PRAGMA recursive_triggers = ON");
}

Result<> Manifest::watch()
{
    const auto state = read();
    if (!state)
        return std::unexpected(state.error());
    if (!*state)
        return fail(ErrorCode::DamagedFile, u"there is no manifest"_s);
    for (std::size_t slot = 0; slot < covered.size(); ++slot) {
        const std::string name = covered[slot].name;
        const auto names = columns(m_database, covered[slot].name);
        if (!names)
            return std::unexpected(names.error());
        const std::string was = joined(*names, "OLD.");
        const std::string is = joined(*names, "NEW.");
        const std::string at = "(manifest, " + std::to_string(slot);
        const bool isHead = slot == headSlot;
        if (isHead && *names != std::vector<std::string>(headColumns.begin(), headColumns.end()))
            return fail(ErrorCode::Internal, u"the log's head has other columns than withHead() sums up"_s);
        // What the manifest itself changes there is no change of the table.
        const std::string update = isHead ? "UPDATE OF " + joined(*names, {}).substr(2) : "UPDATE";
        // In the temporary schema: not part of the file, so nobody can take them out of it.
        const auto trigger = [&](const char *title, const std::string &event, const std::string &call, const char *when = "") {
            return m_database.run("CREATE TEMP TRIGGER IF NOT EXISTS watch_" + name + '_' + title + " AFTER " + event + " ON main." + name
                                  + when + " BEGIN UPDATE audit_chain SET manifest = " + call + ") WHERE one = 1 AND manifest IS NOT NULL; END");
        };
        if (const Result<> made = trigger("INSERT", "INSERT", "manifest_added" + at + is); !made)
            return made;
        if (const Result<> made = trigger("DELETE", "DELETE", "manifest_removed" + at + was); !made)
            return made;
        if (const Result<> made = trigger("UPDATE", update, "manifest_replaced" + at + was + is, isHead ? " WHEN NEW.manifest IS OLD.manifest" : "");
            !made)
            return made;
    }
    m_database.m_connection->sums()->withHead = ", manifest = CASE WHEN manifest IS NOT NULL THEN manifest_replaced(manifest, "
        + std::to_string(headSlot) + ", one, sequence, mac, next_key, sealed_start, one, ?1, ?2, ?3, sealed_start) END";
    return {};
}

std::string Manifest::withHead(const Database &database)
{
    const ManifestSums *sums = database.m_connection->sums();
    return sums ? sums->withHead : std::string();
}

Result<RowSum> Manifest::sumOf(std::size_t slot)
{
    const auto names = columns(m_database, covered[slot].name);
    if (!names)
        return std::unexpected(names.error());
    // From the table itself: an index may be of another time.
    const std::string inOrder = covered[slot].order ? std::string("manifest_in_order(") + covered[slot].order + ')' : "1";
    Statement sum = m_database.statement("SELECT manifest_sum(" + std::to_string(slot) + joined(*names, {}) + "), " + inOrder + " FROM "
                                         + covered[slot].name + " NOT INDEXED");
    const Result<bool> row = sum.step();
    if (!row)
        return std::unexpected(row.error());
    if (sum.integer(1) != 1)
        return fail(ErrorCode::DamagedFile, "rows out of order: "_L1 + QLatin1StringView(covered[slot].name));
    return rowSum(sum.bytes(0));
}

Result<RowSum> Manifest::sumOfAudit(qint64 from, qint64 to)
{
    const auto names = columns(m_database, covered[auditSlot].name);
    if (!names)
        return std::unexpected(names.error());
    Statement sum = m_database.statement("SELECT manifest_sum(" + std::to_string(auditSlot) + joined(*names, {})
                                         + ") FROM audit NOT INDEXED WHERE sequence > ? AND sequence <= ?");
    const Result<bool> row = sum.bindAll(from, to).step();
    if (!row)
        return std::unexpected(row.error());
    return rowSum(sum.bytes(0));
}

Result<RowSum> Manifest::sumOfStructure()
{
    Statement sum = m_database.statement("SELECT manifest_sum(" + std::to_string(structureSlot)
                                         + ", type, name, tbl_name, rootpage, sql) FROM main.sqlite_schema");
    const Result<bool> row = sum.step();
    if (!row)
        return std::unexpected(row.error());
    return rowSum(sum.bytes(0));
}

Result<RowSum> Manifest::sumAt(std::size_t slot)
{
    return slot == structureSlot ? sumOfStructure() : sumOf(slot);
}

Result<std::optional<ManifestState>> Manifest::read() const
{
    Statement query = m_database.statement("SELECT manifest FROM audit_chain WHERE manifest IS NOT NULL");
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::optional<ManifestState>();
    return ManifestState::fromBytes(query.bytes(0), slotCount);
}

Result<SealedState> Manifest::state() const
{
    const auto state = read();
    if (!state)
        return std::unexpected(state.error());
    if (!*state)
        return fail(ErrorCode::DamagedFile, u"there is no manifest"_s);
    return SealedState{(*state)->generation, (*state)->mac};
}

Result<> Manifest::write(ManifestState &state)
{
    const ManifestSums *sums = m_database.m_connection->sums();
    if (!sums)
        return fail(ErrorCode::Internal, u"the manifest has no key"_s);
    state.mac = sums->macOf(state);
    return m_database.run("UPDATE audit_chain SET vault = ?, manifest = ? WHERE one = 1", QString::fromStdString(sums->vault()),
                          QByteArrayView(state.toBytes()));
}

Result<> Manifest::seal(quint64 atLeast)
{
    auto transaction = Transaction::begin(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    ManifestState state;
    state.generation = atLeast;
    if (const auto before = read(); before && *before)
        state.generation = std::max(state.generation, (*before)->generation);
    ++state.generation;
    state.tables.resize(slotCount);
    // Its place, in a vault whose log has not begun.
    if (const Result<> placed = m_database.run("INSERT INTO audit_chain (one, sequence, mac, next_key, sealed_start) "
                                               "VALUES (1, 0, zeroblob(32), zeroblob(32), x'') ON CONFLICT (one) DO NOTHING");
        !placed)
        return placed;
    {
        const Connection::Stoppable stoppable(*m_database.m_connection);
        for (std::size_t slot = 0; slot < slotCount; ++slot) {
            const auto sum = sumAt(slot);
            if (!sum)
                return std::unexpected(sum.error());
            state.tables[slot] = *sum;
        }
    }
    // What was there before vouches for nothing.
    state.witness = PageWitness::of(state.generation);
    if (const Result<> marked = PageWitness(*m_database.m_connection).put(state.witness); !marked)
        return marked;
    if (const Result<> written = write(state); !written)
        return written;
    return transaction->commit();
}

Result<> Manifest::prepareToFollow()
{
    ManifestSums *sums = m_database.m_connection->sums();
    if (!sums)
        return fail(ErrorCode::Internal, u"the manifest has no key"_s);
    std::vector<std::size_t> right;
    // Where version 3 has it.
    Statement query = m_database.statement("SELECT state FROM manifest");
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    const auto state = *row ? ManifestState::fromBytes(query.bytes(0), slotCount) : std::nullopt;
    if (state && crypto::equals(state->mac, sums->macOf(*state)))
        for (const std::size_t slot : {headSlot, structureSlot})
            if (const auto sum = sumAt(slot); sum && *sum == state->tables[slot])
                right.push_back(slot);
    sums->following = std::move(right);
    return {};
}

Result<> Manifest::follow()
{
    ManifestSums *sums = m_database.m_connection->sums();
    if (!sums)
        return fail(ErrorCode::Internal, u"the manifest has no key"_s);
    const auto right = std::exchange(sums->following, std::nullopt);
    if (!right) {
        if (const Result<> repaired = repairIndexes(); !repaired)
            return repaired;
        return seal();
    }
    if (right->empty())
        return {};
    auto state = read();
    if (!state)
        return std::unexpected(state.error());
    if (!*state)
        return {};
    for (const std::size_t slot : *right) {
        const auto sum = sumAt(slot);
        if (!sum)
            return std::unexpected(sum.error());
        (*state)->tables[slot] = *sum;
    }
    ++(*state)->generation;
    return write(**state);
}

} // namespace clavitor
