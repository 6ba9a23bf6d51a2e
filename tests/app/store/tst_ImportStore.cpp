// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryCatalog.h"
#include "app/store/EntryStore.h"
#include "app/store/ImportStore.h"
#include "app/store/MetaStore.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_ImportStore : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void takesBackWhatNobodyChanged();
    void takesBackOnlyOnce();
    void takesNothingBackWhenALockIsWanted();
    void listsImportsNewestFirst();
    void remembersSingleValues();

private:
    EntrySummary imported(ImportId id, const QString &title)
    {
        const auto stored = m_entries->save(login(title, "u", "p"), 1);
        return stored && m_imports->remember(id, stored->id, stored->version) ? *stored : EntrySummary();
    }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<EntryStore> m_entries;
    std::unique_ptr<ImportStore> m_imports;
};

void tst_ImportStore::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_ImportStore::init()
{
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_entries = std::make_unique<EntryStore>(m_vault->database(), m_vault->keys());
    m_imports = std::make_unique<ImportStore>(m_vault->database(), *m_entries);
}

void tst_ImportStore::takesBackWhatNobodyChanged()
{
    const ImportId id{newUuid(1)};
    const EntrySummary own = *m_entries->save(login(u"own"_s, "u", "p"), 1);
    REQUIRE_OK(m_imports->begin(id, u"Bitwarden JSON"_s, u"export.json"_s, 50));
    const EntrySummary plain = imported(id, u"plain"_s);
    const EntrySummary changed = imported(id, u"changed"_s);
    const EntrySummary starred = imported(id, u"starred"_s);
    const EntrySummary deleted = imported(id, u"deleted"_s);
    REQUIRE_OK(m_entries->save(editOf(changed), 2));
    REQUIRE_OK(m_entries->setFavourite(starred.id, true));
    REQUIRE_OK(m_entries->deleteForever({deleted.id}));

    const auto undone = m_imports->undo(id, 60);
    REQUIRE_OK(undone);
    QCOMPARE(undone->removed, 2);
    QCOMPARE(undone->kept, QList<EntryId>{changed.id});
    const EntryCatalog catalog(m_vault->database());
    REQUIRE_OK(catalog.find(own.id));
    REQUIRE_OK(catalog.find(changed.id));
    REQUIRE_ERROR(catalog.find(plain.id), ErrorCode::NotFound);
    REQUIRE_ERROR(catalog.find(starred.id), ErrorCode::NotFound);
}

void tst_ImportStore::takesBackOnlyOnce()
{
    const ImportId id{newUuid(1)};
    REQUIRE_ERROR(m_imports->undo(id, 60), ErrorCode::NotFound);
    REQUIRE_OK(m_imports->begin(id, u"CSV"_s, u"a.csv"_s, 50));
    imported(id, u"a"_s);
    REQUIRE_OK(m_imports->undo(id, 60));
    REQUIRE_ERROR(m_imports->undo(id, 70), ErrorCode::NotFound);
}

void tst_ImportStore::takesNothingBackWhenALockIsWanted()
{
    const ImportId id{newUuid(1)};
    REQUIRE_OK(m_imports->begin(id, u"CSV"_s, u"a.csv"_s, 50));
    const EntrySummary stored = imported(id, u"a"_s);
    std::atomic<bool> stop = true;
    m_vault->database().stopBy(stop);
    REQUIRE_ERROR(m_imports->undo(id, 60), ErrorCode::Locked);
    stop = false;
    REQUIRE_OK(EntryCatalog(m_vault->database()).find(stored.id));
    QCOMPARE(m_imports->list()->at(0).undoneAt, 0);
    QCOMPARE(m_imports->undo(id, 60)->removed, 1);
}

void tst_ImportStore::listsImportsNewestFirst()
{
    const ImportId first{newUuid(1)};
    const ImportId second{newUuid(2)};
    REQUIRE_OK(m_imports->begin(first, u"CSV"_s, u"a.csv"_s, 50));
    imported(first, u"a"_s);
    imported(first, u"b"_s);
    REQUIRE_OK(m_imports->begin(second, u"Bitwarden JSON"_s, u"b.json"_s, 60));
    REQUIRE_OK(m_imports->undo(second, 70));
    const auto list = m_imports->list();
    REQUIRE_OK(list);
    QCOMPARE(list->size(), 2);
    QVERIFY(list->at(0).id == second);
    QCOMPARE(list->at(0).undoneAt, 70);
    QCOMPARE(list->at(0).written, 0);
    QVERIFY(list->at(1).id == first);
    QCOMPARE(list->at(1).format, u"CSV"_s);
    QCOMPARE(list->at(1).source, u"a.csv"_s);
    QCOMPARE(list->at(1).importedAt, 50);
    QCOMPARE(list->at(1).undoneAt, 0);
    QCOMPARE(list->at(1).written, 2);
}

void tst_ImportStore::remembersSingleValues()
{
    MetaStore meta(m_vault->database());
    QVERIFY(!meta.value("a"_L1)->has_value());
    REQUIRE_OK(meta.setValue("a"_L1, "one"));
    REQUIRE_OK(meta.setValue("a"_L1, "two"));
    QCOMPARE(**meta.value("a"_L1), QByteArray("two"));
    REQUIRE_OK(meta.remove("a"_L1));
    QVERIFY(!meta.value("a"_L1)->has_value());
}

QTEST_GUILESS_MAIN(tst_ImportStore)
#include "tst_ImportStore.moc"
