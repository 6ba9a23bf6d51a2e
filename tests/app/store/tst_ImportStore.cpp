// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "app/store/ImportStore.h"
#include "app/store/Manifest.h"
#include "app/store/MetaStore.h"
#include "app/store/Transaction.h"
#include "tests/support/TemporaryStore.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <chrono>
#include <thread>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_ImportStore : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void takesBackWhatNobodyChanged();
    void takesBackOnlyOnce();
    void leavesTheRestSearchable_data();
    void leavesTheRestSearchable();
    void findsWhatWasChangedSinceByItsNewWords();
    void takesNothingBackWhenALockIsWanted();
    void leavesEverythingAsItWasWhenALockComesAmidIt();
    void listsImportsNewestFirst();
    void remembersSingleValues();

private:
    EntrySummary imported(ImportId id, const QString &title)
    {
        const auto stored = m_entries->save(login(title, "u", "p"), 1);
        return stored && m_imports->remember(id, stored->id, stored->version) ? *stored : EntrySummary();
    }

    [[nodiscard]] Result<> fill(ImportId id, int own, int imports)
    {
        auto transaction = Transaction::begin(m_vault->database());
        if (!transaction)
            return std::unexpected(transaction.error());
        for (int i = 0; i < own; ++i)
            if (const auto stored = m_entries->save(login(u"own %1"_s.arg(i, 4, 10, QChar(u'0')), "u", "p"), 1); !stored)
                return std::unexpected(stored.error());
        if (const Result<> begun = m_imports->begin(id, u"CSV"_s, u"a.csv"_s, 50); !begun)
            return begun;
        for (int i = 0; i < imports; ++i)
            if (imported(id, u"imported xyz%1"_s.arg(i, 4, 10, QChar(u'0'))).id.isNull())
                return fail(ErrorCode::Internal);
        return transaction->commit();
    }
    [[nodiscard]] int found(const QString &text)
    {
        const auto matches = EntryCatalog(m_vault->database()).search(text, 5);
        return matches ? matches->total : -1;
    }
    [[nodiscard]] bool searchFits() { return Manifest(m_vault->database()).searchIndexFits().value_or(false); }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_entries;
    std::unique_ptr<ImportStore> m_imports;
};

void tst_ImportStore::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_ImportStore::init()
{
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_entries = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
    m_imports = std::make_unique<ImportStore>(m_vault->database(), *m_entries);
}

void tst_ImportStore::takesBackWhatNobodyChanged()
{
    const ImportId id{newUuid(1)};
    const EntrySummary own = *m_entries->save(login(u"own"_s, "u", "p"), 1);
    REQUIRE_OK(m_imports->begin(id, u"Bitwarden JSON"_s, u"export.json"_s, 50));
    const EntrySummary plain = imported(id, u"plain"_s);
    const EntrySummary changed = imported(id, u"changed"_s);
    const EntrySummary starred = imported(id, u"starred"_s);
    const EntrySummary deleted = imported(id, u"deleted"_s);
    REQUIRE_OK(m_entries->save(editOf(changed), 2));
    REQUIRE_OK(m_entries->setFavourite(starred.id, true));
    REQUIRE_OK(m_entries->deleteForever({deleted.id}));

    const auto undone = m_imports->undo(id, 60);
    REQUIRE_OK(undone);
    QCOMPARE(undone->removed, 2);
    QCOMPARE(undone->kept, QList<EntryId>{changed.id});
    const EntryCatalog catalog(m_vault->database());
    REQUIRE_OK(catalog.find(own.id));
    REQUIRE_OK(catalog.find(changed.id));
    REQUIRE_ERROR(catalog.find(plain.id), ErrorCode::NotFound);
    REQUIRE_ERROR(catalog.find(starred.id), ErrorCode::NotFound);
}

void tst_ImportStore::takesBackOnlyOnce()
{
    const ImportId id{newUuid(1)};
    REQUIRE_ERROR(m_imports->undo(id, 60), ErrorCode::NotFound);
    REQUIRE_OK(m_imports->begin(id, u"CSV"_s, u"a.csv"_s, 50));
    imported(id, u"a"_s);
    REQUIRE_OK(m_imports->undo(id, 60));
    REQUIRE_ERROR(m_imports->undo(id, 70), ErrorCode::NotFound);
}

void tst_ImportStore::leavesTheRestSearchable_data()
{
    QTest::addColumn<int>("own");
    QTest::addColumn<int>("imports");
    QTest::newRow("most of the vault") << 40 << 120;
    QTest::newRow("a little of it") << 240 << 1;
    QTest::newRow("all of it") << 0 << 40;
}

void tst_ImportStore::leavesTheRestSearchable()
{
    QFETCH(int, own);
    QFETCH(int, imports);
    const ImportId id{newUuid(1)};
    REQUIRE_OK(fill(id, own, imports));
    QCOMPARE(found(u"imported xyz"_s), imports);
    QCOMPARE(found(u"own"_s), own);
    QCOMPARE(m_imports->undo(id, 60)->removed, imports);
    for (int again = 0; again < 2; ++again) {
        QVERIFY(searchFits());
        QCOMPARE(found(u"imported"_s), 0);
        QCOMPARE(found(u"xyz"_s), 0);
        QCOMPARE(found(u"own"_s), own);
        QCOMPARE(found(u"0039"_s), own > 0 ? 1 : 0);
        // No word of theirs is left in the index, which keeps each of three letters once.
        {
            Statement words = m_vault->database().statement("SELECT count(*) FROM search_index_data WHERE instr(block, CAST('xyz' AS BLOB))");
            QVERIFY(words.step().value());
            QCOMPARE(words.integer(0), 0);
        }
        REQUIRE_OK(m_vault->reopen());
    }
    REQUIRE_OK(m_entries->save(login(u"imported by hand"_s, "u", "p"), 70));
    QCOMPARE(found(u"imported"_s), 1);
}

void tst_ImportStore::findsWhatWasChangedSinceByItsNewWords()
{
    const ImportId id{newUuid(1)};
    REQUIRE_OK(fill(id, 10, 30));
    const EntryCatalog catalog(m_vault->database());
    const auto hits = catalog.search(u"xyz0007"_s, 5);
    REQUIRE_OK(hits);
    QCOMPARE(hits->total, 1);
    EntryDraft edit = editOf(*catalog.find(hits->entries.first().id));
    edit.title = u"kept since"_s;
    REQUIRE_OK(m_entries->save(std::move(edit), 55));
    const auto undone = m_imports->undo(id, 60);
    REQUIRE_OK(undone);
    QCOMPARE(undone->removed, 29);
    QCOMPARE(undone->kept, QList<EntryId>{hits->entries.first().id});
    QVERIFY(searchFits());
    QCOMPARE(found(u"kept since"_s), 1);
    QCOMPARE(found(u"xyz"_s), 0);
    QCOMPARE(found(u"own"_s), 10);
}

void tst_ImportStore::takesNothingBackWhenALockIsWanted()
{
    const ImportId id{newUuid(1)};
    REQUIRE_OK(m_imports->begin(id, u"CSV"_s, u"a.csv"_s, 50));
    const EntrySummary stored = imported(id, u"a"_s);
    std::atomic<bool> stop = true;
    m_vault->database().stopBy(stop);
    REQUIRE_ERROR(m_imports->undo(id, 60), ErrorCode::Locked);
    stop = false;
    REQUIRE_OK(EntryCatalog(m_vault->database()).find(stored.id));
    QCOMPARE(m_imports->list()->at(0).undoneAt, 0);
    QCOMPARE(m_imports->undo(id, 60)->removed, 1);
}

void tst_ImportStore::leavesEverythingAsItWasWhenALockComesAmidIt()
{
    const SealingKeys keys = m_vault->keys();
    Manifest manifest(m_vault->database());
    REQUIRE_OK(manifest.attach(*keys.manifestKey, keys.vaultId));
    REQUIRE_OK(manifest.seal());
    REQUIRE_OK(manifest.watch());
    const ImportId id{newUuid(1)};
    REQUIRE_OK(fill(id, 150, 300));
    std::atomic<bool> stop = false;
    m_vault->database().stopBy(stop);
    QElapsedTimer timer;
    timer.start();
    {
        auto given = Transaction::begin(m_vault->database());
        REQUIRE_OK(given);
        REQUIRE_OK(m_imports->undo(id, 60));
    }
    const auto whole = std::chrono::nanoseconds(timer.nsecsElapsed());
    constexpr int places = 12;
    int stopped = 0;
    for (int place = 1; place < places; ++place) {
        {
            // In a transaction of ours, so that one that was through before changes nothing either.
            auto outer = Transaction::begin(m_vault->database());
            REQUIRE_OK(outer);
            std::thread lock([&] {
                std::this_thread::sleep_for(whole * place / places);
                stop = true;
            });
            const auto undone = m_imports->undo(id, 60);
            lock.join();
            stop = false;
            if (!undone) {
                QCOMPARE(undone.error().code, ErrorCode::Locked);
                QVERIFY(!outer->commit());
                ++stopped;
            }
        }
        QVERIFY(searchFits());
        QCOMPARE(found(u"imported"_s), 300);
        QCOMPARE(found(u"own"_s), 150);
        QCOMPARE(m_imports->list()->at(0).undoneAt, 0);
        const auto report = manifest.check();
        REQUIRE_OK(report);
        QVERIFY(report->wrong.isEmpty());
    }
    QVERIFY(stopped > 0);
    QCOMPARE(m_imports->undo(id, 60)->removed, 300);
    QCOMPARE(found(u"imported"_s), 0);
}

void tst_ImportStore::listsImportsNewestFirst()
{
    const ImportId first{newUuid(1)};
    const ImportId second{newUuid(2)};
    REQUIRE_OK(m_imports->begin(first, u"CSV"_s, u"a.csv"_s, 50));
    imported(first, u"a"_s);
    imported(first, u"b"_s);
    REQUIRE_OK(m_imports->begin(second, u"Bitwarden JSON"_s, u"b.json"_s, 60));
    REQUIRE_OK(m_imports->undo(second, 70));
    const auto list = m_imports->list();
    REQUIRE_OK(list);
    QCOMPARE(list->size(), 2);
    QVERIFY(list->at(0).id == second);
    QCOMPARE(list->at(0).undoneAt, 70);
    QCOMPARE(list->at(0).written, 0);
    QVERIFY(list->at(1).id == first);
    QCOMPARE(list->at(1).format, u"CSV"_s);
    QCOMPARE(list->at(1).source, u"a.csv"_s);
    QCOMPARE(list->at(1).importedAt, 50);
    QCOMPARE(list->at(1).undoneAt, 0);
    QCOMPARE(list->at(1).written, 2);
}

void tst_ImportStore::remembersSingleValues()
{
    MetaStore meta(m_vault->database());
    QVERIFY(!meta.value("a"_L1)->has_value());
    REQUIRE_OK(meta.setValue("a"_L1, "one"));
    REQUIRE_OK(meta.setValue("a"_L1, "two"));
    QCOMPARE(**meta.value("a"_L1), QByteArray("two"));
    REQUIRE_OK(meta.remove("a"_L1));
    QVERIFY(!meta.value("a"_L1)->has_value());
}

QTEST_GUILESS_MAIN(tst_ImportStore)
#include "tst_ImportStore.moc"
