// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QFile>
#include <QString>

#include <functional>
#include <optional>

namespace clavitor {

/// A client's configuration as it lies on the disk. It may hold tokens, ours and others': wiped with the value.
/// Any thread; moves, does not copy.
struct ConfigFile {
    static constexpr qint64 Largest = 16 * 1024 * 1024; ///< bytes; Claude Code keeps its history in the same file

    QString path;               ///< as the client names it
    QString target;             ///< what is read and replaced: behind links
    bool exists = false;
    QByteArray bytes;
    QFile::Permissions permissions;

    ConfigFile() = default;
    ConfigFile(ConfigFile &&) = default;
    ConfigFile &operator=(ConfigFile &&) = default;
    ~ConfigFile();

    /// A file that is not there is no error. InvalidValue: no file but a folder, a pipe or a link to nothing, or too large ·
    /// ReadOnly: it may not be written · Io. `detail` is a sentence.
    [[nodiscard]] static Result<ConfigFile> read(const QString &path);
};

/// Whether a change of `before` could be made now, as far as can be told without making it. Conflict · ReadOnly · Io.
[[nodiscard]] Result<> mayChange(const ConfigFile &before);

/// A change that was made, as much of it as taking it back needs. Copies; holds no content.
struct AppliedChange {
    QString path;
    QString target;
    QString backup;             ///< 0600; empty when there was no file before
    QByteArray digest;          ///< of what was written
};

/// Called when all is ready and only the last look at the file and the replacing of it are to come: what a test lets happen then.
using BeforeReplacing = std::function<void()>;

/// The file is in a project's folder or in a repository: what is put beside it may be committed, with whatever it holds.
[[nodiscard]] bool isInProject(const ConfigFile &file);

/// Writes `after` where `before` was: backup first ("config.toml.clavitor-backup-<time>-<digest>", 0600), then the file in one
/// step, with its permissions, behind its links; a new one is 0600. Nothing changes on error. `now` in ms since the epoch.
/// The backup lies beside the file; where isInProject() it lies in `backups` instead, a folder of ours that is made 0700, with the name
/// of the file's folder in front. Earlier backups of the file are taken away, wherever they lie: there is one, for tokens may stand in it.
/// Conflict: the file is not `before` any more · ReadOnly · DiskFull · Io.
[[nodiscard]] Result<AppliedChange> applyChange(const ConfigFile &before, const QByteArray &after, qint64 now, const QString &backups = {},
                                                const BeforeReplacing &ready = {});
/// Puts back what was there, byte for byte, and takes the backup away. Conflict: the file was changed since · NotFound: the backup
/// is gone · ReadOnly · DiskFull · Io.
[[nodiscard]] Result<> undoChange(const AppliedChange &change, const BeforeReplacing &ready = {});
/// Takes the backup away, and with it the way back. Also well when it is gone. Io.
[[nodiscard]] Result<> deleteBackup(const AppliedChange &change);
/// The change that made the file what it is now, by its backup, beside it or in `backups`; nullopt when there is none or the file
/// went on since.
[[nodiscard]] std::optional<AppliedChange> lastChange(const QString &path, const QString &backups = {});

} // namespace clavitor
