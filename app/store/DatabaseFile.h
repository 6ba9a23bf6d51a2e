// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QString>

#include <array>
#include <cstddef>
#include <span>

#include <unistd.h>

namespace clavitor {

/// The database as a file on the disk, before SQLite sees it: whose it looks to be, and how a new one comes to its name.
struct DatabaseFile {
    /// SQLCipher keeps the salt in the first 16 bytes, so that much can be told without the key.
    enum class Start { OurSalt, OtherSalt, Empty };

    /// Of a database's name, and of what SQLite keeps beside it.
    static constexpr std::array<QLatin1StringView, 4> suffixes{QLatin1StringView(""), QLatin1StringView("-wal"), QLatin1StringView("-shm"),
                                                               QLatin1StringView("-journal")};

    Start start = Start::Empty;
    qint64 size = 0;            ///< bytes

    /// NoVault: no such file · ForeignFile: a plain SQLite database · ReadOnly · Io.
    [[nodiscard]] static Result<DatabaseFile> look(const QString &path, std::span<const std::byte, 16> salt);

    /// A new file is built as `path` + ".new" and renamed when it is complete.
    [[nodiscard]] static QString unfinishedName(const QString &path);
    /// An empty file of mode 0600 under the unfinished name; remains of an earlier try are removed. VaultExists.
    [[nodiscard]] static Result<> prepare(const QString &path);
    using Link = int (*)(const char *from, const char *to);
    /// Takes the unfinished name from the file that has its own already, where finish() could not.
    static void forgetSecondName(const QString &path);
    /// Gives it its name, never over another file, and makes that durable. `link` is the system's, or a test's.
    [[nodiscard]] static Result<> finish(const QString &path, Link link = ::link);
};

} // namespace clavitor
