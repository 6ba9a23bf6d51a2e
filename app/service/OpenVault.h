// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AccessGate.h"
#include "app/access/AgentTokens.h"
#include "app/access/AuditLog.h"
#include "app/access/AuditVerifier.h"
#include "app/access/OwnerGate.h"
#include "app/import/ImportPlan.h"
#include "app/service/VaultTypes.h"
#include "app/store/AgentStore.h"
#include "app/store/AuditStore.h"
#include "app/store/EntryCatalog.h"
#include "app/store/EntryRequestStore.h"
#include "app/store/EntryStore.h"
#include "app/store/GrantStore.h"
#include "app/store/ImportStore.h"
#include "app/store/KeyHistory.h"
#include "app/store/MetaStore.h"

namespace clavitor {

/// Everything that exists only while the vault is unlocked, wired together once, and the owner's operations on it. Each
/// changes the vault and writes its audit row in one durable step, or changes nothing; what changes many entries ends so with
/// Locked when a lock is wanted.
///
/// Vault thread. The database and the keys belong to the session and outlive it.
class OpenVault {
public:
    struct Parts {
        Database &database;
        SealingKeys sealing;
        const crypto::SecretBytes &tokenKey;
        QString vaultName;
        Clock clock;
        crypto::RandomSource random;
        Clock steady = steadyClock();       ///< ms that never go back
        CallerLookup caller = systemCallerLookup();
        ApprovalQueue::Times times{};
        const crypto::SigningKey *signing = nullptr;    ///< of checkpoints; null: none are made
        bool leasesOnly = false;            ///< the vault is locked, and only what is under a lease is answered
        ProgramLinks links = systemProgramLinks();
    };
    /// Starts or continues the audit chain. Of a frozen database only what the owner looks at is there.
    [[nodiscard]] static Result<std::unique_ptr<OpenVault>> open(Parts parts);

    OpenVault(const OpenVault &) = delete;
    OpenVault &operator=(const OpenVault &) = delete;

    [[nodiscard]] Database &database() { return m_database; }
    [[nodiscard]] AuditLog &audit() { return m_audit; }
    [[nodiscard]] AccessGate &gate() { return m_gate; }
    [[nodiscard]] OwnerGate &owner() { return m_owner; }
    [[nodiscard]] const EntryCatalog &catalog() const { return m_catalog; }
    [[nodiscard]] const EntryStore &entries() const { return m_entries; }
    [[nodiscard]] const AgentStore &agents() const { return m_agents; }
    [[nodiscard]] const AuditStore &rows() const { return m_rows; }
    [[nodiscard]] const EntryRequestStore &requests() const { return m_requests; }
    [[nodiscard]] const KeyHistory &history() const { return m_history; }
    [[nodiscard]] QList<Grant> grants() const { return m_grants.list(seen()); }

    [[nodiscard]] Result<crypto::SecretText> reveal(EntryId id, int field, Purpose purpose, const crypto::PersonalKeyPair *personal);
    [[nodiscard]] Result<crypto::SecretText> revealVersion(EntryId id, int version, int field, const crypto::PersonalKeyPair *personal);
    [[nodiscard]] Result<CodeOnShow> code(EntryId id, int field, Purpose purpose, const crypto::PersonalKeyPair *personal);
    [[nodiscard]] Result<EntrySummary> save(EntryDraft draft, const crypto::PersonalKeyPair *personal = nullptr);
    [[nodiscard]] Result<> setFavourite(EntryId id, bool favourite);

    /// A setting says where they go, and any program of the user can change it; this, none can unseen.
    [[nodiscard]] Result<KeptCheckpoints> keptCheckpoints() const;
    /// The person chose `path`, or, empty, gave the file up; on record.
    [[nodiscard]] Result<> keepCheckpoints(const QString &path);
    /// One of `row` was written to it. What is remembered of another file stays.
    [[nodiscard]] Result<> checkpointWritten(const KeptCheckpoints &written);
    [[nodiscard]] Result<> moveToTrash(const QList<EntryId> &ids);
    [[nodiscard]] Result<> restoreFromTrash(const QList<EntryId> &ids);
    [[nodiscard]] Result<> deleteForever(const QList<EntryId> &ids);
    [[nodiscard]] Result<EntrySummary> restoreVersion(EntryId id, int version);

    /// `token`: one that was made beforehand; a fresh one when it is empty.
    [[nodiscard]] Result<NewKey> createKey(const AgentDraft &draft, crypto::SecretText token = {});
    [[nodiscard]] Result<> updateKey(const QString &keyId, const AgentDraft &draft);
    [[nodiscard]] Result<> setKeyPaused(const QString &keyId, bool paused);
    [[nodiscard]] Result<> pauseAllKeys(bool paused);
    [[nodiscard]] bool areKeysPaused() const { return m_gate.isPaused(); }
    [[nodiscard]] Result<> revokeKey(const QString &keyId);
    [[nodiscard]] Result<NewKey> rotateKey(const QString &keyId, crypto::SecretText token = {});

    // -- what agents may and the person is asked: OpenVaultPolicy.cpp
    /// What an answer of the person led to, for whoever keeps the calls that waited and the windows.
    struct Answered {
        ApprovalQueue::Ended ended;
        bool isYes = false;
        std::optional<KeyAlert> resting;
        std::optional<RuleSuggestion> suggestion;
    };
    /// NotFound when the question has ended meanwhile.
    [[nodiscard]] Result<Answered> answerApproval(ApprovalId id, ApprovalAnswer answer);
    /// After a denial: the alarm when it was the one that stops the key, with its row.
    [[nodiscard]] std::optional<KeyAlert> recordRest(const ApprovalRequest &request);
    /// Its time is over, and no call is left that its end would be told to.
    void recordUnanswered(const ApprovalRequest &request);
    [[nodiscard]] Result<> allowAlways(const QString &keyId, EntryId entry, Action action);
    [[nodiscard]] Result<GrantId> addLease(const LeaseDraft &lease);
    /// Those that a locked vault could go on with, newest first: of keys that are neither paused nor stopped.
    [[nodiscard]] QList<LeaseStanding> leases() const;
    /// Milliseconds until the first of them is over, by whichever clock says so first.
    [[nodiscard]] qint64 untilOver(const QList<LeaseStanding> &leases) const;
    /// Of one that is not among leases() any more, for the log: "its reads are used up".
    [[nodiscard]] QString whyOver(const LeaseStanding &lease) const;
    /// What to tell of one that is not among leases() any more; nothing unless it ended by itself.
    [[nodiscard]] std::optional<KeyAlert> alertOver(const LeaseStanding &lease) const;
    /// Of leases that ended by themselves while the vault was locked, as their alerts; once.
    [[nodiscard]] QList<std::pair<GrantId, KeyAlert>> takeEndedLeases();
    [[nodiscard]] Result<> endGrant(GrantId id);
    [[nodiscard]] Result<> releaseKey(const QString &keyId);
    [[nodiscard]] Result<> setDecoy(EntryId id, bool decoy);
    /// With what is not stored of them.
    [[nodiscard]] Result<QList<Agent>> keys() const;
    [[nodiscard]] Result<KeyReceipt> receipt(const QString &keyId, qint64 from, qint64 to) const;
    [[nodiscard]] Result<> tickRotated(const QString &keyId, EntryId entry, bool ticked);
    [[nodiscard]] Result<> fulfilRequest(EntryRequestId id, EntryId entry, bool letIn);
    [[nodiscard]] Result<> declineRequest(EntryRequestId id);

    [[nodiscard]] Result<ImportOutcome> applyImport(ImportPlan plan, const crypto::PersonalKeyPair *personal);
    [[nodiscard]] Result<int> undoImport(ImportId id);

    /// Puts on record that the person takes the vault as it is, and pauses every key until they let it go on.
    [[nodiscard]] Result<> trusted(const QString &why);

    /// Walks the log from its first row: the caller takes the steps. `outside` are notes of checkpoints kept elsewhere, by their
    /// places. DamagedFile: the start of the chain cannot be read.
    using Notes = AuditVerifier::Notes;
    [[nodiscard]] Result<AuditVerifier> verifier(const crypto::PersonalKeyPair &personal, const QList<Notes> &outside) const;

    /// The last rows: what was refused without one, and the lock itself. `why` may be empty; `byItself`: not for the asking.
    [[nodiscard]] Result<> recordLock(const QString &why = {}, bool byItself = false, std::function<void()> sealed = {});
    /// Of those the first alone, when it goes without a lock.
    [[nodiscard]] Result<> recordUnwritten();

private:
    explicit OpenVault(Parts parts);

    /// The pattern of every change: begin, `change`, row(s), commit; nothing is kept when any of them fails.
    template<typename Change>
    auto audited(Change change) -> decltype(change());
    /// The same for what changes many entries and so asks between them whether a lock is wanted: then it answers Locked, nothing of
    /// it was kept, and `row` says so.
    template<typename Change>
    auto auditedWhole(AuditEvent row, Change change) -> decltype(change());
    /// An entry that is there already gets the tags and the star of its twin in the file.
    [[nodiscard]] Result<> completeFromImport(EntryId id, const EntryDraft &twin, ImportOutcome &outcome);
    [[nodiscard]] Result<> writeFromImport(EntryDraft draft, ImportOutcome &outcome, qint64 now);
    /// The owner's one way to a value: read, put on record, handed out. `version` in words, for an earlier one.
    [[nodiscard]] Result<crypto::SecretText> handOut(QLatin1StringView action, EntryId id, int field, const QString &version,
                                                     const OwnerGate::Reading &read);
    /// What grants and budgets are counted by: a clock that was set back makes none of them last.
    [[nodiscard]] qint64 seen() const { return std::max(m_clock(), m_audit.lastSeen()); }
    /// Before a row that says the clock is right (AuditStore::trustsTheClock()), in its transaction: keys and grants that are over stay so,
    /// even if it was set back. After one that was far ahead this ends keys too early; the owner gives these their time anew.
    [[nodiscard]] Result<> keepWhatIsOver();
    /// `token`, or a fresh one when it is empty.
    [[nodiscard]] Result<MintedToken> minted(crypto::SecretText token);
    [[nodiscard]] Grant grantOf(const ApprovalRequest &request, ApprovalAnswer answer, qsizetype calls) const;
    [[nodiscard]] Result<> appendForEach(QLatin1StringView action, const QList<EntryId> &ids);
    [[nodiscard]] AuditEvent rowOfMany(QLatin1StringView action, const QList<EntryId> &ids) const;

    Database &m_database;
    Clock m_clock;
    Clock m_steady;
    crypto::RandomSource m_random;
    SealingKeys m_sealing;
    const crypto::SigningKey *m_signing;
    QString m_name;
    MetaStore m_meta;
    EntryCatalog m_catalog;
    EntryStore m_entries;
    AgentStore m_agents;
    AuditStore m_rows;
    ImportStore m_imports;
    GrantStore m_grantStore;
    EntryRequestStore m_requests;
    KeyHistory m_history;
    Grants m_grants;
    AgentTokens m_tokens;
    AuditLog m_audit;
    OwnerGate m_owner;
    AccessGate m_gate;
    bool m_leasesOnly;
};

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

template<typename Change>
auto OpenVault::auditedWhole(AuditEvent row, Change change) -> decltype(change())
{
    auto result = audited(std::move(change));
    if (!result && result.error().code == ErrorCode::Locked) {
        row.outcome = Outcome::Error;
        row.why = QStringLiteral("locked meanwhile: nothing of it was kept");
        // A row that cannot be written is no reason to keep the lock waiting.
        (void)m_owner.record({std::move(row)});
    }
    return result;
}

} // namespace clavitor
