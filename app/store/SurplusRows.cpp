// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/SurplusRows.h"

#include "app/store/Connection.h"
#include "app/store/Database.h"
#include "app/store/Manifest.h"
#include "app/store/ManifestTables.h"

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;
using namespace manifest;

namespace {

// It is copied in memory: a log of a million rows would be a gigabyte.
constexpr qint64 mostRows = 200'000;

constexpr std::size_t entriesSlot = 0;
constexpr std::size_t fieldsSlot = 3;
constexpr std::size_t versionsSlot = 5;
constexpr std::size_t versionFieldsSlot = 6;
static_assert(std::string_view(covered[entriesSlot].name) == "entries" && std::string_view(covered[fieldsSlot].name) == "fields"
              && std::string_view(covered[versionsSlot].name) == "entry_versions" && std::string_view(covered[versionFieldsSlot].name) == "version_fields");

// What is sealed in one copy stays sealed: no value gets out by an old page. Else a field's copy that says what an earlier version said is the
// earlier one.
constexpr std::string_view laterField = "tier, NOT EXISTS (SELECT 1 FROM main.version_fields AS v WHERE v.entry = c.entry AND v.number = c.number AND v.value IS c.value), ";

/// What the copies are put in order by, the one that is to stay last; then comes how they lie in the file.
std::string_view laterOf(std::size_t slot)
{
    if (slot == entriesSlot)
        return "created_at, version, updated_at, "; // a row's number is used again for another entry once it is free
    if (slot == fieldsSlot)
        return laterField;
    if (slot == keysSlot)
        return "revoked_at <> 0, frozen_at <> 0, last_used_at, ";
    return slot == grantsSlot ? "used, " : "";
}

/// While one lives no other row goes with a row.
class WithoutForeignKeys {
public:
    explicit WithoutForeignKeys(sqlite3 *handle)
        : m_handle(handle)
    {
        // As a pragma it would do nothing within a transaction.
        sqlite3_db_config(m_handle, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
    }
    WithoutForeignKeys(const WithoutForeignKeys &) = delete;
    WithoutForeignKeys &operator=(const WithoutForeignKeys &) = delete;
    ~WithoutForeignKeys() { sqlite3_db_config(m_handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr); }

private:
    sqlite3 *m_handle;
};

} // namespace

SurplusRows::SurplusRows(Database &database)
    : m_database(database)
{
}

Result<qint64> SurplusRows::count(const std::string &table)
{
    Statement rows = m_database.statement("SELECT count(*) FROM " + table + " NOT INDEXED");
    const Result<bool> row = rows.step();
    if (!row)
        return std::unexpected(row.error());
    return rows.integer(0);
}

Result<QStringList> SurplusRows::names(std::size_t slot)
{
    std::string sql;
    if (slot == entriesSlot)
        sql = "SELECT DISTINCT title FROM temp.surplus GROUP BY row HAVING count(*) > 1";
    else if (slot == keysSlot)
        sql = "SELECT DISTINCT name FROM temp.surplus GROUP BY key_id HAVING count(*) > 1";
    else if (slot == fieldsSlot)
        sql = "SELECT DISTINCT title FROM main.entries WHERE row IN (SELECT entry FROM temp.surplus GROUP BY entry, number HAVING count(*) > 1)";
    else
        return QStringList();
    QStringList names;
    Statement query = m_database.statement(sql);
    if (const Result<> read = query.forEach([&] { names.append(query.text(0)); }); !read)
        return std::unexpected(read.error());
    return names;
}

Result<> SurplusRows::keepOtherValues()
{
    // Never as Shared what is Personal by now.
    static constexpr std::string_view other = " FROM temp.surplus AS c WHERE EXISTS (SELECT 1 FROM main.fields AS f WHERE f.entry = c.entry AND f.number = c.number "
                                              "AND f.value IS NOT c.value AND f.tier = c.tier) AND NOT EXISTS (SELECT 1 FROM main.version_fields AS v "
                                              "WHERE v.entry = c.entry AND v.number = c.number AND v.value IS c.value)";
    if (const Result<> kept = m_database.run("INSERT OR IGNORE INTO main.entry_versions (entry, version, type, title, created_at, updated_at, outline) "
                                             "SELECT row, 0, type, title, created_at, updated_at, outline FROM main.entries WHERE row IN (SELECT c.entry"
                                             + std::string(other) + ')');
        !kept)
        return kept;
    return m_database.run("INSERT OR IGNORE INTO main.version_fields (entry, version, number, position, label, kind, tier, value, sealed_version, sealed_kind) "
                          "SELECT c.entry, 0, c.number, c.position, c.label, c.kind, c.tier, c.value, c.sealed_version, c.sealed_kind"
                          + std::string(other));
}

Result<qint64> SurplusRows::writeAnew(std::size_t slot)
{
    const std::string table = std::string("main.") + covered[slot].name;
    const auto columns = Manifest::columns(m_database, covered[slot].name);
    if (!columns)
        return std::unexpected(columns.error());
    const std::string list = std::accumulate(std::next(columns->begin()), columns->end(), columns->front(),
                                             [](const std::string &all, const std::string &one) { return all + ", " + one; });
    const auto before = count(table);
    if (!before)
        return before;
    if (*before > mostRows)
        return fail(ErrorCode::DamagedFile, QLatin1StringView(covered[slot].name) + " is too large to be put in order"_L1);
    // Of a revoked key no copy comes back, also not for the moment in which its name would take another's place.
    const std::string wanted = slot == keysSlot ? "WHERE revoked_at <> 0 OR key_id NOT IN (SELECT key_id FROM temp.surplus WHERE revoked_at <> 0) " : "";
    for (const std::string &sql : {"CREATE TEMP TABLE surplus AS SELECT " + list + " FROM " + table + " NOT INDEXED", "DELETE FROM " + table,
                                   "INSERT OR REPLACE INTO " + table + " (" + list + ") SELECT " + list + " FROM temp.surplus AS c " + wanted + "ORDER BY "
                                       + std::string(laterOf(slot)) + "c.rowid"})
        if (const Result<> done = m_database.run(sql); !done)
            return std::unexpected(done.error());
    const auto after = count(table);
    return after ? Result<qint64>(*before - *after) : after;
}

Result<QList<RemovedSurplus>> SurplusRows::remove()
{
    sqlite3 *const handle = m_database.m_connection->handle();
    // What brings the manifest up to date has nothing to build upon here.
    std::vector<std::string> triggers;
    {
        Statement query = m_database.statement("SELECT name FROM temp.sqlite_schema WHERE type = 'trigger'");
        if (const Result<> read = query.forEach([&] { triggers.push_back(query.text(0).toStdString()); }); !read)
            return std::unexpected(read.error());
    }
    for (const std::string &name : triggers)
        if (const Result<> dropped = m_database.run("DROP TRIGGER temp." + name); !dropped)
            return std::unexpected(dropped.error());
    const WithoutForeignKeys apart(handle);
    // Earlier versions first, since fields are told by them.
    std::vector<std::size_t> places{versionsSlot, versionFieldsSlot};
    for (std::size_t slot = 0; slot < covered.size(); ++slot)
        if (slot != headSlot && std::ranges::find(places, slot) == places.end())
            places.push_back(slot);
    QList<RemovedSurplus> removed;
    for (const std::size_t slot : places) {
        if (const Result<> on = m_database.whileNotStopped(); !on)
            return std::unexpected(on.error());
        bool isWhole = false;
        {
            const Connection::Stoppable stoppable(*m_database.m_connection);
            Statement check = m_database.statement(std::string("PRAGMA integrity_check(") + covered[slot].name + ')');
            const Result<bool> row = check.step();
            if (!row && !Manifest::isFinding(row.error()))
                return std::unexpected(row.error());
            isWhole = row && *row && check.text(0) == "ok"_L1;
        }
        if (isWhole)
            continue;
        const auto rows = writeAnew(slot);
        if (!rows)
            return std::unexpected(rows.error());
        if (*rows > 0) {
            auto who = names(slot);
            if (!who)
                return std::unexpected(who.error());
            const auto known = std::ranges::find(removed, covered[slot].part, &RemovedSurplus::part);
            RemovedSurplus &part = known == removed.end() ? removed.emplaceBack(RemovedSurplus{covered[slot].part, 0, {}}) : *known;
            part.rows += *rows;
            for (const QString &name : std::as_const(*who))
                if (!part.names.contains(name))
                    part.names.append(name);
            if (slot == fieldsSlot)
                if (const Result<> kept = keepOtherValues(); !kept)
                    return std::unexpected(kept.error());
        }
        if (const Result<> dropped = m_database.run("DROP TABLE temp.surplus"); !dropped)
            return std::unexpected(dropped.error());
    }
    return removed;
}

} // namespace clavitor
