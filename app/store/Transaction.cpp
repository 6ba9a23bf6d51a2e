// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Transaction.h"

#include "app/store/Connection.h"
#include "app/store/ManifestSums.h"
#include "app/store/PageWitness.h"

#include <sqlcipher/sqlite3.h>

#include <string>
#include <utility>

namespace clavitor {

namespace {

std::string named(const char *verb, int depth)
{
    return std::string(verb) + " nested" + std::to_string(depth);
}

} // namespace

Transaction::Transaction(Connection &connection, int depth, bool isPart)
    : m_connection(&connection)
    , m_depth(depth)
    , m_isPart(isPart)
{
    m_connection->enter();
}

Transaction::Transaction(Transaction &&other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr))
    , m_depth(other.m_depth)
    , m_isPart(other.m_isPart)
{
}

Transaction::~Transaction()
{
    rollback();
}

Result<> Transaction::canBegin(Connection &connection)
{
    if (connection.frozen())
        return std::unexpected(*connection.frozen());
    if (connection.depth() == 0)
        connection.forgetLost();
    else if (connection.lost())
        return std::unexpected(*connection.lost());
    return {};
}

Result<Transaction> Transaction::begin(Database &database)
{
    Connection &connection = *database.m_connection;
    const int depth = connection.depth();
    if (const Result<> can = canBegin(connection); !can)
        return std::unexpected(can.error());
    const Result<> begun =
        connection.statement(depth == 0 ? std::string("BEGIN IMMEDIATE") : named("SAVEPOINT", depth)).run();
    if (!begun)
        return std::unexpected(begun.error());
    if (depth == 0)
        connection.noteChanges();
    return Transaction(connection, depth);
}

Result<Transaction> Transaction::join(Database &database)
{
    Connection &connection = *database.m_connection;
    if (connection.depth() == 0)
        return begin(database);
    if (const Result<> can = canBegin(connection); !can)
        return std::unexpected(can.error());
    return Transaction(connection, connection.depth(), true);
}

Result<> Transaction::commit()
{
    Q_ASSERT(m_connection && m_connection->depth() == m_depth + 1);
    if (m_connection->lost()) {
        const Error error = *m_connection->lost();
        rollback();
        return std::unexpected(error);
    }
    if (m_isPart) {
        std::exchange(m_connection, nullptr)->leave();
        return {};
    }
    if (m_depth == 0)
        if (const Result<> renewed = PageWitness(*m_connection).renew(); !renewed) {
            rollback();
            return renewed;
        }
    Result<> done = m_connection->statement(m_depth == 0 ? std::string("COMMIT") : named("RELEASE", m_depth)).run();
    if (!done) {
        rollback();
        return done;
    }
    Connection &connection = *std::exchange(m_connection, nullptr);
    connection.leave();
    if (m_depth == 0)
        connection.cleanLog();
    return done;
}

void Transaction::rollback() noexcept
{
    if (!m_connection)
        return;
    if (m_isPart) {
        m_connection->giveUp({ErrorCode::Internal, QStringLiteral("a part of the transaction was given up")});
        std::exchange(m_connection, nullptr)->leave();
        return;
    }
    // The counts that a number was given for are not those of the file any more.
    if (ManifestSums *sums = m_connection->sums(); sums && m_depth == 0)
        sums->counted.reset();
    // Nothing to do when SQLite has already rolled back by itself.
    if (!sqlite3_get_autocommit(m_connection->handle())) {
        // What is lost otherwise is a part, and that goes with this.
        m_connection->forgetLost();
        if (m_depth == 0) {
            (void)m_connection->statement("ROLLBACK").run();
        } else {
            (void)m_connection->statement(named("ROLLBACK TO", m_depth)).run();
            (void)m_connection->statement(named("RELEASE", m_depth)).run();
        }
    }
    std::exchange(m_connection, nullptr)->leave();
}

} // namespace clavitor
