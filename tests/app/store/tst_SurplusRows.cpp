// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/SurplusRows.h"

#include "app/store/AgentStore.h"
#include "app/store/EntryCatalog.h"
#include "tests/app/store/ManifestFixture.h"

#include <QSet>

#include <algorithm>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype pageBytes = 4096;
constexpr int few = 30;
constexpr int many = 120;

} // namespace

/// An old page lies where its rows went on to other pages since: the same keys are there twice.
class tst_SurplusRows : public QObject, private ManifestFixture {
    Q_OBJECT

    [[nodiscard]] QString answerOf(const std::string &sql)
    {
        Statement query = m_store->database().statement(sql);
        const auto row = query.step();
        return row && *row ? query.text(0) : QString();
    }
    /// Puts each page of `before` that differs into `after`, and has `look` see what that is, until it is done.
    template<typename Look>
    void withEachOldPage(const QByteArray &before, const QByteArray &after, Look look)
    {
        for (qsizetype at = pageBytes; at + pageBytes <= before.size(); at += pageBytes) {
            if (before.mid(at, pageBytes) == after.mid(at, pageBytes))
                continue;
            QByteArray mixed = after;
            mixed.replace(at, pageBytes, before.mid(at, pageBytes));
            QVERIFY(overwrite(m_store->path(), mixed));
            if (!m_store->open(Database::Mode::Existing))
                continue;
            if (Manifest(m_store->database()).attach(m_key, m_vaultId))
                look();
            if (QTest::currentTestFailed())
                return;
            (void)m_store->database().close();
        }
    }
    /// Many entries, as they were in `before`, with a longer password since.
    void changeEveryPassword(QByteArray &before);
    /// As VaultSession takes it as it is.
    Result<QList<RemovedSurplus>> trust()
    {
        Database &database = m_store->database();
        Manifest manifest(database);
        if (const Result<> repaired = manifest.repairFreePages(); !repaired)
            return std::unexpected(repaired.error());
        auto transaction = Transaction::begin(database);
        if (!transaction)
            return std::unexpected(transaction.error());
        auto removed = SurplusRows(database).remove();
        if (!removed)
            return removed;
        for (const auto &step : {manifest.repairIndexes(), manifest.seal(), manifest.watch(), transaction->commit()})
            if (!step)
                return std::unexpected(step.error());
        return removed;
    }
    [[nodiscard]] qint64 twiceIn(const char *table, const char *key)
    {
        // Past every index, whose word it would take.
        const std::string rows = std::string("(SELECT ") + key + " AS k FROM " + table + " NOT INDEXED)";
        return answerOf("SELECT count(*) - count(DISTINCT k) FROM " + rows).toLongLong();
    }
    [[nodiscard]] bool isSound()
    {
        const auto report = checkAgain();
        return report && report->wrong.isEmpty() && answerOf("PRAGMA integrity_check") == u"ok"_s;
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { start(); }
    void cleanup() { m_store.reset(); }

    void leavesOneCopyOfEachEntry();
    void leavesTheKeyThatWasRevoked();
    void keepsTheValueThatIsNoEarlierVersion();
    void keepsAnotherValueWithTheEntry();
    void leavesAFileThatHasNothingTwice();
};

void tst_SurplusRows::changeEveryPassword(QByteArray &before)
{
    EntryStore entries(m_store->database(), m_store->keys());
    QList<EntryId> ids;
    for (int i = 0; i < many; ++i) {
        const auto saved = entries.save(login(u"site%1"_s.arg(i), "ada", "the old password", {}, {}), 1000);
        REQUIRE_OK(saved);
        ids.append(saved->id);
    }
    before = photographed();
    for (const EntryId &id : ids) {
        EntryDraft edit = editOf(*EntryCatalog(m_store->database()).find(id));
        edit.fields[1].value = secret(QByteArray("the new password, which is longer than the old one was ").repeated(3).constData());
        REQUIRE_OK(EntryStore(m_store->database(), m_store->keys()).save(std::move(edit), 2000));
    }
}

void tst_SurplusRows::leavesOneCopyOfEachEntry()
{
    for (int i = 0; i < few; ++i)
        REQUIRE_OK(saveEntry(u"site%1"_s.arg(i)));
    const QByteArray before = photographed();
    const auto list = EntryCatalog(m_store->database()).list({});
    REQUIRE_OK(list);
    // Longer, so that the pages they lay on are not enough.
    for (const EntrySummary &entry : *list) {
        EntryDraft edit = editOf(entry);
        edit.title += QString(300, u'x');
        REQUIRE_OK(EntryStore(m_store->database(), m_store->keys()).save(std::move(edit), 2000));
    }
    for (int i = few; i < many; ++i)
        REQUIRE_OK(saveEntry(u"site%1"_s.arg(i)));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    int found = 0;
    withEachOldPage(before, after, [&] {
        const qint64 twice = twiceIn("entries", "row");
        if (twice <= 0)
            return;
        ++found;
        const auto removed = trust();
        REQUIRE_OK(removed);
        const auto entries = std::ranges::find(*removed, VaultPart::Entries, &RemovedSurplus::part);
        QVERIFY(entries != removed->end());
        QVERIFY(entries->rows >= twice);
        QVERIFY(!entries->names.isEmpty());
        QVERIFY(isSound());
        QCOMPARE(twiceIn("entries", "row"), qint64{0});
        // The later of two stayed.
        const auto now = EntryCatalog(m_store->database()).list({});
        REQUIRE_OK(now);
        const QSet<QString> names(entries->names.begin(), entries->names.end());
        for (const EntrySummary &entry : *now)
            if (names.contains(entry.title))
                QCOMPARE(entry.version, entry.title.endsWith(u"xxx"_s) ? 2 : 1);
        REQUIRE_OK(Manifest(m_store->database()).watch());
        REQUIRE_OK(saveEntry(u"written later"_s));
        QVERIFY(isSound());
    });
    QVERIFY(found > 0);
}

void tst_SurplusRows::leavesTheKeyThatWasRevoked()
{
    AgentStore agents(m_store->database());
    for (int i = 0; i < few; ++i)
        REQUIRE_OK(agents.insert(agentNamed(u"key%1aaaa"_s.arg(i, 2, 10, QLatin1Char('0')), u"agent %1"_s.arg(i)), {}));
    const QByteArray before = photographed();
    for (int i = 0; i < few; ++i)
        REQUIRE_OK(AgentStore(m_store->database()).revoke(u"key%1aaaa"_s.arg(i, 2, 10, QLatin1Char('0')), 9000));
    for (int i = few; i < many; ++i)
        REQUIRE_OK(AgentStore(m_store->database()).insert(agentNamed(u"key%1aaaa"_s.arg(i, 2, 10, QLatin1Char('0')), u"agent %1"_s.arg(i)), {}));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    int found = 0;
    withEachOldPage(before, after, [&] {
        if (twiceIn("agents", "key_id") <= 0)
            return;
        ++found;
        const auto removed = trust();
        REQUIRE_OK(removed);
        QVERIFY(std::ranges::find(*removed, VaultPart::Keys, &RemovedSurplus::part) != removed->end());
        QVERIFY(isSound());
        const auto keys = AgentStore(m_store->database()).list();
        REQUIRE_OK(keys);
        const auto &names = std::ranges::find(*removed, VaultPart::Keys, &RemovedSurplus::part)->names;
        QVERIFY(!names.isEmpty());
        for (const Agent &key : *keys)
            if (names.contains(key.name) && key.name.section(u' ', 1).toInt() < few)
                QVERIFY2(key.isRevoked(), qPrintable(key.name));
    });
    QVERIFY(found > 0);
}

void tst_SurplusRows::keepsTheValueThatIsNoEarlierVersion()
{
    QByteArray before;
    changeEveryPassword(before);
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    int found = 0;
    withEachOldPage(before, after, [&] {
        if (twiceIn("fields", "entry || ' ' || number") <= 0)
            return;
        ++found;
        const auto removed = trust();
        REQUIRE_OK(removed);
        QVERIFY(isSound());
        const auto part = std::ranges::find(*removed, VaultPart::Entries, &RemovedSurplus::part);
        QVERIFY(part != removed->end());
        for (const QString &name : part->names)
            QCOMPARE(answerOf("SELECT substr(value, 1, 16) FROM fields WHERE number = 2 AND entry = (SELECT row FROM entries WHERE title = '"
                              + name.toStdString() + "')"),
                     u"the new password"_s);
        // What is in its place already is kept nowhere else.
        QCOMPARE(answerOf("SELECT count(*) FROM entry_versions WHERE version = 0"), u"0"_s);
    });
    QVERIFY(found > 0);
}

void tst_SurplusRows::keepsAnotherValueWithTheEntry()
{
    QByteArray before;
    changeEveryPassword(before);
    // No earlier version tells which is which.
    REQUIRE_OK(m_store->database().run("DELETE FROM entry_versions"));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    int kept = 0;
    withEachOldPage(before, after, [&] {
        if (twiceIn("fields", "entry || ' ' || number") <= 0)
            return;
        REQUIRE_OK(trust());
        QVERIFY(isSound());
        const auto versions = answerOf("SELECT count(*) FROM version_fields WHERE version = 0 AND number = 2").toInt();
        kept += versions;
        if (versions == 0)
            return;
        // Both are there, and history shows the other.
        QCOMPARE(answerOf("SELECT count(*) FROM version_fields AS v JOIN fields AS f USING (entry, number) WHERE v.version = 0 AND v.value IS f.value AND number = 2"),
                 u"0"_s);
        const auto entry = answerOf("SELECT lower(hex(id)) FROM entries WHERE row = (SELECT entry FROM version_fields WHERE version = 0 AND number = 2)");
        const EntryId id{QUuid::fromRfc4122(QByteArray::fromHex(entry.toLatin1()))};
        const auto history = EntryStore(m_store->database(), m_store->keys()).history(id);
        REQUIRE_OK(history);
        QVERIFY(std::ranges::find(*history, 0, &EntryVersion::version) != history->end());
    });
    QVERIFY(kept > 0);
}

void tst_SurplusRows::leavesAFileThatHasNothingTwice()
{
    for (int i = 0; i < few; ++i)
        REQUIRE_OK(saveEntry(u"site%1"_s.arg(i)));
    REQUIRE_OK(reopen());
    const QString rows = answerOf("SELECT count(*) || ' ' || (SELECT count(*) FROM fields) FROM entries");
    const auto removed = trust();
    REQUIRE_OK(removed);
    QVERIFY(removed->isEmpty());
    QCOMPARE(answerOf("SELECT count(*) || ' ' || (SELECT count(*) FROM fields) FROM entries"), rows);
    QVERIFY(isSound());
    // Rows go with their rows as before.
    REQUIRE_OK(m_store->database().run("DELETE FROM entries"));
    QCOMPARE(answerOf("SELECT count(*) FROM fields"), u"0"_s);
}

QTEST_GUILESS_MAIN(tst_SurplusRows)
#include "tst_SurplusRows.moc"
