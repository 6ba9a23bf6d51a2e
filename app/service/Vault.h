// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "app/service/LockedCalls.h"
#include "app/service/OpenVault.h"
#include "app/service/VaultTypes.h"
#include "app/session/VaultSession.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace clavitor {

class BridgeChannel;

/// The vault on its thread: the session, what is open while it is unlocked, and the channel agents' questions come by.
///
/// Made on the UI thread, moved to the vault thread before its first use; every method but the constructor and
/// initialFacts() runs there, one posted job at a time, so there is no lock and the order of effects is total.
class Vault : public QObject {
    Q_OBJECT
public:
    struct Parts {
        QString folder;
        Clock clock;
        crypto::RandomSource random;
        PasswordCost passwordCost = calibratedCost();   ///< of a new vault; small and fixed in tests
        /// Lives on a thread of its own: Argon2id runs there, while this one goes on answering. Null: it runs here at once.
        /// `random` is then called from both threads.
        QObject *deriver = nullptr;
        CallerLookup caller = systemCallerLookup();
        Clock steady = steadyClock();           ///< ms that never go back
        ApprovalQueue::Times approvalTimes{};   ///< shorter in tests
        VaultFolder::StepWatcher headerSteps{}; ///< called at each step of a header's write, for tests that die there
        VaultFolder::ReplacementWatcher replacementSteps{};
        ProgramLinks links = systemProgramLinks();
    };
    explicit Vault(Parts parts);
    ~Vault() override;

    /// What the folder holds, read when the object was made; for the first picture of the windows.
    [[nodiscard]] const VaultFacts &initialFacts() const { return m_facts; }

    using Done = std::move_only_function<void(Result<>)>;
    // What takes a password answers later, on this thread. One at a time: Busy otherwise. A lock() meanwhile wins: Locked; a
    // vault that was to be created and kept at once is there then.
    void create(const QString &name, const crypto::SecretText &password, VaultSession::Kept kept, Done done);
    void unlock(const crypto::SecretText &password, Done done);
    void changePassword(const crypto::SecretText &current, const crypto::SecretText &next, Done done);
    void openPersonal(const crypto::SecretText &password, Done done);
    void addWay(NewWay way, crypto::SecretBytes secret, const crypto::SecretText &password, Done done);
    using Replaced = std::move_only_function<void(Result<KeysReplaced>)>;
    /// Every key anew, in a new file: a piece between other jobs, agents waiting meanwhile and nobody else writing (Busy). Takes
    /// effect as a whole or not at all; a lock() or cancelReplacement() before that leaves the vault as it was. Only the master
    /// password opens it afterwards. WrongPassword · Locked · Cancelled · Busy · ChangedOutside · AuditUnavailable · DamagedFile ·
    /// OutOfMemory · ReadOnly · DiskFull · Io.
    void replaceKeys(const crypto::SecretText &password, Replaced done);
    void cancelReplacement();
    /// A new master password by a way that opens Personal, without the present one.
    void setPassword(WayName by, crypto::SecretBytes secret, const crypto::SecretText &next, Done done);

    [[nodiscard]] Result<> unlockWithKeychainSecret(const crypto::SecretBytes &secret);
    /// From any thread, before lock() is asked for: what would keep it waiting ends, with Locked.
    void wantLock() noexcept { m_session.wantLock(true); }
    /// Leaves a row, wipes the keys, closes the file. Locking always succeeds; an error tells what could not be written.
    Result<> lock(LockCause cause = LockCause::Asked);
    /// Locks as lock() does, but for requests that are under a lease: those go on being answered, until no lease is in force
    /// any more, or lock(). What cannot be kept is locked all the same, and said: NotFound, no lease is in force · Busy, it is
    /// not known yet whether the file is as it was left · ChangedOutside, it is not. Already so: fine.
    Result<> lockKeepingLeases(LockCause cause = LockCause::Asked);
    /// Ends the leases that are kept, on record, and locks. Fine when none is; it takes nobody's unlock to take something away.
    [[nodiscard]] Result<> endKeptLeases();
    [[nodiscard]] Result<> addKeychainSlot(const crypto::SecretBytes &secret);
    [[nodiscard]] Result<> removeKeychainSlot();
    /// Neither copy of the header can be read, and the person takes what is kept from before in their place (VaultFacts::formerKeys):
    /// the vault is locked then, and opens by what opened it then. NoVault: that opens nothing here · DamagedFile and its like.
    [[nodiscard]] Result<> useFormerKeys();
    // By a recovery sheet or a piece of hardware.
    [[nodiscard]] Result<> unlockWithSecret(WayName way, const crypto::SecretBytes &secret);
    [[nodiscard]] Result<> openPersonalWithSecret(WayName way, const crypto::SecretBytes &secret);
    [[nodiscard]] Result<> removeWay(WayName way);
    void shutPersonal();
    /// The opening that was asked for last is not wanted any more: while the password is worked out it ends with Cancelled and opens
    /// nothing; afterwards Personal is shut, with a row, and what that opening kept for reopenPersonal() is forgotten.
    void takeBackPersonal();
    /// Another opening is asked for: what is open already is not to be taken back with that.
    void keepOpening() { m_lastOpening.reset(); }
    /// What a secret opened before, after a presence check. Locked · PersonalShut: nothing is kept.
    [[nodiscard]] Result<> reopenPersonal();
    /// Whether Personal's key is kept for that; false forgets it.
    void keepPersonal(bool kept);
    void forgetPersonal();
    /// Set while Personal is open.
    [[nodiscard]] const crypto::PersonalKeyPair *personalKeys();

    /// Stops all keys, or lets go of that. On a locked vault, and while its keys are replaced, it is remembered, in a file beside it
    /// while they are to be stopped, and holds before the first question after that. Locked: what was said of the open vault is not
    /// taken back in front of a locked one.
    [[nodiscard]] Result<> pauseAllKeys(bool paused);

    /// The person has looked at a vault that is not as it was left, and takes it as it is: it may be written again, every key is
    /// paused until the person lets it go on, and that is on record. Fine when there is nothing to trust.
    [[nodiscard]] Result<> trustContents();
    [[nodiscard]] bool isDistrusted() const { return m_facts.distrust.has_value(); }
    /// A checkpoint is in the file outside. Remembered at the next unlock, when the vault is locked.
    void checkpointWritten(const KeptCheckpoints &written);

    /// Somebody will say at each unlock what is remembered of the vault outside its file, by compareWith(). Agents wait for
    /// that, `kPatience` at most. What comes later is looked at, too, and until then nothing is told that would replace it.
    void expectMirror(bool expected) { m_expectsMirror = expected; }
    /// What mirrored() told last; nothing when there is none yet.
    void compareWith(const std::optional<QByteArray> &remembered);
    /// It cannot be read now: agents go on, the facts say so where there is a keychain, and nothing is told that would replace it. compareWith() may still come,
    /// after a lock and in a later program, too, and is then about the file as it was found this time.
    void cannotCompare(ErrorCode why);
    [[nodiscard]] bool awaitsMirror() const { return m_open && m_mirror == Mirror::Awaited; }
    /// The same, or it is late: whether this is the newest copy is not known yet.
    [[nodiscard]] bool isMirrorOwed() const { return awaitsMirror() || (m_open && m_mirror == Mirror::Late); }
    /// Agents' questions are kept until flush().
    [[nodiscard]] bool holdsAgents() const { return awaitsMirror() || m_session.isReplacing(); }

    using Verified = std::move_only_function<void(Result<LogVerdict>)>;
    /// Walks the log from its first row on, a piece between other jobs, and answers later. Personal is open when it is asked:
    /// PersonalShut. `notes` are checkpoints the person keeps elsewhere. Busy: one is under way · Locked: it was locked meanwhile.
    void verifyLog(const QByteArray &notes, Verified done);
    /// What was found so far is the answer.
    void cancelVerify();

    /// The key of Personal records' MACs; only while unlocked.
    [[nodiscard]] const crypto::SecretBytes &recordKey() const { return m_session.manifestKey(); }
    /// Null while locked.
    [[nodiscard]] OpenVault *open() { return m_open.get(); }
    /// What answers agents under a lease while it is locked for everybody else; null otherwise. For the channel alone.
    /// Whether the rest of a long log is still being looked at.
    [[nodiscard]] bool isSweeping() const { return m_sweep.has_value(); }
    [[nodiscard]] OpenVault *leased() { return m_leased.get(); }

    /// Takes over the keeper's end of a channel to a bridge; the previous one is closed.
    void attachBridge(int descriptor, std::uint16_t port);
    /// Answers what waits, locks and closes. Last call before the thread ends.
    void shutDown();

    /// Answers the question, and the calls that waited for it.
    [[nodiscard]] Result<> answerApproval(ApprovalId id, ApprovalAnswer answer);
    /// After the key was stopped or changed: its questions are taken back and their calls judged anew. Of all keys when
    /// `keyId` is empty.
    void dropQuestions(const QString &keyId);
    /// What was waited for under this id is there.
    void releaseCalls(QUuid waitedFor);

    /// Tells the windows what an owner's change touched.
    void announceEntries() { emit entriesChanged(); }
    void announceAgents();
    void announceGrants();
    void announceStopped(LongWork work) { emit stoppedByLock(work); }
    void announce(const Error &error) { emit trouble(error); }

signals:
    void factsChanged(const clavitor::VaultFacts &facts);
    void entriesChanged();
    void agentsChanged();
    void auditAppended(const QList<clavitor::AuditEvent> &events);
    void lockedCall(const clavitor::LockedCall &call);
    void trouble(const clavitor::Error &error);
    /// Nothing of it was kept: a lock that was wanted did not wait for it.
    void stoppedByLock(clavitor::LongWork work);
    void personalShut();
    void bridgeUp(const clavitor::link::BridgeUp &message);
    void approvalAsked(const clavitor::ApprovalRequest &request);
    void approvalEnded(clavitor::ApprovalId id, clavitor::ApprovalEnd how);
    void ruleSuggested(const clavitor::RuleSuggestion &suggestion);
    void entryRequested(const clavitor::EntryRequest &request);
    void entryRequestsChanged();
    void grantsChanged();
    void keyAlert(const clavitor::KeyAlert &alert);
    /// To be kept outside the file, for compareWith() at the next unlock: some seconds after a change, and at the lock.
    void mirrored(const QString &vaultId, const QByteArray &record);
    /// A note of the log as it was committed, for whoever keeps such outside.
    void checkpointMade(const QByteArray &note, qint64 row);
    void verifyProgress(qint64 rows, qint64 total);
    /// Rows copied; from 0 of 0 while the password is worked out.
    void replacementProgress(qint64 rows, qint64 total);

private:
    friend class BridgeChannel;
    /// The bridge said that it serves, or why not.
    void bridgeSaid(const link::BridgeUp &message);
    Result<> opened(QLatin1StringView how);
    /// The row is durable before the act: what cannot be put on record is not done, and what was done is never reported as
    /// failed because its row did. An act that fails leaves a second row that says so.
    template<typename Act>
    Result<> onRecord(AuditEvent row, Act act);
    /// A row that says that `action` was tried with a secret that does not fit; none for other errors.
    void recordWrongSecret(QLatin1StringView action, const Error &error);
    /// Of an opening of Personal that succeeded: what it can be taken back by.
    void noteOpening(bool keptBefore) { m_lastOpening = Opening{!keptBefore && m_session.keepsPersonal()}; }
    /// For rows: "security key Blue".
    [[nodiscard]] QString wayNamed(WayName way) const;
    /// After calls were answered or time went by: tells the windows, and sets the clock for what is due next.
    void tendQuestions();
    void wakeForQuestions(qint64 due);
    void questionsDue();
    /// Each with how many calls wait for it now.
    void tellWaiting();
    /// When that denial was the one that stops the key: its row, its alarm, its questions.
    void restAfterDenial(const ApprovalRequest &request);
    /// The client of a call that waits is gone.
    void callerLeft(quint64 call);
    /// Needs nothing of the vault.
    [[nodiscard]] link::Callers callersAt(const link::WhoCalls &who) const;
    void tell(const Result<> &result);
    void setState(LockState state);
    void showState();
    void takeHeader();
    enum class Deriving { Nothing, ToOpen, Other };
    /// Runs the work where passwords are worked out, and `finish` with its answer here.
    template<typename T, typename Finish>
    void derive(Deriving what, PasswordWork<T> work, Finish finish);
    Result<> created(Result<HeaderAndKey> made, VaultSession::Kept kept, quint64 turn);
    /// It has its second way, so it is a vault, and open.
    Result<> finished(Result<crypto::VaultHeader> header, const QString &way, quint64 turn);
    Result<> unlocked(Result<HeaderAndKey> opened, quint64 turn);
    /// The same for an open vault: begins what takes the master password, and `finish` has its good answer unless the vault
    /// was locked meanwhile. A wrong secret leaves a row named `action`.
    template<typename T, typename Begin, typename Finish>
    void deriveWhileOpen(QLatin1StringView action, Begin begin, Finish finish, Done done);
    /// What is open while the session is, made anew when the file's contents are trusted.
    [[nodiscard]] Result<std::unique_ptr<OpenVault>> makeOpen(bool leasesOnly = false);
    /// What every lock takes away; answers the questions that ended by it.
    QList<ApprovalQueue::Ended> leaveOpen();
    void tellLocked(const QList<ApprovalQueue::Ended> &ended);
    /// The lock that comes at the end of what was kept.
    Result<> endKeeping(const QString &why, bool byItself);
    /// Leases end by time, by reads and with their keys: tells the windows, and locks when none is left.
    void tendLeases();
    void cleanLog();
    void distrust(Distrust why);
    /// Whether the row a remembered checkpoint names is the one that is there.
    [[nodiscard]] bool rowsAgree(const QByteArray &note) const;
    /// What was left of a long log at the unlock, a piece between other jobs.
    void sweepLog();
    /// What was left of a large one at the unlock of that turn, when agents have their first answers.
    void lookAtSearchLater(quint64 turn);
    void lookAtSearchIndex();
    void replaceMore();
    void switchKeys();
    /// Back to how it was, unless it succeeded; a failure leaves a row.
    void endReplacement(Result<KeysReplaced> result);
    void verifyMore();
    void endVerify(Result<LogVerdict> verdict);
    void tellMirror();
    /// Agents go on without what is remembered.
    void mirrorIsLate();
    void applyPauseWish();
    /// For the row of the unlock or of what was trusted; empty when it was opened by the keys of now.
    [[nodiscard]] QString formerKeysInWords() const;
    /// An agent asked while locked: told to the windows, kept for the log.
    void noteLockedCall(const link::Question &question, const QString &keyId);
    Result<> writeLockedCalls();
    void tellLeaseOver(GrantId lease, const KeyAlert &alert);
    /// Those that were over when it was opened.
    void tellEndedLeases(OpenVault &open);

    Clock m_clock;
    crypto::RandomSource m_random;
    VaultSession m_session;
    std::unique_ptr<OpenVault> m_open;
    std::unique_ptr<OpenVault> m_leased;        ///< never beside m_open
    VaultFacts m_facts;
    LockedCalls m_lockedCalls;
    QList<AuditEvent> m_blocked;        ///< that the bridge could not have its port, until it can be written; a few at most
    QSet<GrantId> m_leasesTold;         ///< that they ended
    std::optional<bool> m_pauseWish;    ///< pauseAllKeys() of a locked vault, for the next unlock
    QObject *m_deriver;
    Deriving m_deriving = Deriving::Nothing;
    quint64 m_turns = 0;                ///< times the vault was opened or locked: whether it was meanwhile
    CallerLookup m_caller;
    ProgramLinks m_links;               ///< what a link led to is known beyond a lock: its program runs on
    Clock m_steady;
    int m_wrongPasswords = 0;                   ///< since the vault was open
    std::optional<KeptCheckpoints> m_written;   ///< of the file outside, and not in the vault yet
    ApprovalQueue::Times m_approvalTimes;
    struct Opening {
        bool isKept = false;            ///< by it, for the next time
    };
    std::optional<Opening> m_lastOpening;   ///< of Personal, while that is open
    std::weak_ptr<bool> m_openingTakenBack; ///< of the one that is worked out
    QTimer m_personalWindow;
    QTimer m_questionTimer;
    QTimer m_leaseTimer;                ///< runs while a lease is in force
    /// Unread: it is known that it cannot be read for now, which holds up nobody.
    enum class Mirror { NotAsked, Awaited, Late, Unread, Answered };
    Mirror m_mirror = Mirror::NotAsked; ///< since the unlock
    bool m_expectsMirror = false;
    QTimer m_mirrorPatience;            ///< runs while agents wait for compareWith()
    QTimer m_mirrorTimer;               ///< runs while a change is to be mirrored
    QTimer m_logTimer;                  ///< runs while the keys of rows may stand in the write-ahead log
    QByteArray m_mirrored;              ///< what was told last
    QByteArray m_note;                  ///< the last checkpoint the mirror has or is to have
    struct Sweep {
        qint64 done = 0;    ///< rows up to this were looked at
        RowSum sum;
        Manifest::Indexed indexed{};
        bool isIndexed = true;  ///< as far as was looked, each index leads to these rows
        std::size_t counted = 0; ///< of the indexes, whose own number was compared
    };
    std::optional<Sweep> m_sweep;       ///< while it is under way
    Replaced m_replaced;                ///< while keys are being replaced
    std::unique_ptr<AuditVerifier> m_verifier;
    Verified m_verified;
    std::unique_ptr<BridgeChannel> m_bridge;    ///< last: it tells of the calls it held when it goes
};

} // namespace clavitor

Q_DECLARE_METATYPE(clavitor::link::BridgeUp)
