// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AuditStore.h"

#include "app/store/Connection.h"
#include "app/store/Database.h"
#include "app/store/Manifest.h"
#include "app/store/MetaStore.h"
#include "app/store/TextFold.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <limits>
#include <string>
#include <variant>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView keptSeen{"audit.seen"};

const std::string eventColumns = "sequence, time, action, subject, entry_id, actor, key_id, outcome, why, reason, "
                                 "request_id, duration, program, pid, parents, folder, client";

AuditEvent readEvent(const Statement &row)
{
    AuditEvent event;
    event.sequence = row.integer(0);
    event.time = row.integer(1);
    event.action = row.text(2);
    event.subject = row.text(3);
    if (!row.isNull(4))
        event.entry = EntryId::fromBytes(row.blob(4));
    event.actor = row.text(5);
    event.keyId = row.text(6);
    event.outcome = outcomeFromWireName(row.text(7));
    event.why = row.text(8);
    event.reason = row.text(9);
    event.requestId = row.text(10);
    event.durationMicroseconds = row.integer(11);
    event.caller = {row.text(12), row.integer(13), row.text(14), row.text(15), row.text(16)};
    return event;
}

crypto::Digest32 readDigest(const Statement &row, int column)
{
    crypto::Digest32 digest{};
    // 32 bytes by the table's own check.
    std::ranges::copy(row.bytes(column), digest.begin());
    return digest;
}

/// A filter as the terms of a WHERE and the values they are bound to.
class AuditCondition {
public:
    /// `keyIds`: what the key of the filter is and was called.
    AuditCondition(const AuditFilter &filter, const QStringList &keyIds)
    {
        for (const QString &word : foldedWords(filter.text))
            require("folded_contains(subject || ' ' || actor || ' ' || action, ?)", word);
        if (!filter.actions.isEmpty())
            require("action IN (SELECT value FROM json_each(?))", json(filter.actions));
        // The second half lets SQLite use the partial index; of one id it answers rows in order, of several it has to sort them.
        if (keyIds.size() == 1)
            require("key_id = ? AND key_id <> ''", keyIds.first());
        else if (!keyIds.isEmpty())
            require("key_id IN (SELECT value FROM json_each(?)) AND key_id <> ''", json(keyIds));
        if (!filter.entry.isNull())
            require("entry_id = ?", filter.entry.toBytes());
        if (!filter.outcomes.isEmpty()) {
            QStringList names;
            for (const Outcome outcome : filter.outcomes)
                names.append(wireName(outcome));
            require("outcome IN (SELECT value FROM json_each(?))", json(names));
        }
        if (filter.from != 0)
            require("time >= ?", filter.from);
        if (filter.to != 0)
            require("time < ?", filter.to);
    }

    [[nodiscard]] const std::string &where() const { return m_where; }

    int bindTo(Statement &statement, int index) const
    {
        for (const Value &value : m_values)
            std::visit([&](const auto &each) { bind(statement, index++, each); }, value);
        return index;
    }

private:
    using Value = std::variant<qint64, QString, QByteArray>;

    static void bind(Statement &statement, int index, qint64 value) { statement.bind(index, value); }
    static void bind(Statement &statement, int index, const QString &value) { statement.bind(index, value); }
    static void bind(Statement &statement, int index, const QByteArray &value)
    {
        statement.bind(index, QByteArrayView(value));
    }

    static QString json(const QStringList &values)
    {
        return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(values)).toJson(QJsonDocument::Compact));
    }

    void require(const char *term, Value value)
    {
        m_where += std::string(" AND ") + term;
        m_values.push_back(std::move(value));
    }

    std::string m_where = "1";
    std::vector<Value> m_values;
};

/// All ids of a key, whichever of them is asked for: a new token gives it a new one. Empty for an empty one.
Result<QStringList> idsOf(Database &database, const QString &keyId)
{
    if (keyId.isEmpty())
        return QStringList();
    Statement query = database.statement("WITH own(id) AS (SELECT coalesce((SELECT key_id FROM former_keys WHERE former_id = ?1), ?1)) "
                                         "SELECT id FROM own UNION ALL SELECT former_id FROM former_keys, own WHERE key_id = own.id");
    query.bind(1, keyId);
    QStringList ids;
    if (const Result<> read = query.forEach([&] { ids.append(query.text(0)); }); !read)
        return std::unexpected(read.error());
    return ids;
}

} // namespace

AuditStore::AuditStore(Database &database)
    : m_database(database)
{
}

Result<> AuditStore::append(const AuditEvent &event, QByteArrayView canonical, const crypto::Digest32 &mac)
{
    {
        Statement last = m_database.statement("SELECT max(coalesce((SELECT max(sequence) FROM audit), 0), "
                                              "coalesce((SELECT sequence FROM audit_chain), 0))");
        const Result<bool> row = last.step();
        if (!row)
            return std::unexpected(row.error());
        if (event.sequence != last.integer(0) + 1)
            return fail(ErrorCode::Internal, "audit row "_L1 + QString::number(event.sequence) + " after "_L1
                                                 + QString::number(last.integer(0)));
    }
    Statement insert = m_database.statement("INSERT INTO audit (" + eventColumns
                                            + ", canonical, mac) VALUES "
                                              "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bindAll(event.sequence, event.time, event.action, event.subject, QByteArrayView(event.entry.toBytes()),
                   event.actor, event.keyId, wireName(event.outcome), event.why, event.reason, event.requestId,
                   event.durationMicroseconds, event.caller.program, event.caller.pid, event.caller.parents,
                   event.caller.folder, event.caller.client, canonical, std::span<const std::byte>(mac));
    if (event.entry.isNull())
        insert.bindNull(5);
    return insert.run();
}

Result<qint64> AuditStore::lastSequence() const
{
    Statement query = m_database.statement("SELECT coalesce(max(sequence), 0) FROM audit");
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    return query.integer(0);
}

Result<qint64> AuditStore::lastSeen() const
{
    qint64 latest = 0;
    bool trusted = false;
    Statement query = m_database.statement("SELECT time, action FROM audit ORDER BY sequence DESC LIMIT 1000");
    const Result<> read = query.forEach([&] {
        if (!trusted)
            latest = std::max(latest, query.integer(0));
        trusted = trusted || trustsTheClock(query.text(1));
    });
    if (!read)
        return std::unexpected(read.error());
    const auto kept = MetaStore(m_database).value(keptSeen);
    if (!kept)
        return std::unexpected(kept.error());
    return *kept ? std::max(latest, (*kept)->toLongLong()) : latest;
}

Result<> AuditStore::keepSeen(qint64 seen)
{
    return MetaStore(m_database).setValue(keptSeen, QByteArray::number(seen));
}

Result<> AuditStore::forgetSeen()
{
    return MetaStore(m_database).remove(keptSeen);
}

Result<qint64> AuditStore::clockStood() const
{
    qint64 latest = 0;
    bool wasSetBack = false;
    Statement query = m_database.statement("SELECT time, action FROM audit WHERE outcome <> ? ORDER BY sequence DESC LIMIT 1000");
    query.bind(1, wireName(Outcome::Locked));
    const Result<> read = query.forEach([&] {
        if (!wasSetBack)
            latest = std::max(latest, query.integer(0));
        wasSetBack = wasSetBack || query.text(1) == clockSetBack;
    });
    if (!read)
        return std::unexpected(read.error());
    return latest;
}

bool AuditStore::trustsTheClock(QStringView action)
{
    return action == "key.create"_L1 || action == "policy.change"_L1;
}

crypto::SealContext AuditStore::startContext(const SealingKeys &keys)
{
    return {keys.vaultId, {}, 0, "audit_key", 1, keys.epoch};
}

Result<std::optional<AuditChain>> AuditStore::chain() const
{
    // The row may be there before the chain begins: the manifest lies in it, too.
    Statement query = m_database.statement("SELECT sequence, mac, next_key, sealed_start FROM audit_chain WHERE length(sealed_start) > 0");
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    return AuditChain{query.integer(0), readDigest(query, 1), query.secretBytes(2), query.blob(3)};
}

Result<> AuditStore::startChain(const crypto::SecretBytes &firstKey, QByteArrayView sealedStart)
{
    Statement insert = m_database.statement("INSERT INTO audit_chain (one, sequence, mac, next_key, sealed_start) "
                                            "VALUES (1, 0, zeroblob(32), ?, ?) ON CONFLICT (one) DO UPDATE SET next_key = excluded.next_key, "
                                            "sealed_start = excluded.sealed_start WHERE length(audit_chain.sealed_start) = 0");
    insert.bindSecret(1, firstKey).bind(2, sealedStart);
    if (const Result<> done = insert.run(); !done)
        return done;
    return m_database.changes() == 1 ? Result<>() : fail(ErrorCode::Conflict, u"the audit chain has begun"_s);
}

Result<> AuditStore::advanceChain(qint64 sequence, const crypto::Digest32 &mac, const crypto::SecretBytes &nextKey)
{
    Statement update = m_database.statement("UPDATE audit_chain SET sequence = ?1, mac = ?2, next_key = ?3" + Manifest::withHead(m_database)
                                            + " WHERE one = 1 AND length(sealed_start) > 0");
    update.bind(1, sequence).bind(2, std::span<const std::byte>(mac)).bindSecret(3, nextKey);
    if (const Result<> done = update.run(); !done)
        return done;
    return m_database.changes() == 1 ? Result<>() : fail(ErrorCode::Internal, u"there is no audit chain"_s);
}

Result<AuditPage> AuditStore::page(const AuditFilter &filter, qint64 beforeSequence, int limit) const
{
    if (limit < 1 || limit > maximumPage)
        return fail(ErrorCode::InvalidValue, u"limit"_s);
    const Result<QStringList> keyIds = idsOf(m_database, filter.keyId);
    if (!keyIds)
        return std::unexpected(keyIds.error());
    const Connection::Stoppable stoppable(*m_database.m_connection);
    const AuditCondition condition(filter, *keyIds);
    Statement query = m_database.statement("SELECT " + eventColumns + " FROM audit WHERE " + condition.where()
                                           + " AND sequence < ? ORDER BY sequence DESC LIMIT ?");
    const int index = condition.bindTo(query, 1);
    query.bind(index, beforeSequence > 0 ? beforeSequence : std::numeric_limits<qint64>::max());
    query.bind(index + 1, limit + 1);
    AuditPage page;
    for (;;) {
        const Result<bool> row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return page;
        if (page.events.size() == limit) {
            page.more = true;
            return page;
        }
        page.events.append(readEvent(query));
    }
}

Result<QList<AuditBucket>> AuditStore::timeline(const AuditFilter &filter, qint64 bucketMilliseconds) const
{
    if (bucketMilliseconds < 1)
        return fail(ErrorCode::InvalidValue, u"bucket"_s);
    const Result<QStringList> keyIds = idsOf(m_database, filter.keyId);
    if (!keyIds)
        return std::unexpected(keyIds.error());
    const Connection::Stoppable stoppable(*m_database.m_connection);
    const AuditCondition condition(filter, *keyIds);
    Statement query = m_database.statement("SELECT time / ?1 * ?1, actor, count(*) FROM audit WHERE " + condition.where()
                                           + " GROUP BY 1, 2 ORDER BY 1, 2");
    query.bind(1, bucketMilliseconds);
    condition.bindTo(query, 2);
    QList<AuditBucket> buckets;
    if (const Result<> read = query.forEach([&] { buckets.append({query.integer(0), query.text(1), query.number(2)}); }); !read)
        return std::unexpected(read.error());
    return buckets;
}

Result<std::vector<AuditRow>> AuditStore::rowsAfter(qint64 sequence, int limit) const
{
    Statement query = m_database.statement("SELECT " + eventColumns
                                           + ", canonical, mac FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?");
    query.bindAll(sequence, limit);
    std::vector<AuditRow> rows;
    const Result<> read = query.forEach([&] {
        AuditEvent event = readEvent(query);
        // An outcome or an id that is none of ours is read as the nearest that is.
        const bool isReadable = query.text(7) == wireName(event.outcome)
            && (query.isNull(4) ? event.entry.isNull() : !event.entry.isNull() && query.blob(4) == event.entry.toBytes());
        rows.push_back({std::move(event), query.blob(17), readDigest(query, 18), isReadable});
    });
    if (!read)
        return std::unexpected(read.error());
    return rows;
}

Result<std::optional<qint64>> AuditStore::rowBefore(qint64 sequence) const
{
    Statement query = m_database.statement("SELECT sequence FROM audit WHERE sequence < ? ORDER BY sequence LIMIT 1");
    const Result<bool> row = query.bind(1, sequence).step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? std::optional(query.integer(0)) : std::nullopt;
}

Result<> AuditStore::addCheckpoint(const AuditCheckpoint &checkpoint)
{
    return m_database.run("INSERT INTO audit_checkpoints (sequence, mac, generation, time, signature) "
                          "VALUES (?, ?, ?, ?, ?) ON CONFLICT (sequence) DO NOTHING",
                          checkpoint.sequence, std::span<const std::byte>(checkpoint.mac), checkpoint.generation,
                          checkpoint.time, QByteArrayView(checkpoint.signature));
}

Result<QList<AuditCheckpoint>> AuditStore::checkpoints(qint64 sequence, int limit) const
{
    Statement query = m_database.statement("SELECT sequence, mac, generation, time, signature FROM audit_checkpoints "
                                           "WHERE sequence > ? ORDER BY sequence LIMIT ?");
    query.bindAll(sequence, limit);
    QList<AuditCheckpoint> checkpoints;
    const Result<> read = query.forEach([&] {
        checkpoints.append({query.integer(0), readDigest(query, 1), query.integer(2), query.integer(3), query.blob(4)});
    });
    if (!read)
        return std::unexpected(read.error());
    return checkpoints;
}

} // namespace clavitor
