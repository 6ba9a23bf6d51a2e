// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryCatalog.h"
#include "app/store/EntryHistory.h"
#include "app/store/EntryStore.h"
#include "tests/support/ForgedAuthorization.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

using Holder = Authorization::Holder;

class tst_EntryHistory : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void keepsEarlierStatesNewestFirst();
    void revealsEarlierValuesToTheOwnerOnly();
    void bringsAnEarlierStateBack();
    void bringsPersonalValuesBackSealed();
    void sealsWhatAFieldHeldBeforeItBecamePersonal();
    void keepsPersonalWhatIsPersonalNow();
    void sealsTheStateThatARestoreReplaces();
    void keepsNoMoreThanTheMaximum();
    void findsNoVersionThatIsNotThere();

private:
    EntrySummary saved(EntryDraft draft, qint64 now = 1000)
    {
        auto summary = m_store->save(std::move(draft), now);
        return summary ? *summary : EntrySummary();
    }
    EntrySummary withPassword(const EntrySummary &stored, const char *password, qint64 now)
    {
        EntryDraft edit = editOf(stored);
        edit.title = QString::fromUtf8(password);
        edit.fields[1].value = secret(password);
        return saved(std::move(edit), now);
    }
    static EntryDraft madePersonal(const EntrySummary &stored, std::size_t field, const char *value)
    {
        EntryDraft edit = editOf(stored);
        edit.fields[field].tier = Tier::Personal;
        edit.fields[field].value = secret(value);
        return edit;
    }
    Result<std::vector<RevealedField>> revealVersion(EntryId id, int version, int number, Holder holder = Holder::Owner)
    {
        return m_store->revealVersion(OwnerGate::forged(id, {number}, holder), version, &m_vault->personal());
    }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_store;
};

void tst_EntryHistory::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_EntryHistory::init()
{
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_store = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
}

void tst_EntryHistory::keepsEarlierStatesNewestFirst()
{
    const EntrySummary first = saved(login(u"one"_s, "octo", "one", {u"https://a"_s}, {u"t"_s}), 100);
    QVERIFY(m_store->history(first.id)->isEmpty());
    const EntrySummary second = withPassword(first, "two", 200);
    withPassword(second, "three", 300);
    const auto history = m_store->history(first.id);
    REQUIRE_OK(history);
    QCOMPARE(history->size(), 2);
    QCOMPARE(history->at(0).version, 2);
    QCOMPARE(history->at(0).savedAt, 200);
    QCOMPARE(history->at(0).summary.title, u"two"_s);
    QCOMPARE(history->at(1).version, 1);
    QCOMPARE(history->at(1).summary, first);
}

void tst_EntryHistory::revealsEarlierValuesToTheOwnerOnly()
{
    const EntrySummary first = saved(login(u"one"_s, "octo", "one"), 100);
    withPassword(first, "two", 200);
    const auto earlier = revealVersion(first.id, 1, 2);
    REQUIRE_OK(earlier);
    QVERIFY(earlier->at(0).value.equals("one"));
    REQUIRE_ERROR(revealVersion(first.id, 1, 2, Holder::Agent), ErrorCode::NotFound);
}

void tst_EntryHistory::bringsAnEarlierStateBack()
{
    const EntrySummary first = saved(login(u"one"_s, "octo", "one", {u"https://a"_s}, {u"t"_s}), 100);
    EntryDraft edit = editOf(first);
    edit.title = u"two"_s;
    edit.urls.clear();
    edit.tags.clear();
    edit.fields.pop_back();
    edit.fields.push_back(field(FieldKind::Token, "added"));
    const EntrySummary second = saved(std::move(edit), 200);
    REQUIRE_OK(m_store->setFavourite(first.id, true));

    const auto back = m_store->restoreVersion(first.id, 1, 300);
    REQUIRE_OK(back);
    QCOMPARE(back->version, 3);
    QCOMPARE(back->title, u"one"_s);
    QCOMPARE(back->urls, first.urls);
    QCOMPARE(back->tags, first.tags);
    QCOMPARE(back->fields, first.fields);
    QVERIFY2(back->favourite, "being a favourite is not part of a state");
    QCOMPARE(back->updatedAt, 300);
    const EntryCatalog catalog(m_vault->database());
    QCOMPARE(*catalog.find(first.id), *back);
    QCOMPARE(catalog.search(u"one"_s, 5)->total, 1);
    QCOMPARE(catalog.search(u"two"_s, 5)->total, 0);
    QCOMPARE(m_store->history(first.id)->at(0).summary.title, second.title);
    // A number that was used between stays used.
    EntryDraft more = editOf(*back);
    more.fields.push_back(field(FieldKind::Token, "new"));
    QCOMPARE(saved(std::move(more)).fields.last().number, 4);
}

void tst_EntryHistory::bringsPersonalValuesBackSealed()
{
    EntryDraft draft = login(u"one"_s, "octo", "one");
    draft.fields.push_back(field(FieldKind::RecoveryCodes, "11111"));
    const EntrySummary first = saved(std::move(draft));
    EntryDraft edit = editOf(first);
    edit.fields[2].value = secret("22222");
    saved(std::move(edit));
    QVERIFY(revealVersion(first.id, 1, 3)->at(0).value.equals("11111"));
    REQUIRE_OK(m_store->restoreVersion(first.id, 1, 5));
    const auto now = m_store->reveal(OwnerGate::forged(first.id, {3}, Holder::Owner), &m_vault->personal());
    REQUIRE_OK(now);
    QVERIFY(now->at(0).value.equals("11111"));
    REQUIRE_ERROR(m_store->reveal(OwnerGate::forged(first.id, {3}, Holder::Agent), &m_vault->personal()),
                  ErrorCode::PersonalShut);
}

void tst_EntryHistory::sealsWhatAFieldHeldBeforeItBecamePersonal()
{
    const EntrySummary first = saved(login(u"one"_s, "octo", "one"), 100);
    const EntrySummary second = withPassword(first, "two", 200);
    saved(madePersonal(second, 0, "octo"), 300);
    const auto history = m_store->history(first.id);
    REQUIRE_OK(history);
    for (const EntryVersion &earlier : *history) {
        QCOMPARE(earlier.summary.fields.at(0).tier, Tier::Personal);
        QCOMPARE(earlier.summary.fields.at(1).tier, Tier::Shared);
        QVERIFY2(earlier.summary.subtitle.isEmpty(), "the user name stood there");
        REQUIRE_ERROR(m_store->revealVersion(OwnerGate::forged(first.id, {1}, Holder::Owner), earlier.version, nullptr),
                      ErrorCode::PersonalShut);
        QVERIFY(revealVersion(first.id, earlier.version, 1)->at(0).value.equals("octo"));
    }
    QVERIFY2(revealVersion(first.id, 1, 2)->at(0).value.equals("one"), "the other field stays as it was");
}

void tst_EntryHistory::keepsPersonalWhatIsPersonalNow()
{
    const EntrySummary first = saved(login(u"one"_s, "octo", "one"), 100);
    saved(madePersonal(first, 1, "two"), 200);
    const auto back = m_store->restoreVersion(first.id, 1, 300);
    REQUIRE_OK(back);
    QCOMPARE(back->fields.at(1).tier, Tier::Personal);
    REQUIRE_ERROR(m_store->reveal(OwnerGate::forged(first.id, {2}, Holder::Agent), &m_vault->personal()),
                  ErrorCode::PersonalShut);
    const auto value = m_store->reveal(OwnerGate::forged(first.id, {2}, Holder::Owner), &m_vault->personal());
    REQUIRE_OK(value);
    QVERIFY(value->at(0).value.equals("one"));
}

void tst_EntryHistory::sealsTheStateThatARestoreReplaces()
{
    EntryDraft draft = login(u"one"_s, "octo", "one");
    draft.fields[1].tier = Tier::Personal;
    const EntrySummary first = saved(std::move(draft), 100);
    EntryDraft shared = editOf(first);
    shared.fields[1].tier = Tier::Shared;
    shared.fields[1].value = secret("two");
    REQUIRE_OK(m_store->save(std::move(shared), 200, &m_vault->personal()));
    REQUIRE_OK(m_store->restoreVersion(first.id, 1, 300));
    REQUIRE_ERROR(m_store->revealVersion(OwnerGate::forged(first.id, {2}, Holder::Owner), 2, nullptr), ErrorCode::PersonalShut);
    QVERIFY(revealVersion(first.id, 2, 2)->at(0).value.equals("two"));
}

void tst_EntryHistory::keepsNoMoreThanTheMaximum()
{
    EntrySummary stored = saved(login(u"one"_s, "octo", "one"));
    for (int i = 0; i < EntryStore::keptVersions + 5; ++i)
        stored = saved(editOf(stored));
    const auto history = m_store->history(stored.id);
    REQUIRE_OK(history);
    QCOMPARE(history->size(), EntryStore::keptVersions);
    QCOMPARE(history->first().version, stored.version - 1);
    Statement count = m_vault->database().statement("SELECT count(DISTINCT version) FROM version_fields");
    QVERIFY(count.step().value());
    QCOMPARE(count.number(0), EntryStore::keptVersions);
}

void tst_EntryHistory::findsNoVersionThatIsNotThere()
{
    const EntrySummary stored = saved(login(u"one"_s, "octo", "one"));
    REQUIRE_ERROR(m_store->restoreVersion(stored.id, 1, 5), ErrorCode::NotFound);
    REQUIRE_ERROR(revealVersion(stored.id, 1, 2), ErrorCode::NotFound);
    REQUIRE_ERROR(m_store->history(EntryId{newUuid(1)}), ErrorCode::NotFound);
    QVERIFY(m_store->history(stored.id)->isEmpty());
}

QTEST_GUILESS_MAIN(tst_EntryHistory)
#include "tst_EntryHistory.moc"
