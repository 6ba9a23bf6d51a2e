// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Connection.h"
#include "app/store/EntryCatalog.h"
#include "app/store/FreePages.h"
#include "app/store/MetaStore.h"
#include "app/store/Migrations.h"
#include "tests/app/store/ManifestFixture.h"
#include "tests/app/store/QueryAnswer.h"

#include <sqlcipher/sqlite3.h>

#include <atomic>
#include <functional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto whole = "PRAGMA integrity_check";
constexpr auto listed = "PRAGMA freelist_count";
constexpr auto listAlone = "PRAGMA integrity_check(sqlite_schema)";

/// A file that no one has open, with a connection of its own.
struct Looked {
    explicit Looked(const TemporaryStore &store)
    {
        const auto hex = [](std::span<const std::byte> bytes) {
            return QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())).toHex();
        };
        sqlite3 *handle = nullptr;
        isOpen = sqlite3_open(QFile::encodeName(store.path()).constData(), &handle) == SQLITE_OK;
        connection.emplace(handle);
        // No secret: the fixture's.
        const QByteArray key = "PRAGMA key = \"x'" + hex(TemporaryStore::databaseKey().bytes()) + hex(TemporaryStore::salt()) + "'\"";
        isOpen = isOpen && sqlite3_exec(handle, key.constData(), nullptr, nullptr, nullptr) == SQLITE_OK;
        connection->useCipher(crypto::PageCipher(TemporaryStore::databaseKey(), TemporaryStore::salt()));
    }

    std::optional<Connection> connection;
    bool isOpen = false;
};

} // namespace

/// An older list of free pages is genuine, and what is written by it goes over rows.
class tst_FreePages : public QObject, private ManifestFixture {
    Q_OBJECT

    /// Entries that take pages of their own.
    Result<> saveLong(int from, int to);
    Result<> deleteLong(int from, int to);
    [[nodiscard]] qsizetype entriesThere();
    [[nodiscard]] QString answer(std::string_view sql) { return answerOf(m_store->database(), sql); }
    /// `before` is of free pages, where `after` has long entries from 40 up to `to`. Closed.
    void writeOverFreePages(int to, QByteArray &before, QByteArray &after);
    /// False: it does not open, which is noticed, too.
    [[nodiscard]] bool openAs(const QByteArray &file);
    /// Of what was just opened; then it may be written, whatever is wrong.
    QList<VaultPart> wrongParts();
    /// After wrongParts(): what is written goes over nothing.
    void writesGoOverNothing(qsizetype entries);

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { start(); }
    void cleanup() { m_store.reset(); }

    void leavesZerosInThem_data();
    void leavesZerosInThem();
    void stopsWhenTheVaultIsToBeLocked();
    void walksWhereOneIsNotZeros();
    void noticesAnOldListOfFreePages();
    void noticesAnOldListThatIsAsLongAsTheNewest();
    void noticesAnOldFirstPageBesideItsListOfFreePages();
    void givesAFileFromBeforeTheWitnessOneWithTheNextWrite();
    void repairsAnOldListOfFreePagesThatNothingElseTells();
};

Result<> tst_FreePages::saveLong(int from, int to)
{
    auto transaction = Transaction::begin(m_store->database());
    if (!transaction)
        return std::unexpected(transaction.error());
    EntryStore entries(m_store->database(), m_store->keys());
    for (int i = from; i < to; ++i) {
        auto draft = login(u"long%1"_s.arg(i, 3, 10, QChar(u'0')), "ada", QByteArray(6000, static_cast<char>('a' + i % 20)).constData(), {}, {});
        if (const auto saved = entries.save(std::move(draft), 1000); !saved)
            return std::unexpected(saved.error());
    }
    return transaction->commit();
}

Result<> tst_FreePages::deleteLong(int from, int to)
{
    EntryStore entries(m_store->database(), m_store->keys());
    const auto list = EntryCatalog(m_store->database()).list({});
    if (!list)
        return std::unexpected(list.error());
    QList<EntryId> some;
    for (const EntrySummary &entry : *list)
        if (const int number = QStringView(entry.title).sliced(4).toInt(); number >= from && number < to)
            some.append(entry.id);
    if (const auto moved = entries.moveToTrash(some, 2000); !moved)
        return std::unexpected(moved.error());
    const auto deleted = entries.deleteForever(some);
    return deleted ? Result<>() : std::unexpected(deleted.error());
}

qsizetype tst_FreePages::entriesThere()
{
    // With their values, which lie on most of the pages.
    EntryStore entries(m_store->database(), m_store->keys());
    const auto list = EntryCatalog(m_store->database()).list({});
    return list ? std::ranges::count_if(*list, [&](const EntrySummary &entry) { return entries.openValues(entry.id).has_value(); }) : -1;
}

void tst_FreePages::writeOverFreePages(int to, QByteArray &before, QByteArray &after)
{
    REQUIRE_OK(saveLong(0, 40));
    REQUIRE_OK(deleteLong(0, 40));
    before = photographed();
    REQUIRE_OK(saveLong(40, to));
    after = photographed();
    REQUIRE_OK(m_store->database().close());
}

bool tst_FreePages::openAs(const QByteArray &file)
{
    m_store->close();
    return overwrite(m_store->path(), file) && m_store->open(Database::Mode::Existing);
}

QList<VaultPart> tst_FreePages::wrongParts()
{
    Manifest manifest(m_store->database());
    const auto report = manifest.attach(m_key, m_vaultId) ? manifest.check() : Result<Manifest::Report>(fail(ErrorCode::Internal));
    return report ? report->wrong : QList{VaultPart::Manifest};
}

void tst_FreePages::writesGoOverNothing(qsizetype entries)
{
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.seal());
    REQUIRE_OK(manifest.watch());
    REQUIRE_OK(saveLong(100, 140));
    QCOMPARE(answer(whole), u"ok"_s);
    QCOMPARE(entriesThere(), entries + 40);
}

void tst_FreePages::leavesZerosInThem_data()
{
    using Act = std::function<Result<>(tst_FreePages &)>;
    QTest::addColumn<Act>("act");
    QTest::addColumn<int>("atLeast");
    QTest::newRow("nothing") << Act([](tst_FreePages &) { return Result<>(); }) << 0;
    QTest::newRow("entries deleted") << Act([](tst_FreePages &test) { return test.deleteLong(10, 60); }) << 60;
    // Beyond one in two hundred the search index is made anew.
    QTest::newRow("one deleted") << Act([](tst_FreePages &test) { return test.deleteLong(10, 11); }) << 1;
    QTest::newRow("more than one list holds") << Act([](tst_FreePages &test) {
        const Result<> saved = test.saveLong(200, 900);
        return saved ? test.deleteLong(0, 900) : saved;
    }) << 1100;
    QTest::newRow("written over again") << Act([](tst_FreePages &test) {
        for (int round = 0; round < 6; ++round) {
            if (const Result<> deleted = test.deleteLong(10 * round, 10 * round + 10); !deleted)
                return deleted;
            if (const Result<> saved = test.saveLong(100 + 7 * round, 107 + 7 * round); !saved)
                return saved;
        }
        return Result<>();
    }) << 1;
    QTest::newRow("edited shorter") << Act([](tst_FreePages &test) {
        EntryStore entries(test.m_store->database(), test.m_store->keys());
        const auto list = EntryCatalog(test.m_store->database()).list({});
        for (const EntrySummary &entry : list ? *list : QList<EntrySummary>()) {
            EntryDraft edit = editOf(entry);
            edit.title = u"now of other words, and more of them: %1"_s.arg(entry.title);
            edit.fields[1].value = secret("short");
            if (const auto saved = entries.save(std::move(edit), 3000); !saved)
                return Result<>(std::unexpected(saved.error()));
        }
        return Result<>();
    }) << 0;
    QTest::newRow("given up half-way") << Act([](tst_FreePages &test) {
        if (const Result<> deleted = test.deleteLong(0, 20); !deleted)
            return deleted;
        auto transaction = Transaction::begin(test.m_store->database());
        if (!transaction)
            return Result<>(std::unexpected(transaction.error()));
        return test.deleteLong(20, 60); // and not committed
    }) << 20;
    QTest::newRow("an index dropped") << Act([](tst_FreePages &test) { return test.m_store->database().run("DROP INDEX entries_sorted"); }) << 1;
}

void tst_FreePages::leavesZerosInThem()
{
    QFETCH(std::function<Result<>(tst_FreePages &)>, act);
    QFETCH(int, atLeast);
    REQUIRE_OK(saveLong(0, 80));
    REQUIRE_OK(act(*this));
    REQUIRE_OK(m_store->database().close());
    Looked file(*m_store);
    QVERIFY(file.isOpen);
    FreePages pages(*file.connection);
    const auto count = pages.count();
    REQUIRE_OK(count);
    QVERIFY2(*count >= atLeast, qPrintable(QString::number(*count)));
    QCOMPARE(pages.areZeros(), Result<bool>(true));
}

void tst_FreePages::stopsWhenTheVaultIsToBeLocked()
{
    REQUIRE_OK(saveLong(0, 80));
    REQUIRE_OK(deleteLong(0, 60));
    REQUIRE_OK(m_store->database().close());
    Looked file(*m_store);
    std::atomic<bool> stop = true;
    file.connection->stopBy(&stop);
    REQUIRE_ERROR(FreePages(*file.connection).areZeros(), ErrorCode::Locked);
    stop = false;
    QCOMPARE(FreePages(*file.connection).areZeros(), Result<bool>(true));
}

void tst_FreePages::walksWhereOneIsNotZeros()
{
    // As a program would leave them that does not overwrite what it deletes.
    REQUIRE_OK(saveLong(0, 80));
    REQUIRE_OK(m_store->database().run("PRAGMA secure_delete = OFF"));
    REQUIRE_OK(deleteLong(0, 60));
    const auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList<VaultPart>());
    QVERIFY(answer(listed).toInt() > 60);
    REQUIRE_OK(m_store->database().close());
    Looked file(*m_store);
    QCOMPARE(FreePages(*file.connection).areZeros(), Result<bool>(false));
    QCOMPARE(FreePages(*file.connection).fit(), Result<bool>(true));
}

void tst_FreePages::noticesAnOldListOfFreePages()
{
    QByteArray before;
    QByteArray after;
    writeOverFreePages(70, before, after);
    int noticed = 0;
    for (qsizetype at = pageSize; at + pageSize <= before.size(); at += pageSize) {
        const auto mixed = withPageOf(before, after, at);
        if (!mixed || !openAs(*mixed))
            continue;
        const QList<VaultPart> wrong = wrongParts();
        if (wrong == QList{VaultPart::Structure}) {
            noticed += answer(listAlone) == u"ok"_s ? 0 : 1;
            // As it is trusted.
            Manifest manifest(m_store->database());
            REQUIRE_OK(manifest.repairFreePages());
            REQUIRE_OK(manifest.repairIndexes());
        }
        if (wrong.isEmpty() || wrong == QList{VaultPart::Structure})
            writesGoOverNothing(30);
    }
    QVERIFY(noticed > 0);
}

void tst_FreePages::noticesAnOldListThatIsAsLongAsTheNewest()
{
    REQUIRE_OK(saveLong(0, 80));
    REQUIRE_OK(deleteLong(0, 40));
    const QByteArray before = photographed();
    const int count = answer(listed).toInt();
    REQUIRE_OK(saveLong(0, 40));
    REQUIRE_OK(deleteLong(40, 80));
    // A page of it for each value, until it is as long.
    for (int i = 0; i < 10 && answer(listed).toInt() > count; ++i)
        REQUIRE_OK(m_store->database().run("INSERT INTO meta (name, value) VALUES (?, zeroblob(5000))", u"filler %1"_s.arg(i)));
    const QByteArray after = photographed();
    QCOMPARE(answer(listed).toInt(), count);
    int deceiving = 0;
    for (qsizetype at = pageSize; at + pageSize <= before.size(); at += pageSize) {
        const auto mixed = withPageOf(before, after, at);
        if (!mixed || !openAs(*mixed))
            continue;
        const QList<VaultPart> wrong = wrongParts();
        // A list to SQLite, as long as the first page says, and no row is another.
        if (answer(listAlone) == u"ok"_s && entriesThere() == 40 && answer("PRAGMA quick_check(1)") != u"ok"_s) {
            ++deceiving;
            QVERIFY2(!wrong.isEmpty(), qPrintable(u"page %1"_s.arg(at / pageSize + 1)));
        }
        if (wrong.isEmpty())
            writesGoOverNothing(40);
    }
    QVERIFY(deceiving > 0);
}

void tst_FreePages::noticesAnOldFirstPageBesideItsListOfFreePages()
{
    QByteArray before;
    QByteArray after;
    writeOverFreePages(60, before, after);
    QCOMPARE(after.size(), before.size());
    // The first page alone, and with each other page of then: one of them is the list it tells of.
    const auto first = withPageOf(before, after, 0);
    QVERIFY(first);
    int lists = 0;
    for (qsizetype at = 0; at + pageSize <= before.size(); at += pageSize) {
        const auto mixed = at == 0 ? first : withPageOf(before, *first, at);
        if (!mixed || !openAs(*mixed))
            continue;
        const QList<VaultPart> wrong = wrongParts();
        QVERIFY2(wrong.contains(VaultPart::Structure), qPrintable(u"with page %1"_s.arg(at / pageSize + 1)));
        // To SQLite this list is one.
        if (wrong == QList{VaultPart::Structure} && answer(listAlone) == u"ok"_s) {
            ++lists;
            QVERIFY(answer(listed).toInt() > 40);
            QVERIFY(answer("PRAGMA quick_check(1)") != u"ok"_s);
        }
    }
    QVERIFY(lists > 0);
}

void tst_FreePages::givesAFileFromBeforeTheWitnessOneWithTheNextWrite()
{
    REQUIRE_OK(saveLong(0, 40));
    REQUIRE_OK(deleteLong(0, 40));
    // As such a file is: none in the first page, none in the manifest.
    REQUIRE_OK(reopen());
    QByteArray state = storedState();
    auto parsed = ManifestState::fromBytes(std::as_bytes(std::span(state.constData(), static_cast<std::size_t>(state.size()))), Manifest::tables().size() + 1);
    QVERIFY(parsed);
    QVERIFY(parsed->witness != 0);
    parsed->witness = 0;
    std::vector<std::string> summed = Manifest::tables();
    summed.emplace_back("structure");
    parsed->mac = ManifestSums(m_key, m_vaultId, summed).macOf(*parsed);
    REQUIRE_OK(putState(parsed->toBytes()));
    REQUIRE_OK(m_store->database().run("PRAGMA user_version = " + std::to_string(latestSchemaVersion())));
    auto report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList<VaultPart>());
    const QByteArray before = photographed();
    REQUIRE_OK(MetaStore(m_store->database()).setValue("one"_L1, "1"));
    REQUIRE_OK(saveLong(40, 41));
    report = checkAgain();
    REQUIRE_OK(report);
    QCOMPARE(report->wrong, QList<VaultPart>());
    QVERIFY(answer("PRAGMA user_version").toInt() != latestSchemaVersion());
    REQUIRE_OK(m_store->database().close());
    // Its first page of before has none: that is accepted no more.
    const auto mixed = withPageOf(before, contentOf(m_store->path()), 0);
    QVERIFY(mixed);
    QVERIFY(openAs(*mixed));
    QVERIFY(wrongParts().contains(VaultPart::Structure));
}

void tst_FreePages::repairsAnOldListOfFreePagesThatNothingElseTells()
{
    QByteArray before;
    QByteArray after;
    writeOverFreePages(60, before, after);
    const auto first = withPageOf(before, after, 0);
    QVERIFY(first);
    int repaired = 0;
    for (qsizetype at = pageSize; at + pageSize <= before.size(); at += pageSize) {
        const auto mixed = withPageOf(before, *first, at);
        if (!mixed || !openAs(*mixed))
            continue;
        if (wrongParts() != QList{VaultPart::Structure} || answer(listAlone) != u"ok"_s)
            continue;
        ++repaired;
        // As it is trusted.
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.repairFreePages());
        REQUIRE_OK(manifest.repairIndexes());
        QCOMPARE(answer(listed), u"0"_s);
        writesGoOverNothing(20);
        const auto again = checkAgain();
        REQUIRE_OK(again);
        QCOMPARE(again->wrong, QList<VaultPart>());
    }
    QVERIFY(repaired > 0);
}

QTEST_GUILESS_MAIN(tst_FreePages)
#include "tst_FreePages.moc"
