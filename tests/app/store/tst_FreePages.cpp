// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryCatalog.h"
#include "app/store/MetaStore.h"
#include "app/store/Migrations.h"
#include "tests/app/store/ManifestFixture.h"
#include "tests/app/store/QueryAnswer.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype pageSize = 4096;

} // namespace

/// An older list of free pages is genuine, and what is written over it is lost.
class tst_FreePages : public QObject, private ManifestFixture {
    Q_OBJECT

    /// Entries that take pages of their own.
    Result<> saveLong(int from, int to);
    Result<> deleteAll();
    /// `before` is of free pages, where `after` has long entries from 40 up to `to`. Closed.
    void writeOverFreePages(int to, QByteArray &before, QByteArray &after);
    /// `after`, with the first page and the one at `at` of `before`.
    void openWithFirstPageAnd(qsizetype at, const QByteArray &before, const QByteArray &after);

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { start(); }
    void cleanup() { m_store.reset(); }

    void noticesAnOldListOfFreePages();
    void noticesAnOldFirstPageBesideItsListOfFreePages();
    void givesAFileFromBeforeTheWitnessOneWithTheNextWrite();
    void repairsAnOldListOfFreePagesThatNothingElseTells();
};

Result<> tst_FreePages::saveLong(int from, int to)
{
    EntryStore entries(m_store->database(), m_store->keys());
    for (int i = from; i < to; ++i) {
        auto draft = login(u"long%1"_s.arg(i), "ada", QByteArray(6000, static_cast<char>('a' + i % 20)).constData(), {}, {});
        if (const auto saved = entries.save(std::move(draft), 1000); !saved)
            return std::unexpected(saved.error());
    }
    return {};
}

Result<> tst_FreePages::deleteAll()
{
    EntryStore entries(m_store->database(), m_store->keys());
    const auto list = EntryCatalog(m_store->database()).list({});
    if (!list)
        return std::unexpected(list.error());
    QList<EntryId> all;
    for (const EntrySummary &entry : *list)
        all.append(entry.id);
    if (const auto moved = entries.moveToTrash(all, 2000); !moved)
        return std::unexpected(moved.error());
    const auto deleted = entries.deleteForever(all);
    return deleted ? Result<>() : std::unexpected(deleted.error());
}

void tst_FreePages::writeOverFreePages(int to, QByteArray &before, QByteArray &after)
{
    REQUIRE_OK(saveLong(0, 40));
    REQUIRE_OK(deleteAll());
    before = photographed();
    REQUIRE_OK(saveLong(40, to));
    after = photographed();
    REQUIRE_OK(m_store->database().close());
}

void tst_FreePages::openWithFirstPageAnd(qsizetype at, const QByteArray &before, const QByteArray &after)
{
    QByteArray mixed = after;
    mixed.replace(0, pageSize, before.first(pageSize));
    mixed.replace(at, pageSize, before.mid(at, pageSize));
    QVERIFY(overwrite(m_store->path(), mixed));
    REQUIRE_OK(m_store->open(Database::Mode::Existing));
}

void tst_FreePages::noticesAnOldListOfFreePages()
{
    QByteArray before;
    QByteArray after;
    writeOverFreePages(70, before, after);
    int noticed = 0;
    for (qsizetype at = pageSize; at + pageSize <= before.size(); at += pageSize) {
        if (before.mid(at, pageSize) == after.mid(at, pageSize))
            continue;
        QByteArray mixed = after;
        mixed.replace(at, pageSize, before.mid(at, pageSize));
        QVERIFY(overwrite(m_store->path(), mixed));
        if (!m_store->open(Database::Mode::Existing))
            continue;
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, m_vaultId));
        const auto report = manifest.check();
        REQUIRE_OK(report);
        if (report->wrong == QList{VaultPart::Structure}) {
            noticed += answerOf(m_store->database(), "PRAGMA integrity_check(sqlite_schema)") == u"ok"_s ? 0 : 1;
            // As it is trusted.
            REQUIRE_OK(manifest.repairFreePages());
            REQUIRE_OK(manifest.repairIndexes());
        }
        if (report->wrong.isEmpty() || report->wrong == QList{VaultPart::Structure}) {
            // What is written then goes over nothing.
            REQUIRE_OK(manifest.seal());
            REQUIRE_OK(manifest.watch());
            REQUIRE_OK(saveLong(100, 140));
            QCOMPARE(answerOf(m_store->database(), "PRAGMA integrity_check"), u"ok"_s);
            const auto now = EntryCatalog(m_store->database()).list({});
            REQUIRE_OK(now);
            QCOMPARE(now->size(), 70);
        }
        (void)m_store->database().close();
    }
    QVERIFY(noticed > 0);
}

void tst_FreePages::noticesAnOldFirstPageBesideItsListOfFreePages()
{
    QByteArray before;
    QByteArray after;
    writeOverFreePages(60, before, after);
    QCOMPARE(after.size(), before.size());
    QVERIFY(before.first(pageSize) != after.first(pageSize));
    // The first page alone, and with each other page of then: one of them is the list it tells of.
    int lists = 0;
    for (qsizetype at = 0; at + pageSize <= before.size(); at += pageSize) {
        if (before.mid(at, pageSize) == after.mid(at, pageSize))
            continue;
        openWithFirstPageAnd(at, before, after);
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, m_vaultId));
        const auto report = manifest.check();
        REQUIRE_OK(report);
        QVERIFY2(report->wrong.contains(VaultPart::Structure), qPrintable(u"with page %1"_s.arg(at / pageSize + 1)));
        // To SQLite this list is one.
        if (report->wrong == QList{VaultPart::Structure} && answerOf(m_store->database(), "PRAGMA integrity_check(sqlite_schema)") == u"ok"_s) {
            ++lists;
            QVERIFY(answerOf(m_store->database(), "PRAGMA freelist_count").toInt() > 40);
            QVERIFY(answerOf(m_store->database(), "PRAGMA quick_check(1)") != u"ok"_s);
        }
        (void)m_store->database().close();
    }
    QVERIFY(lists > 0);
}

void tst_FreePages::givesAFileFromBeforeTheWitnessOneWithTheNextWrite()
{
    REQUIRE_OK(saveLong(0, 40));
    REQUIRE_OK(deleteAll());
    // As such a file is: none in the first page, none in the manifest.
    REQUIRE_OK(reopen());
    QByteArray state = storedState();
    auto parsed = ManifestState::fromBytes(std::as_bytes(std::span(state.constData(), static_cast<std::size_t>(state.size()))), Manifest::tables().size() + 1);
    QVERIFY(parsed);
    QVERIFY(parsed->witness != 0);
    parsed->witness = 0;
    std::vector<std::string> summed = Manifest::tables();
    summed.emplace_back("structure");
    parsed->mac = ManifestSums(m_key, m_vaultId, summed).macOf(*parsed);
    REQUIRE_OK(putState(parsed->toBytes()));
    REQUIRE_OK(m_store->database().run("PRAGMA user_version = " + std::to_string(latestSchemaVersion())));
    auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList<VaultPart>());
    const QByteArray before = photographed();
    REQUIRE_OK(MetaStore(m_store->database()).setValue("one"_L1, "1"));
    REQUIRE_OK(saveLong(40, 41));
    report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList<VaultPart>());
    QVERIFY(answerOf(m_store->database(), "PRAGMA user_version").toInt() != latestSchemaVersion());
    REQUIRE_OK(m_store->database().close());
    // Its first page of before has none: that is accepted no more.
    QByteArray mixed = contentOf(m_store->path());
    mixed.replace(0, pageSize, before.first(pageSize));
    QVERIFY(overwrite(m_store->path(), mixed));
    REQUIRE_OK(m_store->open(Database::Mode::Existing));
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.attach(m_key, m_vaultId));
    report = manifest.check();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.contains(VaultPart::Structure));
}

void tst_FreePages::repairsAnOldListOfFreePagesThatNothingElseTells()
{
    QByteArray before;
    QByteArray after;
    writeOverFreePages(60, before, after);
    int repaired = 0;
    for (qsizetype at = pageSize; at + pageSize <= before.size(); at += pageSize) {
        if (before.mid(at, pageSize) == after.mid(at, pageSize))
            continue;
        openWithFirstPageAnd(at, before, after);
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, m_vaultId));
        const auto report = manifest.check();
        REQUIRE_OK(report);
        if (report->wrong == QList{VaultPart::Structure} && answerOf(m_store->database(), "PRAGMA integrity_check(sqlite_schema)") == u"ok"_s) {
            ++repaired;
            // As it is trusted; what is written then goes over nothing.
            REQUIRE_OK(manifest.repairFreePages());
            REQUIRE_OK(manifest.repairIndexes());
            REQUIRE_OK(manifest.seal());
            REQUIRE_OK(manifest.watch());
            REQUIRE_OK(saveLong(100, 140));
            QCOMPARE(answerOf(m_store->database(), "PRAGMA integrity_check"), u"ok"_s);
            QCOMPARE(EntryCatalog(m_store->database()).list({})->size(), 60);
            const auto again = checkAgain();
            REQUIRE_OK(again);
            QCOMPARE(again->wrong, QList<VaultPart>());
        }
        (void)m_store->database().close();
    }
    QVERIFY(repaired > 0);
}

QTEST_GUILESS_MAIN(tst_FreePages)
#include "tst_FreePages.moc"
