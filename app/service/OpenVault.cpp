// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/OpenVault.h"

#include "app/store/Manifest.h"
#include "crypto/PersonalSeal.h"
#include "crypto/Totp.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// The vault's own switch over all keys; there while they are paused.
constexpr auto kAllPaused = "agents.paused"_L1;
constexpr auto kCheckpointFile = "audit.file"_L1; ///< the last row in it, a line end, its path

QLatin1StringView actionOf(Purpose purpose)
{
    switch (purpose) {
    case Purpose::Show:
    case Purpose::Edit:
        return "reveal"_L1;
    case Purpose::Copy:
        return "copy"_L1;
    }
    return "reveal"_L1;
}

Result<crypto::SecretText> onlyValue(Result<std::vector<RevealedField>> values)
{
    if (!values)
        return std::unexpected(values.error());
    if (values->empty())
        return fail(ErrorCode::NotFound);
    return std::move(values->front().value);
}

} // namespace

OpenVault::OpenVault(Parts parts)
    : m_database(parts.database)
    , m_clock(parts.clock)
    , m_steady(parts.steady)
    , m_random(parts.random)
    , m_sealing(parts.sealing)
    , m_signing(parts.signing)
    , m_name(parts.vaultName)
    , m_meta(m_database)
    , m_catalog(m_database)
    , m_entries(m_database, parts.sealing)
    , m_agents(m_database)
    , m_rows(m_database)
    , m_imports(m_database, m_entries)
    , m_grantStore(m_database)
    , m_requests(m_database)
    , m_history(m_database)
    , m_grants(m_grantStore, parts.steady)
    , m_tokens(m_agents, parts.tokenKey)
    , m_audit(m_rows)
    , m_owner(m_database, m_audit, parts.clock)
    , m_gate({m_catalog, m_entries, m_agents, m_tokens, m_audit, m_grants, m_history, m_requests,
              QString::fromStdString(parts.sealing.vaultId), parts.vaultName, parts.clock, parts.steady, parts.random,
              std::move(parts.caller), parts.times, std::move(parts.links)})
    , m_leasesOnly(parts.leasesOnly)
{
    if (m_leasesOnly)
        m_gate.answerLeasesOnly();
    if (m_signing)
        m_audit.sign = [this](qint64 sequence, const crypto::Digest32 &mac) {
            const auto state = Manifest(m_database).state();
            return checkpoint::sign(QString::fromStdString(m_sealing.vaultId),
                                    {sequence, mac, state ? static_cast<qint64>(state->generation) : 0, m_clock(), {}}, *m_signing);
        };
}

Result<std::unique_ptr<OpenVault>> OpenVault::open(Parts parts)
{
    std::unique_ptr<OpenVault> vault(new OpenVault(std::move(parts)));
    // Only to be looked at: no agent is answered, so what they were given and may have is not asked for.
    if (vault->m_database.isFrozen())
        return vault;
    auto transaction = Transaction::begin(vault->m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    const Result<> loaded = vault->m_audit.load(vault->m_sealing, vault->m_random);
    if (!loaded)
        return std::unexpected(loaded.error());
    const auto paused = vault->m_meta.value(kAllPaused);
    if (!paused)
        return std::unexpected(paused.error());
    vault->m_gate.setPaused(paused->has_value());
    if (const Result<> grants = vault->m_grants.load(vault->seen()); !grants)
        return std::unexpected(grants.error());
    if (vault->m_leasesOnly)
        vault->m_grants.keepOnlyLeases();
    if (const Result<> used = vault->m_gate.load(); !used)
        return std::unexpected(used.error());
    if (const Result<> committed = transaction->commit(); !committed)
        return std::unexpected(committed.error());
    return vault;
}

Result<crypto::SecretText> OpenVault::handOut(QLatin1StringView action, EntryId id, int field, const QString &version,
                                              const OwnerGate::Reading &read)
{
    const auto entry = m_catalog.find(id);
    if (!entry)
        return std::unexpected(entry.error());
    AuditEvent row = m_owner.row(action, entry->title, id);
    row.why = version;
    for (const FieldOutline &outline : entry->fields)
        if (version.isEmpty() && outline.number == field)
            row.why = outline.label;
    return m_owner.handOut(std::move(row), id, field, read);
}

Result<crypto::SecretText> OpenVault::reveal(EntryId id, int field, Purpose purpose, const crypto::PersonalKeyPair *personal)
{
    return handOut(actionOf(purpose), id, field, {}, [&](Authorization &&authorization) {
        return onlyValue(m_entries.reveal(std::move(authorization), personal));
    });
}

Result<crypto::SecretText> OpenVault::revealVersion(EntryId id, int version, int field, const crypto::PersonalKeyPair *personal)
{
    return handOut("reveal"_L1, id, field, u"version %1"_s.arg(version), [&](Authorization &&authorization) {
        return onlyValue(m_entries.revealVersion(std::move(authorization), version, personal));
    });
}

Result<CodeOnShow> OpenVault::code(EntryId id, int field, Purpose purpose, const crypto::PersonalKeyPair *personal)
{
    const qint64 seconds = m_clock() / 1000;
    CodeOnShow shown;
    // The seed stays in here: what is read, and what a copy puts on record, is the code.
    const auto read = [&](Authorization &&authorization) -> Result<crypto::SecretText> {
        const auto seed = onlyValue(m_entries.reveal(std::move(authorization), personal));
        if (!seed)
            return std::unexpected(seed.error());
        const auto source = crypto::Totp::parse(seed->view());
        if (!source)
            return fail(ErrorCode::InvalidValue, u"the one-time code source is not an otpauth URI or a base32 secret"_s);
        shown.periodSeconds = source->periodSeconds();
        shown.secondsLeft = source->secondsLeft(seconds);
        return source->codeAt(seconds);
    };
    const auto text = purpose == Purpose::Copy ? handOut("copy"_L1, id, field, {}, read)
                                               : read(m_owner.authoriseUnrecorded(id, {field}));
    if (!text)
        return std::unexpected(text.error());
    shown.code = QString::fromLatin1(text->view().data(), static_cast<qsizetype>(text->size()));
    return shown;
}

Result<EntrySummary> OpenVault::save(EntryDraft draft, const crypto::PersonalKeyPair *personal)
{
    return audited([&]() -> Result<EntrySummary> {
        const bool creating = draft.id.isNull();
        auto saved = m_entries.save(std::move(draft), m_clock(), personal);
        if (!saved)
            return saved;
        const Result<> row = m_audit.append(m_owner.row(creating ? "create"_L1 : "update"_L1, saved->title, saved->id));
        if (!row)
            return std::unexpected(row.error());
        return saved;
    });
}

Result<> OpenVault::setFavourite(EntryId id, bool favourite)
{
    // A mark for the eye: no access, so no row.
    return m_entries.setFavourite(id, favourite);
}

Result<> OpenVault::appendForEach(QLatin1StringView action, const QList<EntryId> &ids)
{
    for (const EntryId id : ids) {
        if (const Result<> on = m_database.whileNotStopped(); !on)
            return on;
        const auto entry = m_catalog.find(id);
        if (!entry)
            return std::unexpected(entry.error());
        if (const Result<> row = m_audit.append(m_owner.row(action, entry->title, id)); !row)
            return row;
    }
    return {};
}

AuditEvent OpenVault::rowOfMany(QLatin1StringView action, const QList<EntryId> &ids) const
{
    return m_owner.row(action, u"%1 entries"_s.arg(ids.size()));
}

Result<> OpenVault::moveToTrash(const QList<EntryId> &ids)
{
    return auditedWhole(rowOfMany("delete"_L1, ids), [&]() -> Result<> {
        if (const Result<> rows = appendForEach("delete"_L1, ids); !rows)
            return rows;
        return m_entries.moveToTrash(ids, m_clock());
    });
}

Result<> OpenVault::restoreFromTrash(const QList<EntryId> &ids)
{
    return auditedWhole(rowOfMany("restore"_L1, ids), [&]() -> Result<> {
        if (const Result<> rows = appendForEach("restore"_L1, ids); !rows)
            return rows;
        return m_entries.restoreFromTrash(ids);
    });
}

Result<> OpenVault::deleteForever(const QList<EntryId> &ids)
{
    return auditedWhole(rowOfMany("purge"_L1, ids), [&]() -> Result<> {
        if (const Result<> rows = appendForEach("purge"_L1, ids); !rows)
            return rows;
        return m_entries.deleteForever(ids);
    });
}

Result<EntrySummary> OpenVault::restoreVersion(EntryId id, int version)
{
    return audited([&]() -> Result<EntrySummary> {
        auto restored = m_entries.restoreVersion(id, version, m_clock());
        if (!restored)
            return restored;
        AuditEvent row = m_owner.row("update"_L1, restored->title, id);
        row.why = u"version %1 brought back"_s.arg(version);
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return restored;
    });
}

Result<MintedToken> OpenVault::minted(crypto::SecretText token)
{
    return token.isEmpty() ? Result<MintedToken>(m_tokens.mint(m_random)) : m_tokens.adopt(std::move(token));
}

Result<> OpenVault::keepWhatIsOver()
{
    const qint64 now = m_clock();
    if (now >= seen())
        return {};
    if (const Result<> kept = m_agents.keepExpired(seen(), now); !kept)
        return kept;
    return m_grants.settleTimes(seen(), now);
}

Result<NewKey> OpenVault::createKey(const AgentDraft &draft, crypto::SecretText token)
{
    if (!isValidAgentName(draft.name))
        return fail(ErrorCode::InvalidValue, u"name"_s);
    auto fresh = minted(std::move(token));
    if (!fresh)
        return std::unexpected(fresh.error());
    Agent agent;
    agent.keyId = fresh->keyId;
    agent.name = draft.name;
    agent.note = draft.note;
    agent.scope = draft.scope;
    agent.actions = draft.actions;
    agent.createdAt = m_clock();
    agent.expiresAt = draft.expiresAt;
    agent.policy = draft.policy;
    return audited([&]() -> Result<NewKey> {
        if (const Result<> kept = keepWhatIsOver(); !kept)
            return std::unexpected(kept.error());
        if (const Result<> inserted = m_agents.insert(agent, fresh->digest); !inserted)
            return std::unexpected(inserted.error());
        AuditEvent row = m_owner.row("key.create"_L1, agent.name);
        row.keyId = agent.keyId;
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return NewKey{agent, std::move(fresh->token)};
    });
}

Result<> OpenVault::updateKey(const QString &keyId, const AgentDraft &draft)
{
    if (!isValidAgentName(draft.name))
        return fail(ErrorCode::InvalidValue, u"name"_s);
    return audited([&]() -> Result<> {
        const auto before = m_agents.find(keyId);
        if (!before)
            return std::unexpected(before.error());
        if (const Result<> kept = keepWhatIsOver(); !kept)
            return kept;
        AgentDraft changed = draft;
        // An end that was left as it is, is none that was given anew.
        if (draft.expiresAt == before->agent.expiresAt && before->agent.isExpired(seen()))
            changed.expiresAt = std::min(draft.expiresAt, m_clock());
        if (const Result<> updated = m_agents.update(keyId, changed); !updated)
            return updated;
        AuditEvent row = m_owner.row("policy.change"_L1, draft.name);
        row.keyId = keyId;
        return m_audit.append(std::move(row));
    });
}

Result<> OpenVault::setKeyPaused(const QString &keyId, bool paused)
{
    return audited([&]() -> Result<> {
        const auto stored = m_agents.find(keyId);
        if (!stored)
            return std::unexpected(stored.error());
        if (const Result<> changed = m_agents.setPaused(keyId, paused); !changed)
            return changed;
        AuditEvent row = m_owner.row(paused ? "key.pause"_L1 : "key.resume"_L1, stored->agent.name);
        row.keyId = keyId;
        return m_audit.append(std::move(row));
    });
}

Result<> OpenVault::pauseAllKeys(bool paused)
{
    const Result<> stored = audited([&]() -> Result<> {
        // A flag of the vault, beside the keys' own: resuming all wakes none that was paused by itself.
        const Result<> changed = paused ? m_meta.setValue(kAllPaused, "1") : m_meta.remove(kAllPaused);
        if (!changed)
            return changed;
        return m_audit.append(m_owner.row(paused ? "key.pause"_L1 : "key.resume"_L1, u"all keys"_s));
    });
    if (stored)
        m_gate.setPaused(paused);
    return stored;
}

Result<> OpenVault::trusted(const QString &why)
{
    return audited([&]() -> Result<> {
        AuditEvent row = m_owner.row("vault.trust"_L1, m_name);
        row.why = why;
        if (const Result<> written = m_audit.append(std::move(row)); !written)
            return written;
        const auto keys = m_agents.list();
        if (!keys)
            return std::unexpected(keys.error());
        for (const Agent &key : *keys) {
            if (key.isRevoked() || key.paused)
                continue;
            if (const Result<> paused = m_agents.setPaused(key.keyId, true); !paused)
                return paused;
            AuditEvent stop = m_owner.row("key.pause"_L1, key.name);
            stop.keyId = key.keyId;
            if (const Result<> written = m_audit.append(std::move(stop)); !written)
                return written;
        }
        return {};
    });
}

Result<AuditVerifier> OpenVault::verifier(const crypto::PersonalKeyPair &personal, const QList<Notes> &outside) const
{
    auto chain = m_rows.chain();
    if (!chain)
        return std::unexpected(chain.error());
    if (!*chain || !m_signing)
        return fail(ErrorCode::DamagedFile, u"the log has no beginning"_s);
    const QByteArray &sealed = (*chain)->sealedStart;
    const auto start = crypto::openPersonal(std::as_bytes(std::span(sealed.constData(), static_cast<std::size_t>(sealed.size()))),
                                            AuditStore::startContext(m_sealing), personal, *m_sealing.manifestKey);
    if (!start || start->size() != sizeof(crypto::Digest32))
        return fail(ErrorCode::DamagedFile, u"the start of the log's chain does not open"_s);
    const QString vaultId = QString::fromStdString(m_sealing.vaultId);
    const bool isStill = m_database.isFrozen();
    AuditVerifier::Parts parts{m_rows, vaultId, m_signing->verifyingKey(),
                               crypto::SecretBytes::copyOf(std::as_bytes(std::span(start->view()))),
                               isStill ? std::move(**chain) : m_audit.head(), isStill};
    auto former = formerSigners(m_database);
    if (!former)
        return std::unexpected(former.error());
    parts.former = std::move(*former);
    parts.notes.assign(outside.begin(), outside.end());
    return AuditVerifier(std::move(parts));
}

Result<KeptCheckpoints> OpenVault::keptCheckpoints() const
{
    const auto stored = m_meta.value(kCheckpointFile);
    if (!stored)
        return std::unexpected(stored.error());
    const QByteArray record = stored->value_or(QByteArray());
    const qsizetype end = record.indexOf('\n');
    if (end < 0)
        return KeptCheckpoints{};
    return KeptCheckpoints{QString::fromUtf8(record.sliced(end + 1)), record.first(end).toLongLong()};
}

Result<> OpenVault::keepCheckpoints(const QString &path)
{
    const auto kept = keptCheckpoints();
    if (!kept)
        return std::unexpected(kept.error());
    if (kept->path == path)
        return {};
    return audited([&]() -> Result<> {
        const Result<> stored = path.isEmpty() ? m_meta.remove(kCheckpointFile) : m_meta.setValue(kCheckpointFile, QByteArray("0\n" + path.toUtf8()));
        if (!stored)
            return stored;
        AuditEvent row = m_owner.row("log.file"_L1, path.isEmpty() ? kept->path : path);
        row.why = path.isEmpty() ? u"given up"_s : u"chosen"_s;
        return m_audit.append(std::move(row));
    });
}

Result<> OpenVault::checkpointWritten(const KeptCheckpoints &written)
{
    const auto kept = keptCheckpoints();
    if (!kept)
        return std::unexpected(kept.error());
    const bool isOther = !kept->path.isEmpty() && kept->path != written.path;
    if (isOther || (kept->path == written.path && kept->row >= written.row))
        return {};
    return m_meta.setValue(kCheckpointFile, QByteArray(QByteArray::number(written.row) + '\n' + written.path.toUtf8()));
}

Result<> OpenVault::recordLock(const QString &why, bool byItself, std::function<void()> sealed)
{
    m_audit.wantCheckpoint();
    m_audit.sealed = std::move(sealed);
    const Result<> recorded = audited([&]() -> Result<> {
        if (const Result<> written = m_gate.recordUnwritten(); !written)
            return written;
        if (const Result<> settled = m_grants.settleTimes(seen(), seen()); !settled)
            return settled;
        AuditEvent row = m_owner.row("lock"_L1, m_name);
        if (byItself)
            row.actor = u"app:clavitor"_s;
        row.why = why;
        return m_audit.append(std::move(row));
    });
    m_audit.sealed = nullptr; // nothing was written
    m_gate.settled(recorded.has_value());
    return recorded;
}

Result<> OpenVault::recordUnwritten()
{
    const Result<> recorded = audited([&] { return m_gate.recordUnwritten(); });
    m_gate.settled(recorded.has_value());
    return recorded;
}

Result<> OpenVault::revokeKey(const QString &keyId)
{
    return audited([&]() -> Result<> {
        const auto stored = m_agents.find(keyId);
        if (!stored)
            return std::unexpected(stored.error());
        if (const Result<> revoked = m_agents.revoke(keyId, m_clock()); !revoked)
            return revoked;
        if (const Result<> ended = m_grants.endAll(keyId); !ended)
            return ended;
        AuditEvent row = m_owner.row("key.revoke"_L1, stored->agent.name);
        row.keyId = keyId;
        return m_audit.append(std::move(row));
    });
}

Result<NewKey> OpenVault::rotateKey(const QString &keyId, crypto::SecretText token)
{
    auto fresh = minted(std::move(token));
    if (!fresh)
        return std::unexpected(fresh.error());
    auto rotated = audited([&]() -> Result<NewKey> {
        if (const Result<> replaced = m_agents.replaceToken(keyId, fresh->keyId, fresh->digest); !replaced)
            return std::unexpected(replaced.error());
        if (const Result<> moved = m_grants.moveToKey(keyId, fresh->keyId); !moved)
            return std::unexpected(moved.error());
        if (const Result<> moved = m_requests.moveToKey(keyId, fresh->keyId); !moved)
            return std::unexpected(moved.error());
        if (const Result<> kept = m_history.continueAs(keyId, fresh->keyId); !kept)
            return std::unexpected(kept.error());
        auto stored = m_agents.find(fresh->keyId);
        if (!stored)
            return std::unexpected(stored.error());
        AuditEvent row = m_owner.row("key.rotate"_L1, stored->agent.name);
        row.keyId = fresh->keyId;
        row.why = u"replaces "_s + keyId;
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return NewKey{std::move(stored->agent), std::move(fresh->token)};
    });
    if (rotated)
        m_gate.moveToKey(keyId, fresh->keyId);
    return rotated;
}

} // namespace clavitor
