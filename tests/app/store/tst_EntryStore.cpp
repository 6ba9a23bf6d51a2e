// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/EntryLimits.h"
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "app/store/Transaction.h"
#include "tests/support/ForgedAuthorization.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

using Holder = Authorization::Holder;

class tst_EntryStore : public QObject {
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

    void revealsInTheOrderAsked();
    void revealsPersonalToTheOwnerWithTheKey();
    void neverRevealsPersonalToAnAgent();
    void opensPersonalAfterLaterEdits();
    void opensPersonalAfterItsKindChanged();
    void refusesAPersonalValueFromAnotherPlace();
    void changesTheTierWithANewValue();
    void sharesAPersonalFieldOnlyWithPersonalOpen();
    void hidesTrashedEntriesFromAgents();
    void findsNoFieldThatIsNotThere();
    void opensOnlyUnmaskedSharedValues();

    void marksFavouritesWithoutANewVersion();
    void movesToTheTrashAndBack();
    void changesAllOrNone();
    void deletesForever();
    void joinsTheCallersTransaction();

    void knowsAnIdenticalEntry();
    void knowsNoIdenticalEntryWhenAnythingDiffers_data();
    void knowsNoIdenticalEntryWhenAnythingDiffers();
    void comparesPersonalValuesOnlyWithTheKey();
    void knowsAnImportedEntryByItsDatesWithoutTheKey();
    void looksIntoTheTrashForWhatGoesThere();
    void refusesNamesWithoutMeasure_data();
    void refusesNamesWithoutMeasure();

private:
    EntrySummary saved(EntryDraft draft, qint64 now = 1000)
    {
        auto summary = m_store->save(std::move(draft), now);
        return summary ? *summary : EntrySummary();
    }
    Result<std::vector<RevealedField>> reveal(EntryId id, QList<int> fields, Holder holder = Holder::Owner,
                                              bool withKey = true)
    {
        return m_store->reveal(OwnerGate::forged(id, std::move(fields), holder), withKey ? &m_vault->personal() : nullptr);
    }
    EntryDraft card() const
    {
        EntryDraft draft;
        draft.type = EntryType::Card;
        draft.title = u"Visa"_s;
        draft.fields.push_back(field(FieldKind::Text, "Jo Doe", "cardholder"));
        draft.fields.push_back(field(FieldKind::CardNumber, "4111111111111111"));
        return draft;
    }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_store;
    std::unique_ptr<EntryCatalog> m_catalog;
};

void tst_EntryStore::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_EntryStore::init()
{
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_store = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
    m_catalog = std::make_unique<EntryCatalog>(m_vault->database());
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

void tst_EntryStore::revealsInTheOrderAsked()
{
    const EntrySummary stored = saved(login(u"a"_s, "octo", "pa55"));
    const auto fields = reveal(stored.id, {2, 1}, Holder::Agent, false);
    REQUIRE_OK(fields);
    QCOMPARE(fields->size(), std::size_t{2});
    QCOMPARE(fields->at(0).number, 2);
    QCOMPARE(fields->at(0).kind, FieldKind::Password);
    QVERIFY(fields->at(0).value.equals("pa55"));
    QVERIFY(fields->at(1).value.equals("octo"));
    QVERIFY(reveal(stored.id, {})->empty());
}

void tst_EntryStore::revealsPersonalToTheOwnerWithTheKey()
{
    const EntrySummary stored = saved(card());
    REQUIRE_ERROR(reveal(stored.id, {1, 2}, Holder::Owner, false), ErrorCode::PersonalShut);
    REQUIRE_OK(reveal(stored.id, {1}, Holder::Owner, false));
    const auto opened = reveal(stored.id, {2}, Holder::Owner, true);
    REQUIRE_OK(opened);
    QCOMPARE(opened->at(0).tier, Tier::Personal);
    QVERIFY(opened->at(0).value.equals("4111111111111111"));
}

void tst_EntryStore::neverRevealsPersonalToAnAgent()
{
    const EntrySummary stored = saved(card());
    REQUIRE_ERROR(reveal(stored.id, {2}, Holder::Agent, true), ErrorCode::PersonalShut);
    REQUIRE_ERROR(reveal(stored.id, {2}, Holder::Agent, false), ErrorCode::PersonalShut);
    REQUIRE_ERROR(reveal(stored.id, {1, 2}, Holder::Agent, true), ErrorCode::PersonalShut);
}

void tst_EntryStore::opensPersonalAfterLaterEdits()
{
    EntrySummary stored = saved(card());
    for (int i = 0; i < 5; ++i)
        stored = saved(editOf(stored));
    QCOMPARE(stored.version, 6);
    const auto opened = reveal(stored.id, {2});
    REQUIRE_OK(opened);
    QVERIFY(opened->at(0).value.equals("4111111111111111"));
}

void tst_EntryStore::opensPersonalAfterItsKindChanged()
{
    const EntrySummary stored = saved(card());
    EntryDraft edit = editOf(stored);
    edit.fields[1].kind = FieldKind::IdentityNumber;
    saved(std::move(edit));
    const auto opened = reveal(stored.id, {2});
    REQUIRE_OK(opened);
    QCOMPARE(opened->at(0).kind, FieldKind::IdentityNumber);
    QVERIFY(opened->at(0).value.equals("4111111111111111"));
}

void tst_EntryStore::refusesAPersonalValueFromAnotherPlace()
{
    const EntrySummary mine = saved(card());
    const EntrySummary other = saved(card());
    // As somebody who can write the file, but not seal, would plant it.
    REQUIRE_OK(m_vault->database().run(
        "UPDATE fields SET value = (SELECT value FROM fields JOIN entries ON row = entry WHERE id = ? AND number = 2) "
        "WHERE number = 2 AND entry = (SELECT row FROM entries WHERE id = ?)",
        QByteArrayView(other.id.toBytes()), QByteArrayView(mine.id.toBytes())));
    REQUIRE_ERROR(reveal(mine.id, {2}), ErrorCode::DamagedFile);
    REQUIRE_OK(reveal(other.id, {2}));
}

void tst_EntryStore::changesTheTierWithANewValue()
{
    const EntrySummary stored = saved(login(u"a"_s, "octo", "pa55"));
    EntryDraft edit = editOf(stored);
    edit.fields[1].tier = Tier::Personal;
    edit.fields[1].value = secret("pa55");
    const EntrySummary sealed = saved(std::move(edit));
    REQUIRE_ERROR(reveal(stored.id, {2}, Holder::Agent), ErrorCode::PersonalShut);
    QVERIFY(reveal(stored.id, {2})->at(0).value.equals("pa55"));
    EntryDraft back = editOf(sealed);
    back.fields[1].tier = Tier::Shared;
    back.fields[1].value = secret("open again");
    REQUIRE_OK(m_store->save(std::move(back), 3, &m_vault->personal()));
    QVERIFY(reveal(stored.id, {2}, Holder::Agent)->at(0).value.equals("open again"));
}

void tst_EntryStore::sharesAPersonalFieldOnlyWithPersonalOpen()
{
    const EntrySummary stored = saved(card());
    EntryDraft edit = editOf(stored);
    edit.fields[1].tier = Tier::Shared;
    edit.fields[1].value = secret("4111111111111111");
    REQUIRE_ERROR(m_store->save(std::move(edit), 2), ErrorCode::PersonalShut);
    REQUIRE_ERROR(reveal(stored.id, {2}, Holder::Agent), ErrorCode::PersonalShut);
    // A new value for a field that stays Personal needs nothing.
    EntryDraft again = editOf(stored);
    again.fields[1].value = secret("4111111111111112");
    REQUIRE_OK(m_store->save(std::move(again), 2));
}

void tst_EntryStore::hidesTrashedEntriesFromAgents()
{
    const EntrySummary stored = saved(login(u"a"_s, "octo", "pa55"));
    REQUIRE_OK(m_store->moveToTrash({stored.id}, 7));
    REQUIRE_ERROR(reveal(stored.id, {2}, Holder::Agent), ErrorCode::NotFound);
    REQUIRE_OK(reveal(stored.id, {2}, Holder::Owner));
}

void tst_EntryStore::findsNoFieldThatIsNotThere()
{
    const EntrySummary stored = saved(login(u"a"_s, "octo", "pa55"));
    REQUIRE_ERROR(reveal(stored.id, {3}), ErrorCode::NotFound);
    REQUIRE_ERROR(reveal(stored.id, {1, 3}), ErrorCode::NotFound);
    REQUIRE_ERROR(reveal(EntryId{newUuid(1)}, {1}), ErrorCode::NotFound);
}

void tst_EntryStore::opensOnlyUnmaskedSharedValues()
{
    EntryDraft draft = login(u"a"_s, "octo", "pa55");
    draft.fields.push_back(field(FieldKind::Notes, "two\nlines"));
    draft.fields.push_back(field(FieldKind::CardNumber, "4111"));
    FieldDraft own = field(FieldKind::Text, "my own");
    own.tier = Tier::Personal;
    draft.fields.push_back(std::move(own));
    const EntrySummary stored = saved(std::move(draft));
    const auto values = m_store->openValues(stored.id);
    REQUIRE_OK(values);
    QCOMPARE(*values, (QHash<int, QString>{{1, u"octo"_s}, {3, u"two\nlines"_s}}));
    REQUIRE_ERROR(m_store->openValues(EntryId{newUuid(1)}), ErrorCode::NotFound);
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

void tst_EntryStore::knowsAnIdenticalEntry()
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

void tst_EntryStore::knowsNoIdenticalEntryWhenAnythingDiffers_data()
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

void tst_EntryStore::knowsNoIdenticalEntryWhenAnythingDiffers()
{
    QFETCH(QString, title);
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, password);
    QFETCH(QStringList, urls);
    saved(login(u"GitHub"_s, "octo", "pa55", {u"https://g"_s}));
    QVERIFY(m_store->likenessOf(login(u"GitHub"_s, "octo", "pa55", {u"https://g"_s}), nullptr)->same);
    QVERIFY(!m_store->likenessOf(login(title, user.constData(), password.constData(), urls), nullptr)->same);
}

void tst_EntryStore::comparesPersonalValuesOnlyWithTheKey()
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

void tst_EntryStore::knowsAnImportedEntryByItsDatesWithoutTheKey()
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

void tst_EntryStore::looksIntoTheTrashForWhatGoesThere()
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
