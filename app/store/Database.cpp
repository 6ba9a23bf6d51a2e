// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Database.h"

#include "app/store/Connection.h"
#include "app/store/DatabaseFile.h"
#include "app/store/Contains.h"
#include "app/store/Migrations.h"
#include "app/store/PageWitness.h"
#include "app/store/SqliteError.h"
#include "app/store/SqliteMemory.h"

#include <QFile>
#include <QStringList>

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <string>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// SQLCipher 4's default, which we leave alone.
constexpr qint64 pageSize = crypto::PageCipher::pageSize;
// Pages kept decrypted. The least is what a login may usually lock in memory (8 MiB, and others need theirs); a vault of
// 10,000 entries is as quick with it as with more. A search that reads every text of a larger one wants them all.
constexpr qint64 leastCache = 5120; // KiB
constexpr qint64 mostCache = 16384;
constexpr qint64 cacheBytesAnEntry = 160;
// While another database is open beside it.
constexpr qint64 limitedCache = 1024; // KiB
// After a large import the log shrinks back to this.
constexpr std::string_view logLimit = "PRAGMA journal_size_limit = 8388608";

Result<QString> answer(Database &database, std::string_view pragma)
{
    Statement statement = database.statement(pragma);
    const Result<bool> row = statement.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? statement.text(0) : QString();
}

/// Refuses what cannot open a version 4 file, or is no SQLCipher at all.
Result<> requireCipher(Database &database)
{
    const Result<QString> version = answer(database, "PRAGMA cipher_version");
    const QStringList parts = version ? version->section(u' ', 0, 0).split(u'.') : QStringList();
    const int major = parts.value(0).toInt();
    const int minor = parts.value(1).toInt();
    if (major > 4 || (major == 4 && minor >= 6))
        return {};
    return fail(ErrorCode::SqlCipherTooOld, version && !version->isEmpty() ? *version : u"no SQLCipher"_s);
}

/// SQLCipher's raw key form x'<key><salt>' in hexadecimal, built in guarded memory.
crypto::SecretBytes rawKey(const crypto::SecretBytes &key, std::span<const std::byte, Database::saltSize> salt)
{
    static constexpr char digits[] = "0123456789abcdef";
    crypto::SecretBytes text(2 * (Database::keySize + Database::saltSize) + 3);
    std::size_t at = 0;
    const auto put = [&](char c) { text.writable()[at++] = static_cast<std::byte>(c); };
    put('x');
    put('\'');
    for (const std::span<const std::byte> part : {key.bytes(), std::span<const std::byte>(salt)})
        for (const std::byte byte : part) {
            put(digits[std::to_integer<unsigned>(byte) >> 4]);
            put(digits[std::to_integer<unsigned>(byte) & 15]);
        }
    put('\'');
    return text;
}

/// What must hold before anything is read.
Result<> configure(Database &database, sqlite3 *handle)
{
    // A schema that somebody planted must not run functions or write shadow tables; nothing else is ever attached.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(handle, 200);
    if (const int code = addContains(handle); code != SQLITE_OK)
        return std::unexpected(sqliteError(handle, code));
    // Exclusive from the first page on: so no shared memory file is ever made.
    return database.run("PRAGMA locking_mode = EXCLUSIVE");
}

/// Whether the key fits any of the file's whole pages, when the file does not open.
bool anyPageVerifies(Database &database, qint64 pages)
{
    // One row a page that does not.
    Statement check = database.statement("PRAGMA cipher_integrity_check");
    qint64 bad = 0;
    for (Result<bool> row = check.step(); row && *row; row = check.step())
        ++bad;
    return bad < pages;
}

/// Reads the first page, which takes the right key, enters WAL mode and sets what lasts for the connection.
Result<> enter(Database &database, sqlite3 *handle, DatabaseFile::Start start, qint64 pages)
{
    // Before anything else: without a log, which cannot be made either, SQLite would only say that it cannot open it.
    if (sqlite3_db_readonly(handle, "main") == 1)
        return fail(ErrorCode::ReadOnly, u"the file cannot be written"_s);
    if (const Result<QString> first = answer(database, "SELECT count(*) FROM sqlite_schema"); !first) {
        if (first.error().code != ErrorCode::DamagedFile)
            return std::unexpected(first.error());
        const bool ours = start == DatabaseFile::Start::OurSalt;
        if (anyPageVerifies(database, pages) || (ours && pages == 0))
            return fail(ErrorCode::DamagedFile, u"the first page does not verify"_s);
        return fail(ours ? ErrorCode::WrongPassword : ErrorCode::ForeignFile, u"no page verifies under this key"_s);
    }
    if (start == DatabaseFile::Start::OtherSalt)
        return fail(ErrorCode::DamagedFile, u"the salt in the file was changed"_s);
    const Result<QString> mode = answer(database, "PRAGMA journal_mode = WAL");
    if (!mode)
        return std::unexpected(mode.error());
    if (*mode != "wal"_L1)
        return fail(ErrorCode::Io, "journal mode "_L1 + *mode);
    // These read the schema, so they come after the key was found right.
    for (const std::string_view pragma :
         {std::string_view("PRAGMA synchronous = FULL"), std::string_view("PRAGMA secure_delete = ON"),
          std::string_view("PRAGMA foreign_keys = ON"), std::string_view("PRAGMA temp_store = MEMORY"), logLimit})
        if (const Result<> done = database.run(pragma); !done)
            return done;
    return {};
}

/// Needs the schema.
Result<> sizeCache(Database &database)
{
    const Result<QString> last = answer(database, "SELECT ifnull(max(row), 0) FROM entries");
    if (!last)
        return std::unexpected(last.error());
    const qint64 size = std::clamp(last->toLongLong() * cacheBytesAnEntry / 1024, leastCache, mostCache);
    return database.run("PRAGMA cache_size = -" + std::to_string(size));
}

} // namespace

Database::Database(std::unique_ptr<Connection> connection)
    : m_connection(std::move(connection))
{
}

QString Database::cipherVersion()
{
    SqliteMemory::use();
    sqlite3 *handle = nullptr;
    const int opened = sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    Database memory(std::make_unique<Connection>(handle)); // there is a handle to close after most failures, too
    return opened == SQLITE_OK ? answer(memory, "PRAGMA cipher_version").value_or(QString()) : QString();
}

Database::Database(Database &&) noexcept = default;
Database &Database::operator=(Database &&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const QString &path, const crypto::SecretBytes &key,
                                std::span<const std::byte, saltSize> salt, Mode mode, const char *vfs,
                                const Migrated &migrated, const Migrated &migrating)
{
    if (key.size() != keySize)
        return fail(ErrorCode::Internal, u"the database key has the wrong size"_s);

    // A new file grows under another name, so that a crash leaves no half-made vault.
    const QString place = mode == Mode::Create ? DatabaseFile::unfinishedName(path) : path;
    if (mode == Mode::Create)
        if (const Result<> prepared = DatabaseFile::prepare(path); !prepared)
            return std::unexpected(prepared.error());
    if (mode == Mode::Existing)
        DatabaseFile::forgetSecondName(path);
    const Result<DatabaseFile> file = DatabaseFile::look(place, salt);
    if (!file)
        return std::unexpected(file.error());
    const bool fresh = mode == Mode::Create;
    if (!fresh && file->start == DatabaseFile::Start::Empty)
        return fail(ErrorCode::DamagedFile, u"the file is empty"_s);

    SqliteMemory::use();
    sqlite3 *handle = nullptr;
    // One thread has it, so SQLite need not lock it around every call.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX;
    const int opened = sqlite3_open_v2(QFile::encodeName(place).constData(), &handle, flags, vfs);
    Database database(std::make_unique<Connection>(handle));
    if (opened != SQLITE_OK)
        return std::unexpected(sqliteError(handle, opened));
    if (const Result<> cipher = requireCipher(database); !cipher)
        return std::unexpected(cipher.error());

    // First of all: from here on SQLCipher locks and wipes what SqliteMemory did not. Its own log would go to stderr.
    (void)answer(database, "PRAGMA cipher_log_level = NONE");
    (void)answer(database, "PRAGMA cipher_memory_security = ON");
    {
        const crypto::SecretBytes text = rawKey(key, salt);
        if (const int code = sqlite3_key_v2(handle, "main", text.bytes().data(), static_cast<int>(text.size()));
            code != SQLITE_OK)
            return std::unexpected(sqliteError(handle, code));
    }
    database.m_connection->useCipher(crypto::PageCipher(key, salt));
    if (const Result<QString> secure = answer(database, "PRAGMA cipher_memory_security"); !secure || *secure != "1"_L1)
        return fail(ErrorCode::Internal, u"SQLCipher does not protect its memory"_s);
    if (const Result<> done = configure(database, handle); !done)
        return std::unexpected(done.error());
    if (const Result<> done = enter(database, handle, fresh ? DatabaseFile::Start::OurSalt : file->start,
                                    file->size / pageSize);
        !done)
        return std::unexpected(done.error());

    if (!fresh) {
        const Result<QString> id = answer(database, "PRAGMA application_id");
        if (!id)
            return std::unexpected(id.error());
        if (id->toInt() != applicationId)
            return fail(ErrorCode::ForeignFile, u"encrypted with our key, but no vault"_s);
    }
    if (const Result<> done = migrate(database, migrated, migrating); !done)
        return std::unexpected(done.error());
    if (const Result<> done = sizeCache(database); !done)
        return std::unexpected(done.error());
    SqliteMemory::lockAgain();
    SqliteMemory::warnOnce();
    if (!fresh)
        return database;

    if (const Result<> closed = database.close(); !closed)
        return std::unexpected(closed.error());
    if (const Result<> named = DatabaseFile::finish(path); !named)
        return std::unexpected(named.error());
    return open(path, key, salt, Mode::Existing, vfs, migrated, migrating);
}

Result<> Database::close()
{
    if (!m_connection)
        return {};
    // Once more: the heap may have grown since it was opened.
    SqliteMemory::warnOnce();
    Result<> done = truncateLog();
    const std::unique_ptr<Connection> connection = std::move(m_connection);
    if (const int code = connection->close(); code != SQLITE_OK && done)
        done = std::unexpected(sqliteError(nullptr, code));
    return done;
}

Statement Database::statement(std::string_view sql)
{
    return m_connection->statement(sql);
}

int Database::changes() const
{
    return sqlite3_changes(m_connection->handle());
}

qint64 Database::lastRow() const
{
    return sqlite3_last_insert_rowid(m_connection->handle());
}

Result<> Database::quickCheck()
{
    static constexpr int maximumFindings = 5;
    const Connection::Stoppable stoppable(*m_connection);
    for (const std::string_view pragma : {"PRAGMA cipher_integrity_check", "PRAGMA quick_check"}) {
        QStringList findings;
        Statement check = statement(pragma);
        Result<bool> row = check.step();
        for (; row && *row && findings.size() < maximumFindings; row = check.step())
            if (const QString finding = check.text(0); finding != "ok"_L1)
                findings.append(finding);
        if (!findings.isEmpty())
            return fail(ErrorCode::DamagedFile, findings.join("; "_L1));
        if (!row)
            return fail(row.error().code == ErrorCode::Internal ? ErrorCode::DamagedFile : row.error().code,
                        row.error().detail);
    }
    SqliteMemory::lockAgain();
    return {};
}

void Database::stopBy(const std::atomic<bool> &stop)
{
    m_connection->stopBy(&stop);
}

Result<> Database::whileNotStopped() const
{
    return m_connection->isStopped() ? fail(ErrorCode::Locked, u"locked meanwhile"_s) : Result<>();
}

Result<> Database::truncateLog()
{
    const Result<QString> busy = answer(*this, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (!busy)
        return std::unexpected(busy.error());
    if (*busy != "0"_L1)
        return fail(ErrorCode::Busy, u"the write-ahead log is in use"_s);
    return {};
}

void Database::truncateLogAfterCommit()
{
    m_connection->wantCleanLog();
}

void Database::forgetPages()
{
    m_connection->forgetPages();
}

Result<> Database::limitCache(bool limited)
{
    if (!limited)
        return sizeCache(*this);
    const Result<> done = run("PRAGMA cache_size = -" + std::to_string(limitedCache));
    forgetPages();
    return done;
}

Result<> Database::freeze(std::optional<Error> why)
{
    return m_connection->freeze(std::move(why));
}

const std::optional<Error> &Database::frozenBy() const
{
    return m_connection->frozen();
}

Result<int> Database::schemaVersion()
{
    const Result<QString> version = answer(*this, "PRAGMA user_version");
    if (!version)
        return std::unexpected(version.error());
    return PageWitness::schemaOf(version->toLongLong());
}

Result<> Database::setSchemaVersion(int version)
{
    return PageWitness(*m_connection).putSchema(version);
}

} // namespace clavitor
