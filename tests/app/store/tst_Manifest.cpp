// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AgentStore.h"
#include "app/store/AuditStore.h"
#include "app/store/EntryCatalog.h"
#include "app/store/GrantStore.h"
#include "app/store/Manifest.h"
#include "app/store/MetaStore.h"
#include "app/store/Transaction.h"
#include "tests/support/TemporaryStore.h"

#include <QRandomGenerator>
#include <QSet>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype pageSize = 4096;
const std::string vaultId = "7k3m9q2w4x8z";

QByteArray contentsOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool writeTo(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(bytes) == bytes.size();
}

Agent agentNamed(const QString &keyId, const QString &name)
{
    Agent agent;
    agent.keyId = keyId;
    agent.name = name;
    agent.scope.everything = true;
    return agent;
}

} // namespace

/// What is replayed here is genuine: pages this program wrote itself, a little earlier.
class tst_Manifest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init();
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
    void noticesEachPageOfAnOlderFile();
    void namesAResurrectedKey();
    void namesADeletedRowOfTheLog();
    void namesASwappedRow();
    void namesARowThatTheIndexLeadsPast();
    void refusesTheManifestOfAnotherVault();
    void noticesAManifestThatIsGone();
    void bringsAlongTheManifestOfVersion3();
    void trustsNothingWhileItBringsTheManifestAlong_data();
    void trustsNothingWhileItBringsTheManifestAlong();
    void writesNothingWhileFrozen();
    void sealsAnewWhatIsTrusted();
    void leavesALongLogForLater();

private:
    Result<> reopen();
    Result<Manifest::Report> checkAgain();
    /// Closes, hands out the file, opens again.
    QByteArray photographed();
    Result<> saveEntry(const QString &title);
    Result<> appendRow(qint64 sequence);
    [[nodiscard]] QByteArray storedState();
    Result<> putState(const QByteArray &state);
    /// The same contents, laid out as version 3 had them and sealed as it did, and then changed outside.
    Result<> makeVersion3(const QByteArray &tampering = {});
    Result<Manifest::Report> openVersion3();

    std::unique_ptr<TemporaryStore> m_store;
    crypto::SecretBytes m_key = TemporaryStore::filled(0x22);
};

void tst_Manifest::init()
{
    m_store = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_store->open());
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.attach(m_key, vaultId));
    REQUIRE_OK(manifest.seal());
    REQUIRE_OK(manifest.watch());
}

Result<> tst_Manifest::reopen()
{
    if (const Result<> opened = m_store->reopen(); !opened)
        return opened;
    return Manifest(m_store->database()).attach(m_key, vaultId);
}

Result<Manifest::Report> tst_Manifest::checkAgain()
{
    if (const Result<> opened = reopen(); !opened)
        return std::unexpected(opened.error());
    return Manifest(m_store->database()).check();
}

QByteArray tst_Manifest::photographed()
{
    if (!m_store->database().close())
        return {};
    const QByteArray bytes = contentsOf(m_store->path());
    if (!m_store->open(Database::Mode::Existing))
        return {};
    Manifest manifest(m_store->database());
    if (!manifest.attach(m_key, vaultId) || !manifest.watch())
        return {};
    return bytes;
}

Result<> tst_Manifest::saveEntry(const QString &title)
{
    EntryStore entries(m_store->database(), m_store->keys());
    auto draft = login(title, "ada", "correct horse 47", {u"https://%1.example"_s.arg(title)}, {u"work"_s});
    draft.fields.push_back(field(FieldKind::RecoveryCodes, "11111-22222"));
    const auto saved = entries.save(std::move(draft), 1000);
    return saved ? Result<>() : std::unexpected(saved.error());
}

Result<> tst_Manifest::appendRow(qint64 sequence)
{
    AuditEvent event;
    event.sequence = sequence;
    event.time = sequence;
    event.action = u"read"_s;
    event.actor = u"mcp:codex"_s;
    event.keyId = u"aaaaaaaa"_s;
    AuditStore audit(m_store->database());
    auto transaction = Transaction::begin(m_store->database());
    if (!transaction)
        return std::unexpected(transaction.error());
    crypto::Digest32 mac{};
    mac.fill(static_cast<std::byte>(sequence % 251));
    if (const Result<> added = audit.append(event, QByteArray::number(sequence), mac); !added)
        return added;
    if (const Result<> moved = audit.advanceChain(sequence, mac, TemporaryStore::filled(static_cast<unsigned char>(sequence % 200))); !moved)
        return moved;
    return transaction->commit();
}

QByteArray tst_Manifest::storedState()
{
    Statement query = m_store->database().statement("SELECT manifest FROM audit_chain");
    const auto row = query.step();
    return row && *row ? query.blob(0) : QByteArray();
}

Result<> tst_Manifest::putState(const QByteArray &state)
{
    return m_store->database().run("UPDATE audit_chain SET manifest = ?", QByteArrayView(state));
}

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

void tst_Manifest::noticesEachPageOfAnOlderFile()
{
    AgentStore agents(m_store->database());
    AuditStore audit(m_store->database());
    REQUIRE_OK(audit.startChain(TemporaryStore::filled(1), "sealed"));
    for (int i = 0; i < 60; ++i)
        REQUIRE_OK(saveEntry(u"site%1"_s.arg(i)));
    for (int i = 0; i < 8; ++i)
        REQUIRE_OK(agents.insert(agentNamed(u"key%1aaaa"_s.arg(i), u"agent %1"_s.arg(i)), {}));
    for (int row = 1; row <= 40; ++row)
        REQUIRE_OK(appendRow(row));
    const QByteArray before = photographed();
    QVERIFY(!before.isEmpty());

    EntryStore entries(m_store->database(), m_store->keys());
    const auto list = EntryCatalog(m_store->database()).list({});
    REQUIRE_OK(list);
    for (int i = 0; i < 60; ++i) {
        EntryDraft edit = editOf(list->at(i));
        edit.title += u" changed"_s;
        edit.tags = {u"home"_s};
        edit.urls = {u"https://elsewhere%1.example"_s.arg(i)};
        edit.fields[1].value = secret("another battery");
        REQUIRE_OK(entries.save(std::move(edit), 2000));
    }
    for (int i = 0; i < 8; ++i)
        REQUIRE_OK(AgentStore(m_store->database()).revoke(u"key%1aaaa"_s.arg(i), 9000));
    for (int row = 41; row <= 80; ++row)
        REQUIRE_OK(appendRow(row));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    QVERIFY(after.size() >= before.size());

    const auto seesTheNewerFile = [&] {
        Database &database = m_store->database();
        const auto now = EntryCatalog(database).list({});
        const auto keys = AgentStore(database).list();
        const auto rows = AuditStore(database).page({}, 0, 100);
        EntryFilter tagged;
        tagged.tag = u"work"_s;
        const auto work = EntryCatalog(database).list(tagged);
        if (!now || !keys || !rows || !work || now->size() != 60 || keys->size() != 8 || rows->events.size() != 80 || !work->isEmpty())
            return false;
        for (const EntrySummary &entry : *now) {
            const auto found = EntryCatalog(database).find(entry.id);
            const auto value = EntryStore(database, m_store->keys()).openValues(entry.id);
            if (!found || !value || found->version != 2 || !found->title.endsWith(u" changed"_s) || found->tags != QStringList{u"home"_s}
                || found->urls.size() != 1 || !found->urls.first().startsWith(u"https://elsewhere"_s))
                return false;
        }
        return std::ranges::all_of(*keys, [&](const Agent &key) { return key.isRevoked() && AgentStore(database).find(key.keyId)->agent.isRevoked(); });
    };
    int differing = 0;
    int unnoticed = 0;
    for (qsizetype at = 0; at + pageSize <= before.size(); at += pageSize) {
        if (before.mid(at, pageSize) == after.mid(at, pageSize))
            continue;
        ++differing;
        QByteArray mixed = after;
        mixed.replace(at, pageSize, before.mid(at, pageSize));
        QVERIFY(writeTo(m_store->path(), mixed));
        if (!m_store->open(Database::Mode::Existing))
            continue; // so broken that it does not even open
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, vaultId));
        const auto report = manifest.check();
        REQUIRE_OK(report);
        if (report->wrong.isEmpty()) {
            // Of the search index, free, or written again as it was: all that anybody gets to see is of the newer file.
            ++unnoticed;
            QVERIFY2(seesTheNewerFile(), qPrintable(u"page %1 went unnoticed"_s.arg(at / pageSize + 1)));
        }
        (void)m_store->database().close();
    }
    qInfo("%d pages differ; %d of them are the search index's, free or the same inside", differing, unnoticed);
    QVERIFY(differing - unnoticed > 10);
    QVERIFY(writeTo(m_store->path(), after));
    REQUIRE_OK(m_store->open(Database::Mode::Existing));
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.attach(m_key, vaultId));
    const auto report = manifest.check();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
}

void tst_Manifest::namesAResurrectedKey()
{
    REQUIRE_OK(AgentStore(m_store->database()).insert(agentNamed(u"aaaaaaaa"_s, u"codex"_s), {}));
    REQUIRE_OK(AgentStore(m_store->database()).revoke(u"aaaaaaaa"_s, 9000));
    REQUIRE_OK(reopen()); // and nobody watches
    REQUIRE_OK(m_store->database().run("UPDATE agents SET revoked_at = 0"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Keys});
}

void tst_Manifest::namesADeletedRowOfTheLog()
{
    REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
    for (int row = 1; row <= 20; ++row)
        REQUIRE_OK(appendRow(row));
    REQUIRE_OK(reopen());
    REQUIRE_OK(m_store->database().run("DELETE FROM audit WHERE sequence = 7"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Log});
}

void tst_Manifest::namesASwappedRow()
{
    REQUIRE_OK(saveEntry(u"github"_s));
    REQUIRE_OK(saveEntry(u"gitlab"_s));
    REQUIRE_OK(reopen());
    // Two entries' values change places: every row is one that was there.
    REQUIRE_OK(m_store->database().run("PRAGMA foreign_keys = OFF"));
    REQUIRE_OK(m_store->database().run("UPDATE fields SET entry = 3 - entry + 100"));
    REQUIRE_OK(m_store->database().run("UPDATE fields SET entry = entry - 100"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Entries});
}

void tst_Manifest::namesARowThatTheIndexLeadsPast()
{
    REQUIRE_OK(saveEntry(u"github"_s));
    Database &database = m_store->database();
    REQUIRE_OK(database.run("DROP INDEX entries_sorted"));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList{VaultPart::Structure});
}

void tst_Manifest::refusesTheManifestOfAnotherVault()
{
    REQUIRE_OK(m_store->reopen());
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.attach(m_key, "000000000000"));
    REQUIRE_ERROR(manifest.check(), ErrorCode::ForeignFile);
}

void tst_Manifest::noticesAManifestThatIsGone()
{
    for (const char *taking : {"UPDATE audit_chain SET manifest = NULL", "DELETE FROM audit_chain"}) {
        REQUIRE_OK(m_store->database().run(taking));
        // What is written without one brings none back.
        REQUIRE_OK(MetaStore(m_store->database()).setValue("one"_L1, "1"));
        const auto report = checkAgain();
        REQUIRE_OK(report);
        QCOMPARE(report->wrong, QList{VaultPart::Manifest});
        init();
    }
}

Result<> tst_Manifest::makeVersion3(const QByteArray &tampering)
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
    std::vector<std::string> slots_ = Manifest::tables();
    slots_.emplace_back("structure");
    auto state = ManifestState::fromBytes(std::as_bytes(std::span(stored.constData(), static_cast<std::size_t>(stored.size()))), slots_.size());
    if (!state)
        return fail(ErrorCode::Internal, u"no state"_s);
    const auto head = AuditStore(database).chain();
    if (!head)
        return std::unexpected(head.error());
    if (!*head)
        state->tables[16] = {}; // its log had no head yet
    {
        Statement sum = database.statement("SELECT manifest_sum(" + std::to_string(slots_.size() - 1) + ", type, name, tbl_name, rootpage, sql) FROM sqlite_schema");
        if (const auto row = sum.step(); !row)
            return std::unexpected(row.error());
        const QByteArray bytes = sum.blob(0);
        std::memcpy(&state->tables.back().rows, bytes.constData(), 8); // little-endian, as the machine the tests run on
        std::memcpy(state->tables.back().sum.data(), bytes.constData() + 8, 32);
    }
    state->mac = ManifestSums(m_key, vaultId, slots_).macOf(*state);
    if (const Result<> done = database.run("UPDATE manifest SET state = ?", QByteArrayView(state->toBytes())); !done)
        return done;
    if (!tampering.isEmpty())
        if (const Result<> done = database.run(tampering.toStdString()); !done)
            return done;
    return database.close();
}

Result<Manifest::Report> tst_Manifest::openVersion3()
{
    const auto hook = [this](Result<> (Manifest::*step)()) {
        return [this, step](Database &database) -> Result<> {
            Manifest manifest(database);
            const Result<> attached = manifest.attach(m_key, vaultId);
            return attached ? (manifest.*step)() : attached;
        };
    };
    if (const Result<> opened = m_store->open(Database::Mode::Existing, hook(&Manifest::follow), hook(&Manifest::prepareToFollow)); !opened)
        return std::unexpected(opened.error());
    return Manifest(m_store->database()).check();
}

void tst_Manifest::bringsAlongTheManifestOfVersion3()
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

void tst_Manifest::trustsNothingWhileItBringsTheManifestAlong_data()
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

void tst_Manifest::trustsNothingWhileItBringsTheManifestAlong()
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

void tst_Manifest::leavesALongLogForLater()
{
    REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
    const qint64 count = Manifest::auditAtOnce + 10;
    {
        auto transaction = Transaction::begin(m_store->database());
        REQUIRE_OK(transaction);
        for (qint64 row = 1; row <= count; ++row)
            REQUIRE_OK(appendRow(row));
        REQUIRE_OK(transaction->commit());
    }
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
    QVERIFY(report->later.has_value());
    QCOMPARE(report->later->last, count);
    const auto whole = [&]() -> Result<RowSum> {
        RowSum sum;
        for (qint64 from = 0; from < count; from += 5000) {
            const auto part = Manifest(m_store->database()).sumOfAudit(from, std::min(from + 5000, count));
            if (!part)
                return part;
            sum.add(*part);
        }
        return sum;
    };
    const auto sum = whole();
    REQUIRE_OK(sum);
    QCOMPARE(*sum, report->later->expected);
    REQUIRE_OK(m_store->database().run("UPDATE audit SET subject = 'other' WHERE sequence = 77"));
    const auto edited = whole();
    REQUIRE_OK(edited);
    QVERIFY(*edited != report->later->expected);
    // A cut at the end is seen at once.
    REQUIRE_OK(m_store->database().run("DELETE FROM audit WHERE sequence > ?", count - 3));
    const auto cut = checkAgain();
    REQUIRE_OK(cut);
    QCOMPARE(cut->wrong, QList{VaultPart::Log});
}

QTEST_GUILESS_MAIN(tst_Manifest)
#include "tst_Manifest.moc"
