// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AgentStore.h"
#include "app/store/EntryCatalog.h"
#include "app/store/MetaStore.h"
#include "tests/app/store/ManifestFixture.h"
#include "tests/app/store/QueryAnswer.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What is replayed here is genuine: pages this program wrote itself, a little earlier.
class tst_ManifestReplay : public QObject, private ManifestFixture {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { start(); }
    void cleanup() { m_store.reset(); }

    void noticesEachPageOfAnOlderFile();
    void noticesRowsThatAreOutOfOrder();
    void namesAResurrectedKey();
    void namesADeletedRowOfTheLog();
    void namesASwappedRow();
    void namesARowThatTheIndexLeadsPast();
    void refusesTheManifestOfAnotherVault();
    void noticesAManifestThatIsGone();
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
        const auto mixed = withPageOf(before, after, at);
        if (!mixed)
            continue;
        ++differing;
        QVERIFY(overwrite(m_store->path(), *mixed));
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

void tst_ManifestReplay::noticesRowsThatAreOutOfOrder()
{
    // As no table of ours lies: so its structure is another, too.
    QString table = answerOf(m_store->database(), "SELECT sql FROM sqlite_schema WHERE name = 'fields'");
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

QTEST_GUILESS_MAIN(tst_ManifestReplay)
#include "tst_ManifestReplay.moc"
