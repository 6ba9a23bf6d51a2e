// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/base/Post.h"
#include "app/import/ImportPlan.h"
#include "app/model/Agent.h"
#include "app/model/AuditEvent.h"
#include "app/model/Entry.h"
#include "app/service/AuditFeed.h"
#include "app/service/VaultTypes.h"
#include "crypto/Random.h"
#include "crypto/SecretBytes.h"
#include "crypto/SecretText.h"

#include <QObject>

#include <memory>

namespace clavitor {

class Keychain;
class PresenceGate;
class Vault;

/// The owner's view of the vault: asynchronous, callable from the UI thread, answered on the thread that asked.
///
/// Lives on the UI thread. Every call is one job on the vault thread, so calls take effect in order; only what takes a
/// password is worked out beside it and takes effect when that is done. A reveal is audited
/// before its value is delivered, exactly as an agent's read is. Replies whose context object died are dropped.
class VaultClient : public QObject {
    Q_OBJECT
public:
    /// `vault` lives on the vault thread, `keychain` on this one; both outlive this object.
    VaultClient(Vault *vault, Keychain &keychain, crypto::RandomSource random, QObject *parent = nullptr);
    ~VaultClient() override;

    /// As last told by the vault thread; never blocks.
    [[nodiscard]] const VaultFacts &facts() const { return m_facts; }
    [[nodiscard]] bool isUnlocked() const { return m_facts.state == LockState::Unlocked; }

    // -- session
    /// Makes the vault and leaves it unlocked, or, where it needs a second way, unfinished until addWay(). Runs Argon2id: about a second.
    /// A keychain slot comes behind the answer: once it is kept, and where a lock came before, after the next unlock.
    void create(NewVault vault, crypto::SecretText password, Reply<Result<>> reply);
    void unlock(crypto::SecretText password, Reply<Result<>> reply);
    /// After the presence check that PresenceGate asks for, if one is set: PresenceRefused · PresenceTimeout ·
    /// PresenceUnavailable · Cancelled.
    void unlockWithKeychain(Reply<Result<>> reply);
    /// Has the desktop ask the person for what opens a locked keychain (Keychain::open()); unlockWithKeychain() may be tried then.
    void openKeychain(Reply<Result<>> reply);
    /// Wins over an unlock or a creation that is under way: those answer Locked.
    void lock(Reply<Result<>> reply = {}) { lock(LockCause::Asked, std::move(reply)); }
    void lock(LockCause cause, Reply<Result<>> reply = {});
    /// Nobody is there any more in front of a vault that is locked: what is typed or waited for goes (lockAsked()). Nothing is locked, so
    /// a lease that is kept goes on.
    void forgetTyped();
    /// As lock() for people, while agents are served under the leases that are in force (facts().leases). What cannot be kept is
    /// locked all the same, and the answer says why: NotFound · Busy · ChangedOutside.
    void lockKeepingLeases(LockCause cause, Reply<Result<>> reply = {});
    /// Ends them, and locks. Needs no unlock.
    void endKeptLeases(Reply<Result<>> reply);
    void changePassword(crypto::SecretText current, crypto::SecretText next, Reply<Result<>> reply);
    /// Replaces every key of the vault (Vault::replaceKeys()), and then gives the keychain a new secret if it opened the vault:
    /// when that fails, the vault is without it. Other ways are to be made again. replacementProgress() tells how far it is.
    void replaceKeys(crypto::SecretText password, Reply<Result<KeysReplaced>> reply);
    /// Before it took effect, that is; the reply says which it was.
    void cancelReplacement();
    /// Enabling takes the secret the keychain has for this vault, or gives it one; it replaces none.
    void setKeychainSlot(bool enabled, Reply<Result<>> reply);
    /// Opens Personal for views of at most 60 s with the master password.
    void openPersonal(crypto::SecretText password, Reply<Result<>> reply);
    void shutPersonal();
    /// Whoever asked last to have Personal opened, by whichever way, does not want it any more: it ends with Cancelled, or what was
    /// opened is shut again, on record, and not kept for reopenPersonal() by this. Done without being asked for when nobody is there
    /// any more to hear that it is open.
    void takeBackPersonal();
    /// Opens Personal again after a presence check, as VaultFacts::keepsPersonal says. The errors of unlockWithKeychain() ·
    /// PersonalShut.
    void reopenPersonal(Reply<Result<>> reply);
    /// False forgets what reopenPersonal() needs and keeps it no more.
    void keepPersonal(bool kept);
    void forgetPersonal();
    /// Who asks whether the person is there; once, `gate` outlives this object's last call. Without it the keychain opens the
    /// vault unasked, and Personal opens by its secrets only.
    void setPresence(PresenceGate *gate);
    /// For its progress; null without one.
    [[nodiscard]] PresenceGate *presence() const { return m_gate; }
    /// Ends the check that runs: those who wait for it are answered Cancelled.
    void cancelPresence();
    // By a recovery sheet's or a piece of hardware's 32 bytes (crypto::RecoverySheet::slotSecret(), app/hardware).
    void unlockWithSecret(WayName way, crypto::SecretBytes secret, Reply<Result<>> reply);
    void openPersonalWithSecret(WayName way, crypto::SecretBytes secret, Reply<Result<>> reply);
    /// Takes the master password: a way that opens Personal is wrapped with what only that gives. A sheet or a TPM replaces
    /// the one before, a security key is added to the others.
    void addWay(NewWay way, crypto::SecretBytes secret, crypto::SecretText password, Reply<Result<>> reply);
    /// The keychain goes as with setKeychainSlot(false). The master password stays: LastWay.
    void removeWay(WayName way, Reply<Result<>> reply);
    /// A new master password without the present one, by a way that opens Personal.
    void setPassword(WayName by, crypto::SecretBytes secret, crypto::SecretText next, Reply<Result<>> reply);
    /// Takes the header of before in the place of two copies that cannot be read (facts().formerKeys); then the vault is locked.
    void useFormerKeys(Reply<Result<>> reply);
    /// Takes a vault that is not as it was left (facts().distrust) as it is: it may be written again, and every key waits paused.
    void trustContents(Reply<Result<>> reply);

    // -- entries
    /// Sorted by title, case-insensitive, locale aware.
    void entries(EntryQuery query, Reply<Result<QList<EntrySummary>>> reply);
    void counts(Reply<Result<EntryCounts>> reply);
    void entry(EntryId id, Reply<Result<EntrySummary>> reply);
    /// The values of the Shared fields that are not masked (user name, e-mail, text …) for the detail view, by number.
    void openValues(EntryId id, Reply<Result<QHash<int, QString>>> reply);
    /// One value, for the eye or the clipboard: audited as `reveal` or `copy`. Personal needs openPersonal() first.
    using Purpose = clavitor::Purpose;
    void reveal(EntryId id, int field, Purpose purpose, Reply<Result<crypto::SecretText>> reply);
    /// The current code of a TOTP field. Not audited when only shown to the owner; `copy` is.
    void code(EntryId id, int field, Purpose purpose, Reply<Result<CodeOnShow>> reply);
    /// Creates or replaces; answers the stored summary.
    void save(EntryDraft draft, Reply<Result<EntrySummary>> reply);
    void setFavourite(EntryId id, bool favourite, Reply<Result<>> reply);
    /// Bait: looks real to agents, and a key that reads it is frozen.
    void setDecoy(EntryId id, bool decoy, Reply<Result<>> reply);
    // Of many, all or none: a lock does not wait for it (stoppedByLock()).
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
    /// With a token that was made beforehand, so that what it will stand in can be shown first. InvalidValue: it is none.
    void createKey(AgentDraft draft, crypto::SecretText token, Reply<Result<NewKey>> reply);
    void updateKey(QString keyId, AgentDraft draft, Reply<Result<>> reply);
    void setKeyPaused(QString keyId, bool paused, Reply<Result<>> reply);
    /// Also while locked: then it holds from the first moment of the next unlock. Facts tell whether it is so.
    void pauseAllKeys(bool paused, Reply<Result<>> reply);
    void revokeKey(QString keyId, Reply<Result<>> reply);
    /// A new token for the same key; the old one stops at once.
    void rotateKey(QString keyId, Reply<Result<NewKey>> reply);
    void rotateKey(QString keyId, crypto::SecretText token, Reply<Result<NewKey>> reply);
    /// Lets a frozen or resting key work again.
    void releaseKey(QString keyId, Reply<Result<>> reply);
    /// Everything the key could list and read now, and why not; nothing is read and no row is left.
    void viewAs(QString keyId, Reply<Result<KeyView>> reply);
    /// `from` inclusive, `to` exclusive, ms since the epoch.
    void receipt(QString keyId, qint64 from, qint64 to, Reply<Result<KeyReceipt>> reply);
    /// Every credential the key has had, oldest first.
    void blastRadius(QString keyId, Reply<Result<QList<SeenCredential>>> reply);
    void tickRotated(QString keyId, EntryId entry, bool ticked, Reply<Result<>> reply);

    // -- questions to the person
    /// Those that wait, oldest first.
    void approvals(Reply<Result<QList<ApprovalRequest>>> reply);
    /// NotFound when it has ended meanwhile.
    void answerApproval(ApprovalId id, ApprovalAnswer answer, Reply<Result<>> reply);
    /// Those in force, newest first.
    void grants(Reply<Result<QList<Grant>>> reply);
    void endGrant(GrantId id, Reply<Result<>> reply);
    void addLease(LeaseDraft lease, Reply<Result<GrantId>> reply);
    /// Allows an entry to a key for good, as a suggested rule does.
    void allowAlways(QString keyId, EntryId entry, Action action, Reply<Result<>> reply);
    /// What agents asked for and is not in the vault; open ones first, newest first.
    void entryRequests(Reply<Result<QList<EntryRequest>>> reply);
    /// `entry` is what was asked for. `letIn` puts it into the key's scope, if it is not there.
    void fulfilRequest(EntryRequestId id, EntryId entry, bool letIn, Reply<Result<>> reply);
    void declineRequest(EntryRequestId id, Reply<Result<>> reply);

    // -- audit
    void auditPage(AuditFilter filter, qint64 beforeSequence, int limit, Reply<Result<AuditPage>> reply);
    /// Tells what waits to be told, so that rows and a page just answered are of the same moment.
    void flushAudit() { m_feed.flush(); }
    /// Rows per bucket and actor, newest last; for the timeline.
    void auditTimeline(AuditFilter filter, qint64 bucketMilliseconds, Reply<Result<QList<AuditBucket>>> reply);

    /// Verifies the log from its first row on; Personal is open when it is asked. `notes` are the checkpoints kept outside, as
    /// text. Takes some twenty microseconds a row; verifyProgress() tells how far it is.
    void verifyLog(QByteArray notes, Reply<Result<LogVerdict>> reply);
    /// The answer comes at once, with what was found so far.
    void cancelVerify();
    /// The file outside that the log's checkpoints go to, as the vault remembers it.
    void keptCheckpoints(Reply<Result<KeptCheckpoints>> reply);
    /// Chosen by the person; empty: given up. On record either way.
    void keepCheckpoints(QString path, Reply<Result<>> reply);

    // -- import
    /// Writes the plan in one transaction. Nothing is written on error, which a lock meanwhile is, too (stoppedByLock()).
    void applyImport(ImportPlan plan, Reply<Result<ImportOutcome>> reply);
    /// Takes back one import as a whole; entries changed since are kept and counted in the reply.
    void undoImport(ImportId id, Reply<Result<int>> reply);

signals:
    /// A new vault's slot is on its way into the keychain, which may ask the person for its own password meanwhile, in a window of its own
    /// that can come up behind ours; then that this is over, however it ended.
    void keychainIsAwaited(bool isAwaited);
    /// The person wants it locked, or has left it, also when it is locked: what was typed to open it is wiped, and who waits for hardware
    /// waits no more.
    void lockAsked();
    /// lockKeepingLeases() locked, and kept none.
    void leaseNotKept();
    void factsChanged(const clavitor::VaultFacts &facts);
    void entriesChanged();
    void agentsChanged();
    /// New rows, oldest first, already committed; while there are many, gathered (AuditFeed).
    void auditAppended(const QList<clavitor::AuditEvent> &events);
    void lockedCall(const clavitor::LockedCall &call);
    /// The vault could not write: full disk, read-only. Shown until the next good write.
    void trouble(const clavitor::Error &error);
    /// The vault that create() made is kept, and the keychain that was to open it does not: why. It is not tried again.
    void keychainNotAdded(const clavitor::Error &why);
    /// Many entries were to be changed, and a lock did not wait for it: nothing of it was kept.
    void stoppedByLock(clavitor::LongWork work);
    void personalShut();
    /// A question waits for the person; it ends by answerApproval() or by itself. Said again when the number of calls it is for
    /// changes.
    void approvalAsked(const clavitor::ApprovalRequest &request);
    void approvalEnded(clavitor::ApprovalId id, clavitor::ApprovalEnd how);
    void ruleSuggested(const clavitor::RuleSuggestion &suggestion);
    void entryRequested(const clavitor::EntryRequest &request);
    void entryRequestsChanged();
    void grantsChanged();
    void keyAlert(const clavitor::KeyAlert &alert);
    void verifyProgress(qint64 rows, qint64 total);
    void replacementProgress(qint64 rows, qint64 total);
    /// All keys are new, and replaceKeys() goes on with the keychain: nothing can be stopped any more.
    void keychainIsRenewed();

private:
    /// Runs `work` on the open vault, or answers Locked.
    template<typename T, typename Work>
    void ask(Reply<Result<T>> reply, Work work);

    /// Around the reply to whoever opens Personal.
    [[nodiscard]] Reply<Result<>> openedFor(Reply<Result<>> reply);
    void readKeychain(quint64 locks, Reply<Result<>> reply);
    /// A fresh secret for the keychain, and its slot; without the slot the item goes again.
    void makeKeychainItem(const QString &item, Reply<Result<>> reply);
    void addKeychainSlot(crypto::SecretBytes secret, Reply<Result<>> reply);
    /// In the place of the secret that the vault's former keys were wrapped with.
    void renewKeychain(const QString &former, KeysReplaced replaced, Reply<Result<KeysReplaced>> reply);
    /// The keychain's slot that create() was to make.
    void makeWantedSlot();
    void wantedSlotMade(const Result<> &slot);

    Vault *m_vault;
    Keychain &m_keychain;
    crypto::RandomSource m_random;
    VaultFacts m_facts;
    PresenceGate *m_gate = nullptr;
    quint64 m_locks = 0;    ///< calls of lock(): whether there was one while the keychain was asked
    int m_keepsAsked = 0;   ///< calls of lockKeepingLeases() without an answer
    bool m_wantsKeychain = false;   ///< ticked when the vault was made, and could not be had yet
    AuditFeed m_feed;
};

} // namespace clavitor
