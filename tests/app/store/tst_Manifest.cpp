// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Manifest.h"
#include "app/store/AgentStore.h"
#include "app/store/EntryCatalog.h"
#include "app/store/GrantStore.h"
#include "app/store/MetaStore.h"
#include "tests/app/store/ManifestFixture.h"

#include <QRandomGenerator>
#include <QSet>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What the manifest knows of what is written, undone and trusted.
class tst_Manifest : public QObject, private ManifestFixture {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { start(); }
    void cleanup() { m_store.reset(); }

    void coversEveryTable();
    void followsEveryKindOfWrite();
    void followsWhatIsUndone();
    void buildsOnWhatARollbackBroughtBack();
    void buildsOnWhatTheFileHoldsAndNotOnWhatItRemembers();
    void buildsOnNothingThatDoesNotVerify();
    void growsWithEveryChange();
    void sumsDoNotDependOnTheOrder();
    void takesBackWhatItAdded();
    void tellsRowsThatAreOutOfOrder_data();
    void tellsRowsThatAreOutOfOrder();
    void looksAtTheOrderOnlyOfSingleTrees();
    void writesNothingWhileFrozen();
    void sealsAnewWhatIsTrusted();
};

void tst_Manifest::coversEveryTable()
{
    QSet<QString> covered;
    for (const std::string &name : Manifest::tables())
        covered.insert(QString::fromStdString(name));
    Statement names = m_store->database().statement("SELECT name FROM sqlite_schema WHERE type = 'table'");
    REQUIRE_OK(names.forEach([&]() -> Result<> {
        const QString name = names.text(0);
        // The search index follows from search_text, and is no secret's place.
        if (name == "manifest"_L1 || name.startsWith("search_index"_L1) || name.startsWith("sqlite_"_L1) || covered.contains(name))
            return {};
        return fail(ErrorCode::Internal, "nobody watches the table "_L1 + name);
    }));
}

void tst_Manifest::followsEveryKindOfWrite()
{
    Database &database = m_store->database();
    EntryStore entries(database, m_store->keys());
    EntryCatalog catalog(database);
    REQUIRE_OK(saveEntry(u"github"_s));
    REQUIRE_OK(saveEntry(u"gitlab"_s));
    const auto list = catalog.list({});
    REQUIRE_OK(list);
    EntryDraft edit = editOf(list->at(0));
    edit.fields[1].value = secret("another battery");
    edit.tags = {u"home"_s};
    REQUIRE_OK(entries.save(std::move(edit), 2000));
    REQUIRE_OK(entries.setFavourite(list->at(1).id, true)); // without a transaction of ours
    REQUIRE_OK(entries.moveToTrash({list->at(1).id}, 3000));
    REQUIRE_OK(entries.deleteForever({list->at(1).id})); // its rows in six tables go by foreign keys
    AgentStore agents(database);
    REQUIRE_OK(agents.insert(agentNamed(u"aaaaaaaa"_s, u"codex"_s), {}));
    REQUIRE_OK(agents.touch(u"aaaaaaaa"_s, 5000));
    REQUIRE_OK(agents.replaceToken(u"aaaaaaaa"_s, u"bbbbbbbb"_s, {}));
    MetaStore meta(database);
    REQUIRE_OK(meta.setValue("one"_L1, "1"));
    REQUIRE_OK(meta.setValue("one"_L1, "2"));
    REQUIRE_OK(meta.setValue("two"_L1, "1"));
    REQUIRE_OK(meta.remove("two"_L1));
    AuditStore audit(database);
    REQUIRE_OK(audit.startChain(TemporaryStore::filled(1), "sealed"));
    for (int row = 1; row <= 20; ++row)
        REQUIRE_OK(appendRow(row));
    REQUIRE_OK(audit.addCheckpoint({20, {}, 1, 1, "signed"}));
    REQUIRE_OK(database.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('one', x'00')"));

    const auto report = checkAgain();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
    QVERIFY(report->state.generation > 40);
}

void tst_Manifest::followsWhatIsUndone()
{
    Database &database = m_store->database();
    MetaStore meta(database);
    {
        auto outer = Transaction::begin(database);
        REQUIRE_OK(outer);
        REQUIRE_OK(meta.setValue("kept"_L1, "1"));
        {
            auto inner = Transaction::begin(database);
            REQUIRE_OK(inner);
            REQUIRE_OK(meta.setValue("undone"_L1, "1"));
        }
        REQUIRE_OK(outer->commit());
    }
    {
        auto lost = Transaction::begin(database);
        REQUIRE_OK(lost);
        REQUIRE_OK(meta.setValue("lost"_L1, "1"));
    }
    // A statement that fails at its third row has written two.
    QVERIFY(!database.run("INSERT INTO audit_checkpoints (sequence, mac, generation, time, signature) "
                          "VALUES (1, zeroblob(32), 0, 0, x''), (2, zeroblob(32), 0, 0, x''), (3, zeroblob(1), 0, 0, x'')"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
}

void tst_Manifest::buildsOnWhatARollbackBroughtBack()
{
    Database &database = m_store->database();
    MetaStore meta(database);
    REQUIRE_OK(meta.setValue("kept"_L1, "1"));
    const auto before = Manifest(database).state();
    REQUIRE_OK(before);
    for (int turn = 0; turn < 3; ++turn) {
        {
            auto lost = Transaction::begin(database);
            REQUIRE_OK(lost);
            REQUIRE_OK(meta.setValue("lost"_L1, "1"));
            REQUIRE_OK(meta.setValue("kept"_L1, "2"));
            {
                auto inner = Transaction::begin(database);
                REQUIRE_OK(inner);
                REQUIRE_OK(meta.remove("kept"_L1));
            }
            // Goes on where the savepoint began, and is lost as well.
            REQUIRE_OK(meta.setValue("kept"_L1, "3"));
        }
        const auto after = Manifest(database).state();
        REQUIRE_OK(after);
        QCOMPARE(*after, *before);
    }
    REQUIRE_OK(meta.setValue("kept"_L1, "4"));
    const auto next = Manifest(database).state();
    REQUIRE_OK(next);
    QCOMPARE(next->generation, before->generation + 1);
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
}

void tst_Manifest::buildsOnWhatTheFileHoldsAndNotOnWhatItRemembers()
{
    // As another connection would change it: this one's memory is of a later state.
    Database &database = m_store->database();
    MetaStore meta(database);
    REQUIRE_OK(meta.setValue("one"_L1, "1"));
    const auto earlier = Manifest(database).state();
    REQUIRE_OK(earlier);
    const QByteArray stored = storedState();
    REQUIRE_OK(meta.setValue("two"_L1, "2"));
    REQUIRE_OK(meta.setValue("two"_L1, "3"));
    REQUIRE_OK(putState(stored));
    REQUIRE_OK(meta.setValue("three"_L1, "3"));
    const auto now = Manifest(database).state();
    REQUIRE_OK(now);
    QCOMPARE(now->generation, earlier->generation + 1);
    // So what was not written on top of that is found.
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Settings});
}

void tst_Manifest::buildsOnNothingThatDoesNotVerify()
{
    Database &database = m_store->database();
    MetaStore meta(database);
    REQUIRE_OK(meta.setValue("one"_L1, "1"));
    const QByteArray good = storedState();
    REQUIRE_OK(meta.setValue("one"_L1, "2"));
    const QByteArray latest = storedState();
    // Each part of it: the generation, a sum, the MAC; and states of another length.
    QList<QByteArray> forged{good.chopped(1), good + 'x', QByteArray(), QByteArray(good.size(), '\0')};
    for (const qsizetype at : {qsizetype(0), qsizetype(8), qsizetype(200), good.size() - 1})
        for (const QByteArray &genuine : {good, latest}) {
            forged.append(genuine);
            forged.last()[at] = static_cast<char>(forged.last()[at] ^ 1);
        }
    for (const QByteArray &state : forged) {
        REQUIRE_OK(putState(state));
        QVERIFY(!meta.setValue("one"_L1, "3"));
        QCOMPARE(storedState(), state);
    }
    // Nor is a failure remembered.
    REQUIRE_OK(putState(latest));
    REQUIRE_OK(meta.setValue("one"_L1, "3"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
}

void tst_Manifest::growsWithEveryChange()
{
    const auto before = Manifest(m_store->database()).state();
    REQUIRE_OK(MetaStore(m_store->database()).setValue("one"_L1, "1"));
    const auto after = Manifest(m_store->database()).state();
    REQUIRE_OK(before);
    REQUIRE_OK(after);
    QCOMPARE(after->generation, before->generation + 1);
    QVERIFY(after->mac != before->mac);
}

void tst_Manifest::sumsDoNotDependOnTheOrder()
{
    QRandomGenerator random(20261126);
    std::vector<crypto::Digest32> rows(200);
    for (crypto::Digest32 &row : rows)
        random.generate(reinterpret_cast<quint32 *>(row.data()), reinterpret_cast<quint32 *>(row.data() + row.size()));
    rows[0].fill(std::byte{0xff}); // every word carries into the next
    RowSum forwards;
    RowSum backwards;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        forwards.add(rows[i]);
        backwards.add(rows[rows.size() - 1 - i]);
    }
    QCOMPARE(forwards, backwards);
    RowSum left;
    RowSum right;
    for (std::size_t i = 0; i < rows.size(); ++i)
        (i % 2 == 0 ? left : right).add(rows[i]);
    left.add(right);
    QCOMPARE(left, forwards);
}

void tst_Manifest::takesBackWhatItAdded()
{
    QRandomGenerator random(4711);
    RowSum sum;
    crypto::Digest32 kept{};
    kept.fill(std::byte{0xff});
    sum.add(kept);
    const RowSum before = sum;
    for (int i = 0; i < 500; ++i) {
        crypto::Digest32 row{};
        random.generate(reinterpret_cast<quint32 *>(row.data()), reinterpret_cast<quint32 *>(row.data() + row.size()));
        if (i % 3 == 0)
            row.fill(std::byte{0});
        sum.add(row);
        QVERIFY(sum.rows == 2 && (i % 3 == 0 || sum.sum != before.sum));
        sum.remove(row);
        QCOMPARE(sum, before);
    }
}

void tst_Manifest::tellsRowsThatAreOutOfOrder_data()
{
    QTest::addColumn<QByteArray>("rows");
    QTest::addColumn<bool>("isInOrder");
    QTest::newRow("rising") << "VALUES (1, 1, 9), (1, 2, 0), (2, 0, 0)"_ba << true;
    QTest::newRow("one") << "VALUES (5, 5, 5)"_ba << true;
    QTest::newRow("none") << "SELECT 1, 1, 1 LIMIT 0"_ba << true;
    QTest::newRow("the first falls") << "VALUES (2, 1, 1), (1, 9, 9)"_ba << false;
    QTest::newRow("the last falls") << "VALUES (1, 1, 2), (1, 1, 1), (9, 9, 9)"_ba << false;
    QTest::newRow("twice the same") << "VALUES (1, 1, 1), (1, 1, 1)"_ba << false;
    QTest::newRow("below zero") << "VALUES (-9223372036854775808, 0, 0), (-1, 0, 0), (0, 0, 0)"_ba << true;
}

void tst_Manifest::tellsRowsThatAreOutOfOrder()
{
    QFETCH(QByteArray, rows);
    QFETCH(bool, isInOrder);
    Statement order = m_store->database().statement("SELECT manifest_in_order(column1, column2, column3) FROM (SELECT * FROM (SELECT 1 AS column1, 1 AS column2, "
                                                    "1 AS column3 LIMIT 0) UNION ALL " + rows.toStdString() + ')');
    QCOMPARE(order.step(), true);
    QCOMPARE(order.integer(0) == 1, isInOrder);
}

/// Of a table that is one tree, and lies by numbers alone, its order says all.
void tst_Manifest::looksAtTheOrderOnlyOfSingleTrees()
{
    const auto orders = Manifest::orders();
    QVERIFY(!orders.empty());
    for (const auto &[table, order] : orders) {
        const QString name = QString::fromStdString(table);
        Statement tree = m_store->database().statement("SELECT (SELECT wr FROM pragma_table_list(?1)), (SELECT count(*) FROM sqlite_schema WHERE tbl_name = ?1), "
                                                       "(SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk)), "
                                                       "(SELECT count(*) FROM pragma_table_info(?1) WHERE pk > 0 AND type <> 'INTEGER')");
        QCOMPARE(tree.bindAll(name).step(), true);
        QCOMPARE(tree.integer(0), 1);
        QCOMPARE(tree.integer(1), 1);
        QCOMPARE(tree.text(2), QString::fromStdString(order));
        QCOMPARE(tree.integer(3), 0);
    }
}

void tst_Manifest::writesNothingWhileFrozen()
{
    Database &database = m_store->database();
    REQUIRE_OK(database.freeze(Error{ErrorCode::ChangedOutside, u"keys"_s}));
    REQUIRE_ERROR(MetaStore(database).setValue("one"_L1, "1"), ErrorCode::ChangedOutside);
    REQUIRE_ERROR(Transaction::begin(database), ErrorCode::ChangedOutside);
    REQUIRE_OK(EntryCatalog(database).list({}));
    REQUIRE_OK(database.freeze({}));
    REQUIRE_OK(MetaStore(database).setValue("one"_L1, "1"));
}

void tst_Manifest::sealsAnewWhatIsTrusted()
{
    REQUIRE_OK(reopen());
    REQUIRE_OK(MetaStore(m_store->database()).setValue("unwatched"_L1, "1"));
    Manifest manifest(m_store->database());
    const auto report = manifest.check();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Settings});
    REQUIRE_OK(manifest.seal(5000));
    REQUIRE_OK(manifest.watch());
    REQUIRE_OK(saveEntry(u"github"_s));
    const auto again = checkAgain();
    REQUIRE_OK(again);
    QVERIFY(again->wrong.isEmpty());
    QVERIFY(again->state.generation > 5001);
}

QTEST_GUILESS_MAIN(tst_Manifest)
#include "tst_Manifest.moc"
