// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "tests/support/TemporaryStore.h"

#include <QSet>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_EntryCatalog : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void listsByTitleWithoutCaseAndAccents();
    void filters_data();
    void filters();
    void coversWhatTheScopeNames_data();
    void coversWhatTheScopeNames();
    void pagesThroughEverythingOnce();
    void keepsItsPlaceWhenEntriesComeAndGo();
    void refusesAForeignCursor_data();
    void refusesAForeignCursor();
    void refusesAnImpossibleLimit();
    void countsForTheSidebar();

private:
    EntryId add(EntryDraft draft)
    {
        auto stored = m_store->save(std::move(draft), ++m_now);
        return stored ? stored->id : EntryId();
    }
    static QStringList titles(const QList<EntrySummary> &entries)
    {
        QStringList titles;
        for (const EntrySummary &entry : entries)
            titles.append(entry.title);
        return titles;
    }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_store;
    std::unique_ptr<EntryCatalog> m_catalog;
    QHash<QString, EntryId> m_ids;
    qint64 m_now = 0;
};

// One vault for all: "alpha" login tags dev,web favourite · "Beta" api_key tag dev · "Éclair" card (Personal) ·
// "zeta" login, trashed, tag dev.
void tst_EntryCatalog::initTestCase()
{
    QVERIFY(crypto::initialise());
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_store = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
    m_catalog = std::make_unique<EntryCatalog>(m_vault->database());

    EntryDraft zeta = login(u"zeta"_s, "u", "p", {}, {u"dev"_s});
    zeta.trashed = true;
    m_ids[u"zeta"_s] = add(std::move(zeta));
    EntryDraft card;
    card.type = EntryType::Card;
    card.title = u"Éclair"_s;
    card.fields.push_back(field(FieldKind::CardNumber, "4111"));
    m_ids[u"Éclair"_s] = add(std::move(card));
    EntryDraft beta = login(u"Beta"_s, "robot", "p", {u"https://beta.example"_s}, {u"dev"_s});
    beta.type = EntryType::ApiKey;
    m_ids[u"Beta"_s] = add(std::move(beta));
    EntryDraft alpha = login(u"alpha"_s, "octo", "p", {}, {u"dev"_s, u"web"_s});
    alpha.favourite = true;
    m_ids[u"alpha"_s] = add(std::move(alpha));
}

void tst_EntryCatalog::listsByTitleWithoutCaseAndAccents()
{
    QCOMPARE(titles(*m_catalog->list({})), QStringList({u"alpha"_s, u"Beta"_s, u"Éclair"_s}));
}

void tst_EntryCatalog::filters_data()
{
    QTest::addColumn<EntryFilter>("filter");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char *name, const QStringList &expected, auto change) {
        EntryFilter filter;
        change(filter);
        QTest::newRow(name) << filter << expected;
    };
    row("trash", {u"zeta"_s}, [](EntryFilter &f) { f.place = EntryFilter::Place::Trash; });
    row("type", {u"Beta"_s}, [](EntryFilter &f) { f.type = EntryType::ApiKey; });
    row("type without entries", {}, [](EntryFilter &f) { f.type = EntryType::Wifi; });
    row("tag", {u"alpha"_s, u"Beta"_s}, [](EntryFilter &f) { f.tag = u"dev"_s; });
    row("part of a tag", {}, [](EntryFilter &f) { f.tag = u"de"_s; });
    row("favourites", {u"alpha"_s}, [](EntryFilter &f) { f.favouritesOnly = true; });
    row("Personal", {u"Éclair"_s}, [](EntryFilter &f) { f.personalOnly = true; });
    row("text", {u"Beta"_s}, [](EntryFilter &f) { f.text = u"ROBOT"_s; });
    row("text and tag", {u"alpha"_s}, [](EntryFilter &f) {
        f.text = u"octo"_s;
        f.tag = u"web"_s;
    });
    row("text in the trash", {u"zeta"_s}, [](EntryFilter &f) {
        f.text = u"zet"_s;
        f.place = EntryFilter::Place::Trash;
    });
    row("short text", {u"Éclair"_s}, [](EntryFilter &f) { f.text = u"ec"_s; });
    row("SQL in text", {}, [](EntryFilter &f) { f.text = u"' OR 1=1 --"_s; });
    row("search syntax in text", {}, [](EntryFilter &f) { f.text = u"\"alpha\" OR title:beta* NEAR(x)"_s; });
    row("all together", {}, [](EntryFilter &f) {
        f.type = EntryType::Login;
        f.tag = u"dev"_s;
        f.favouritesOnly = true;
        f.personalOnly = true;
        f.text = u"alpha"_s;
    });
}

void tst_EntryCatalog::filters()
{
    QFETCH(EntryFilter, filter);
    QFETCH(QStringList, expected);
    const auto list = m_catalog->list(filter);
    REQUIRE_OK(list);
    QCOMPARE(titles(*list), expected);
    const auto page = m_catalog->page(filter, {}, 100);
    REQUIRE_OK(page);
    QCOMPARE(titles(page->entries), expected);
    QCOMPARE(page->total, expected.size());
    QVERIFY(page->nextCursor.isEmpty());
}

void tst_EntryCatalog::coversWhatTheScopeNames_data()
{
    QTest::addColumn<Scope>("scope");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("nothing") << Scope() << QStringList();
    QTest::newRow("everything") << Scope{true, {}, {}, {}} << QStringList{u"alpha"_s, u"Beta"_s, u"Éclair"_s};
    QTest::newRow("an entry") << Scope{false, {m_ids[u"Beta"_s]}, {}, {}} << QStringList{u"Beta"_s};
    QTest::newRow("a trashed entry") << Scope{false, {m_ids[u"zeta"_s]}, {}, {}} << QStringList();
    QTest::newRow("a tag") << Scope{false, {}, {u"web"_s}, {}} << QStringList{u"alpha"_s};
    QTest::newRow("a tag that needs quoting") << Scope{false, {}, {u"\"]') OR 1 --"_s}, {}} << QStringList();
    QTest::newRow("types") << Scope{false, {}, {}, {EntryType::Card, EntryType::ApiKey}}
                           << QStringList{u"Beta"_s, u"Éclair"_s};
    QTest::newRow("any of them") << Scope{false, {m_ids[u"Éclair"_s]}, {u"web"_s}, {EntryType::ApiKey}}
                                 << QStringList{u"alpha"_s, u"Beta"_s, u"Éclair"_s};
}

void tst_EntryCatalog::coversWhatTheScopeNames()
{
    QFETCH(Scope, scope);
    QFETCH(QStringList, expected);
    EntryFilter filter;
    filter.scope = scope;
    QCOMPARE(titles(*m_catalog->list(filter)), expected);
    // The trash is in nobody's scope, whatever is asked.
    filter.place = EntryFilter::Place::Trash;
    QVERIFY(m_catalog->list(filter)->isEmpty());
    for (auto it = m_ids.cbegin(); it != m_ids.cend(); ++it) {
        const auto found = m_catalog->find(it.value(), scope);
        QCOMPARE(found.has_value(), expected.contains(it.key()));
        if (!found)
            QCOMPARE(found.error().code, ErrorCode::NotFound);
    }
    REQUIRE_OK(m_catalog->find(m_ids[u"zeta"_s]));
}

void tst_EntryCatalog::pagesThroughEverythingOnce()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    EntryStore store(vault.database(), vault.keys());
    const EntryCatalog catalog(vault.database());
    // Many with the same title, so that only the id keeps them in order.
    for (int i = 0; i < 37; ++i)
        REQUIRE_OK(store.save(login(i % 2 ? u"same"_s : u"Same"_s, "u", "p"), 100 - i));
    QSet<EntryId> seen;
    QList<EntryId> order;
    QString cursor;
    int pages = 0;
    do {
        const auto page = catalog.page({}, cursor, 10);
        REQUIRE_OK(page);
        QCOMPARE(page->total, 37);
        for (const EntrySummary &entry : page->entries) {
            seen.insert(entry.id);
            order.append(entry.id);
        }
        cursor = page->nextCursor;
        ++pages;
    } while (!cursor.isEmpty());
    QCOMPARE(pages, 4);
    QCOMPARE(seen.size(), 37);
    QCOMPARE(order.size(), 37);
    const auto whole = catalog.list({});
    for (qsizetype i = 0; i < order.size(); ++i)
        QVERIFY(order.at(i) == whole->at(i).id);
    // A last page that is exactly full has no cursor.
    QVERIFY(catalog.page({}, {}, 37)->nextCursor.isEmpty());
}

void tst_EntryCatalog::keepsItsPlaceWhenEntriesComeAndGo()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    EntryStore store(vault.database(), vault.keys());
    const EntryCatalog catalog(vault.database());
    QList<EntryId> ids;
    for (const QString &title : {u"b"_s, u"d"_s, u"f"_s, u"h"_s})
        ids.append(store.save(login(title, "u", "p"), 1)->id);
    const auto first = catalog.page({}, {}, 2);
    REQUIRE_OK(store.deleteForever({ids.at(1)}));
    REQUIRE_OK(store.save(login(u"a"_s, "u", "p"), 1));
    REQUIRE_OK(store.save(login(u"e"_s, "u", "p"), 1));
    const auto second = catalog.page({}, first->nextCursor, 5);
    REQUIRE_OK(second);
    QCOMPARE(titles(second->entries), QStringList({u"e"_s, u"f"_s, u"h"_s}));
}

void tst_EntryCatalog::refusesAForeignCursor_data()
{
    QTest::addColumn<QString>("cursor");
    QTest::newRow("not base64") << u"%%%"_s;
    QTest::newRow("too short") << u"QUJD"_s;
    QTest::newRow("padded") << u"QUJDREVGR0hJSktMTU5PUA=="_s;
    QTest::newRow("no UTF-8 behind the id") << u"QUJDREVGR0hJSktMTU5PUP8"_s;
    QTest::newRow("letters no base64 has") << u"QUJDREVGR0hJSktMTU5PU\u00dc"_s;
}

void tst_EntryCatalog::refusesAForeignCursor()
{
    QFETCH(QString, cursor);
    REQUIRE_ERROR(m_catalog->page({}, cursor, 10), ErrorCode::InvalidValue);
}

void tst_EntryCatalog::refusesAnImpossibleLimit()
{
    for (const int limit : {0, -1, EntryCatalog::maximumPage + 1}) {
        REQUIRE_ERROR(m_catalog->page({}, {}, limit), ErrorCode::InvalidValue);
        REQUIRE_ERROR(m_catalog->search(u"alpha"_s, limit), ErrorCode::InvalidValue);
    }
}

void tst_EntryCatalog::countsForTheSidebar()
{
    const auto counts = m_catalog->counts();
    REQUIRE_OK(counts);
    QCOMPARE(counts->all, 3);
    QCOMPARE(counts->favourites, 1);
    QCOMPARE(counts->personal, 1);
    QCOMPARE(counts->trash, 1);
    QCOMPARE(counts->types, (QList<std::pair<EntryType, int>>{
                                {EntryType::Login, 1}, {EntryType::ApiKey, 1}, {EntryType::Card, 1}}));
    QCOMPARE(counts->tags, (QList<std::pair<QString, int>>{{u"dev"_s, 2}, {u"web"_s, 1}}));
}

Q_DECLARE_METATYPE(EntryFilter)
QTEST_GUILESS_MAIN(tst_EntryCatalog)
#include "tst_EntryCatalog.moc"
