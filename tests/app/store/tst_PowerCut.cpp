// SPDX-License-Identifier: GPL-3.0-or-later
// The power is cut while a vault is written: what was not synced is lost, torn or there, in any combination. Everything confirmed is there afterwards,
// and the transaction that was under way is there or not, never a part of it.
#include "app/store/AgentStore.h"
#include "app/store/EntryCatalog.h"
#include "tests/app/store/ManifestFixture.h"
#include "tests/support/PowerCutVfs.h"

#include <QDir>
#include <QRandomGenerator>

#include <sqlcipher/sqlite3.h>

#include <random>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// CLAVITOR_POWER_CUTS in the environment: how many; CLAVITOR_POWER_CUT_SEED: the seed that a run printed.
class tst_PowerCut : public QObject, private ManifestFixture {
    Q_OBJECT

private slots:
    void initTestCase();
    void losesWhatItIsMeantTo();
    void leavesEverythingConfirmed();

private:
    struct Cut {
        PowerCutVfs::Image image;
        qint64 confirmed = 0;
        int change = 0;
    };
    /// An entry, new or changed, a row of the log and the manifest in one transaction.
    Result<> save(qint64 number);
    void isWhole(const Cut &cut, const QString &folder);

    std::mt19937 m_random;
    std::vector<EntryId> m_entries;
};

void tst_PowerCut::initTestCase()
{
    QVERIFY(crypto::initialise());
    QVERIFY(PowerCutVfs::install());
    bool isGiven = false;
    quint32 seed = qEnvironmentVariable("CLAVITOR_POWER_CUT_SEED").toUInt(&isGiven);
    if (!isGiven)
        seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    m_random.seed(seed);
}

Result<> tst_PowerCut::save(qint64 number)
{
    EntryStore entries(m_store->database(), m_store->keys());
    AuditStore audit(m_store->database());
    auto transaction = Transaction::begin(m_store->database());
    if (!transaction)
        return std::unexpected(transaction.error());
    EntryDraft draft = login(u"entry %1"_s.arg(number), "ada", QByteArray(static_cast<qsizetype>(10 + m_random() % 3000), 'p').constData());
    draft.fields.push_back(field(FieldKind::RecoveryCodes, "11111-22222"));
    if (number % 3 == 0) {
        const auto former = EntryCatalog(m_store->database()).find(m_entries.at(m_random() % m_entries.size()));
        if (!former)
            return std::unexpected(former.error());
        draft = editOf(*former);
        draft.title = u"entry %1"_s.arg(number);
        draft.fields[1].value = secret("another battery");
    }
    const auto saved = entries.save(std::move(draft), number);
    if (!saved)
        return std::unexpected(saved.error());
    if (number % 3 != 0)
        m_entries.push_back(saved->id);
    AuditEvent event;
    event.sequence = number;
    event.time = number;
    event.action = u"edit"_s;
    event.subject = u"entry %1"_s.arg(number);
    crypto::Digest32 mac{};
    mac.fill(static_cast<std::byte>(number % 251));
    if (const Result<> added = audit.append(event, QByteArray::number(number), mac); !added)
        return added;
    if (const Result<> moved = audit.advanceChain(number, mac, TemporaryStore::filled(static_cast<unsigned char>(number % 200))); !moved)
        return moved;
    return transaction->commit();
}

/// A disk that loses nothing would prove nothing.
void tst_PowerCut::losesWhatItIsMeantTo()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"plain.db"_s);
    sqlite3 *database = nullptr;
    QCOMPARE(sqlite3_open_v2(path.toLocal8Bit().constData(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, PowerCutVfs::name), SQLITE_OK);
    QCOMPARE(sqlite3_exec(database, "PRAGMA synchronous = OFF; CREATE TABLE t(x); INSERT INTO t VALUES (hex(randomblob(20000)))", nullptr, nullptr, nullptr), SQLITE_OK);
    const QByteArray real = contentOf(path);
    int whole = 0;
    int torn = 0;
    int none = 0;
    for (quint32 seed = 0; seed < 100; ++seed) {
        const auto content = PowerCutVfs::image(seed).at(path);
        QCOMPARE(PowerCutVfs::image(seed).at(path), content);
        ++(!content || content->isEmpty() ? none : *content == real ? whole : torn);
    }
    QVERIFY2(whole >= 3 && none >= 3 && torn >= 30, qPrintable(u"%1 whole, %2 torn, %3 gone"_s.arg(whole).arg(torn).arg(none)));
    QCOMPARE(sqlite3_exec(database, "PRAGMA synchronous = FULL; INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr), SQLITE_OK);
    const QByteArray synced = contentOf(path);
    for (quint32 seed = 0; seed < 20; ++seed)
        QCOMPARE(PowerCutVfs::image(seed).at(path), std::optional(synced));
    QCOMPARE(sqlite3_close(database), SQLITE_OK);
    PowerCutVfs::forget();
}

void tst_PowerCut::isWhole(const Cut &cut, const QString &folder)
{
    const QString where = u"cut before change %1 after %2 were confirmed"_s.arg(cut.change).arg(cut.confirmed);
    PowerCutVfs::Image elsewhere;
    for (const auto &[path, content] : cut.image)
        elsewhere.emplace(QDir(folder).filePath(QFileInfo(path).fileName()), content);
    QVERIFY(PowerCutVfs::leave(elsewhere));
    const QString path = QDir(folder).filePath(QFileInfo(m_store->path()).fileName());
    auto database = Database::open(path, TemporaryStore::databaseKey(), TemporaryStore::salt(), Database::Mode::Existing);
    QVERIFY2(database.has_value(), qPrintable(where + (database ? QString() : database.error().detail)));
    Manifest manifest(*database);
    REQUIRE_OK(manifest.attach(m_key, m_vaultId));
    const auto report = manifest.check();
    REQUIRE_OK(report);
    QVERIFY2(report->wrong.isEmpty(), qPrintable(where));
    const auto last = AuditStore(*database).lastSequence();
    REQUIRE_OK(last);
    QVERIFY2(*last == cut.confirmed || *last == cut.confirmed + 1, qPrintable(u"%1, there are %2"_s.arg(where).arg(*last)));
    // What the last transaction wrote is there as a whole, and all entries with it.
    const auto counts = EntryCatalog(*database).counts();
    REQUIRE_OK(counts);
    QVERIFY2(counts->all == *last - *last / 3, qPrintable(where));
    const QString newest = u"entry %1"_s.arg(*last);
    const auto hits = EntryCatalog(*database).search(newest, 100);
    REQUIRE_OK(hits);
    QVERIFY2(std::ranges::count(hits->entries, newest, &EntrySummary::title) == 1, qPrintable(where));
    const auto value = EntryStore(*database, m_store->keys()).openValues(hits->entries.first().id);
    REQUIRE_OK(value);
    // SQLCipher's own check reads the file beside its log.
    REQUIRE_OK(database->truncateLog());
    const Result<> sound = database->quickCheck();
    QVERIFY2(sound.has_value(), qPrintable(where));
    REQUIRE_OK(database->close());
    for (const auto &[file, content] : elsewhere)
        QFile::remove(file);
}

void tst_PowerCut::leavesEverythingConfirmed()
{
    bool isGiven = false;
    int cuts = qEnvironmentVariableIntValue("CLAVITOR_POWER_CUTS", &isGiven);
    if (!isGiven)
        cuts = 200;
    m_store = std::make_unique<TemporaryStore>(PowerCutVfs::name);
    REQUIRE_OK(m_store->open());
    // So that pages move into the database all the time, and not only once in a thousand.
    REQUIRE_OK(m_store->database().run("PRAGMA wal_autocheckpoint = 40"));
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.attach(m_key, m_vaultId));
    REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
    REQUIRE_OK(manifest.seal());
    REQUIRE_OK(manifest.watch());
    QTemporaryDir folder;
    qint64 number = 0;
    while (number < 5)
        REQUIRE_OK(save(++number));
    int done = 0;
    int latest = 0;
    int most = 0;
    while (done < cuts) {
        std::optional<Cut> cut;
        const auto wanted = static_cast<int>(m_random() % 60);
        const auto seed = static_cast<quint32>(m_random());
        latest = 0;
        PowerCutVfs::watch([&](int change) {
            latest = change;
            if (change == wanted)
                cut = Cut{PowerCutVfs::image(seed), number, change};
        });
        REQUIRE_OK(save(number + 1));
        PowerCutVfs::watch({});
        most = std::max(most, latest);
        ++number;
        if (!cut) // it was over before: what it confirmed has to stay
            cut = Cut{PowerCutVfs::image(seed), number, latest + 1};
        isWhole(*cut, folder.path());
        if (QTest::currentTestFailed())
            return;
        ++done;
    }
    qInfo("%d cuts, up to %d changes a transaction", done, most + 1);
    QVERIFY(most > 40);
    m_store.reset();
}

QTEST_GUILESS_MAIN(tst_PowerCut)
#include "tst_PowerCut.moc"
