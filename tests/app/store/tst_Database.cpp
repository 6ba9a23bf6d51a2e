// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Database.h"
#include "app/store/DatabaseFile.h"
#include "app/store/Migrations.h"
#include "tests/support/FaultyVfs.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

#include <sqlcipher/sqlite3.h>

#include <functional>

#include <csignal>
#include <sys/resource.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

QString answer(Database &database, const char *sql)
{
    Statement statement = database.statement(sql);
    const Result<bool> row = statement.step();
    return row && *row ? statement.text(0) : u"<error>"_s;
}

void flip(const QString &path, qint64 offset)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(offset));
    char byte = 0;
    QVERIFY(file.getChar(&byte));
    QVERIFY(file.seek(offset));
    QVERIFY(file.putChar(static_cast<char>(byte ^ 1)));
}

void writeFile(const QString &path, QByteArrayView bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes.data(), bytes.size()), bytes.size());
}

QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class tst_Database : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void createsAFileThatOpensAgain();
    void namesAFileWhereThereAreNoHardLinks();
    void setsWhatTheSecurityPlanAsksFor_data();
    void setsWhatTheSecurityPlanAsksFor();
    void keepsFewPagesWhileItIsToldTo();
    void keepsTheFileToItsOwner();
    void makesNoSecondVaultOverTheFirst();
    void startsAfreshAfterAnInterruptedCreation();
    void refusesWhatItCannotOpen_data();
    void refusesWhatItCannotOpen();
    void findsDamageInAnyPage();
    void leavesANewerFileAsItIs();
    void refusesASecondOpener();
    void opensAfterAMove();
    void truncatesTheLogWhenItCloses();
    void tellsAFailingDiskApart_data();
    void tellsAFailingDiskApart();
    void callsAFileSizeLimitAFullDisk();
    void opensNoReadOnlyFile();
    void attachesNothing();
};

void tst_Database::initTestCase()
{
    QVERIFY(crypto::initialise());
    QVERIFY(FaultyVfs::install());
}

void tst_Database::namesAFileWhereThereAreNoHardLinks()
{
    const DatabaseFile::Link refused = [](const char *, const char *) {
        errno = EPERM;
        return -1;
    };
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"vault.db"_s);
    REQUIRE_OK(DatabaseFile::prepare(path));
    writeFile(DatabaseFile::unfinishedName(path), "new");
    REQUIRE_OK(DatabaseFile::finish(path, refused));
    QCOMPARE(readFile(path), "new"_ba);
    QVERIFY(!QFile::exists(DatabaseFile::unfinishedName(path)));
    // A name that is taken stays with its file.
    writeFile(DatabaseFile::unfinishedName(path), "newer");
    REQUIRE_ERROR(DatabaseFile::finish(path, refused), ErrorCode::VaultExists);
    // A second name that could not be taken away goes later, and no other file with it.
    DatabaseFile::forgetSecondName(path);
    QVERIFY(QFile::exists(DatabaseFile::unfinishedName(path)));
    QVERIFY(QFile::remove(DatabaseFile::unfinishedName(path)));
    QCOMPARE(::link(QFile::encodeName(path).constData(), QFile::encodeName(DatabaseFile::unfinishedName(path)).constData()), 0);
    DatabaseFile::forgetSecondName(path);
    QVERIFY(!QFile::exists(DatabaseFile::unfinishedName(path)));
    QVERIFY(QFile::exists(path));
    DatabaseFile::forgetSecondName(path);
    QCOMPARE(readFile(path), "new"_ba);
    // A folder that cannot be written is that, and nothing else.
    REQUIRE_ERROR(DatabaseFile::finish(path, [](const char *, const char *) {
        errno = EACCES;
        return -1;
    }), ErrorCode::ReadOnly);
}

void tst_Database::createsAFileThatOpensAgain()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().run("INSERT INTO meta VALUES ('a', x'01')"));
    REQUIRE_OK(vault.reopen());
    QCOMPARE(answer(vault.database(), "SELECT hex(value) FROM meta"), u"01"_s);
    const Result<int> version = vault.database().schemaVersion();
    REQUIRE_OK(version);
    QCOMPARE(*version, latestSchemaVersion());
    REQUIRE_OK(vault.database().quickCheck());
    // An encrypted file starts with its salt.
    QCOMPARE(readFile(vault.path()).first(16), QByteArray(16, '\xa5'));
}

void tst_Database::setsWhatTheSecurityPlanAsksFor_data()
{
    QTest::addColumn<QByteArray>("pragma");
    QTest::addColumn<QString>("value");
    const auto row = [](const char *pragma, const char *value) {
        QTest::newRow(pragma) << QByteArray("PRAGMA ") + pragma << QString::fromLatin1(value);
    };
    row("cipher_memory_security", "1");
    row("cipher_use_hmac", "1");
    row("journal_mode", "wal");
    row("synchronous", "2");
    row("secure_delete", "1");
    row("foreign_keys", "1");
    row("trusted_schema", "0");
    row("temp_store", "2");
    row("locking_mode", "exclusive");
    row("application_id", "1131176310");
}

void tst_Database::setsWhatTheSecurityPlanAsksFor()
{
    QFETCH(QByteArray, pragma);
    QFETCH(QString, value);
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    QCOMPARE(answer(vault.database(), pragma.constData()), value);
}

void tst_Database::keepsFewPagesWhileItIsToldTo()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    const auto kibibytes = [&] {
        Statement size = vault.database().statement("PRAGMA cache_size");
        return size.step() ? -size.integer(0) : 0;
    };
    const qint64 usual = kibibytes();
    QVERIFY(usual > 1024);
    REQUIRE_OK(vault.database().limitCache(true));
    QCOMPARE(kibibytes(), 1024);
    REQUIRE_OK(vault.database().limitCache(false));
    QCOMPARE(kibibytes(), usual);
}

void tst_Database::keepsTheFileToItsOwner()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().run("INSERT INTO meta VALUES ('a', x'01')"));
    for (const QString &name : {vault.path(), QString(vault.path() + "-wal"_L1)}) {
        QVERIFY2(QFile::exists(name), qPrintable(name));
        QCOMPARE(QFile::permissions(name) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                 QFile::Permissions());
    }
    QVERIFY2(!QFile::exists(vault.path() + "-shm"_L1), "an exclusive connection needs no shared memory file");
}

void tst_Database::makesNoSecondVaultOverTheFirst()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().close());
    const QByteArray before = readFile(vault.path());
    REQUIRE_ERROR(vault.open(), ErrorCode::VaultExists);
    QCOMPARE(readFile(vault.path()), before);
}

void tst_Database::startsAfreshAfterAnInterruptedCreation()
{
    TemporaryStore vault;
    writeFile(vault.path() + ".new"_L1, "half a vault");
    writeFile(vault.path() + ".new-wal"_L1, "its log");
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().quickCheck());
    QVERIFY(!QFile::exists(vault.path() + ".new"_L1));
}

void tst_Database::refusesWhatItCannotOpen_data()
{
    using Change = std::function<void(TemporaryStore &)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<ErrorCode>("code");
    const auto row = [](const char *name, ErrorCode code, Change change) {
        QTest::newRow(name) << std::move(change) << code;
    };
    row("no file", ErrorCode::NoVault, [](TemporaryStore &vault) { QFile::remove(vault.path()); });
    row("an empty file", ErrorCode::DamagedFile, [](TemporaryStore &vault) { writeFile(vault.path(), ""); });
    row("a text", ErrorCode::ForeignFile,
        [](TemporaryStore &vault) { writeFile(vault.path(), "To whom it may concern, this is a letter."); });
    row("a long text", ErrorCode::ForeignFile,
        [](TemporaryStore &vault) { writeFile(vault.path(), QByteArray(100000, 'x')); });
    row("a folder", ErrorCode::ForeignFile, [](TemporaryStore &vault) {
        QFile::remove(vault.path());
        QVERIFY(QDir().mkdir(vault.path()));
    });
    row("a plain SQLite database", ErrorCode::ForeignFile, [](TemporaryStore &vault) {
        QFile::remove(vault.path());
        sqlite3 *plain = nullptr;
        sqlite3_open(QFile::encodeName(vault.path()).constData(), &plain);
        QCOMPARE(sqlite3_exec(plain, "CREATE TABLE entries (x)", nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(plain);
    });
    row("a flipped bit in the first page", ErrorCode::DamagedFile, [](TemporaryStore &vault) { flip(vault.path(), 1000); });
    row("a flipped bit in the salt", ErrorCode::DamagedFile, [](TemporaryStore &vault) { flip(vault.path(), 3); });
    row("only the first half of the first page", ErrorCode::DamagedFile,
        [](TemporaryStore &vault) { QVERIFY(QFile::resize(vault.path(), 2048)); });
    row("another key", ErrorCode::WrongPassword, [](TemporaryStore &vault) {
        QFile::remove(vault.path());
        const auto salt = TemporaryStore::salt();
        REQUIRE_OK(Database::open(vault.path(), TemporaryStore::filled(0x99), salt, Database::Mode::Create));
    });
    row("another application's data under our key", ErrorCode::ForeignFile, [](TemporaryStore &vault) {
        REQUIRE_OK(vault.open(Database::Mode::Existing));
        REQUIRE_OK(vault.database().run("PRAGMA application_id = 7"));
        REQUIRE_OK(vault.database().close());
    });
}

void tst_Database::refusesWhatItCannotOpen()
{
    QFETCH(std::function<void(TemporaryStore &)>, change);
    QFETCH(ErrorCode, code);
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().close());
    change(vault);
    REQUIRE_ERROR(vault.open(Database::Mode::Existing), code);
}

void tst_Database::findsDamageInAnyPage()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().close());
    const qint64 pages = QFileInfo(vault.path()).size() / 4096;
    QVERIFY(pages > 10);
    for (qint64 page = 1; page < pages; ++page) {
        flip(vault.path(), page * 4096 + 200);
        const Result<> opened = vault.open(Database::Mode::Existing);
        REQUIRE_ERROR(opened ? vault.database().quickCheck() : opened, ErrorCode::DamagedFile);
        if (opened)
            (void)vault.database().close();
        flip(vault.path(), page * 4096 + 200);
    }
    REQUIRE_OK(vault.open(Database::Mode::Existing));
    REQUIRE_OK(vault.database().quickCheck());
}

void tst_Database::leavesANewerFileAsItIs()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().run("PRAGMA user_version = 1000"));
    REQUIRE_OK(vault.database().close());
    const QByteArray before = readFile(vault.path());
    REQUIRE_ERROR(vault.open(Database::Mode::Existing), ErrorCode::NewerSchema);
    QCOMPARE(readFile(vault.path()), before);
}

void tst_Database::refusesASecondOpener()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    const auto salt = TemporaryStore::salt();
    REQUIRE_ERROR(Database::open(vault.path(), TemporaryStore::databaseKey(), salt, Database::Mode::Existing),
                  ErrorCode::AlreadyOpen);
    REQUIRE_OK(vault.database().close());
    const auto later = Database::open(vault.path(), TemporaryStore::databaseKey(), salt, Database::Mode::Existing);
    REQUIRE_OK(later);
}

void tst_Database::opensAfterAMove()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    Database moved = std::move(vault.database());
    QVERIFY(!vault.database().isOpen());
    QVERIFY(moved.isOpen());
    REQUIRE_OK(moved.run("INSERT INTO meta VALUES ('a', x'01')"));
    REQUIRE_OK(moved.close());
    REQUIRE_OK(moved.close());
}

void tst_Database::truncatesTheLogWhenItCloses()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().run("INSERT INTO meta VALUES ('a', x'01')"));
    const QString log = vault.path() + "-wal"_L1;
    QVERIFY(QFileInfo(log).size() > 0);
    REQUIRE_OK(vault.database().truncateLog());
    QCOMPARE(QFileInfo(log).size(), 0);
    REQUIRE_OK(vault.database().run("INSERT INTO meta VALUES ('b', x'02')"));
    REQUIRE_OK(vault.database().close());
    QVERIFY(!QFile::exists(log));
}

void tst_Database::tellsAFailingDiskApart_data()
{
    QTest::addColumn<FaultyVfs::Fault>("fault");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("full") << FaultyVfs::Fault::Full << ErrorCode::DiskFull;
    QTest::newRow("write error") << FaultyVfs::Fault::WriteError << ErrorCode::Io;
    QTest::newRow("sync error") << FaultyVfs::Fault::SyncError << ErrorCode::Io;
}

void tst_Database::tellsAFailingDiskApart()
{
    QFETCH(FaultyVfs::Fault, fault);
    QFETCH(ErrorCode, code);
    TemporaryStore vault(FaultyVfs::name);
    {
        const FaultScope failing(fault);
        REQUIRE_ERROR(vault.open(), code);
    }
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().run("INSERT INTO meta VALUES ('before', x'01')"));
    {
        const FaultScope failing(fault);
        REQUIRE_ERROR(vault.database().run("INSERT INTO meta VALUES ('lost', x'02')"), code);
        // What was there stays readable meanwhile.
        QCOMPARE(answer(vault.database(), "SELECT group_concat(name) FROM meta"), u"before"_s);
    }
    REQUIRE_OK(vault.database().run("INSERT INTO meta VALUES ('later', x'03')"));
    REQUIRE_OK(vault.reopen());
    REQUIRE_OK(vault.database().quickCheck());
    QCOMPARE(answer(vault.database(), "SELECT group_concat(name) FROM meta"), u"before,later"_s);
}

void tst_Database::callsAFileSizeLimitAFullDisk()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = 1 << 20;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
    const Result<> done = vault.database().run("INSERT INTO meta VALUES ('big', zeroblob(4000000))");
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    REQUIRE_ERROR(done, ErrorCode::DiskFull);
    REQUIRE_OK(vault.database().run("INSERT INTO meta VALUES ('small', x'01')"));
    QCOMPARE(answer(vault.database(), "SELECT group_concat(name) FROM meta"), u"small"_s);
}

void tst_Database::opensNoReadOnlyFile()
{
    TemporaryStore vault(FaultyVfs::name);
    REQUIRE_OK(vault.open());
    REQUIRE_OK(vault.database().close());
    const QByteArray before = readFile(vault.path());
    const FaultScope readOnly(FaultyVfs::Fault::ReadOnlyFile);
    REQUIRE_ERROR(vault.open(Database::Mode::Existing), ErrorCode::ReadOnly);
    QCOMPARE(readFile(vault.path()), before);
}

void tst_Database::attachesNothing()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    REQUIRE_ERROR(vault.database().run("ATTACH ':memory:' AS other"), ErrorCode::Internal);
}

Q_DECLARE_METATYPE(std::function<void(TemporaryStore &)>)
QTEST_GUILESS_MAIN(tst_Database)
#include "tst_Database.moc"
