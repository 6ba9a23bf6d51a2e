// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Agent.h"
#include "crypto/Digest.h"

#include <QList>

namespace clavitor {

class Database;

/// An agent's key with what its token is checked against.
struct StoredAgent {
    Agent agent;
    crypto::Digest32 tokenDigest{};  ///< keyed BLAKE2b; useless without the vault
};

/// The keys of agents. Never holds a token. Vault thread; the Database outlives it.
class AgentStore {
public:
    explicit AgentStore(Database &database);

    /// NameTaken: a key that is not revoked has that name, case apart. Conflict: the key id is in use.
    [[nodiscard]] Result<> insert(const Agent &agent, const crypto::Digest32 &tokenDigest);
    /// Name, note, scope, actions, expiry, policy. NotFound · NameTaken · KeyRevoked.
    [[nodiscard]] Result<> update(const QString &keyId, const AgentDraft &draft);
    /// A new token for the same key, and a new id, since the token carries it. NotFound · KeyRevoked · Conflict.
    [[nodiscard]] Result<> replaceToken(const QString &keyId, const QString &newKeyId,
                                        const crypto::Digest32 &tokenDigest);
    /// Stopped by the vault; `why` in English, for the person. Freezing twice keeps the first.
    [[nodiscard]] Result<> freeze(const QString &keyId, qint64 now, const QString &why);
    /// What it was given before `now` no longer counts against its budget.
    [[nodiscard]] Result<> release(const QString &keyId, qint64 now);
    [[nodiscard]] Result<> setPaused(const QString &keyId, bool paused);
    /// For good; revoking twice keeps the first time.
    [[nodiscard]] Result<> revoke(const QString &keyId, qint64 now);
    /// One small update, meant to ride in the transaction of the audit row. Never goes back in time.
    [[nodiscard]] Result<> touch(const QString &keyId, qint64 now);
    /// Before a clock that was set back is taken for right: what had expired by `seen` has from now on expired at `now`, which is
    /// earlier (both ms since the epoch), so that no key lives again.
    [[nodiscard]] Result<> keepExpired(qint64 seen, qint64 now);

    [[nodiscard]] Result<StoredAgent> find(const QString &keyId) const;
    /// Those in use first, by name; then the revoked, newest first.
    [[nodiscard]] Result<QList<Agent>> list() const;

private:
    [[nodiscard]] Result<> requireFreeId(const QString &keyId) const;
    [[nodiscard]] Result<> requireFreeName(const QString &name, const QString &keyId) const;
    [[nodiscard]] Result<> requireUsable(const QString &keyId) const;

    Database &m_database;
};

} // namespace clavitor
