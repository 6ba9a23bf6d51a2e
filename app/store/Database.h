// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/store/Statement.h"
#include "crypto/SecretBytes.h"

#include <QString>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace clavitor {

/// An open vault file: SQLCipher 4 with a raw key, in WAL mode with synchronous=FULL, so that a commit that returned is
/// on the disk. One connection, exclusive: no other process can open the file meanwhile and no -shm file exists.
///
/// Owns the connection and its prepared statements. Movable; statements and transactions follow the move. Lives on the
/// vault thread from open() to close().
class Database {
public:
    enum class Mode {
        Create,                 ///< no file may be there (VaultExists); appears under its name complete or not at all
        Existing,
    };
    static constexpr std::size_t keySize = 32;
    static constexpr std::size_t saltSize = 16;

    /// `migrated` is called after the last missing migration, in its transaction: what it writes is there together with the new
    /// schema. `migrating` before the first, in its, when the file has a manifest already.
    using Migrated = std::function<Result<>(Database &)>;

    /// Opens or creates `path` and brings the schema up to date.
    ///
    /// `key` is the raw AES key of `keySize` bytes, `salt` what SQLCipher writes into the first 16 bytes of the file; it
    /// is no secret. `vfs` names a registered SQLite VFS, nullptr for the system's: the seam for tests of failing disks.
    ///
    /// Errors: NoVault no file · ForeignFile not our salt, or not our application id · WrongPassword no page of the
    /// file verifies under this key · DamagedFile some page does not · NewerSchema, the file is left as it is ·
    /// ReadOnly · DiskFull · Io · AlreadyOpen another process has it · SqlCipherTooOld · OutOfMemory.
    [[nodiscard]] static Result<Database> open(const QString &path, const crypto::SecretBytes &key,
                                               std::span<const std::byte, saltSize> salt, Mode mode,
                                               const char *vfs = nullptr, const Migrated &migrated = {},
                                               const Migrated &migrating = {});

    /// The library's version, "4.6.1 community"; empty when it is no SQLCipher. Opens no file; any thread.
    [[nodiscard]] static QString cipherVersion();

    Database(Database &&) noexcept;
    Database &operator=(Database &&) noexcept;
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;
    /// Closes, without a word about failures.
    ~Database();

    /// Moves the write-ahead log into the file, truncates it and closes. The file is closed whatever is returned; on an
    /// error the log stays beside it and is read at the next open.
    [[nodiscard]] Result<> close();
    [[nodiscard]] bool isOpen() const { return m_connection != nullptr; }

    /// A cached prepared statement. `sql` is program text, never built from values.
    [[nodiscard]] Statement statement(std::string_view sql);
    /// Binds, runs to the end.
    template<typename... Values>
    [[nodiscard]] Result<> run(std::string_view sql, const Values &...values)
    {
        return statement(sql).bindAll(values...).run();
    }
    /// Rows changed by the last insert, update or delete.
    [[nodiscard]] int changes() const;
    /// Row number of the last insert.
    [[nodiscard]] qint64 lastRow() const;

    /// Verifies every page's MAC and the structure of the tables: DamagedFile with the first findings as detail.
    [[nodiscard]] Result<> quickCheck();
    /// Moves the write-ahead log into the file and truncates it, so that overwritten values are gone from the disk.
    [[nodiscard]] Result<> truncateLog();
    /// The same once the outermost transaction is committed, or after the next one if it cannot be done then.
    void truncateLogAfterCommit();
    /// Drops decrypted pages that are kept for the next read.
    void forgetPages();
    /// The number of the last migration that was applied.
    [[nodiscard]] Result<int> schemaVersion();
    /// For the migrations.
    [[nodiscard]] Result<> setSchemaVersion(int version);
    /// Keeps few pages from here on, and forgets the others: for when two databases are open, or the memory for both could not
    /// be locked. False: as many again as suit its size.
    [[nodiscard]] Result<> limitCache(bool limited);
    /// From here on nothing is written: transactions and writes fail with `why`. Nothing: it may be written again.
    [[nodiscard]] Result<> freeze(std::optional<Error> why);
    [[nodiscard]] bool isFrozen() const { return frozenBy().has_value(); }
    [[nodiscard]] const std::optional<Error> &frozenBy() const;

    /// What takes long ends with Locked soon after `stop` is true, so that a lock need not wait for it: quickCheck(), but for its look
    /// at the pages' MACs, Manifest::check(), reading many rows of the log, and what asks whileNotStopped(). It outlives this, and may
    /// be set by any thread.
    void stopBy(const std::atomic<bool> &stop);
    /// To be asked between the pieces of what changes much. Locked: it is to be rolled back.
    [[nodiscard]] Result<> whileNotStopped() const;

private:
    friend class AuditStore;
    friend class Manifest;
    friend class SurplusRows;
    friend class Transaction;
    explicit Database(std::unique_ptr<Connection> connection);

    std::unique_ptr<Connection> m_connection;
};

} // namespace clavitor
