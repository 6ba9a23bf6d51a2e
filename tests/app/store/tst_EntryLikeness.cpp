// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/store/EntryStoreFixture.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_EntryLikeness : public QObject, private EntryStoreFixture
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void knowsAnIdenticalEntry();
    void knowsNoIdenticalEntryWhenAnythingDiffers_data();
    void knowsNoIdenticalEntryWhenAnythingDiffers();
    void comparesPersonalValuesOnlyWithTheKey();
    void knowsAnImportedEntryByItsDatesWithoutTheKey();
    void looksIntoTheTrashForWhatGoesThere();
};

void tst_EntryLikeness::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_EntryLikeness::init()
{
    REQUIRE_OK(openStore());
}

void tst_EntryLikeness::knowsAnIdenticalEntry()
{
    const EntrySummary stored = saved(login(u"GitHub"_s, "octo", "pa55", {u"https://github.com"_s}, {u"a"_s}));
    // Tags and times are no reason to keep it twice.
    const auto same = m_store->likenessOf(login(u"GitHub "_s, "octo", "pa55", {u"https://github.com"_s}, {u"b"_s}), nullptr);
    REQUIRE_OK(same);
    QVERIFY(same->same == stored.id);
    // An edit with kept values has a fingerprint, too.
    EntryDraft edit = editOf(stored);
    edit.title = u"Hub"_s;
    saved(std::move(edit));
    QVERIFY(!m_store->likenessOf(login(u"GitHub"_s, "octo", "pa55", {u"https://github.com"_s}), nullptr)->same);
    QVERIFY(m_store->likenessOf(login(u"Hub"_s, "octo", "pa55", {u"https://github.com"_s}), nullptr)->same);
    REQUIRE_OK(m_store->moveToTrash({stored.id}, 5));
    QVERIFY(!m_store->likenessOf(login(u"Hub"_s, "octo", "pa55", {u"https://github.com"_s}), nullptr)->same);
}

void tst_EntryLikeness::knowsNoIdenticalEntryWhenAnythingDiffers_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<QStringList>("urls");
    QTest::newRow("title") << u"Git"_s << QByteArray("octo") << QByteArray("pa55") << QStringList{u"https://g"_s};
    QTest::newRow("user") << u"GitHub"_s << QByteArray("octo2") << QByteArray("pa55") << QStringList{u"https://g"_s};
    QTest::newRow("password") << u"GitHub"_s << QByteArray("octo") << QByteArray("pa56") << QStringList{u"https://g"_s};
    QTest::newRow("no URL") << u"GitHub"_s << QByteArray("octo") << QByteArray("pa55") << QStringList();
    QTest::newRow("shifted") << u"GitHub"_s << QByteArray("octop") << QByteArray("a55") << QStringList{u"https://g"_s};
}

void tst_EntryLikeness::knowsNoIdenticalEntryWhenAnythingDiffers()
{
    QFETCH(QString, title);
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, password);
    QFETCH(QStringList, urls);
    saved(login(u"GitHub"_s, "octo", "pa55", {u"https://g"_s}));
    QVERIFY(m_store->likenessOf(login(u"GitHub"_s, "octo", "pa55", {u"https://g"_s}), nullptr)->same);
    QVERIFY(!m_store->likenessOf(login(title, user.constData(), password.constData(), urls), nullptr)->same);
}

void tst_EntryLikeness::comparesPersonalValuesOnlyWithTheKey()
{
    const EntrySummary stored = saved(card());
    QVERIFY(!m_store->likenessOf(card(), nullptr)->same);
    QVERIFY(m_store->likenessOf(card(), nullptr)->unknown);
    QVERIFY(m_store->likenessOf(card(), &m_vault->personal())->same == stored.id);
    EntryDraft another = card();
    another.fields[1].value = secret("4111111111111112");
    QVERIFY(!m_store->likenessOf(another, &m_vault->personal())->same);
    // The digest itself must not know the number: two cards that differ only in it have the same.
    saved(std::move(another));
    Statement count = m_vault->database().statement("SELECT count(DISTINCT fingerprint) FROM entries");
    QVERIFY(count.step().value());
    QCOMPARE(count.integer(0), 1);
}

void tst_EntryLikeness::knowsAnImportedEntryByItsDatesWithoutTheKey()
{
    const auto imported = [this](qint64 updatedAt) {
        EntryDraft draft = card();
        draft.createdAt = 100;
        draft.updatedAt = updatedAt;
        return draft;
    };
    const EntrySummary stored = saved(imported(200));
    QVERIFY(m_store->likenessOf(imported(200), nullptr)->same == stored.id);
    const auto later = m_store->likenessOf(imported(201), nullptr);
    REQUIRE_OK(later);
    QVERIFY(!later->same);
    QVERIFY(later->unknown);
    EntryDraft another = imported(200);
    another.title = u"another"_s;
    QVERIFY(!m_store->likenessOf(another, nullptr)->unknown);
}

void tst_EntryLikeness::looksIntoTheTrashForWhatGoesThere()
{
    const auto thrownAway = [] {
        EntryDraft draft = login(u"old"_s, "octo", "pa55");
        draft.trashed = true;
        return draft;
    };
    const EntrySummary stored = saved(thrownAway());
    QVERIFY(m_store->likenessOf(thrownAway(), nullptr)->same == stored.id);
    QVERIFY(!m_store->likenessOf(login(u"old"_s, "octo", "pa55"), nullptr)->same);
}

QTEST_GUILESS_MAIN(tst_EntryLikeness)
#include "tst_EntryLikeness.moc"
