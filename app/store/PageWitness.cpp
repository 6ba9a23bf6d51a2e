// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/PageWitness.h"

#include "app/store/Connection.h"
#include "app/store/FreePages.h"
#include "app/store/ManifestSums.h"
#include "app/store/ManifestTables.h"

#include <sqlcipher/sqlite3.h>

#include <span>
#include <utility>

namespace clavitor {

namespace {

constexpr quint32 schemaMask = 0xff;
constexpr int witnessShift = 8;
static_assert(witnessShift + PageWitness::bits == 32);

// What every answer changes: rows are appended there or keep their length, so that a page is taken or given back only where one of the
// counts tells of it. All other tables may give back as many pages as they take.
constexpr quint64 quietSlots = (1ULL << manifest::auditSlot) | (1ULL << manifest::headSlot) | (1ULL << manifest::keysSlot);

Result<qint64> numberFrom(Connection &connection, std::string_view pragma)
{
    Statement statement = connection.statement(pragma);
    const Result<bool> row = statement.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? statement.integer(0) : 0;
}

} // namespace

PageWitness::PageWitness(Connection &connection)
    : m_connection(connection)
{
}

quint32 PageWitness::of(quint64 generation)
{
    return static_cast<quint32>(generation % ((1U << bits) - 1)) + 1;
}

int PageWitness::schemaOf(qint64 userVersion)
{
    return static_cast<int>(static_cast<quint32>(userVersion) & schemaMask);
}

Result<quint32> PageWitness::userVersion() const
{
    const auto value = numberFrom(m_connection, "PRAGMA user_version");
    if (!value)
        return std::unexpected(value.error());
    return static_cast<quint32>(*value);
}

Result<PageWitness::Counts> PageWitness::counts() const
{
    const auto pages = numberFrom(m_connection, "PRAGMA page_count");
    if (!pages)
        return std::unexpected(pages.error());
    const auto free = FreePages(m_connection).count();
    if (!free)
        return std::unexpected(free.error());
    return Counts{*pages, *free};
}

Result<> PageWitness::setUserVersion(quint32 value)
{
    // Not by way of the statements that are kept: each is used once.
    const std::string sql = "PRAGMA user_version = " + std::to_string(static_cast<qint32>(value));
    const int code = sqlite3_exec(m_connection.handle(), sql.c_str(), nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? Result<>() : std::unexpected(m_connection.failure(code));
}

Result<> PageWitness::putSchema(int schema)
{
    const auto now = userVersion();
    return now ? setUserVersion((*now & ~schemaMask) | static_cast<quint32>(schema)) : std::unexpected(now.error());
}

Result<bool> PageWitness::is(quint32 witness) const
{
    const auto now = userVersion();
    if (!now)
        return std::unexpected(now.error());
    return *now >> witnessShift == witness;
}

Result<> PageWitness::put(quint32 witness)
{
    const auto now = userVersion();
    return now ? setUserVersion((witness << witnessShift) | (*now & schemaMask)) : std::unexpected(now.error());
}

Result<> PageWitness::renew()
{
    ManifestSums *sums = m_connection.sums();
    // A disk that is full keeps nobody from reading, so what writes nothing goes without.
    if (!sums || sums->withHead.empty() || !m_connection.hasChanged())
        return {};
    const auto now = counts();
    if (!now)
        return std::unexpected(now.error());
    const quint64 changed = std::exchange(sums->changedSlots, 0);
    if (sums->counted == *now && (changed & ~quietSlots) == 0)
        return {};
    QByteArray state;
    quint32 witness = 0;
    {
        Statement query = m_connection.statement("SELECT manifest FROM audit_chain WHERE one = 1 AND manifest IS NOT NULL");
        const Result<bool> row = query.step();
        if (!row)
            return std::unexpected(row.error());
        // What does not verify is not built upon.
        const std::span<std::byte> known = *row ? sums->recognise(query.bytes(0)) : std::span<std::byte>();
        if (known.empty())
            return {};
        sums->forget();
        witness = ManifestState::renewWitness(known);
        sums->sign();
        state = QByteArray(reinterpret_cast<const char *>(known.data()), static_cast<qsizetype>(known.size()));
    }
    if (const Result<> written = m_connection.statement("UPDATE audit_chain SET manifest = ? WHERE one = 1").bindAll(QByteArrayView(state)).run(); !written)
        return written;
    const Result<> marked = put(witness);
    if (marked)
        sums->counted = *now;
    return marked;
}

} // namespace clavitor
