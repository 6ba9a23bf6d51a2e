// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/SqliteMemory.h"

#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "crypto/LockedHeap.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

#include <sqlcipher/sqlite3.h>

#include <cstring>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

/// Whether the text lies anywhere in the heap's range: read as the kernel sees it, since the sanitizers forbid looking at
/// freed blocks.
bool heapHolds(const QByteArray &text)
{
    QFile maps(u"/proc/self/maps"_s);
    QFile memory(u"/proc/self/mem"_s);
    if (!maps.open(QIODevice::ReadOnly) || !memory.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return true;
    for (const QByteArray &line : maps.readAll().split('\n')) {
        bool good = false;
        const qulonglong begin = line.left(line.indexOf('-')).toULongLong(&good, 16);
        if (!good || !SqliteMemory::heap()->owns(reinterpret_cast<const void *>(begin)))
            continue;
        const qulonglong end = line.mid(line.indexOf('-') + 1).split(' ').first().toULongLong(&good, 16);
        memory.seek(static_cast<qint64>(begin));
        if (memory.read(static_cast<qint64>(end - begin)).contains(text))
            return true;
    }
    return false;
}

// Put together at run time, so that it lies nowhere else.
QByteArray canary()
{
    return QByteArray("Hq4") + "heap" + "canary" + "Wk8";
}

} // namespace

class tst_SqliteMemory : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void servesSqlite();
    void leavesTheRestToSqlCipher();
    void growsBlocks();
    void roundsEverySizeUp();
    void staysUnderMemorySecurity();
    void holdsNothingOfAClosedVault();

private:
    sqlite3_mem_methods m_methods{};
};

void tst_SqliteMemory::initTestCase()
{
    QVERIFY(crypto::initialise());
    QVERIFY(!SqliteMemory::heap());
    SqliteMemory::use();
    QVERIFY(SqliteMemory::heap());
    SqliteMemory::use();
    // Asked while SQLite is at rest, as it must be.
    QCOMPARE(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &m_methods), SQLITE_OK);
    QCOMPARE(sqlite3_initialize(), SQLITE_OK);
}

void tst_SqliteMemory::servesSqlite()
{
    void *const block = sqlite3_malloc(100);
    QVERIFY(SqliteMemory::heap()->owns(block));
    QCOMPARE(sqlite3_msize(block), 112u);
    sqlite3_free(block);
}

void tst_SqliteMemory::leavesTheRestToSqlCipher()
{
    void *const block = sqlite3_malloc(40'000'000);
    QVERIFY(block);
    QVERIFY(!SqliteMemory::heap()->owns(block));
    void *const grown = sqlite3_realloc(block, 50'000'000);
    QVERIFY(grown);
    QVERIFY(sqlite3_msize(grown) >= 50'000'000u);
    sqlite3_free(grown);
}

void tst_SqliteMemory::growsBlocks()
{
    auto *block = static_cast<char *>(sqlite3_malloc(20));
    std::memcpy(block, "twenty bytes of text", 20);
    // Within a block, into a larger one, over a slab, out of the heap.
    for (const int size : {32, 100, 5000, 100'000, 40'000'000}) {
        block = static_cast<char *>(sqlite3_realloc(block, size));
        QVERIFY(block);
        QCOMPARE(QByteArray(block, 20), QByteArray("twenty bytes of text"));
        QCOMPARE(SqliteMemory::heap()->owns(block), size < 40'000'000);
    }
    sqlite3_free(block);
}

void tst_SqliteMemory::roundsEverySizeUp()
{
    for (const int size : {1, 33, 65'536, 65'537, 33'554'432, 33'554'433, 0x7fff0001, 0x7fffff00})
        QVERIFY2(m_methods.xRoundup(size) >= size, qPrintable(QString::number(size)));
}

void tst_SqliteMemory::staysUnderMemorySecurity()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    Statement query = vault.database().statement("PRAGMA cipher_memory_security");
    QVERIFY(query.step().value_or(false));
    QCOMPARE(query.text(0), u"1"_s);
}

void tst_SqliteMemory::holdsNothingOfAClosedVault()
{
    const std::size_t before = SqliteMemory::heap()->usage().blocks;
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    EntryStore store(vault.database(), vault.keys());
    EntryDraft draft = login(u"title"_s, "user", canary().constData());
    draft.fields.push_back(field(FieldKind::Notes, canary().constData()));
    const auto saved = store.save(std::move(draft), 1);
    REQUIRE_OK(saved);
    REQUIRE_OK(EntryCatalog(vault.database()).search(u"heapcanary"_s, 5, std::nullopt));
    // The page it was written to is kept: the looking itself works.
    QVERIFY(heapHolds(canary()));
    REQUIRE_OK(vault.database().close());
    QVERIFY(!heapHolds(canary()));
    QVERIFY(!heapHolds(canary().toLower()));
    QVERIFY(!heapHolds("CREATE TABLE"));
    QVERIFY2(SqliteMemory::heap()->usage().blocks <= before + 8,
             qPrintable(QString::number(SqliteMemory::heap()->usage().blocks)));
}

QTEST_GUILESS_MAIN(tst_SqliteMemory)
#include "tst_SqliteMemory.moc"
