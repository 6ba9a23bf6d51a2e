// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/KeyHistory.h"

#include "app/store/Database.h"
#include "app/store/EntryOutline.h"

#include <QHash>

#include <string>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// What a person changes when a secret may be known to others. A one-time code's seed never left.
constexpr char kRotatable[] = "('password', 'token', 'private_key', 'hidden')";

// The key and what it was called before; its id is the first value bound.
constexpr char kOwnRows[] = "key_id <> '' AND key_id IN (SELECT ?1 UNION ALL SELECT former_id FROM former_keys WHERE key_id = ?1)";

template<typename T>
Result<T> single(Statement query)
{
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? static_cast<T>(query.integer(0)) : T{};
}

void widen(qint64 &first, qint64 &last, qint64 time)
{
    first = first == 0 ? time : std::min(first, time);
    last = std::max(last, time);
}

} // namespace

KeyHistory::KeyHistory(Database &database)
    : m_database(database)
{
}

Result<> KeyHistory::continueAs(const QString &keyId, const QString &newKeyId)
{
    for (const char *sql : {"UPDATE former_keys SET key_id = ?2 WHERE key_id = ?1", "UPDATE rotations SET key_id = ?2 WHERE key_id = ?1",
                            "INSERT INTO former_keys (key_id, former_id) VALUES (?2, ?1)"})
        if (const Result<> done = m_database.run(sql, keyId, newKeyId); !done)
            return done;
    return {};
}

Result<QList<KeyHistory::Given>> KeyHistory::givenSince(qint64 time) const
{
    Statement query = m_database.statement(
        "SELECT g.key_id, g.entry_id, min(g.time) FROM ("
        "SELECT coalesce(f.key_id, a.key_id) AS key_id, a.entry_id, a.time FROM audit a LEFT JOIN former_keys f ON f.former_id = a.key_id "
        "WHERE a.time >= ?1 AND a.key_id <> '' AND a.entry_id IS NOT NULL AND a.action IN ('read', 'totp', 'use') AND a.outcome = 'allowed' "
        "AND a.why NOT LIKE '%' || ?2 || '%' AND a.why NOT LIKE '%' || ?3 || '%' ORDER BY a.time DESC LIMIT ?4) g "
        "LEFT JOIN agents k ON k.key_id = g.key_id WHERE g.time >= coalesce(k.released_at, 0) GROUP BY g.key_id, g.entry_id ORDER BY 3");
    query.bindAll(time, byLease, withoutSecret, countedRows);
    QList<Given> given;
    const Result<> read = query.forEach([&] {
        given.append({query.text(0), EntryId::fromBytes(query.blob(1)), query.integer(2)});
    });
    if (!read)
        return std::unexpected(read.error());
    return given;
}

Result<bool> KeyHistory::hasRead(const QString &keyId, EntryId entry) const
{
    Statement query = m_database.statement(std::string("SELECT 1 FROM audit WHERE ") + kOwnRows
                                           + " AND entry_id = ?2 AND (action = 'read' OR (action = 'use' AND why NOT LIKE '%' || ?3 || '%')) AND outcome = 'allowed' LIMIT 1");
    query.bindAll(keyId, QByteArrayView(entry.toBytes()), ofCode);
    return single<bool>(std::move(query));
}

Result<bool> KeyHistory::hasCode(const QString &keyId, EntryId entry, qint64 since) const
{
    // The last one only: a key that asks for codes all day has thousands of rows.
    Statement query = m_database.statement(std::string("SELECT time >= ?3 FROM audit WHERE ") + kOwnRows
                                           + " AND entry_id = ?2 AND (action = 'totp' OR (action = 'use' AND why LIKE '%' || ?4 || '%')) AND outcome = 'allowed' ORDER BY sequence DESC LIMIT 1");
    query.bindAll(keyId, QByteArrayView(entry.toBytes()), since, ofCode);
    return single<bool>(std::move(query));
}

Result<int> KeyHistory::countGiven(const QString &keyId, EntryId entry, qint64 since) const
{
    const std::string given = std::string("SELECT count(*) FROM audit WHERE ") + kOwnRows
        + " AND time >= ?2 AND action IN ('read', 'totp', 'use') AND outcome = 'allowed'";
    Statement query = m_database.statement(entry.isNull() ? given : given + " AND entry_id = ?3");
    query.bind(1, QStringView(keyId)).bind(2, since);
    if (!entry.isNull())
        query.bind(3, QByteArrayView(entry.toBytes()));
    return single<int>(std::move(query));
}

Result<int> KeyHistory::approvalsInRow(const QString &keyId, EntryId entry, Action action, int most) const
{
    // Such a row says "read, once".
    Statement query = m_database.statement(std::string("SELECT action FROM audit WHERE ") + kOwnRows
                                           + " AND entry_id = ?2 AND action IN ('approve', 'deny') AND why LIKE ?3 || ',%' "
                                             "ORDER BY sequence DESC LIMIT ?4");
    query.bindAll(keyId, QByteArrayView(entry.toBytes()), wireName(action), most);
    int count = 0;
    bool inRow = true;
    const Result<> read = query.forEach([&] {
        inRow = inRow && query.text(0) == "approve"_L1;
        count += inRow ? 1 : 0;
    });
    if (!read)
        return std::unexpected(read.error());
    return count;
}

Result<KeyReceipt> KeyHistory::receipt(const QString &keyId, qint64 from, qint64 to) const
{
    KeyReceipt receipt;
    receipt.keyId = keyId;
    receipt.from = from;
    receipt.to = to;
    Statement query = m_database.statement(std::string("SELECT time, action, subject, entry_id, outcome, why, program, actor FROM audit WHERE ")
                                           + kOwnRows + " AND time >= ?2 AND time < ?3 ORDER BY sequence");
    query.bindAll(keyId, from, to);
    QHash<EntryId, qsizetype> lines;
    const Result<> read = query.forEach([&] {
        const qint64 time = query.integer(0);
        const QString action = query.text(1);
        const QString outcome = query.text(4);
        const bool byAgent = !query.text(7).startsWith("app:"_L1);
        if (!byAgent) {
            receipt.asked += action == "approve"_L1 || action == "deny"_L1 ? 1 : 0;
            return;
        }
        const bool allowed = outcome == "allowed"_L1;
        const bool denied = outcome == "denied"_L1;
        // A search leaves a row of its own and one for each entry it gave.
        receipt.calls += action == "read"_L1 && query.text(5).startsWith("found by search"_L1) ? 0 : 1;
        receipt.searches += action == "search"_L1 && allowed ? 1 : 0;
        receipt.lists += action == "list"_L1 && allowed ? 1 : 0;
        receipt.generated += action == "generate"_L1 && allowed ? 1 : 0;
        receipt.denied += denied ? 1 : 0;
        widen(receipt.first, receipt.last, time);
        if (const QString program = query.text(6); !program.isEmpty() && !receipt.programs.contains(program))
            receipt.programs.append(program);
        if (query.isNull(3) || (action != "read"_L1 && action != "totp"_L1 && action != "use"_L1))
            return;
        const EntryId entry = EntryId::fromBytes(query.blob(3));
        if (!lines.contains(entry)) {
            lines.insert(entry, receipt.lines.size());
            receipt.lines.append({.entry = entry, .title = query.text(2)});
        }
        KeyReceipt::Line &line = receipt.lines[lines.value(entry)];
        line.reads += allowed && action == "read"_L1 ? 1 : 0;
        line.codes += allowed && action == "totp"_L1 ? 1 : 0;
        line.uses += allowed && action == "use"_L1 ? 1 : 0;
        line.denied += denied ? 1 : 0;
        widen(line.first, line.last, time);
    });
    if (!read)
        return std::unexpected(read.error());
    return receipt;
}

Result<QList<SeenCredential>> KeyHistory::seen(const QString &keyId) const
{
    QList<SeenCredential> seen;
    {
        Statement query = m_database.statement(
            "SELECT a.entry_id, max(a.subject), sum(a.action = 'read'), sum(a.action = 'totp'), min(a.time), max(a.time), e.title, "
            "e.trashed_at, e.outline, r.ticked_at, sum(a.action = 'use') FROM audit a LEFT JOIN entries e ON e.id = a.entry_id "
            "LEFT JOIN rotations r ON r.key_id = ?1 AND r.entry_id = a.entry_id "
            "WHERE a.key_id <> '' AND a.key_id IN (SELECT ?1 UNION ALL SELECT former_id FROM former_keys WHERE key_id = ?1) AND a.entry_id IS NOT NULL AND a.action IN ('read', 'totp', 'use') AND a.outcome = 'allowed' "
            "AND a.why NOT LIKE '%' || ?2 || '%' GROUP BY a.entry_id ORDER BY min(a.time), a.entry_id");
        query.bindAll(keyId, withoutSecret);
        const Result<> read = query.forEach([&] {
            SeenCredential credential;
            credential.entry = EntryId::fromBytes(query.blob(0));
            credential.reads = query.number(2);
            credential.codes = query.number(3);
            credential.uses = query.number(10);
            credential.firstSeen = query.integer(4);
            credential.lastSeen = query.integer(5);
            credential.exists = !query.isNull(6) && query.integer(7) == 0;
            credential.title = query.text(query.isNull(6) ? 1 : 6);
            EntrySummary summary;
            if (!query.isNull(8) && decodeOutline(query.bytes(8), summary))
                credential.urls = summary.urls;
            // A tick is about what was seen until then.
            credential.ticked = !query.isNull(9) && query.integer(9) >= credential.lastSeen;
            seen.append(std::move(credential));
        });
        if (!read)
            return std::unexpected(read.error());
    }
    for (SeenCredential &credential : seen) {
        const Result<qint64> rotated = rotatedSince(credential.entry, credential.lastSeen);
        if (!rotated)
            return std::unexpected(rotated.error());
        credential.rotatedAt = *rotated;
    }
    return seen;
}

Result<qint64> KeyHistory::rotatedSince(EntryId entry, qint64 time) const
{
    qint64 row = 0;
    {
        Statement query = m_database.statement("SELECT row FROM entries WHERE id = ? AND updated_at > ?");
        query.bindAll(QByteArrayView(entry.toBytes()), time);
        const Result<qint64> found = single<qint64>(std::move(query));
        if (!found || *found == 0)
            return found;
        row = *found;
    }
    // What the entry was at that time; when that is too long ago to be kept, the oldest state there is.
    Statement earlier = m_database.statement("SELECT version FROM entry_versions WHERE entry = ?1 ORDER BY updated_at > ?2, "
                                             "CASE WHEN updated_at > ?2 THEN version ELSE -version END LIMIT 1");
    earlier.bindAll(row, time);
    const Result<qint64> before = single<qint64>(std::move(earlier));
    if (!before || *before == 0)
        return before;
    // Later states, the current one among them, oldest first, in which none of the secrets is what it was.
    static const std::string later =
        "SELECT s.updated_at FROM (SELECT version, updated_at, 0 AS current FROM entry_versions WHERE entry = ?1 AND version > ?2 "
        "UNION ALL SELECT version, updated_at, 1 FROM entries WHERE row = ?1) s WHERE "
        "EXISTS (SELECT 1 FROM version_fields o WHERE o.entry = ?1 AND o.version = ?2 AND o.tier = 0 AND o.kind IN " + std::string(kRotatable)
        // One that was made Personal unchanged is in no earlier state any more; whether it was changed, the person knows.
        + ") AND NOT EXISTS (SELECT 1 FROM fields p WHERE p.entry = ?1 AND p.tier = 1 AND p.kind IN " + kRotatable
        + ") AND NOT EXISTS (SELECT 1 FROM version_fields o WHERE o.entry = ?1 AND o.version = ?2 AND o.tier = 0 AND o.kind IN "
        + kRotatable
        + " AND (o.value IN (SELECT value FROM fields WHERE s.current AND entry = ?1 AND tier = 0) "
          "OR o.value IN (SELECT value FROM version_fields WHERE NOT s.current AND entry = ?1 AND version = s.version AND tier = 0))) "
          "ORDER BY s.version LIMIT 1";
    Statement query = m_database.statement(later);
    query.bindAll(row, *before);
    return single<qint64>(std::move(query));
}

Result<> KeyHistory::tick(const QString &keyId, EntryId entry, bool ticked, qint64 now)
{
    if (!ticked)
        return m_database.run("DELETE FROM rotations WHERE key_id = ? AND entry_id = ?", keyId, QByteArrayView(entry.toBytes()));
    return m_database.run("INSERT INTO rotations (key_id, entry_id, ticked_at) VALUES (?, ?, ?) ON CONFLICT (key_id, entry_id) DO UPDATE "
                          "SET ticked_at = excluded.ticked_at",
                          keyId, QByteArrayView(entry.toBytes()), now);
}

} // namespace clavitor
