// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/OpenVault.h"

#include "crypto/Totp.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

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

/// The change that gives a stored entry what a file's twin of it has more: tags, the star. Nothing when there is none.
std::optional<EntryDraft> completion(const EntrySummary &stored, const EntryDraft &twin)
{
    EntryDraft draft;
    draft.tags = stored.tags;
    for (const QString &tag : twin.tags)
        if (const QString name = tag.trimmed(); !name.isEmpty() && !draft.tags.contains(name))
            draft.tags.append(name);
    draft.favourite = stored.favourite || twin.favourite;
    if (draft.tags.size() == stored.tags.size() && draft.favourite == stored.favourite)
        return std::nullopt;
    draft.id = stored.id;
    draft.baseVersion = stored.version;
    draft.type = stored.type;
    draft.title = stored.title;
    draft.urls = stored.urls;
    // The dates stay what they are, by them a later import knows the entry again.
    draft.updatedAt = stored.updatedAt;
    for (const FieldOutline &outline : stored.fields)
        draft.fields.push_back({outline.number, outline.label, outline.kind, outline.tier, {}});
    return draft;
}

} // namespace

OpenVault::OpenVault(Parts parts)
    : m_database(parts.database)
    , m_clock(parts.clock)
    , m_random(parts.random)
    , m_sealing(parts.sealing)
    , m_catalog(m_database)
    , m_entries(m_database, parts.sealing)
    , m_agents(m_database)
    , m_rows(m_database)
    , m_imports(m_database, m_entries)
    , m_tokens(m_agents, parts.tokenKey)
    , m_audit(m_rows)
    , m_owner(m_database, m_audit, parts.clock)
    , m_gate({m_catalog, m_entries, m_agents, m_tokens, m_audit, QString::fromStdString(parts.sealing.vaultId), parts.vaultName,
              parts.clock, parts.random})
{
}

Result<std::unique_ptr<OpenVault>> OpenVault::open(Parts parts)
{
    std::unique_ptr<OpenVault> vault(new OpenVault(std::move(parts)));
    auto transaction = Transaction::begin(vault->m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    const Result<> loaded = vault->m_audit.load(vault->m_sealing, vault->m_random);
    if (!loaded)
        return std::unexpected(loaded.error());
    if (const Result<> committed = transaction->commit(); !committed)
        return std::unexpected(committed.error());
    return vault;
}

template<typename Change>
auto OpenVault::audited(Change change) -> decltype(change())
{
    auto transaction = AuditTransaction::begin(m_database, m_audit);
    if (!transaction)
        return std::unexpected(transaction.error());
    auto result = change();
    if (!result)
        return result;
    if (const Result<> committed = transaction->commit(); !committed)
        return std::unexpected(committed.error());
    return result;
}

Result<crypto::SecretText> OpenVault::reveal(EntryId id, int field, Purpose purpose, const crypto::PersonalKeyPair *personal)
{
    const auto entry = m_catalog.find(id);
    if (!entry)
        return std::unexpected(entry.error());
    AuditEvent row = m_owner.row(actionOf(purpose), entry->title, id);
    for (const FieldOutline &outline : entry->fields) {
        if (outline.number != field)
            continue;
        // Asked for before the row is written: what cannot be shown was not revealed.
        if (outline.tier == Tier::Personal && !personal)
            return fail(ErrorCode::PersonalShut);
        row.why = outline.label;
    }
    auto authorization = m_owner.authorise(std::move(row), id, {field});
    if (!authorization)
        return std::unexpected(authorization.error());
    return onlyValue(m_entries.reveal(std::move(*authorization), personal));
}

Result<crypto::SecretText> OpenVault::revealVersion(EntryId id, int version, int field, const crypto::PersonalKeyPair *personal)
{
    const auto entry = m_catalog.find(id);
    if (!entry)
        return std::unexpected(entry.error());
    AuditEvent row = m_owner.row("reveal"_L1, entry->title, id);
    row.why = u"version %1"_s.arg(version);
    auto authorization = m_owner.authorise(std::move(row), id, {field});
    if (!authorization)
        return std::unexpected(authorization.error());
    return onlyValue(m_entries.revealVersion(std::move(*authorization), version, personal));
}

Result<CodeOnShow> OpenVault::code(EntryId id, int field, Purpose purpose, const crypto::PersonalKeyPair *personal)
{
    const auto entry = m_catalog.find(id);
    if (!entry)
        return std::unexpected(entry.error());
    Result<Authorization> authorization = purpose == Purpose::Copy
        ? m_owner.authorise(m_owner.row("copy"_L1, entry->title, id), id, {field})
        : Result<Authorization>(m_owner.authoriseUnrecorded(id, {field}));
    if (!authorization)
        return std::unexpected(authorization.error());
    const auto seed = onlyValue(m_entries.reveal(std::move(*authorization), personal));
    if (!seed)
        return std::unexpected(seed.error());
    const auto source = crypto::Totp::parse(seed->view());
    if (!source)
        return fail(ErrorCode::InvalidValue, u"the one-time code source is not an otpauth URI or a base32 secret"_s);
    const qint64 seconds = m_clock() / 1000;
    const crypto::SecretText text = source->codeAt(seconds);
    return CodeOnShow{QString::fromLatin1(text.view().data(), static_cast<qsizetype>(text.size())), source->periodSeconds(),
                      source->secondsLeft(seconds)};
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
        const auto entry = m_catalog.find(id);
        if (!entry)
            return std::unexpected(entry.error());
        if (const Result<> row = m_audit.append(m_owner.row(action, entry->title, id)); !row)
            return row;
    }
    return {};
}

Result<> OpenVault::moveToTrash(const QList<EntryId> &ids)
{
    return audited([&]() -> Result<> {
        if (const Result<> rows = appendForEach("delete"_L1, ids); !rows)
            return rows;
        return m_entries.moveToTrash(ids, m_clock());
    });
}

Result<> OpenVault::restoreFromTrash(const QList<EntryId> &ids)
{
    return audited([&]() -> Result<> {
        if (const Result<> rows = appendForEach("restore"_L1, ids); !rows)
            return rows;
        return m_entries.restoreFromTrash(ids);
    });
}

Result<> OpenVault::deleteForever(const QList<EntryId> &ids)
{
    return audited([&]() -> Result<> {
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

Result<NewKey> OpenVault::createKey(const AgentDraft &draft)
{
    if (!isValidAgentName(draft.name))
        return fail(ErrorCode::InvalidValue, u"name"_s);
    MintedToken minted = m_tokens.mint(m_random);
    Agent agent;
    agent.keyId = minted.keyId;
    agent.name = draft.name;
    agent.note = draft.note;
    agent.scope = draft.scope;
    agent.actions = draft.actions;
    agent.createdAt = m_clock();
    agent.expiresAt = draft.expiresAt;
    return audited([&]() -> Result<NewKey> {
        if (const Result<> inserted = m_agents.insert(agent, minted.digest); !inserted)
            return std::unexpected(inserted.error());
        AuditEvent row = m_owner.row("key.create"_L1, agent.name);
        row.keyId = agent.keyId;
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return NewKey{agent, std::move(minted.token)};
    });
}

Result<> OpenVault::updateKey(const QString &keyId, const AgentDraft &draft)
{
    if (!isValidAgentName(draft.name))
        return fail(ErrorCode::InvalidValue, u"name"_s);
    return audited([&]() -> Result<> {
        if (const Result<> updated = m_agents.update(keyId, draft); !updated)
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
    return audited([&]() -> Result<> {
        if (const Result<> changed = m_agents.setAllPaused(paused); !changed)
            return changed;
        return m_audit.append(m_owner.row(paused ? "key.pause"_L1 : "key.resume"_L1, u"all keys"_s));
    });
}

Result<> OpenVault::revokeKey(const QString &keyId)
{
    return audited([&]() -> Result<> {
        const auto stored = m_agents.find(keyId);
        if (!stored)
            return std::unexpected(stored.error());
        if (const Result<> revoked = m_agents.revoke(keyId, m_clock()); !revoked)
            return revoked;
        AuditEvent row = m_owner.row("key.revoke"_L1, stored->agent.name);
        row.keyId = keyId;
        return m_audit.append(std::move(row));
    });
}

Result<NewKey> OpenVault::rotateKey(const QString &keyId)
{
    MintedToken minted = m_tokens.mint(m_random);
    return audited([&]() -> Result<NewKey> {
        if (const Result<> replaced = m_agents.replaceToken(keyId, minted.keyId, minted.digest); !replaced)
            return std::unexpected(replaced.error());
        auto stored = m_agents.find(minted.keyId);
        if (!stored)
            return std::unexpected(stored.error());
        AuditEvent row = m_owner.row("key.rotate"_L1, stored->agent.name);
        row.keyId = minted.keyId;
        row.why = u"replaces "_s + keyId;
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return NewKey{std::move(stored->agent), std::move(minted.token)};
    });
}

Result<ImportOutcome> OpenVault::applyImport(ImportPlan plan, const crypto::PersonalKeyPair *personal)
{
    return audited([&]() -> Result<ImportOutcome> {
        const qint64 now = m_clock();
        ImportOutcome outcome;
        outcome.id = ImportId{newUuid(now)};
        if (const Result<> begun = m_imports.begin(outcome.id, plan.format, plan.source, now); !begun)
            return std::unexpected(begun.error());
        // What the vault held before: two identical rows of one file are both kept, as the file has them.
        std::vector<Likeness> likeness;
        likeness.reserve(plan.entries.size());
        for (const EntryDraft &draft : plan.entries) {
            auto found = m_entries.likenessOf(draft, personal);
            if (!found)
                return std::unexpected(found.error());
            likeness.push_back(std::move(*found));
        }
        for (std::size_t i = 0; i < plan.entries.size(); ++i) {
            const Result<> done = likeness[i].same ? completeFromImport(*likeness[i].same, plan.entries[i], outcome)
                                                   : writeFromImport(std::move(plan.entries[i]), outcome, now);
            // No title: details go where titles do not.
            if (!done)
                return fail(done.error().code, u"entry %1 of %2: "_s.arg(i + 1).arg(plan.entries.size()) + done.error().detail);
            outcome.maybeTwice += likeness[i].unknown ? 1 : 0;
        }
        AuditEvent row = m_owner.row("import"_L1, plan.source);
        row.why = u"%1: %2 entries written, %3 already there"_s.arg(plan.format).arg(outcome.written).arg(outcome.alreadyThere);
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return outcome;
    });
}

Result<> OpenVault::completeFromImport(EntryId id, const EntryDraft &twin, ImportOutcome &outcome)
{
    ++outcome.alreadyThere;
    const auto stored = m_catalog.find(id);
    if (!stored)
        return std::unexpected(stored.error());
    auto change = completion(*stored, twin);
    if (!change)
        return {};
    if (const auto saved = m_entries.save(std::move(*change), m_clock()); !saved)
        return std::unexpected(saved.error());
    ++outcome.completed;
    return {};
}

Result<> OpenVault::writeFromImport(EntryDraft draft, ImportOutcome &outcome, qint64 now)
{
    const auto personal = std::ranges::count(draft.fields, Tier::Personal, &FieldDraft::tier);
    const auto saved = m_entries.save(std::move(draft), now);
    if (!saved)
        return std::unexpected(saved.error());
    outcome.personalFields += static_cast<int>(personal);
    ++outcome.written;
    return m_imports.remember(outcome.id, saved->id, saved->version);
}

Result<int> OpenVault::undoImport(ImportId id)
{
    return audited([&]() -> Result<int> {
        const auto undone = m_imports.undo(id, m_clock());
        if (!undone)
            return std::unexpected(undone.error());
        AuditEvent row = m_owner.row("import.undo"_L1, u"%1 entries"_s.arg(undone->removed));
        row.why = u"%1 changed since and kept"_s.arg(undone->kept.size());
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return static_cast<int>(undone->kept.size());
    });
}

} // namespace clavitor
