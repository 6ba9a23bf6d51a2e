// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/EntryLimits.h"
#include "app/store/Transaction.h"
#include "tests/app/store/EntryStoreFixture.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_EntryStore : public QObject, private EntryStoreFixture {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void answersWhatItStored();
    void fillsAnEmptyTitle_data();
    void fillsAnEmptyTitle();
    void tidiesUrlsAndTags();
    void keepsTheTimesOfAnImport();
    void keepsValuesThatAnEditLeavesOut();
    void neverReusesAFieldNumber();
    void refusesAnEditOfAnOlderVersion();
    void refusesBadDrafts_data();
    void refusesBadDrafts();
    void writesNothingWhenItRefuses();


    void marksFavouritesWithoutANewVersion();
    void movesToTheTrashAndBack();
    void changesAllOrNone();
    void endsManyForALock_data();
    void endsManyForALock();
    void deletesForever();
    void joinsTheCallersTransaction();

    void refusesNamesWithoutMeasure_data();
    void refusesNamesWithoutMeasure();
};

void tst_EntryStore::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_EntryStore::init()
{
    REQUIRE_OK(openStore());
}

void tst_EntryStore::answersWhatItStored()
{
    EntryDraft draft = login(u"GitHub"_s, "octo", "pa55", {u"https://github.com"_s}, {u"work"_s, u"dev"_s});
    draft.favourite = true;
    draft.fields.push_back(field(FieldKind::RecoveryCodes, "11111-22222"));
    const auto stored = m_store->save(std::move(draft), 1234);
    REQUIRE_OK(stored);
    QVERIFY(!stored->id.isNull());
    QCOMPARE(stored->title, u"GitHub"_s);
    QCOMPARE(stored->subtitle, u"octo"_s);
    QCOMPARE(stored->tags, QStringList({u"dev"_s, u"work"_s}));
    QCOMPARE(stored->version, 1);
    QCOMPARE(stored->createdAt, 1234);
    QCOMPARE(stored->updatedAt, 1234);
    QVERIFY(stored->favourite);
    QVERIFY(stored->hasPersonal());
    QCOMPARE(stored->fields.size(), 3);
    QCOMPARE(stored->fields.at(2), (FieldOutline{3, u"recovery_codes"_s, FieldKind::RecoveryCodes, Tier::Personal}));
    REQUIRE_OK(m_vault->reopen());
    const auto found = EntryCatalog(m_vault->database()).find(stored->id);
    REQUIRE_OK(found);
    QCOMPARE(*found, *stored);
}

void tst_EntryStore::fillsAnEmptyTitle_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QStringList>("urls");
    QTest::addColumn<QString>("expected");
    QTest::newRow("from the first host") << u"  "_s << QStringList{u"https://x.example/login"_s} << u"x.example"_s;
    QTest::newRow("from the first URL with a host") << QString() << QStringList{u"///"_s, u"y.example"_s} << u"y.example"_s;
    QTest::newRow("from the type") << QString() << QStringList() << u"login"_s;
    QTest::newRow("not at all") << u" Mine "_s << QStringList{u"https://x.example"_s} << u"Mine"_s;
}

void tst_EntryStore::fillsAnEmptyTitle()
{
    QFETCH(QString, title);
    QFETCH(QStringList, urls);
    QFETCH(QString, expected);
    QCOMPARE(saved(login(title, "u", "p", urls)).title, expected);
}

void tst_EntryStore::tidiesUrlsAndTags()
{
    const EntrySummary stored = saved(login(u"t"_s, "u", "p", {u" https://b "_s, u""_s, u"https://a"_s, u"https://b"_s},
                                            {u"z"_s, u" a "_s, u"z"_s, u" "_s}));
    QCOMPARE(stored.urls, QStringList({u"https://b"_s, u"https://a"_s}));
    QCOMPARE(stored.tags, QStringList({u"a"_s, u"z"_s}));
}

void tst_EntryStore::keepsTheTimesOfAnImport()
{
    EntryDraft draft = login(u"old"_s, "u", "p");
    draft.createdAt = 11;
    draft.updatedAt = 22;
    draft.trashed = true;
    const EntrySummary stored = saved(std::move(draft), 1000);
    QCOMPARE(stored.createdAt, 11);
    QCOMPARE(stored.updatedAt, 22);
    QVERIFY(stored.trashed);
    QCOMPARE(stored.trashedAt, 1000);
}

void tst_EntryStore::keepsValuesThatAnEditLeavesOut()
{
    EntryDraft first = login(u"GitHub"_s, "octo", "pa55");
    first.fields.push_back(field(FieldKind::RecoveryCodes, "11111-22222"));
    const EntrySummary stored = saved(std::move(first));
    EntryDraft edit = editOf(stored);
    edit.title = u"GitHub, work"_s;
    edit.fields[0].label = u"user"_s;
    edit.fields[1].value = secret("n3w");
    std::swap(edit.fields[0], edit.fields[2]);
    const EntrySummary changed = saved(std::move(edit), 2000);
    QCOMPARE(changed.version, 2);
    QCOMPARE(changed.createdAt, stored.createdAt);
    QCOMPARE(changed.updatedAt, 2000);
    QCOMPARE(changed.fields.at(0).number, 3);
    const auto values = reveal(stored.id, {1, 2, 3});
    REQUIRE_OK(values);
    QCOMPARE(values->at(0).label, u"user"_s);
    QVERIFY(values->at(0).value.equals("octo"));
    QVERIFY(values->at(1).value.equals("n3w"));
    QVERIFY(values->at(2).value.equals("11111-22222"));
}

void tst_EntryStore::neverReusesAFieldNumber()
{
    const EntrySummary stored = saved(login(u"a"_s, "u", "p"));
    EntryDraft less = editOf(stored);
    less.fields.pop_back();
    EntryDraft more = editOf(saved(std::move(less)));
    more.fields.push_back(field(FieldKind::Token, "t"));
    const EntrySummary after = saved(std::move(more));
    QCOMPARE(after.fields.size(), 2);
    QCOMPARE(after.fields.at(1).number, 3);
}

void tst_EntryStore::refusesAnEditOfAnOlderVersion()
{
    const EntrySummary stored = saved(login(u"a"_s, "u", "p"));
    const EntrySummary changed = saved(editOf(stored));
    QCOMPARE(changed.version, 2);
    EntryDraft late = editOf(stored);
    late.title = u"late"_s;
    REQUIRE_ERROR(m_store->save(std::move(late), 3), ErrorCode::Conflict);
    QCOMPARE(m_catalog->find(stored.id)->title, u"a"_s);
    EntryDraft unknown = editOf(stored);
    unknown.id = EntryId{newUuid(5)};
    REQUIRE_ERROR(m_store->save(std::move(unknown), 3), ErrorCode::NotFound);
}

void tst_EntryStore::refusesBadDrafts_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<bool>("withValue");
    QTest::addColumn<Tier>("tier");
    QTest::addColumn<int>("size");
    QTest::newRow("a new field without a value") << 0 << false << Tier::Shared << 1;
    QTest::newRow("an unknown field number") << 99 << true << Tier::Shared << 1;
    QTest::newRow("a negative field number") << -1 << true << Tier::Shared << 1;
    QTest::newRow("a field named twice") << 1 << true << Tier::Shared << 1;
    QTest::newRow("a changed tier without a value") << 2 << false << Tier::Personal << 1;
    QTest::newRow("a value over the maximum") << 0 << true << Tier::Shared << (1 << 20) + 1;
}

void tst_EntryStore::refusesBadDrafts()
{
    QFETCH(int, number);
    QFETCH(bool, withValue);
    QFETCH(Tier, tier);
    QFETCH(int, size);
    const EntrySummary stored = saved(login(u"a"_s, "u", "p"));
    EntryDraft edit = editOf(stored);
    edit.fields.pop_back();
    FieldDraft bad;
    bad.number = number;
    bad.tier = tier;
    bad.kind = FieldKind::Password;
    if (withValue)
        bad.value = secret(QByteArray(size, 'x').constData());
    edit.fields.push_back(std::move(bad));
    REQUIRE_ERROR(m_store->save(std::move(edit), 5), ErrorCode::InvalidValue);
    QCOMPARE(m_catalog->find(stored.id)->version, 1);
}

void tst_EntryStore::writesNothingWhenItRefuses()
{
    const EntrySummary stored = saved(login(u"a"_s, "u", "p"));
    EntryDraft edit = editOf(stored);
    edit.fields.push_back(FieldDraft());
    REQUIRE_ERROR(m_store->save(std::move(edit), 5), ErrorCode::InvalidValue);
    QVERIFY(m_store->history(stored.id)->isEmpty());
    EntryDraft fresh = login(u"b"_s, "u", "p");
    fresh.fields.push_back(FieldDraft());
    REQUIRE_ERROR(m_store->save(std::move(fresh), 5), ErrorCode::InvalidValue);
    QCOMPARE(m_catalog->list({})->size(), 1);
}

void tst_EntryStore::marksFavouritesWithoutANewVersion()
{
    const EntrySummary stored = saved(login(u"a"_s, "u", "p"));
    REQUIRE_OK(m_store->setFavourite(stored.id, true));
    const auto found = m_catalog->find(stored.id);
    QVERIFY(found->favourite);
    QCOMPARE(found->version, 1);
    REQUIRE_ERROR(m_store->setFavourite(EntryId{newUuid(1)}, true), ErrorCode::NotFound);
}

void tst_EntryStore::movesToTheTrashAndBack()
{
    const EntrySummary stored = saved(login(u"a"_s, "u", "p"));
    REQUIRE_OK(m_store->moveToTrash({stored.id}, 50));
    REQUIRE_OK(m_store->moveToTrash({stored.id}, 60));
    QCOMPARE(m_catalog->find(stored.id)->trashedAt, 50);
    // An edit in the trash stays there.
    saved(editOf(*m_catalog->find(stored.id)));
    QCOMPARE(m_catalog->find(stored.id)->trashedAt, 50);
    REQUIRE_OK(m_store->restoreFromTrash({stored.id}));
    QVERIFY(!m_catalog->find(stored.id)->trashed);
}

void tst_EntryStore::changesAllOrNone()
{
    const EntrySummary stored = saved(login(u"a"_s, "u", "p"));
    const QList<EntryId> ids{stored.id, EntryId{newUuid(1)}};
    REQUIRE_ERROR(m_store->moveToTrash(ids, 5), ErrorCode::NotFound);
    QVERIFY(!m_catalog->find(stored.id)->trashed);
    REQUIRE_ERROR(m_store->deleteForever(ids), ErrorCode::NotFound);
    REQUIRE_OK(m_catalog->find(stored.id));
}

void tst_EntryStore::endsManyForALock_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("to the trash") << 0;
    QTest::newRow("back from it") << 1;
    QTest::newRow("for good") << 2;
}

void tst_EntryStore::endsManyForALock()
{
    QFETCH(int, which);
    QList<EntryId> ids;
    for (const QString &title : {u"a"_s, u"b"_s, u"c"_s})
        ids.append(saved(login(title, "u", "p")).id);
    if (which == 1)
        REQUIRE_OK(m_store->moveToTrash(ids, 5));
    const auto change = [&] {
        return which == 0 ? m_store->moveToTrash(ids, 5) : which == 1 ? m_store->restoreFromTrash(ids) : m_store->deleteForever(ids);
    };
    std::atomic<bool> stop = true;
    m_vault->database().stopBy(stop);
    {
        auto outer = Transaction::begin(m_vault->database());
        REQUIRE_OK(outer);
        REQUIRE_ERROR(change(), ErrorCode::Locked);
        // With what the caller did besides.
        QVERIFY(!outer->commit());
    }
    REQUIRE_ERROR(change(), ErrorCode::Locked);
    for (const EntryId id : ids)
        QCOMPARE(m_catalog->find(id)->trashed, which == 1);
    // A single entry is no work to wait for.
    REQUIRE_OK(m_store->save(login(u"d"_s, "u", "p"), 1));
    stop = false;
    REQUIRE_OK(change());
}

void tst_EntryStore::deletesForever()
{
    EntrySummary stored = saved(login(u"gone"_s, "u", "p", {u"https://x.example"_s}, {u"t"_s}));
    stored = saved(editOf(stored));
    const EntrySummary other = saved(login(u"other"_s, "u", "p"));
    REQUIRE_OK(m_store->deleteForever({stored.id}));
    REQUIRE_ERROR(m_catalog->find(stored.id), ErrorCode::NotFound);
    REQUIRE_ERROR(m_store->history(stored.id), ErrorCode::NotFound);
    QCOMPARE(m_catalog->search(u"gone"_s, 5)->total, 0);
    for (const char *sql : {"SELECT count(*) FROM entries", "SELECT count(DISTINCT entry) FROM fields",
                            "SELECT count(*) FROM search_text"}) {
        Statement count = m_vault->database().statement(sql);
        QVERIFY(count.step().value());
        QCOMPARE(count.integer(0), 1);
    }
    for (const char *sql : {"SELECT count(*) FROM urls", "SELECT count(*) FROM tags", "SELECT count(*) FROM entry_versions",
                            "SELECT count(*) FROM version_fields"}) {
        Statement count = m_vault->database().statement(sql);
        QVERIFY(count.step().value());
        QCOMPARE(count.integer(0), 0);
    }
    REQUIRE_OK(m_vault->database().run("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"));
}

void tst_EntryStore::joinsTheCallersTransaction()
{
    EntryId given;
    {
        auto outer = Transaction::begin(m_vault->database());
        REQUIRE_OK(outer);
        given = saved(login(u"given up"_s, "u", "p")).id;
        REQUIRE_OK(m_catalog->find(given));
    }
    REQUIRE_ERROR(m_catalog->find(given), ErrorCode::NotFound);
    QCOMPARE(m_catalog->search(u"given"_s, 5)->total, 0);
}

void tst_EntryStore::refusesNamesWithoutMeasure_data()
{
    QTest::addColumn<QStringList>("urls");
    QTest::addColumn<QStringList>("tags");
    QTest::addColumn<QString>("label");
    QTest::addColumn<bool>("good");
    const auto many = [](qsizetype count) {
        QStringList names;
        for (qsizetype i = 0; i < count; ++i)
            names << QString::number(i);
        return names;
    };
    const auto as = [](qsizetype length) { return QString(length, u'a'); };
    const QStringList none;
    QTest::newRow("the longest") << QStringList{as(entryLimits::url)} << QStringList{as(entryLimits::tag)}
                                 << as(entryLimits::label) << true;
    QTest::newRow("the most") << many(entryLimits::urls) << many(entryLimits::tags) << u"x"_s << true;
    QTest::newRow("a long URL") << QStringList{as(entryLimits::url + 1)} << none << u"x"_s << false;
    QTest::newRow("a long tag") << none << QStringList{as(entryLimits::tag + 1)} << u"x"_s << false;
    QTest::newRow("a long label") << none << none << as(entryLimits::label + 1) << false;
    QTest::newRow("many URLs") << many(entryLimits::urls + 1) << none << u"x"_s << false;
    QTest::newRow("many tags") << none << many(entryLimits::tags + 1) << u"x"_s << false;
}

void tst_EntryStore::refusesNamesWithoutMeasure()
{
    QFETCH(QStringList, urls);
    QFETCH(QStringList, tags);
    QFETCH(QString, label);
    QFETCH(bool, good);
    EntryDraft draft = login(u"a"_s, "u", "p", urls, tags);
    draft.fields[0].label = label;
    const auto stored = m_store->save(std::move(draft), 1);
    if (good)
        REQUIRE_OK(stored);
    else
        REQUIRE_ERROR(stored, ErrorCode::InvalidValue);
}

QTEST_GUILESS_MAIN(tst_EntryStore)
#include "tst_EntryStore.moc"
