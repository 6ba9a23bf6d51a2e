// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AgentStore.h"

#include "app/store/Database.h"
#include "app/store/PolicyText.h"
#include "app/store/ScopeText.h"
#include "app/store/Transaction.h"

#include <algorithm>
#include <string>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

QString actionsText(const QList<Action> &actions)
{
    QStringList names;
    for (const Action action : allActions())
        if (actions.contains(action))
            names.append(wireName(action));
    return names.join(u' ');
}

QList<Action> actionsFrom(const QString &text)
{
    QList<Action> actions;
    for (const QString &name : text.split(u' ', Qt::SkipEmptyParts))
        if (const std::optional<Action> action = actionFromWireName(name))
            actions.append(*action);
    return actions;
}

const std::string kColumns = "key_id, name, note, scope, actions, created_at, expires_at, last_used_at, revoked_at, paused, policy, "
                             "frozen_at, frozen_why, token_digest = zeroblob(32)";
constexpr int kColumnCount = 14;

/// From a row of kColumns.
Result<Agent> readAgent(const Statement &row)
{
    Agent agent;
    agent.keyId = row.text(0);
    agent.name = row.text(1);
    agent.note = row.text(2);
    const std::optional<Scope> scope = scopeFromText(row.blob(3));
    if (!scope)
        return fail(ErrorCode::DamagedFile, "the scope of key "_L1 + agent.keyId);
    agent.scope = *scope;
    agent.actions = actionsFrom(row.text(4));
    agent.createdAt = row.integer(5);
    agent.expiresAt = row.integer(6);
    agent.lastUsedAt = row.integer(7);
    agent.revokedAt = row.integer(8);
    agent.paused = row.integer(9) != 0;
    const std::optional<KeyPolicy> policy = policyFromText(row.blob(10));
    if (!policy)
        return fail(ErrorCode::DamagedFile, "the policy of key "_L1 + agent.keyId);
    agent.policy = *policy;
    agent.frozenAt = row.integer(11);
    agent.frozenWhy = row.text(12);
    agent.needsToken = row.integer(13) != 0;
    return agent;
}

} // namespace

AgentStore::AgentStore(Database &database)
    : m_database(database)
{
}

Result<> AgentStore::requireFreeName(const QString &name, const QString &keyId) const
{
    Statement query = m_database.statement("SELECT 1 FROM agents WHERE name = ? AND key_id <> ? AND revoked_at = 0");
    query.bindAll(name, keyId);
    const Result<bool> taken = query.step();
    if (!taken)
        return std::unexpected(taken.error());
    return *taken ? fail(ErrorCode::NameTaken, name) : Result<>();
}

Result<> AgentStore::requireUsable(const QString &keyId) const
{
    Statement query = m_database.statement("SELECT revoked_at FROM agents WHERE key_id = ?");
    query.bind(1, keyId);
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return fail(ErrorCode::NotFound, keyId);
    return query.integer(0) != 0 ? fail(ErrorCode::KeyRevoked, keyId) : Result<>();
}

Result<> AgentStore::requireFreeId(const QString &keyId) const
{
    Statement query = m_database.statement("SELECT 1 FROM agents WHERE key_id = ?");
    query.bind(1, keyId);
    const Result<bool> taken = query.step();
    if (!taken)
        return std::unexpected(taken.error());
    return *taken ? fail(ErrorCode::Conflict, keyId) : Result<>();
}

Result<> AgentStore::insert(const Agent &agent, const crypto::Digest32 &tokenDigest)
{
    Result<Transaction> transaction = Transaction::begin(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    if (const Result<> free = requireFreeId(agent.keyId); !free)
        return free;
    if (const Result<> free = requireFreeName(agent.name, agent.keyId); !free)
        return free;
    if (const Result<> done = m_database.run(
            "INSERT INTO agents (key_id, name, note, scope, actions, token_digest, created_at, expires_at, "
            "last_used_at, revoked_at, paused, policy, frozen_at, frozen_why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            agent.keyId, agent.name, agent.note, scopeText(agent.scope), actionsText(agent.actions),
            std::span<const std::byte>(tokenDigest), agent.createdAt, agent.expiresAt, agent.lastUsedAt, agent.revokedAt,
            agent.paused, policyText(agent.policy), agent.frozenAt, agent.frozenWhy);
        !done)
        return done;
    return transaction->commit();
}

Result<> AgentStore::update(const QString &keyId, const AgentDraft &draft)
{
    Result<Transaction> transaction = Transaction::begin(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    if (const Result<> usable = requireUsable(keyId); !usable)
        return usable;
    if (const Result<> free = requireFreeName(draft.name, keyId); !free)
        return free;
    if (const Result<> done = m_database.run("UPDATE agents SET name = ?, note = ?, scope = ?, actions = ?, "
                                             "expires_at = ?, policy = ? WHERE key_id = ?",
                                             draft.name, draft.note, scopeText(draft.scope), actionsText(draft.actions),
                                             draft.expiresAt, policyText(draft.policy), keyId);
        !done)
        return done;
    return transaction->commit();
}

Result<> AgentStore::replaceToken(const QString &keyId, const QString &newKeyId, const crypto::Digest32 &tokenDigest)
{
    Result<Transaction> transaction = Transaction::begin(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    if (const Result<> usable = requireUsable(keyId); !usable)
        return usable;
    if (newKeyId != keyId)
        if (const Result<> free = requireFreeId(newKeyId); !free)
            return free;
    if (const Result<> done = m_database.run("UPDATE agents SET key_id = ?, token_digest = ? WHERE key_id = ?", newKeyId,
                                             std::span<const std::byte>(tokenDigest), keyId);
        !done)
        return done;
    return transaction->commit();
}

Result<> AgentStore::freeze(const QString &keyId, qint64 now, const QString &why)
{
    if (const Result<> usable = requireUsable(keyId); !usable)
        return usable;
    return m_database.run("UPDATE agents SET frozen_at = ?, frozen_why = ? WHERE key_id = ? AND frozen_at = 0", now, why, keyId);
}

Result<> AgentStore::release(const QString &keyId, qint64 now)
{
    if (const Result<> usable = requireUsable(keyId); !usable)
        return usable;
    return m_database.run("UPDATE agents SET frozen_at = 0, frozen_why = '', released_at = ? WHERE key_id = ?", now, keyId);
}

Result<> AgentStore::setPaused(const QString &keyId, bool paused)
{
    if (const Result<> usable = requireUsable(keyId); !usable)
        return usable;
    return m_database.run("UPDATE agents SET paused = ? WHERE key_id = ?", paused, keyId);
}

Result<> AgentStore::revoke(const QString &keyId, qint64 now)
{
    if (const Result<> done = m_database.run("UPDATE agents SET revoked_at = iif(revoked_at = 0, ?, revoked_at) "
                                             "WHERE key_id = ?",
                                             now, keyId);
        !done)
        return done;
    return m_database.changes() == 1 ? Result<>() : fail(ErrorCode::NotFound, keyId);
}

Result<> AgentStore::keepExpired(qint64 seen, qint64 now)
{
    return m_database.run("UPDATE agents SET expires_at = ?1 WHERE expires_at > ?1 AND expires_at <= ?2", now, seen);
}

Result<> AgentStore::touch(const QString &keyId, qint64 now)
{
    return m_database.run("UPDATE agents SET last_used_at = ?1 WHERE key_id = ?2 AND last_used_at < ?1", now, keyId);
}

Result<StoredAgent> AgentStore::find(const QString &keyId) const
{
    Statement query = m_database.statement("SELECT " + kColumns + ", token_digest FROM agents WHERE key_id = ?");
    query.bind(1, keyId);
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return fail(ErrorCode::NotFound, keyId);
    Result<Agent> agent = readAgent(query);
    if (!agent)
        return std::unexpected(agent.error());
    StoredAgent stored{std::move(*agent), {}};
    std::ranges::copy(query.bytes(kColumnCount), stored.tokenDigest.begin());
    return stored;
}

Result<QList<Agent>> AgentStore::list() const
{
    Statement query = m_database.statement("SELECT " + kColumns + " FROM agents "
                                           "ORDER BY revoked_at <> 0, revoked_at DESC, name, key_id");
    QList<Agent> agents;
    const Result<> read = query.forEach([&]() -> Result<> {
        Result<Agent> agent = readAgent(query);
        if (!agent)
            return std::unexpected(agent.error());
        agents.append(std::move(*agent));
        return {};
    });
    if (!read)
        return std::unexpected(read.error());
    return agents;
}

} // namespace clavitor
