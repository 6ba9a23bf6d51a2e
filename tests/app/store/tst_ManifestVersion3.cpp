// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AgentStore.h"
#include "app/store/MetaStore.h"
#include "tests/app/store/ManifestFixture.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// A file whose manifest has a table of its own, as version 3 had it, is brought along and not trusted for that.
class tst_ManifestVersion3 : public QObject, private ManifestFixture {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { start(); }
    void cleanup() { m_store.reset(); }

    void bringsAlongTheManifestOfVersion3();
    void trustsNothingWhileItBringsTheManifestAlong_data();
    void trustsNothingWhileItBringsTheManifestAlong();

private:
    /// The same contents, laid out as version 3 had them and sealed as it did, and then changed outside.
    Result<> makeVersion3(const QByteArray &tampering = {});
    Result<Manifest::Report> openVersion3();
};

Result<> tst_ManifestVersion3::makeVersion3(const QByteArray &tampering)
{
    if (const Result<> opened = reopen(); !opened)
        return opened;
    Database &database = m_store->database();
    const QByteArray stored = storedState();
    for (const char *sql : {"CREATE TABLE manifest (one INTEGER PRIMARY KEY CHECK (one = 1), vault TEXT NOT NULL, state BLOB NOT NULL) STRICT",
                            "INSERT INTO manifest SELECT 1, vault, manifest FROM audit_chain",
                            "DELETE FROM audit_chain WHERE length(sealed_start) = 0", "ALTER TABLE audit_chain DROP COLUMN manifest",
                            "ALTER TABLE audit_chain DROP COLUMN vault", "PRAGMA user_version = 3"})
        if (const Result<> done = database.run(sql); !done)
            return done;
    std::vector<std::string> summed = Manifest::tables();
    const auto headOfTheLog = static_cast<std::size_t>(std::ranges::find(summed, "audit_chain") - summed.begin());
    summed.emplace_back("structure");
    auto state = ManifestState::fromBytes(std::as_bytes(std::span(stored.constData(), static_cast<std::size_t>(stored.size()))), summed.size());
    if (!state)
        return fail(ErrorCode::Internal, u"no state"_s);
    state->witness = 0;
    const auto head = AuditStore(database).chain();
    if (!head)
        return std::unexpected(head.error());
    if (!*head)
        state->tables[headOfTheLog] = {}; // its log had no head yet
    {
        Statement sum = database.statement("SELECT manifest_sum(" + std::to_string(summed.size() - 1) + ", type, name, tbl_name, rootpage, sql) FROM sqlite_schema");
        if (const auto row = sum.step(); !row)
            return std::unexpected(row.error());
        const QByteArray bytes = sum.blob(0);
        std::memcpy(&state->tables.back().rows, bytes.constData(), 8); // little-endian, as the machine the tests run on
        std::memcpy(state->tables.back().sum.data(), bytes.constData() + 8, 32);
    }
    state->mac = ManifestSums(m_key, m_vaultId, summed).macOf(*state);
    if (const Result<> done = database.run("UPDATE manifest SET state = ?", QByteArrayView(state->toBytes())); !done)
        return done;
    if (!tampering.isEmpty())
        if (const Result<> done = database.run(tampering.toStdString()); !done)
            return done;
    return database.close();
}

Result<Manifest::Report> tst_ManifestVersion3::openVersion3()
{
    const auto hook = [this](Result<> (Manifest::*step)()) {
        return [this, step](Database &database) -> Result<> {
            Manifest manifest(database);
            const Result<> attached = manifest.attach(m_key, m_vaultId);
            return attached ? (manifest.*step)() : attached;
        };
    };
    if (const Result<> opened = m_store->open(Database::Mode::Existing, hook(&Manifest::follow), hook(&Manifest::prepareToFollow)); !opened)
        return std::unexpected(opened.error());
    return Manifest(m_store->database()).check();
}

void tst_ManifestVersion3::bringsAlongTheManifestOfVersion3()
{
    REQUIRE_OK(saveEntry(u"github"_s));
    REQUIRE_OK(AgentStore(m_store->database()).insert(agentNamed(u"aaaaaaaa"_s, u"codex"_s), {}));
    REQUIRE_OK(AgentStore(m_store->database()).revoke(u"aaaaaaaa"_s, 9000));
    const auto before = Manifest(m_store->database()).state();
    REQUIRE_OK(before);
    // With a log and in a vault whose log never began.
    for (const bool hasLog : {false, true}) {
        if (hasLog) {
            REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
            for (int row = 1; row <= 20; ++row)
                REQUIRE_OK(appendRow(row));
        }
        REQUIRE_OK(makeVersion3());
        const auto report = openVersion3();
        REQUIRE_OK(report);
        QVERIFY(report->wrong.isEmpty());
        QVERIFY(report->state.generation > before->generation);
        REQUIRE_OK(Manifest(m_store->database()).watch());
        REQUIRE_OK(MetaStore(m_store->database()).setValue("one"_L1, "1"));
        const auto again = checkAgain();
        REQUIRE_OK(again);
        QVERIFY(again->wrong.isEmpty());
        REQUIRE_OK(Manifest(m_store->database()).watch());
    }
}

void tst_ManifestVersion3::trustsNothingWhileItBringsTheManifestAlong_data()
{
    QTest::addColumn<QByteArray>("tampering");
    QTest::addColumn<QList<VaultPart>>("wrong");
    QTest::newRow("a key brought back to life") << "UPDATE agents SET revoked_at = 0"_ba << QList{VaultPart::Keys};
    QTest::newRow("an entry renamed") << "UPDATE entries SET title = 'other'"_ba << QList{VaultPart::Entries};
    QTest::newRow("the head of the log moved") << "UPDATE audit_chain SET sequence = 19"_ba << QList{VaultPart::Log};
    QTest::newRow("a row of the log gone") << "DELETE FROM audit WHERE sequence = 7"_ba << QList{VaultPart::Log};
    QTest::newRow("an index gone") << "DROP INDEX entries_sorted"_ba << QList{VaultPart::Structure};
    QTest::newRow("the MAC altered") << "UPDATE manifest SET state = zeroblob(length(state))"_ba << QList{VaultPart::Manifest};
    QTest::newRow("no manifest") << "DELETE FROM manifest"_ba << QList{VaultPart::Manifest};
}

void tst_ManifestVersion3::trustsNothingWhileItBringsTheManifestAlong()
{
    QFETCH(QByteArray, tampering);
    QFETCH(QList<VaultPart>, wrong);
    REQUIRE_OK(saveEntry(u"github"_s));
    REQUIRE_OK(AgentStore(m_store->database()).insert(agentNamed(u"aaaaaaaa"_s, u"codex"_s), {}));
    REQUIRE_OK(AgentStore(m_store->database()).revoke(u"aaaaaaaa"_s, 9000));
    REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
    for (int row = 1; row <= 20; ++row)
        REQUIRE_OK(appendRow(row));
    REQUIRE_OK(makeVersion3(tampering));
    const auto report = openVersion3();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, wrong);
}

QTEST_GUILESS_MAIN(tst_ManifestVersion3)
#include "tst_ManifestVersion3.moc"
