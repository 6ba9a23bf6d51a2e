// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/SearchText.h"

#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "app/store/Manifest.h"
#include "app/store/Transaction.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

#include <atomic>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_SearchText : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init();
    void makesTheIndexAnewWhenThatTakesLess_data();
    void makesTheIndexAnewWhenThatTakesLess();
    void findsWhatStaysAfterTheIndexWasMadeAnew();
    void keepsWhatWasWrittenInTheSameTransaction();
    void fitsWhicheverWayTextsWentBefore();
    void fitsWhenALaterTextGoesOnAPageOfItsOwn();
    void endsForALock();

private:
    [[nodiscard]] Result<EntryId> save(const QString &title)
    {
        const auto stored = m_entries->save(login(title, "u", "p"), 1);
        return stored ? Result<EntryId>(stored->id) : std::unexpected(stored.error());
    }
    [[nodiscard]] Result<QList<EntryId>> saveMany(int from, int to)
    {
        auto transaction = Transaction::begin(m_vault->database());
        QList<EntryId> ids;
        for (int i = from; transaction && i < to; ++i) {
            const auto id = save(u"entry number %1"_s.arg(i, 4, 10, QChar(u'0')));
            if (!id)
                return std::unexpected(id.error());
            ids.append(*id);
        }
        const Result<> committed = transaction ? transaction->commit() : std::unexpected(transaction.error());
        return committed ? Result<QList<EntryId>>(ids) : std::unexpected(committed.error());
    }
    [[nodiscard]] int found(const QString &text)
    {
        const auto matches = EntryCatalog(m_vault->database()).search(text, 5);
        return matches ? matches->total : -1;
    }
    [[nodiscard]] bool fits() { return Manifest(m_vault->database()).searchIndexFits().value_or(false); }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_entries;
};

void tst_SearchText::init()
{
    m_entries.reset();
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_entries = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
}

void tst_SearchText::makesTheIndexAnewWhenThatTakesLess_data()
{
    QTest::addColumn<int>("gone");
    QTest::addColumn<bool>("anew");
    QTest::newRow("nothing of many") << 0 << false;
    QTest::newRow("one of many") << 1 << false;
    QTest::newRow("some of many") << 2 << true;
    QTest::newRow("all of them") << 210 << true;
}

void tst_SearchText::makesTheIndexAnewWhenThatTakesLess()
{
    QFETCH(int, gone);
    QFETCH(bool, anew);
    REQUIRE_OK(saveMany(0, 210));
    const auto sooner = isSearchIndexSoonerAnew(m_vault->database(), gone);
    REQUIRE_OK(sooner);
    QCOMPARE(*sooner, anew);
}

void tst_SearchText::findsWhatStaysAfterTheIndexWasMadeAnew()
{
    // More than one piece of it.
    REQUIRE_OK(saveMany(0, 100));
    REQUIRE_OK(m_vault->database().run("DELETE FROM entries WHERE title = 'entry number 0042'"));
    QVERIFY2(!fits(), "the looking works");
    REQUIRE_OK(makeSearchIndexAnew(m_vault->database()));
    QVERIFY(fits());
    QCOMPARE(found(u"entry number"_s), 99);
    QCOMPARE(found(u"0042"_s), 0);
    for (int i : {0, 31, 32, 99})
        QCOMPARE(found(u"%1"_s.arg(i, 4, 10, QChar(u'0'))), 1);
}

void tst_SearchText::keepsWhatWasWrittenInTheSameTransaction()
{
    {
        auto outer = Transaction::begin(m_vault->database());
        REQUIRE_OK(outer);
        REQUIRE_OK(save(u"stays here"_s));
        const auto gone = save(u"goes again"_s);
        REQUIRE_OK(gone);
        REQUIRE_OK(m_entries->deleteForever({*gone}));
        REQUIRE_OK(save(u"comes later"_s));
        REQUIRE_OK(outer->commit());
    }
    QVERIFY(fits());
    QCOMPARE(found(u"stays"_s), 1);
    QCOMPARE(found(u"comes"_s), 1);
    QCOMPARE(found(u"again"_s), 0);
}

void tst_SearchText::fitsWhicheverWayTextsWentBefore()
{
    // FTS5 notes in its table when pages may be empty, and forgets it when all of it goes.
    const auto remove = [this](const QList<EntryId> &ids) -> Result<> {
        for (const EntryId &id : ids)
            if (const Result<> done = m_entries->deleteForever({id}); !done)
                return done;
        return {};
    };
    const auto ids = saveMany(0, 500);
    REQUIRE_OK(ids);
    REQUIRE_OK(remove(ids->mid(0, 5)));
    REQUIRE_OK(m_entries->deleteForever(ids->mid(5, 15)));
    REQUIRE_OK(remove(ids->mid(20, 270)));
    QVERIFY(fits());
    REQUIRE_OK(m_vault->reopen());
    QVERIFY(fits());
    QCOMPARE(found(u"entry number"_s), 210);
    REQUIRE_OK(save(u"entry number 1000"_s));
    REQUIRE_OK(m_entries->deleteForever(ids->mid(290)));
    REQUIRE_OK(m_vault->reopen());
    QVERIFY(fits());
    QCOMPARE(found(u"entry number"_s), 1);
}

void tst_SearchText::fitsWhenALaterTextGoesOnAPageOfItsOwn()
{
    const auto changeTitle = [this](const EntryId &id, const QString &title) -> Result<> {
        const auto found = EntryCatalog(m_vault->database()).find(id);
        if (!found)
            return std::unexpected(found.error());
        EntryDraft draft = editOf(*found);
        draft.title = title;
        const auto saved = m_entries->save(std::move(draft), 2);
        return saved ? Result<>() : std::unexpected(saved.error());
    };
    const auto first = save(u"garden"_s);
    const auto second = save(u"harbour"_s);
    REQUIRE_OK(first);
    REQUIRE_OK(second);
    REQUIRE_OK(changeTitle(*first, u"orchard"_s)); // from here on pages may be empty, and FTS5 has noted it
    REQUIRE_OK(m_entries->deleteForever({*second}));
    const auto third = save(u"zeppelin"_s);
    REQUIRE_OK(third);
    REQUIRE_OK(changeTitle(*third, u"quince"_s));
    QVERIFY(fits());
    {
        // What the next connection goes by: 5 says that pages may be empty.
        Statement version = m_vault->database().statement("SELECT v FROM search_index_config WHERE k = 'version'");
        REQUIRE_OK(version.step());
        QCOMPARE(version.integer(0), 5);
    }
    REQUIRE_OK(m_vault->reopen());
    QVERIFY(fits());
    QCOMPARE(found(u"quince"_s), 1);
    QCOMPARE(found(u"zeppelin"_s), 0);
}

void tst_SearchText::endsForALock()
{
    REQUIRE_OK(saveMany(0, 40));
    std::atomic<bool> stop = true;
    m_vault->database().stopBy(stop);
    {
        auto transaction = Transaction::begin(m_vault->database());
        REQUIRE_OK(transaction);
        REQUIRE_ERROR(makeSearchIndexAnew(m_vault->database()), ErrorCode::Locked);
    }
    stop = false;
    QVERIFY(fits());
    QCOMPARE(found(u"entry number"_s), 40);
}

QTEST_GUILESS_MAIN(tst_SearchText)
#include "tst_SearchText.moc"
