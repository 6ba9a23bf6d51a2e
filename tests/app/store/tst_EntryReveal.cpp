// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/store/EntryStoreFixture.h"

#include <QTest>

#include <type_traits>
#include <utility>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

// T28: what would read a value without a proof, with a used one or with one of the reader's own making does not compile.
template<typename... Arguments>
concept Reveals = requires(const EntryStore &store, Arguments &&...arguments) { store.reveal(std::forward<Arguments>(arguments)..., nullptr); };
template<typename... Arguments>
concept RevealsVersion = requires(const EntryStore &store, Arguments &&...arguments) {
    store.revealVersion(std::forward<Arguments>(arguments)..., 1, nullptr);
};
static_assert(Reveals<Authorization> && RevealsVersion<Authorization>);
static_assert(!Reveals<> && !Reveals<EntryId> && !Reveals<EntryId, QList<int>> && !Reveals<EntrySummary>);
static_assert(!RevealsVersion<> && !RevealsVersion<EntryId> && !RevealsVersion<EntryId, QList<int>>);
// One that was kept is spent: it is given away, or there is none.
static_assert(!Reveals<Authorization &> && !Reveals<const Authorization &> && !Reveals<const Authorization>);
static_assert(!RevealsVersion<Authorization &> && !RevealsVersion<const Authorization &>);
static_assert(!std::is_copy_constructible_v<Authorization> && !std::is_copy_assignable_v<Authorization>);
static_assert(!std::is_default_constructible_v<Authorization> && !std::is_aggregate_v<Authorization>);
static_assert(!std::is_constructible_v<Authorization, EntryId, QList<int>, Authorization::Holder>);

} // namespace

class tst_EntryReveal : public QObject, private EntryStoreFixture
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

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
};

void tst_EntryReveal::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_EntryReveal::init()
{
    REQUIRE_OK(openStore());
}

void tst_EntryReveal::revealsInTheOrderAsked()
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

void tst_EntryReveal::revealsPersonalToTheOwnerWithTheKey()
{
    const EntrySummary stored = saved(card());
    REQUIRE_ERROR(reveal(stored.id, {1, 2}, Holder::Owner, false), ErrorCode::PersonalShut);
    REQUIRE_OK(reveal(stored.id, {1}, Holder::Owner, false));
    const auto opened = reveal(stored.id, {2}, Holder::Owner, true);
    REQUIRE_OK(opened);
    QCOMPARE(opened->at(0).tier, Tier::Personal);
    QVERIFY(opened->at(0).value.equals("4111111111111111"));
}

void tst_EntryReveal::neverRevealsPersonalToAnAgent()
{
    const EntrySummary stored = saved(card());
    REQUIRE_ERROR(reveal(stored.id, {2}, Holder::Agent, true), ErrorCode::PersonalShut);
    REQUIRE_ERROR(reveal(stored.id, {2}, Holder::Agent, false), ErrorCode::PersonalShut);
    REQUIRE_ERROR(reveal(stored.id, {1, 2}, Holder::Agent, true), ErrorCode::PersonalShut);
}

void tst_EntryReveal::opensPersonalAfterLaterEdits()
{
    EntrySummary stored = saved(card());
    for (int i = 0; i < 5; ++i)
        stored = saved(editOf(stored));
    QCOMPARE(stored.version, 6);
    const auto opened = reveal(stored.id, {2});
    REQUIRE_OK(opened);
    QVERIFY(opened->at(0).value.equals("4111111111111111"));
}

void tst_EntryReveal::opensPersonalAfterItsKindChanged()
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

void tst_EntryReveal::refusesAPersonalValueFromAnotherPlace()
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

void tst_EntryReveal::changesTheTierWithANewValue()
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

void tst_EntryReveal::sharesAPersonalFieldOnlyWithPersonalOpen()
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

void tst_EntryReveal::hidesTrashedEntriesFromAgents()
{
    const EntrySummary stored = saved(login(u"a"_s, "octo", "pa55"));
    REQUIRE_OK(m_store->moveToTrash({stored.id}, 7));
    REQUIRE_ERROR(reveal(stored.id, {2}, Holder::Agent), ErrorCode::NotFound);
    REQUIRE_OK(reveal(stored.id, {2}, Holder::Owner));
}

void tst_EntryReveal::findsNoFieldThatIsNotThere()
{
    const EntrySummary stored = saved(login(u"a"_s, "octo", "pa55"));
    REQUIRE_ERROR(reveal(stored.id, {3}), ErrorCode::NotFound);
    REQUIRE_ERROR(reveal(stored.id, {1, 3}), ErrorCode::NotFound);
    REQUIRE_ERROR(reveal(EntryId{newUuid(1)}, {1}), ErrorCode::NotFound);
}

void tst_EntryReveal::opensOnlyUnmaskedSharedValues()
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

QTEST_GUILESS_MAIN(tst_EntryReveal)
#include "tst_EntryReveal.moc"
