// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Connection.h"

#include "app/store/ManifestSums.h"
#include "app/store/SqliteError.h"

#include <sqlcipher/sqlite3.h>

#include <utility>

namespace clavitor {

namespace {

// The program's statements are some eighty; filters combine to more, so there is an end to it.
constexpr std::size_t maximumIdle = 160;
// Steps of SQLite's machine between two looks at whether to stop: some tenths of a millisecond.
constexpr int stepsBetweenLooks = 10'000;

} // namespace

Connection::Connection(sqlite3 *handle)
    : m_handle(handle)
{
}

Connection::~Connection()
{
    if (m_handle)
        (void)close();
}

Connection::Stoppable::Stoppable(Connection &connection)
    : m_outermost(connection.m_stop && !connection.m_isStoppable ? &connection : nullptr)
{
    if (!m_outermost)
        return;
    connection.m_isStoppable = true;
    sqlite3_progress_handler(
        connection.m_handle, stepsBetweenLooks, [](void *stop) { return static_cast<const std::atomic<bool> *>(stop)->load() ? 1 : 0; },
        const_cast<std::atomic<bool> *>(connection.m_stop));
}

Connection::Stoppable::~Stoppable()
{
    if (!m_outermost)
        return;
    m_outermost->m_isStoppable = false;
    sqlite3_progress_handler(m_outermost->m_handle, 0, nullptr, nullptr);
}

Statement Connection::statement(std::string_view sql)
{
    // When SQLite has left the transaction, a write would now stand alone, though the caller believes it inside.
    if (m_depth > 0 && m_lost)
        return {*this, nullptr, *m_lost};
    if (const auto idle = m_idle.find(std::string(sql)); idle != m_idle.end() && idle->second)
        return {*this, std::exchange(idle->second, nullptr), {}};

    sqlite3_stmt *prepared = nullptr;
    const int code = sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &prepared, nullptr);
    if (code != SQLITE_OK)
        return {*this, nullptr, failure(code)};
    return {*this, prepared, {}};
}

int Connection::close()
{
    dropIdle();
    const int code = sqlite3_close_v2(std::exchange(m_handle, nullptr));
    return code;
}

void Connection::cleanLog()
{
    if (!m_cleanLog)
        return;
    Statement truncate = statement("PRAGMA wal_checkpoint(TRUNCATE)");
    const Result<bool> row = truncate.step();
    // What was committed stays committed; a log that is in use or a failing disk has its turn after the next commit.
    m_cleanLog = !row || !*row || truncate.integer(0) != 0;
}

int Connection::useSums(std::unique_ptr<ManifestSums> sums)
{
    const int code = sums->addTo(m_handle);
    // Functions may have been added before one failed, so it stays with them.
    m_sums = std::move(sums);
    return code;
}

Result<> Connection::freeze(std::optional<Error> why)
{
    m_frozen.reset();
    if (const Result<> done = statement(why ? "PRAGMA query_only = ON" : "PRAGMA query_only = OFF").run(); !done)
        return done;
    m_frozen = std::move(why);
    return {};
}

Error Connection::failure(int resultCode)
{
    Error error = sqliteError(m_handle, resultCode);
    if (m_frozen && error.code == ErrorCode::ReadOnly)
        error = *m_frozen;
    if (m_depth > 0 && !m_lost && sqlite3_get_autocommit(m_handle))
        m_lost = error;
    return error;
}

void Connection::noteChanges()
{
    m_changesBefore = sqlite3_total_changes64(m_handle);
}

bool Connection::hasChanged() const
{
    return sqlite3_total_changes64(m_handle) != m_changesBefore;
}

void Connection::giveUp(Error why)
{
    if (!m_lost)
        m_lost = std::move(why);
}

void Connection::giveBack(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (m_idle.size() >= maximumIdle)
        dropIdle();
    sqlite3_stmt *&place = m_idle[sqlite3_sql(statement)];
    if (place)
        sqlite3_finalize(statement);
    else
        place = statement;
}

void Connection::forgetPages()
{
    dropIdle();
    sqlite3_db_release_memory(m_handle);
}

void Connection::dropIdle()
{
    for (const auto &[sql, statement] : m_idle)
        sqlite3_finalize(statement);
    m_idle.clear();
}

} // namespace clavitor
