// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/session/FormerKeys.h"
#include "crypto/VaultHeader.h"

#include <QString>

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace clavitor {

/// The points of VaultFolder::writeHeader() between which a crash could fall. DamagedAside comes before FirstRenamed, in putBackFormer() alone;
/// the last two are setAside()'s: its name is known, and the database alone has it.
enum class HeaderWriteStep { Started, FirstWritten, BothWritten, FirstRenamed, BothRenamed, Finished, DamagedAside, AsideNamed, DatabaseAside };

/// The points of replacing all keys between which a crash could fall; those of the header's write come before Switched.
enum class ReplacementStep { Begun, FormerKept, FileMade, HalfCopied, Copied, Proved, Recorded, Switched, FormerFileRemoved, Finished };

/// The folder of one vault: the database, the two copies of its header vault.keys and vault.keys.copy, lock, agents.paused
/// while that is to be done at the next unlock, vault.unfinished while a new vault is not to be kept yet, vault.former while it
/// is yet to be told that vault.keys.before has taken the header's place, and vault.aside, with the name, while a database is set aside.
///
/// Which file is the database, the header's epoch says: vault.db, and vault.2.db and so on once all keys were replaced. So one
/// rename of the header goes over from one file to the next. From the beginning of that until the next file was opened, the header of
/// before lies there as vault.keys.before, and tells what beside the vault is of the replacement.
///
/// Knows nothing of keys or of the database's content. Folders it makes are 0700, files 0600, whatever the umask.
/// Any thread, one at a time; a value that owns nothing on disk. Writing is for the holder of the VaultLock.
class VaultFolder {
public:
    using StepWatcher = std::function<void(HeaderWriteStep)>;
    using ReplacementWatcher = std::function<void(ReplacementStep)>;

    /// The watchers are called at each step of a header write and of replacing the keys: the seam for tests that die there.
    explicit VaultFolder(QString path, StepWatcher watcher = {}, ReplacementWatcher replacementWatcher = {});

    /// Where a vault of that name lies unless the person chose: $XDG_DATA_HOME/clavitor/<name> or its like. What a file
    /// name cannot hold is replaced; an empty name is "vault".
    [[nodiscard]] static QString standardPath(const QString &name);

    [[nodiscard]] const QString &path() const { return m_path; }
    /// Of the header's epoch.
    [[nodiscard]] QString databasePath(std::uint32_t epoch = 1) const;
    [[nodiscard]] QString headerPath() const;
    [[nodiscard]] QString headerCopyPath() const;
    /// Something of a vault is there, whole or not: nothing new may be created in this folder.
    [[nodiscard]] bool isOccupied() const;
    /// Another process has it, or another session; nothing is written. Not for one that holds it itself.
    [[nodiscard]] bool isHeldElsewhere() const;

    /// Makes the folder and what is missing above it. ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> make() const;

    /// What was read.
    struct HeaderReading {
        /// The distinct copies that verify, newest first; never empty. The first is the vault's header; the other is
        /// tried only when the first turns out to be forged.
        std::vector<crypto::VaultHeader> headers;
        /// A copy is bad or missing and the first of `headers` should be written over both.
        bool needsRepair = false;
        QString trouble; ///< English, what is wrong with which copy; empty when nothing is
    };
    /// Reads both copies and writes nothing. Also finds a header whose write was cut off before the first rename of a new
    /// vault. NoVault: nothing is there · ForeignFile: vault.keys is no file of ours · DamagedFile: no copy verifies, or
    /// none is left beside a database · NewerSchema: a copy is whole and of a newer version · ParametersRefused · Io.
    [[nodiscard]] Result<HeaderReading> readHeader() const;

    /// Replaces both copies: both are written and synced beside the old ones, then renamed one after the other, then
    /// the folder is synced. A crash at any point leaves at least one whole copy, old or new. On an error before the first
    /// rename nothing changed; after it the header is in place, and the error says that the copy is not, or not safely.
    /// ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> writeHeader(const crypto::VaultHeader &header) const;
    /// Removes what a cut-off or failed write left beside the copies.
    void discardStaged() const;
    /// What is begun here is a vault only once it has a header, whenever that is: without one discardUnfinished() removes it. Called before
    /// the database with that salt is made, and again after it, so that it is known from a copy of it. On the disk when it
    /// returns. ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> markUnfinished(const crypto::VaultHeader &header) const;
    /// Ends that. A vault that has its header by then, or only has to be given its name, stays; what was begun and has none goes, and
    /// no other file with it: a copy of the database is set aside. What cannot be removed is left, with its mark, for the next time. ReadOnly · Io.
    [[nodiscard]] Result<> discardUnfinished() const;

    /// Sets 0600 on the files of a database that exist.
    void tightenPermissions(std::uint32_t epoch = 1) const;

    /// Whether the database is there that this header opens.
    [[nodiscard]] bool hasDatabaseOf(const crypto::VaultHeader &header) const;
    /// Keeps a header as vault.keys.before, on the disk when it returns; before the next database is begun. ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> keepFormer(const crypto::VaultHeader &header) const;
    /// NoVault when none is kept, and the errors of readHeader().
    [[nodiscard]] Result<crypto::VaultHeader> former() const;
    /// What it is to a vault of which neither copy of the header can be read. NoVault when none is kept, and the errors of readHeader().
    [[nodiscard]] Result<FormerKeys> formerKeys() const;
    /// Puts `header`, which is that one, in the place of both copies. What lies there is kept, as vault.keys.damaged and
    /// vault.keys.copy.damaged or free names like it, and so is a later database, as setAside() names it. A crash at any point leaves
    /// what the same can be done with again, or a whole copy of it and the mark that says so. ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> putBackFormer(const crypto::VaultHeader &header) const;
    /// From putBackFormer() with this header, as it was kept, until unmarkFormer(): nobody may have been told yet.
    [[nodiscard]] bool isMarkedFormer(const crypto::VaultHeader &header) const;
    /// Fine when there is none. ReadOnly · Io.
    [[nodiscard]] Result<> unmarkFormer() const;
    /// Puts it back in the place of a later one whose database does not open, and sets that database aside. NoVault: none is kept,
    /// or its database is not there · ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<crypto::VaultHeader> restoreFormer(const crypto::VaultHeader &later) const;
    /// Removes what vault.keys.before tells of, and then it: the database of before, or the one that was begun and never gone over to.
    /// For a vault that is as it was left; with `isNewest` when nothing remembers a later one, or what was begun stays, as it may be
    /// what a copy that was put back lies over. Nothing before both copies of the header are this one; other files are not ours to
    /// remove. When a file cannot be removed all is left for the next time. ReadOnly · Io.
    [[nodiscard]] Result<> discardFormer(const crypto::VaultHeader &header, bool isNewest) const;
    /// Renames a database of that epoch, when one is there, to vault.2.db.aside or a free name like it, and what SQLite keeps beside it to
    /// names that fit: without its log it would be an older one. ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> setAside(std::uint32_t epoch) const;
    /// What a crash has left of that: at the next start, before a database is opened. Fine when there is nothing. ReadOnly · Io.
    [[nodiscard]] Result<> finishSettingAside() const;
    void reached(ReplacementStep step) const;

    /// All agents are to be paused at the next unlock: what is said of a locked vault, whose database nobody can write. On the
    /// disk when it returns. ReadOnly · DiskFull · Io.
    [[nodiscard]] Result<> markPaused(bool paused) const;
    [[nodiscard]] bool isMarkedPaused() const;

private:
    /// The two halves of writeHeader().
    [[nodiscard]] Result<> stageHeader(const crypto::VaultHeader &header) const;
    [[nodiscard]] Result<> commitHeader() const;
    void reached(HeaderWriteStep step) const;
    [[nodiscard]] Result<> moveAside(const QString &path, const QString &aside) const;
    [[nodiscard]] QString asideMark() const;
    /// Of the header: under a name of its own, when it is there.
    [[nodiscard]] Result<> keepDamaged(const QString &path) const;
    [[nodiscard]] QString pauseMark() const;
    [[nodiscard]] QString unfinishedMark() const;
    /// What the database is to the mark: the very file it was made for, one with the same salt, or another's or none.
    enum class Marked { It, Copy, Another };
    [[nodiscard]] Marked databaseOf(const QByteArray &mark) const;
    [[nodiscard]] QString formerPath() const;
    [[nodiscard]] QString formerMark() const;
    /// Of any epoch.
    [[nodiscard]] bool hasDatabase() const;

    QString m_path;
    StepWatcher m_watcher;
    ReplacementWatcher m_replacementWatcher;
};

} // namespace clavitor
