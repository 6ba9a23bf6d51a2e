// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AgentStore.h"
#include "app/store/EntryCatalog.h"
#include "app/store/MetaStore.h"
#include "app/store/Migrations.h"
#include "tests/app/store/ManifestFixture.h"

#include <atomic>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype pageSize = 4096;

} // namespace

/// What is replayed here is genuine: pages this program wrote itself, a little earlier.
class tst_ManifestReplay : public QObject, private ManifestFixture {
    Q_OBJECT

    [[nodiscard]] QString answerOf(std::string_view sql)
    {
        Statement query = m_store->database().statement(sql);
        const auto row = query.step();
        return row && *row ? query.text(0) : QString();
    }

    /// Entries that take pages of their own.
    Result<> saveLong(int from, int to);
    Result<> deleteAll();

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { start(); }
    void cleanup() { m_store.reset(); }

    void noticesEachPageOfAnOlderFile();
    void noticesAnOldListOfFreePages();
    void noticesAnOldFirstPageBesideItsListOfFreePages();
    void givesAFileFromBeforeTheWitnessOneWithTheNextWrite();
    void repairsAnOldListOfFreePagesThatNothingElseTells();
    void noticesRowsThatAreOutOfOrder();
    void namesAResurrectedKey();
    void namesADeletedRowOfTheLog();
    void namesASwappedRow();
    void namesARowThatTheIndexLeadsPast();
    void refusesTheManifestOfAnotherVault();
    void noticesAManifestThatIsGone();
    void leavesALongLogForLater();
    void looksAtTheIndexesOfALongLogInPieces();
    void stopsWhenTheVaultIsToBeLocked();
};

void tst_ManifestReplay::noticesEachPageOfAnOlderFile()
{
    AgentStore agents(m_store->database());
    AuditStore audit(m_store->database());
    REQUIRE_OK(audit.startChain(TemporaryStore::filled(1), "sealed"));
    for (int i = 0; i < 60; ++i)
        REQUIRE_OK(saveEntry(u"site%1"_s.arg(i)));
    for (int i = 0; i < 8; ++i)
        REQUIRE_OK(agents.insert(agentNamed(u"key%1aaaa"_s.arg(i), u"agent %1"_s.arg(i)), {}));
    for (int row = 1; row <= 40; ++row)
        REQUIRE_OK(appendRow(row));
    const QByteArray before = photographed();
    QVERIFY(!before.isEmpty());

    EntryStore entries(m_store->database(), m_store->keys());
    const auto list = EntryCatalog(m_store->database()).list({});
    REQUIRE_OK(list);
    for (int i = 0; i < 60; ++i) {
        EntryDraft edit = editOf(list->at(i));
        edit.title += u" changed"_s;
        edit.tags = {u"home"_s};
        edit.urls = {u"https://elsewhere%1.example"_s.arg(i)};
        edit.fields[1].value = secret("another battery");
        REQUIRE_OK(entries.save(std::move(edit), 2000));
    }
    for (int i = 0; i < 8; ++i)
        REQUIRE_OK(AgentStore(m_store->database()).revoke(u"key%1aaaa"_s.arg(i), 9000));
    for (int row = 41; row <= 80; ++row)
        REQUIRE_OK(appendRow(row));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    QVERIFY(after.size() >= before.size());

    const auto seesTheNewerFile = [&] {
        Database &database = m_store->database();
        const auto now = EntryCatalog(database).list({});
        const auto keys = AgentStore(database).list();
        const auto rows = AuditStore(database).page({}, 0, 100);
        EntryFilter tagged;
        tagged.tag = u"work"_s;
        const auto work = EntryCatalog(database).list(tagged);
        if (!now || !keys || !rows || !work || now->size() != 60 || keys->size() != 8 || rows->events.size() != 80 || !work->isEmpty())
            return false;
        for (const EntrySummary &entry : *now) {
            const auto found = EntryCatalog(database).find(entry.id);
            const auto value = EntryStore(database, m_store->keys()).openValues(entry.id);
            if (!found || !value || found->version != 2 || !found->title.endsWith(u" changed"_s) || found->tags != QStringList{u"home"_s}
                || found->urls.size() != 1 || !found->urls.first().startsWith(u"https://elsewhere"_s))
                return false;
        }
        return std::ranges::all_of(*keys, [&](const Agent &key) { return key.isRevoked() && AgentStore(database).find(key.keyId)->agent.isRevoked(); });
    };
    const auto findsWhatIsThere = [&] {
        bool isRight = true;
        const auto ask = [&](const QString &text, int expected) {
            const auto hits = EntryCatalog(m_store->database()).search(text, 100, std::nullopt);
            isRight = isRight && hits && hits->total == expected;
            for (const EntrySummary &entry : hits ? hits->entries : QList<EntrySummary>())
                isRight = isRight && entry.version == 2 && entry.title.endsWith(u" changed"_s);
        };
        ask(u"changed"_s, 60);
        ask(u"work"_s, 0);
        ask(u"home"_s, 60);
        for (const int number : {0, 7, 29, 42, 59}) {
            ask(u"elsewhere%1.example"_s.arg(number), 1);
            ask(u"site%1.example"_s.arg(number), 0);
        }
        return isRight;
    };
    int differing = 0;
    int searched = 0;
    int unnoticed = 0;
    for (qsizetype at = 0; at + pageSize <= before.size(); at += pageSize) {
        if (before.mid(at, pageSize) == after.mid(at, pageSize))
            continue;
        ++differing;
        QByteArray mixed = after;
        mixed.replace(at, pageSize, before.mid(at, pageSize));
        QVERIFY(overwrite(m_store->path(), mixed));
        if (!m_store->open(Database::Mode::Existing))
            continue; // so broken that it does not even open
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, m_vaultId));
        const auto report = manifest.check();
        REQUIRE_OK(report);
        if (report->wrong.isEmpty()) {
            // Free, or written again as it was: all that anybody gets to see is of the newer file.
            ++unnoticed;
            QVERIFY2(seesTheNewerFile(), qPrintable(u"page %1 went unnoticed"_s.arg(at / pageSize + 1)));
            QVERIFY2(findsWhatIsThere(), qPrintable(u"page %1 leads a search astray"_s.arg(at / pageSize + 1)));
        }
        searched += report->wrong == QList{VaultPart::SearchIndex} ? 1 : 0;
        (void)m_store->database().close();
    }
    qInfo("%d pages differ; %d of them are free or the same inside, %d the search index's", differing, unnoticed, searched);
    QVERIFY(differing - unnoticed - searched > 10);
    QVERIFY(searched > 0);
    QVERIFY(overwrite(m_store->path(), after));
    REQUIRE_OK(m_store->open(Database::Mode::Existing));
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.attach(m_key, m_vaultId));
    const auto report = manifest.check();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
    // As it was, everything is found.
    QVERIFY(findsWhatIsThere());
}

void tst_ManifestReplay::noticesAnOldListOfFreePages()
{
    REQUIRE_OK(saveLong(0, 40));
    REQUIRE_OK(deleteAll());
    const QByteArray before = photographed();
    REQUIRE_OK(saveLong(40, 70));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
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
            noticed += answerOf("PRAGMA integrity_check(sqlite_schema)") == u"ok"_s ? 0 : 1;
            // As it is trusted.
            REQUIRE_OK(manifest.repairFreePages());
            REQUIRE_OK(manifest.repairIndexes());
        }
        if (report->wrong.isEmpty() || report->wrong == QList{VaultPart::Structure}) {
            // What is written then goes over nothing.
            REQUIRE_OK(manifest.seal());
            REQUIRE_OK(manifest.watch());
            REQUIRE_OK(saveLong(100, 140));
            QCOMPARE(answerOf("PRAGMA integrity_check"), u"ok"_s);
            const auto now = EntryCatalog(m_store->database()).list({});
            REQUIRE_OK(now);
            QCOMPARE(now->size(), 70);
        }
        (void)m_store->database().close();
    }
    QVERIFY(noticed > 0);
}

Result<> tst_ManifestReplay::saveLong(int from, int to)
{
    EntryStore entries(m_store->database(), m_store->keys());
    for (int i = from; i < to; ++i) {
        auto draft = login(u"long%1"_s.arg(i), "ada", QByteArray(6000, static_cast<char>('a' + i % 20)).constData(), {}, {});
        if (const auto saved = entries.save(std::move(draft), 1000); !saved)
            return std::unexpected(saved.error());
    }
    return {};
}

Result<> tst_ManifestReplay::deleteAll()
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

void tst_ManifestReplay::noticesAnOldFirstPageBesideItsListOfFreePages()
{
    REQUIRE_OK(saveLong(0, 40));
    REQUIRE_OK(deleteAll());
    const QByteArray before = photographed();
    REQUIRE_OK(saveLong(40, 60));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    QCOMPARE(after.size(), before.size());
    QVERIFY(before.first(pageSize) != after.first(pageSize));
    // The first page alone, and with each other page of then: one of them is the list it tells of.
    int lists = 0;
    for (qsizetype at = 0; at + pageSize <= before.size(); at += pageSize) {
        if (before.mid(at, pageSize) == after.mid(at, pageSize))
            continue;
        QByteArray mixed = after;
        mixed.replace(0, pageSize, before.first(pageSize));
        mixed.replace(at, pageSize, before.mid(at, pageSize));
        QVERIFY(overwrite(m_store->path(), mixed));
        REQUIRE_OK(m_store->open(Database::Mode::Existing));
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, m_vaultId));
        const auto report = manifest.check();
        REQUIRE_OK(report);
        QVERIFY2(report->wrong.contains(VaultPart::Structure), qPrintable(u"with page %1"_s.arg(at / pageSize + 1)));
        // To SQLite this list is one.
        if (report->wrong == QList{VaultPart::Structure} && answerOf("PRAGMA integrity_check(sqlite_schema)") == u"ok"_s) {
            ++lists;
            QVERIFY(answerOf("PRAGMA freelist_count").toInt() > 40);
            QVERIFY(answerOf("PRAGMA quick_check(1)") != u"ok"_s);
        }
        (void)m_store->database().close();
    }
    QVERIFY(lists > 0);
}

void tst_ManifestReplay::givesAFileFromBeforeTheWitnessOneWithTheNextWrite()
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
    QVERIFY(answerOf("PRAGMA user_version").toInt() != latestSchemaVersion());
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

void tst_ManifestReplay::repairsAnOldListOfFreePagesThatNothingElseTells()
{
    REQUIRE_OK(saveLong(0, 40));
    REQUIRE_OK(deleteAll());
    const QByteArray before = photographed();
    REQUIRE_OK(saveLong(40, 60));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    int repaired = 0;
    for (qsizetype at = pageSize; at + pageSize <= before.size(); at += pageSize) {
        if (before.mid(at, pageSize) == after.mid(at, pageSize))
            continue;
        QByteArray mixed = after;
        mixed.replace(0, pageSize, before.first(pageSize));
        mixed.replace(at, pageSize, before.mid(at, pageSize));
        QVERIFY(overwrite(m_store->path(), mixed));
        REQUIRE_OK(m_store->open(Database::Mode::Existing));
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, m_vaultId));
        const auto report = manifest.check();
        REQUIRE_OK(report);
        if (report->wrong == QList{VaultPart::Structure} && answerOf("PRAGMA integrity_check(sqlite_schema)") == u"ok"_s) {
            ++repaired;
            // As it is trusted; what is written then goes over nothing.
            REQUIRE_OK(manifest.repairFreePages());
            REQUIRE_OK(manifest.repairIndexes());
            REQUIRE_OK(manifest.seal());
            REQUIRE_OK(manifest.watch());
            REQUIRE_OK(saveLong(100, 140));
            QCOMPARE(answerOf("PRAGMA integrity_check"), u"ok"_s);
            QCOMPARE(EntryCatalog(m_store->database()).list({})->size(), 60);
            const auto again = checkAgain();
            REQUIRE_OK(again);
            QCOMPARE(again->wrong, QList<VaultPart>());
        }
        (void)m_store->database().close();
    }
    QVERIFY(repaired > 0);
}

void tst_ManifestReplay::noticesRowsThatAreOutOfOrder()
{
    // As no table of ours lies: so its structure is another, too.
    QString table = answerOf("SELECT sql FROM sqlite_schema WHERE name = 'fields'");
    REQUIRE_OK(m_store->database().run("DROP TABLE fields"));
    REQUIRE_OK(m_store->database().run(table.replace(u"(entry, number)"_s, u"(entry, number DESC)"_s).toStdString()));
    REQUIRE_OK(reopen());
    REQUIRE_OK(Manifest(m_store->database()).watch());
    for (int i = 0; i < 5; ++i)
        REQUIRE_OK(saveEntry(u"site%1"_s.arg(i)));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, (QList{VaultPart::Entries, VaultPart::Structure}));
}

void tst_ManifestReplay::namesAResurrectedKey()
{
    REQUIRE_OK(AgentStore(m_store->database()).insert(agentNamed(u"aaaaaaaa"_s, u"codex"_s), {}));
    REQUIRE_OK(AgentStore(m_store->database()).revoke(u"aaaaaaaa"_s, 9000));
    REQUIRE_OK(reopen()); // and nobody watches
    REQUIRE_OK(m_store->database().run("UPDATE agents SET revoked_at = 0"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Keys});
}

void tst_ManifestReplay::namesADeletedRowOfTheLog()
{
    REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
    for (int row = 1; row <= 20; ++row)
        REQUIRE_OK(appendRow(row));
    REQUIRE_OK(reopen());
    REQUIRE_OK(m_store->database().run("DELETE FROM audit WHERE sequence = 7"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Log});
}

void tst_ManifestReplay::namesASwappedRow()
{
    REQUIRE_OK(saveEntry(u"github"_s));
    REQUIRE_OK(saveEntry(u"gitlab"_s));
    REQUIRE_OK(reopen());
    // Two entries' values change places: every row is one that was there.
    REQUIRE_OK(m_store->database().run("PRAGMA foreign_keys = OFF"));
    REQUIRE_OK(m_store->database().run("UPDATE fields SET entry = 3 - entry + 100"));
    REQUIRE_OK(m_store->database().run("UPDATE fields SET entry = entry - 100"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Entries});
}

void tst_ManifestReplay::namesARowThatTheIndexLeadsPast()
{
    REQUIRE_OK(saveEntry(u"github"_s));
    Database &database = m_store->database();
    REQUIRE_OK(database.run("DROP INDEX entries_sorted"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Structure});
}

void tst_ManifestReplay::refusesTheManifestOfAnotherVault()
{
    REQUIRE_OK(m_store->reopen());
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.attach(m_key, "000000000000"));
    REQUIRE_ERROR(manifest.check(), ErrorCode::ForeignFile);
}

void tst_ManifestReplay::noticesAManifestThatIsGone()
{
    for (const char *taking : {"UPDATE audit_chain SET manifest = NULL", "DELETE FROM audit_chain"}) {
        REQUIRE_OK(m_store->database().run(taking));
        // What is written without one brings none back.
        REQUIRE_OK(MetaStore(m_store->database()).setValue("one"_L1, "1"));
        const auto report = checkAgain();
        REQUIRE_OK(report);
        QCOMPARE(report->wrong, QList{VaultPart::Manifest});
        start();
    }
}

void tst_ManifestReplay::leavesALongLogForLater()
{
    REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
    const qint64 count = Manifest::auditAtOnce + 10;
    {
        auto transaction = Transaction::begin(m_store->database());
        REQUIRE_OK(transaction);
        for (qint64 row = 1; row <= count; ++row)
            REQUIRE_OK(appendRow(row));
        REQUIRE_OK(transaction->commit());
    }
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
    QVERIFY(report->later.has_value());
    QCOMPARE(report->later->last, count);
    const auto whole = [&]() -> Result<RowSum> {
        RowSum sum;
        for (qint64 from = 0; from < count; from += 5000) {
            const auto part = Manifest(m_store->database()).sumOfAudit(from, std::min(from + 5000, count));
            if (!part)
                return part;
            sum.add(*part);
        }
        return sum;
    };
    const auto sum = whole();
    REQUIRE_OK(sum);
    QCOMPARE(*sum, report->later->expected);
    REQUIRE_OK(m_store->database().run("UPDATE audit SET subject = 'other' WHERE sequence = 77"));
    const auto edited = whole();
    REQUIRE_OK(edited);
    QVERIFY(*edited != report->later->expected);
    // A cut at the end is seen at once.
    REQUIRE_OK(m_store->database().run("DELETE FROM audit WHERE sequence > ?", count - 3));
    const auto cut = checkAgain();
    REQUIRE_OK(cut);
    QCOMPARE(cut->wrong, QList{VaultPart::Log});
}

void tst_ManifestReplay::looksAtTheIndexesOfALongLogInPieces()
{
    REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
    QCOMPARE(answerOf("SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'audit' AND type = 'index'"), QString::number(std::tuple_size_v<Manifest::Indexed>));
    for (int row = 1; row <= 300; ++row)
        REQUIRE_OK(appendRow(row));
    const QByteArray before = photographed();
    for (int row = 301; row <= 600; ++row)
        REQUIRE_OK(appendRow(row));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    // As SQLite's own check, which does all of a log at once, wherever the rows are right.
    int looked = 0;
    int wrong = 0;
    for (qsizetype at = 0; at + pageSize <= after.size(); at += pageSize) {
        const QByteArray page = before.mid(at, pageSize);
        if (page.size() < pageSize || page == after.mid(at, pageSize))
            continue;
        QByteArray mixed = after;
        mixed.replace(at, pageSize, page);
        QVERIFY(overwrite(m_store->path(), mixed));
        if (!m_store->open(Database::Mode::Existing))
            continue;
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, m_vaultId));
        if (answerOf("SELECT count(*) || ' ' || sum(sequence) FROM audit NOT INDEXED") == u"600 180300"_s) {
            ++looked;
            Manifest::Indexed rows{};
            bool fits = true;
            for (qint64 from = 0; from < 600 && fits; from += 100) {
                const auto piece = manifest.indexedAudit(from, from + 100);
                fits = piece.has_value();
                for (std::size_t i = 0; fits && i < rows.size(); ++i)
                    rows[i] += (*piece)[i];
            }
            for (std::size_t i = 0; fits && i < rows.size(); ++i)
                fits = manifest.auditIndexFits(i, rows[i], 600) == true;
            const bool isRight = answerOf("PRAGMA integrity_check(audit)") == u"ok"_s;
            QVERIFY2(fits == isRight, qPrintable(u"page %1"_s.arg(at / pageSize + 1)));
            wrong += isRight ? 0 : 1;
        }
        (void)m_store->database().close();
    }
    QVERIFY(looked > wrong);
    QVERIFY(wrong >= 3);
}

void tst_ManifestReplay::stopsWhenTheVaultIsToBeLocked()
{
    for (int i = 0; i < 300; ++i)
        REQUIRE_OK(saveEntry(u"entry %1"_s.arg(i)));
    std::atomic<bool> stop = false;
    Database &database = m_store->database();
    database.stopBy(stop);
    REQUIRE_OK(Manifest(database).check());
    REQUIRE_OK(database.quickCheck());
    stop = true;
    REQUIRE_ERROR(Manifest(database).check(), ErrorCode::Locked);
    REQUIRE_ERROR(database.quickCheck(), ErrorCode::Locked);
    REQUIRE_OK(saveEntry(u"what writes goes on"_s));
    stop = false;
    const auto report = Manifest(database).check();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
}

QTEST_GUILESS_MAIN(tst_ManifestReplay)
#include "tst_ManifestReplay.moc"
