// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/base/Post.h"
#include "app/import/ImportPlan.h"
#include "app/model/Agent.h"
#include "app/model/AuditEvent.h"
#include "app/model/Entry.h"
#include "app/model/EntryCounts.h"
#include "crypto/SecretText.h"

#include <QObject>

#include <memory>

namespace clavitor {

class Vault;

enum class LockState { NoVault, Locked, Unlocking, Unlocked };

/// What the Connection page shows.
struct VaultFacts {
    LockState state = LockState::NoVault;
    QString vaultId;            ///< 12 characters of Crockford base32; empty without a vault
    QString name;
    QString folder;             ///< where the vault lies
    bool hasKeychainSlot = false;
    bool operator==(const VaultFacts &) const = default;
};

struct EntryQuery {
    enum class Place { Vault, Trash };
    Place place = Place::Vault;
    QString text;               ///< full-text; empty for all
    std::optional<EntryType> type;
    QString tag;                ///< exact; empty for all
    bool favouritesOnly = false;
    bool personalOnly = false;  ///< entries with at least one Personal field
};

/// A one-time code on show.
struct CodeOnShow {
    QString code;
    int periodSeconds = 30;
    int secondsLeft = 30;
};

/// A key just made: the only time its token exists outside the agent's configuration.
struct NewKey {
    Agent agent;
    crypto::SecretText token;
};

/// Somebody asked while the vault was locked.
struct LockedCall {
    QString actor;              ///< "mcp:codex-agent", or "mcp:unknown key" before the first unlock
    QString action;
    Caller caller;
};

struct ImportOutcome {
    ImportId id;                ///< for undoImport()
    int written = 0;
    int personalFields = 0;
    int alreadyThere = 0;       ///< identical entries that were left out
};

/// The owner's view of the vault: asynchronous, callable from the UI thread, answered on the thread that asked.
///
/// Lives on the UI thread. Every call is one job on the vault thread, so calls take effect in order. A reveal is audited
/// before its value is delivered, exactly as an agent's read is. Replies whose context object died are dropped.
class VaultClient : public QObject {
    Q_OBJECT
public:
    /// `vault` lives on the vault thread and outlives this object.
    explicit VaultClient(Vault *vault, QObject *parent = nullptr);
    ~VaultClient() override;

    /// As last told by the vault thread; never blocks.
    [[nodiscard]] const VaultFacts &facts() const { return m_facts; }
    [[nodiscard]] bool isUnlocked() const { return m_facts.state == LockState::Unlocked; }

    // -- session
    /// Makes the vault and leaves it unlocked. Runs Argon2id: about a second.
    void create(QString name, crypto::SecretText password, bool withKeychainSlot, Reply<Result<>> reply);
    void unlock(crypto::SecretText password, Reply<Result<>> reply);
    void unlockWithKeychain(Reply<Result<>> reply);
    void lock(Reply<Result<>> reply = {});
    void changePassword(crypto::SecretText current, crypto::SecretText next, Reply<Result<>> reply);
    void setKeychainSlot(bool enabled, Reply<Result<>> reply);
    /// Opens Personal for views of at most 60 s with the master password.
    void openPersonal(crypto::SecretText password, Reply<Result<>> reply);
    void shutPersonal();

    // -- entries
    /// Sorted by title, case-insensitive, locale aware.
    void entries(EntryQuery query, Reply<Result<QList<EntrySummary>>> reply);
    void counts(Reply<Result<EntryCounts>> reply);
    void entry(EntryId id, Reply<Result<EntrySummary>> reply);
    /// The values of the Shared fields that are not masked (user name, e-mail, text …) for the detail view, by number.
    void openValues(EntryId id, Reply<Result<QHash<int, QString>>> reply);
    /// One value, for the eye or the clipboard: audited as `reveal` or `copy`. Personal needs openPersonal() first.
    enum class Purpose { Show, Copy, Edit };
    void reveal(EntryId id, int field, Purpose purpose, Reply<Result<crypto::SecretText>> reply);
    /// The current code of a TOTP field. Not audited when only shown to the owner; `copy` is.
    void code(EntryId id, int field, Purpose purpose, Reply<Result<CodeOnShow>> reply);
    /// Creates or replaces; answers the stored summary.
    void save(EntryDraft draft, Reply<Result<EntrySummary>> reply);
    void setFavourite(EntryId id, bool favourite, Reply<Result<>> reply);
    void moveToTrash(QList<EntryId> ids, Reply<Result<>> reply);
    void restoreFromTrash(QList<EntryId> ids, Reply<Result<>> reply);
    void deleteForever(QList<EntryId> ids, Reply<Result<>> reply);
    void history(EntryId id, Reply<Result<QList<EntryVersion>>> reply);
    void revealVersion(EntryId id, int version, int field, Reply<Result<crypto::SecretText>> reply);
    /// Brings an earlier state back as a new version.
    void restoreVersion(EntryId id, int version, Reply<Result<EntrySummary>> reply);

    // -- agents' keys
    void agents(Reply<Result<QList<Agent>>> reply);
    void createKey(AgentDraft draft, Reply<Result<NewKey>> reply);
    void updateKey(QString keyId, AgentDraft draft, Reply<Result<>> reply);
    void setKeyPaused(QString keyId, bool paused, Reply<Result<>> reply);
    void pauseAllKeys(bool paused, Reply<Result<>> reply);
    void revokeKey(QString keyId, Reply<Result<>> reply);
    /// A new token for the same key; the old one stops at once.
    void rotateKey(QString keyId, Reply<Result<NewKey>> reply);

    // -- audit
    void auditPage(AuditFilter filter, qint64 beforeSequence, int limit, Reply<Result<AuditPage>> reply);
    /// Rows per bucket and actor, newest last; for the timeline.
    void auditTimeline(AuditFilter filter, qint64 bucketMilliseconds, Reply<Result<QList<AuditBucket>>> reply);

    // -- import
    /// Writes the plan in one transaction. Nothing is written on error.
    void applyImport(ImportPlan plan, Reply<Result<ImportOutcome>> reply);
    /// Takes back one import as a whole; entries changed since are kept and counted in the reply.
    void undoImport(ImportId id, Reply<Result<int>> reply);

signals:
    void factsChanged(const clavitor::VaultFacts &facts);
    void entriesChanged();
    void agentsChanged();
    /// New rows, oldest first, already committed.
    void auditAppended(const QList<clavitor::AuditEvent> &events);
    void lockedCall(const clavitor::LockedCall &call);
    /// The vault could not write: full disk, read-only. Shown until the next good write.
    void trouble(const clavitor::Error &error);
    void personalShut();

private:
    Vault *m_vault;
    VaultFacts m_facts;
};

} // namespace clavitor

Q_DECLARE_METATYPE(clavitor::VaultFacts)
Q_DECLARE_METATYPE(clavitor::LockedCall)
Q_DECLARE_METATYPE(clavitor::Error)
