// SPDX-License-Identifier: GPL-3.0-or-later
// That what SQLite works with is locked into memory, and said where it is not. Built without sanitizers.
#include "app/store/SqliteMemory.h"

#include "crypto/LockedHeap.h"
#include "tests/support/LockableMemory.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sodium.h>
#include <sqlcipher/sqlite3.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

/// How much of the heap's own range the kernel has locked: of the process as a whole, keys are locked as well.
std::size_t lockedBytes()
{
    QFile maps(u"/proc/self/smaps"_s);
    if (!maps.open(QIODevice::ReadOnly))
        return 0;
    std::size_t sum = 0;
    bool inHeap = false;
    for (const QByteArray &line : maps.readAll().split('\n')) {
        const qsizetype dash = line.indexOf('-');
        bool isRange = false;
        const auto begin = line.first(qMax<qsizetype>(dash, 0)).toULongLong(&isRange, 16);
        if (isRange)
            inHeap = SqliteMemory::heap()->owns(reinterpret_cast<const void *>(begin));
        else if (inHeap && line.startsWith("Locked:"))
            sum += line.mid(7).simplified().split(' ').first().toULongLong() * 1024;
    }
    return sum;
}

/// A database as the vault's is, with a few pages read and written.
sqlite3 *openDatabase(const QString &path)
{
    sqlite3 *database = nullptr;
    if (sqlite3_open(path.toLocal8Bit().constData(), &database) != SQLITE_OK
        || sqlite3_exec(database,
                        "PRAGMA key = 'a key of this test'; PRAGMA cipher_memory_security = ON; CREATE TABLE t(x);"
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT hex(randomblob(100)) FROM n;"
                        "SELECT count(*) FROM t WHERE x LIKE '%ABC%'",
                        nullptr, nullptr, nullptr)
            != SQLITE_OK)
        return nullptr;
    SqliteMemory::lockAgain();
    return database;
}

QByteArray said;
void keepWhatIsSaid(QtMsgType, const QMessageLogContext &, const QString &text)
{
    said += text.toUtf8();
}

} // namespace

class tst_LockedSqlite : public QObject {
    Q_OBJECT
private slots:
    void saysWhatCouldNotBeLocked();
    void isLockedWhileADatabaseIsOpen();
};

// First: the heap is put in place once a process, and the other case wants one that may be locked.
void tst_LockedSqlite::saysWhatCouldNotBeLocked()
{
    QTemporaryDir folder;
    QVERIFY(QFile::setPermissions(folder.path(), QFile::Permissions(0x7777))); // the child may be another user
    const pid_t child = ::fork();
    QVERIFY(child != -1);
    if (child == 0) {
        const rlimit none{0, 0};
        if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0 || (::geteuid() == 0 && ::setuid(65534) != 0) || ::sodium_init() < 0)
            ::_exit(2);
        SqliteMemory::use();
        if (!openDatabase(folder.filePath(u"limited.db"_s)))
            ::_exit(3);
        qInstallMessageHandler(keepWhatIsSaid);
        SqliteMemory::warnOnce();
        SqliteMemory::warnOnce();
        const bool isSaidOnce = said.count("may be swapped to the disk") == 1;
        ::_exit(SqliteMemory::unlockedBytes() >= crypto::LockedHeap::step && lockedBytes() == 0 && isSaidOnce ? 0 : 1);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
}

void tst_LockedSqlite::isLockedWhileADatabaseIsOpen()
{
    if (!test::mayLockMemory())
        QSKIP("this login may lock less memory than the heap wants");
    QVERIFY(::sodium_init() >= 0);
    QTemporaryDir folder;
    SqliteMemory::use();
    sqlite3 *database = openDatabase(folder.filePath(u"locked.db"_s));
    QVERIFY(database);
    const crypto::LockedHeap::Usage usage = SqliteMemory::heap()->usage();
    QVERIFY(usage.reached > 0);
    QCOMPARE(usage.unlocked, 0u);
    QVERIFY2(lockedBytes() >= usage.reached, qPrintable(QString::number(lockedBytes())));
    qInstallMessageHandler(keepWhatIsSaid);
    SqliteMemory::warnOnce();
    qInstallMessageHandler(nullptr);
    QCOMPARE(said, QByteArray());
    QCOMPARE(sqlite3_close(database), SQLITE_OK);
}

QTEST_GUILESS_MAIN(tst_LockedSqlite)
#include "tst_LockedSqlite.moc"
