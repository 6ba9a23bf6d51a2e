// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "app/session/PasswordWork.h"
#include "app/session/PersonalWindow.h"
#include "app/session/SessionSlot.h"
#include "app/session/UnlockWay.h"
#include "app/session/VaultFolder.h"
#include "app/store/Database.h"
#include "app/store/Manifest.h"
#include "app/store/SealingKeys.h"
#include "app/store/VaultLock.h"
#include "crypto/PersonalKey.h"
#include "crypto/Random.h"
#include "crypto/SecretBytes.h"
#include "crypto/SecretText.h"
#include "crypto/Signature.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace clavitor {

/// One vault from locked to unlocked and back: owns the folder's lock, the open database and every key derived from the
/// vault key, and nothing of them once locked. Between the two it can be narrowed to what a lease needs.
///
/// Lives on the vault thread. What takes a password runs Argon2id, about a second each time, so it comes in three steps:
/// begin…() here, the work it answers on whichever thread, and finish…() here again, which answers Busy when the vault's
/// header changed meanwhile. The functions without prefix do all three at once. Passwords are normalised to NFKC here.
/// References handed out hold until the next lock().
class VaultSession {
public:
    enum class State { NoVault, Locked, Unlocked };

    VaultSession(VaultFolder folder, Clock clock, crypto::RandomSource random = crypto::systemRandom(),
                 PasswordCost cost = calibratedCost());
    ~VaultSession();
    VaultSession(const VaultSession &) = delete;
    VaultSession &operator=(const VaultSession &) = delete;

    /// From any thread: what looks at all of the database, at an unlock or while keys are replaced, and what changes much of it, ends
    /// with Locked soon, until it is taken back. Work on a password that was begun ends so for good, as lock() and narrow() end it:
    /// after the run of Argon2id it is in.
    void wantLock(bool wanted) noexcept;
    /// That alone.
    void stopWork() noexcept;

    /// Claims the folder for this process, until destruction, and reads the header, repairing a bad copy from the good one.
    /// Unlocking does it as well; call it at the start to know name, id and slots of a locked vault, or why it cannot be
    /// opened. AlreadyOpen and the errors of VaultFolder::readHeader(); NoVault leaves the state NoVault.
    [[nodiscard]] Result<> load();

    [[nodiscard]] State state() const;
    [[nodiscard]] const VaultFolder &folder() const { return m_folder; }
    /// Of the header that was loaded; empty or false without one.
    [[nodiscard]] QString vaultId() const;
    [[nodiscard]] QString name() const;
    [[nodiscard]] bool hasKeychainSlot() const;
    /// What its secret is called in the keychain: otherwise after all keys were replaced, so that the secret of before, which still
    /// opens older copies, is never taken for the new vault's.
    [[nodiscard]] QString keychainItem() const;
    /// The ways it opens by, in the header's order: password, keychain, sheet, security keys, TPM.
    [[nodiscard]] QList<UnlockWay> ways() const;
    /// The password's hash uses less memory than usual, because this machine had not enough: to be told to the person.
    [[nodiscard]] bool hasReducedCost() const;
    /// After load() failed since neither copy of the header can be read, and while what is kept from before stands in for them.
    [[nodiscard]] const std::optional<FormerKeys> &formerKeys() const { return m_formerKeys; }
    /// That is to be tried from here on; it takes their place on the disk when a secret has opened the vault by it. NoVault: nothing
    /// there opens this vault · the errors of load().
    [[nodiscard]] Result<> useFormerKeys();
    /// Whether the open vault was opened so, or was once, and formerKeysAreOnRecord() was not said since, in this process or another.
    [[nodiscard]] bool isByFormerKeys() const;
    /// That has been told. What cannot be removed is told again. ReadOnly · Io.
    [[nodiscard]] Result<> formerKeysAreOnRecord();
    /// What load() had to repair; English, empty when nothing.
    [[nodiscard]] const QString &repairNote() const { return m_repairNote; }

    /// From when on a new vault is kept: at once, or once a second way opens all of it, so that no loss of one is its loss.
    enum class Kept { AtOnce, WithSecondWay };
    /// Makes the vault and leaves it unlocked. After a crash there is either no vault or the whole one. WeakPassword ·
    /// VaultExists · AlreadyOpen · InvalidValue · OutOfMemory · ReadOnly · DiskFull · Io; then nothing is left behind.
    [[nodiscard]] Result<> create(const QString &name, const crypto::SecretText &password, Kept kept = Kept::AtOnce);
    [[nodiscard]] Result<PasswordWork<HeaderAndKey>> beginCreate(const QString &name, const crypto::SecretText &password);
    [[nodiscard]] Result<> finishCreate(HeaderAndKey made, Kept kept = Kept::AtOnce);
    /// It has no second way yet: its keys are held for beginAddWay(), but it is no vault, and lock(), or the end of the program,
    /// however it comes, leaves none.
    [[nodiscard]] bool isUnfinished() const { return m_isUnfinished; }

    /// WrongPassword is about the password only, as far as can be told: KeysChanged, when no copy of the header is the one that was in use
    /// when this session locked the vault; DamagedFile, ForeignFile, NewerSchema, ParametersRefused, NoVault, … are
    /// about the files. Unlocking an unlocked vault checks the secret and changes nothing.
    [[nodiscard]] Result<> unlockWithPassword(const crypto::SecretText &password);
    [[nodiscard]] Result<PasswordWork<HeaderAndKey>> beginUnlock(const crypto::SecretText &password);
    [[nodiscard]] Result<> finishUnlock(HeaderAndKey opened);
    /// KeychainWrongItem: not the secret this vault was given · KeychainNoItem: this vault has no keychain slot.
    [[nodiscard]] Result<> unlockWithKeychainSecret(const crypto::SecretBytes &secret);
    /// By a recovery sheet's or a piece of hardware's 32 bytes. WrongRecoverySheet · WrongDevice · NoSuchWay.
    [[nodiscard]] Result<> unlockWithSecret(WayName way, const crypto::SecretBytes &secret);
    /// Amid a lock: wipes the keys that its own row does not need any more, and shuts Personal. What is left is what the file is written
    /// by, until lock(), which is to follow whatever becomes of the row.
    void letKeysGo();
    /// Wipes every key and closes the database; any time. An error is about closing: the vault is locked all the same.
    Result<> lock();
    /// Locked to everybody but what goes on under a lease: the vault key, the signing key, Personal's key and what opens it
    /// again are gone, and the state is Locked. The file stays open, and what derives from the vault key and writes it does:
    /// database(), manifestKey(), tokenKey(), sealingKeys(). Any unlock that succeeds gives back the rest, lock() takes all of
    /// it; what fails changes nothing. Locked.
    [[nodiscard]] Result<> narrow();
    [[nodiscard]] bool isNarrowed() const { return m_narrowed != nullptr; }

    /// Wraps the same keys anew, at the same cost: two runs of Argon2id, that for `next` first. After a crash the vault opens with the old password
    /// or the new one. Locked · WrongPassword (`current`) · WeakPassword (`next`) · ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> changePassword(const crypto::SecretText &current, const crypto::SecretText &next);
    [[nodiscard]] Result<PasswordWork<crypto::VaultHeader>> beginChangePassword(const crypto::SecretText &current,
                                                                                const crypto::SecretText &next);
    /// Takes a header that such work rewrapped.
    [[nodiscard]] Result<> finishRewrap(crypto::VaultHeader header);
    /// The same without the present password, by a way that opens Personal. Locked · WeakPassword · WrongRecoverySheet ·
    /// WrongDevice · NoSuchWay · ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<PasswordWork<crypto::VaultHeader>> beginSetPassword(WayName by, crypto::SecretBytes secret,
                                                                             const crypto::SecretText &next);
    // -- replacing every key: VaultSessionReplacement.cpp
    /// Two new keys, the vault's and Personal's, in a header that only the password opens: three runs of Argon2id, one to see that it
    /// comes out the same. Locked · ChangedOutside.
    [[nodiscard]] Result<PasswordWork<NextKeys>> beginReplacement(const crypto::SecretText &password);
    /// Makes the next database beside this one. Until finishReplacement() or cancelReplacement() this one is not written: Busy to
    /// whoever would. Locked · Busy · ChangedOutside · ReadOnly · DiskFull · Io; then everything is as it was.
    [[nodiscard]] Result<> startReplacement(NextKeys keys);
    /// Copies a piece; true once all is there, on the disk, and read back as whole. After an error it is to be cancelled.
    [[nodiscard]] Result<bool> replaceMore();
    struct Progress {
        qint64 done = 0;    ///< rows
        qint64 total = 0;
    };
    [[nodiscard]] Progress replacementProgress() const;
    /// Goes over to the next keys and its database. `then` runs when they are this session's and nothing is decided yet: what it
    /// writes is there together with the switch. When it or the header's write fails, those of before are back, and it is to
    /// be cancelled. What was handed out before is good until finishReplacement().
    [[nodiscard]] Result<> switchKeys(const std::function<Result<>()> &then);
    /// Closes the database of before and removes it, forgets Personal's former key.
    void finishReplacement();
    /// Removes what was made. Any time before finishReplacement(), but for after a good switchKeys().
    void cancelReplacement();
    [[nodiscard]] bool isReplacing() const { return m_replacement != nullptr; }
    /// Removes what a replacement of before left, once this vault is known to be as it was left; all of it only if it `isNewest`, when
    /// nothing remembers a later one. What cannot be removed stays for the next time. ReadOnly · Io.
    [[nodiscard]] Result<> discardFormer(bool isNewest);
    /// Where the copy found the file to be other than it was left, after ChangedOutside.
    [[nodiscard]] const QList<VaultPart> &replacementFindings() const { return m_findings; }

    /// A way that opens Personal as well, so it takes the master password, which has that key. In place of an earlier sheet
    /// or TPM, beside other security keys. Locked · WrongPassword · InvalidValue · TooManyWays · ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<PasswordWork<crypto::VaultHeader>> beginAddWay(NewWay way, crypto::SecretBytes secret,
                                                                        const crypto::SecretText &password);
    /// Locked · NoSuchWay · LastWay: the master password, or the last that opens Personal.
    [[nodiscard]] Result<> removeWay(WayName way);
    /// What went wrong after a change was already in place, once: the change counts, the disk wants looking at.
    [[nodiscard]] std::optional<Error> takeTrouble() { return std::exchange(m_trouble, std::nullopt); }
    /// In place of an earlier one. Locked · InvalidValue: not 32 bytes.
    [[nodiscard]] Result<> addKeychainSlot(const crypto::SecretBytes &secret);
    /// Fine when there is none.
    [[nodiscard]] Result<> removeKeychainSlot();

    /// Opens Personal until `personalUntil()`; opening again starts the time anew. Locked · WrongPassword.
    [[nodiscard]] Result<> openPersonal(const crypto::SecretText &password);
    [[nodiscard]] Result<PasswordWork<crypto::PersonalKeyPair>> beginOpenPersonal(const crypto::SecretText &password);
    [[nodiscard]] Result<> finishOpenPersonal(crypto::PersonalKeyPair keys);
    /// By a sheet's or a piece of hardware's secret. Locked · WrongRecoverySheet · WrongDevice · NoSuchWay.
    [[nodiscard]] Result<> openPersonalWithSecret(WayName way, const crypto::SecretBytes &secret);
    void shutPersonal() { m_personal.shut(); }
    /// Again, without a secret: the caller has asked whether the person is there. Locked · PersonalShut: nothing is kept.
    [[nodiscard]] Result<> reopenPersonal();
    /// Whether reopenPersonal() can. Outlives a lock, not the program.
    [[nodiscard]] bool keepsPersonal() const { return m_slot.holds(); }
    void setKeepsPersonal(bool keeps) { m_slot.setEnabled(keeps); }
    void forgetPersonal() { m_slot.forget(); }
    /// Null while Personal is shut. Wipes the key when its time is over, so the caller's timer is for the screen.
    [[nodiscard]] const crypto::PersonalKeyPair *personalKeys() { return m_personal.keys(m_clock()); }
    /// By the clock passed in; 0 while shut.
    [[nodiscard]] qint64 personalUntil() const { return m_personal.until(); }

    // Only while unlocked or narrowed; the signing key only while unlocked.
    [[nodiscard]] Database &database();
    /// What the file was found to be when it was opened, against its manifest, and the header against what the file remembers of
    /// it. With parts that are wrong the database is frozen: ChangedOutside to whoever would write.
    [[nodiscard]] const Manifest::Report &contents() const;
    /// Freezes it for another reason: it is an older copy.
    [[nodiscard]] Result<> freezeContents(const QString &why);
    /// Takes what is there as it is, the header, too: indexes are made anew, the manifest is sealed above `atLeast` changes, and it may be written
    /// again. `then` runs in the same transaction; when anything fails, nothing was changed and it stays frozen.
    [[nodiscard]] Result<> trustContents(quint64 atLeast, const std::function<Result<>()> &then);
    /// What that took out, known when `then` runs: it was there twice.
    [[nodiscard]] const QList<RemovedSurplus> &removedSurplus() const { return m_removed; }
    [[nodiscard]] const crypto::SecretBytes &tokenKey() const;
    [[nodiscard]] const crypto::SecretBytes &manifestKey() const;
    [[nodiscard]] const crypto::PersonalPublicKey &personalPublicKey() const;
    [[nodiscard]] SealingKeys sealingKeys() const;
    /// Of the log's checkpoints.
    [[nodiscard]] const crypto::SigningKey &signingKey() const;

    /// Of the keys: grows when they are replaced.
    [[nodiscard]] std::uint32_t epoch() const { return m_headers.empty() ? 0 : m_headers.front().epoch; }

private:
    [[nodiscard]] static QList<UnlockWay> waysOf(const crypto::VaultHeader &header);
    struct Opened;
    struct Replacement;

    [[nodiscard]] Result<> claim();
    [[nodiscard]] Result<> requireFree() const;
    /// The headers a key is tried on: both when the copies differ and nothing has told which is genuine.
    [[nodiscard]] std::vector<crypto::VaultHeader> candidates() const;
    void repairCopies(const crypto::VaultHeader &header);
    /// Of both copies this is wrong: whether what is kept from before stands in for them.
    [[nodiscard]] Result<> loadFormer(const Error &why);
    [[nodiscard]] Result<> store(crypto::VaultHeader header, crypto::SecretBytes vaultKey, Kept kept);
    [[nodiscard]] Result<std::unique_ptr<Opened>> openDatabase(const crypto::VaultHeader &header, crypto::SecretBytes vaultKey,
                                                               Database::Mode mode) const;
    /// To the vault from before the keys were replaced, when that is still there; answers an error in any case.
    [[nodiscard]] Result<> goBackFrom(const crypto::VaultHeader &header, const Error &why);
    // Of the next database, behind the copy.
    [[nodiscard]] Result<> closeCopy();
    [[nodiscard]] Result<> openCopy();
    [[nodiscard]] Result<> provedWhole();
    [[nodiscard]] static Result<Manifest::Report> compare(Database &database, const crypto::SecretBytes &manifestKey,
                                                          const crypto::VaultHeader &header);
    /// With its manifest attached; what is not as it was left, the header among it, is frozen.
    [[nodiscard]] static Result<Manifest::Report> checked(Database &database, const crypto::VaultHeader &header);
    /// The same of one that is open already.
    [[nodiscard]] Result<> compareAgain(Opened &opened) const;
    /// So that an older one is noticed from here on. What cannot be written now is owed until the lock.
    static Result<> remember(Opened &opened, const crypto::VaultHeader &header);
    /// ChangedOutside: it was opened by an older one, which must not be signed anew.
    [[nodiscard]] Result<> keep(crypto::VaultHeader header);
    /// Fails only when it is not there; else what went wrong afterwards is trouble.
    [[nodiscard]] Result<> writeInPlace(const crypto::VaultHeader &header);
    [[nodiscard]] Result<> requireStrong(const crypto::SecretText &password) const;
    [[nodiscard]] bool isOpen() const { return m_open != nullptr; }
    [[nodiscard]] Opened &held() const;
    [[nodiscard]] Result<> widen(crypto::SecretBytes vaultKey);
    [[nodiscard]] const crypto::SecretBytes &vaultKey() const;

    /// Of work that begins: stopped with the next lock, or at once when one is wanted.
    [[nodiscard]] std::shared_ptr<WorkStop> newStop(crypto::SecretText password = {}, crypto::SecretBytes secret = {});

    std::atomic<bool> m_lockIsWanted = false;
    std::mutex m_stopsMutex;
    std::vector<std::weak_ptr<WorkStop>> m_stops;   ///< of work that may be under way
    VaultFolder m_folder;
    Clock m_clock;
    crypto::RandomSource m_random;
    PasswordCost m_cost;
    std::optional<VaultLock> m_lock;
    std::vector<crypto::VaultHeader> m_headers; ///< as read, newest first; the first is in use
    std::optional<crypto::VaultHeader> m_lastHeader; ///< in use when the vault was locked last
    std::optional<FormerKeys> m_formerKeys;
    QString m_repairNote;
    std::optional<Error> m_trouble;
    std::unique_ptr<Opened> m_open;
    std::unique_ptr<Opened> m_narrowed;     ///< never beside m_open; without the keys that narrow() takes
    bool m_isUnfinished = false;    ///< open, and its header on no disk
    bool m_hasStaleCopy = false;    ///< one of before the keys were replaced, left by a crash
    bool m_isRepairPutOff = false;  ///< the header in use is an older one, and a copy differs from it
    std::unique_ptr<Replacement> m_replacement;
    QList<VaultPart> m_findings;
    QList<RemovedSurplus> m_removed;
    PersonalWindow m_personal;
    SessionSlot m_slot;
};

} // namespace clavitor
