// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AuditMatch.h"
#include "app/store/AuditStore.h"
#include "app/store/KeyHistory.h"
#include "app/store/Transaction.h"
#include "tests/support/TemporaryStore.h"

#include <QRandomGenerator>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

crypto::Digest32 digest(qint64 number)
{
    crypto::Digest32 bytes;
    bytes.fill(static_cast<std::byte>(number));
    return bytes;
}

const EntryId github = *EntryId::fromString(u"0192f0c1-0000-7000-8000-000000000001");

AuditEvent auditRow(qint64 sequence)
{
    AuditEvent event;
    event.sequence = sequence;
    event.time = sequence * 1000;
    event.action = sequence % 3 == 0 ? u"search"_s : u"read"_s;
    event.subject = sequence % 3 == 0 ? u"\"Zürich\""_s : u"github.com"_s;
    if (sequence % 3 != 0)
        event.entry = github;
    event.actor = sequence % 2 == 0 ? u"mcp:codex"_s : u"app:owner"_s;
    event.keyId = sequence % 2 == 0 ? u"aaaaaaaa"_s : QString();
    event.outcome = sequence % 5 == 0 ? Outcome::Denied : Outcome::Allowed;
    event.why = u"in scope"_s;
    event.reason = u"deploying\nnow"_s;
    event.requestId = u"r1"_s;
    event.durationMicroseconds = 412;
    event.caller = {u"/usr/bin/codex"_s, 4711, u"zsh ← kitty"_s, u"/home/x"_s, u"codex 1.0"_s};
    return event;
}

} // namespace

class tst_AuditStore : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void answersRowsNewestFirst();
    void keepsWhatTheChainNeeds();
    void refusesAGapInTheSequence();
    void goesWithItsTransaction();
    void knowsTheLatestTimeItHasSeen();
    void filters_data();
    void filters();
    void agreesWithTheMatchOfNewRows();
    void findsTheRowsOfAKeyUnderAllItsIds();
    void countsByHourAndActor();
    void keepsTheHeadOfTheChain();
    void keepsCheckpoints();
    void endsLongReadsForALock();
    void refusesImpossiblePages();

private:
    void fill(int count)
    {
        auto transaction = Transaction::begin(m_vault->database());
        for (int i = 1; i <= count; ++i)
            if (!m_audit->append(auditRow(i), QByteArray("{\"seq\":" + QByteArray::number(i) + "}"), digest(i)))
                return;
        (void)transaction->commit();
    }

    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<AuditStore> m_audit;
};

void tst_AuditStore::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_AuditStore::init()
{
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_audit = std::make_unique<AuditStore>(m_vault->database());
}

void tst_AuditStore::answersRowsNewestFirst()
{
    QCOMPARE(*m_audit->lastSequence(), 0);
    fill(25);
    QCOMPARE(*m_audit->lastSequence(), 25);
    qint64 expected = 25;
    qint64 before = 0;
    bool more = true;
    while (more) {
        const auto page = m_audit->page({}, before, 10);
        REQUIRE_OK(page);
        QVERIFY(!page->events.isEmpty());
        for (const AuditEvent &each : page->events)
            QCOMPARE(each, auditRow(expected--));
        before = page->events.last().sequence;
        more = page->more;
    }
    QCOMPARE(expected, 0);
}

void tst_AuditStore::keepsWhatTheChainNeeds()
{
    fill(5);
    const auto rows = m_audit->rowsAfter(2, 2);
    REQUIRE_OK(rows);
    QCOMPARE(rows->size(), std::size_t{2});
    QCOMPARE(rows->at(0).event, auditRow(3));
    QCOMPARE(rows->at(0).canonical, QByteArray("{\"seq\":3}"));
    QVERIFY(rows->at(0).mac == digest(3));
    QVERIFY(rows->at(1).mac == digest(4));
    QVERIFY(m_audit->rowsAfter(5, 10)->empty());
}

void tst_AuditStore::refusesAGapInTheSequence()
{
    REQUIRE_ERROR(m_audit->append(auditRow(2), "x", digest(2)), ErrorCode::Internal);
    REQUIRE_OK(m_audit->append(auditRow(1), "x", digest(1)));
    REQUIRE_ERROR(m_audit->append(auditRow(1), "x", digest(1)), ErrorCode::Internal);
    REQUIRE_ERROR(m_audit->append(auditRow(3), "x", digest(3)), ErrorCode::Internal);
    // Rows up to the head of the chain were there once: the next one does not take the number of one that was cut off.
    REQUIRE_OK(m_audit->startChain(TemporaryStore::filled(1), "sealed"));
    REQUIRE_OK(m_audit->advanceChain(4, digest(4), TemporaryStore::filled(2)));
    REQUIRE_ERROR(m_audit->append(auditRow(2), "x", digest(2)), ErrorCode::Internal);
    REQUIRE_OK(m_audit->append(auditRow(5), "x", digest(5)));
}

void tst_AuditStore::goesWithItsTransaction()
{
    fill(1);
    {
        const auto transaction = Transaction::begin(m_vault->database());
        REQUIRE_OK(transaction);
        REQUIRE_OK(m_audit->append(auditRow(2), "x", digest(2)));
    }
    QCOMPARE(*m_audit->lastSequence(), 1);
}

void tst_AuditStore::knowsTheLatestTimeItHasSeen()
{
    QCOMPARE(*m_audit->lastSeen(), 0);
    fill(3);
    QCOMPARE(*m_audit->lastSeen(), 3000);
    AuditEvent setBack = auditRow(4);
    setBack.time = 5;
    REQUIRE_OK(m_audit->append(setBack, "{}", digest(4)));
    QCOMPARE(*m_audit->lastSeen(), 3000);
    // What was long ago is forgotten: a clock that once was years ahead.
    auto transaction = Transaction::begin(m_vault->database());
    for (int i = 5; i <= 1003; ++i) {
        AuditEvent row = auditRow(i);
        row.time = 6;
        REQUIRE_OK(m_audit->append(row, "{}", digest(i)));
    }
    REQUIRE_OK(transaction->commit());
    QCOMPARE(*m_audit->lastSeen(), 6);
    // Also what came before the owner gave a key its time.
    AuditEvent ahead = auditRow(1004);
    ahead.time = 9'000'000;
    REQUIRE_OK(m_audit->append(ahead, "{}", digest(1004)));
    QCOMPARE(*m_audit->lastSeen(), 9'000'000);
    AuditEvent made = auditRow(1005);
    made.time = 7;
    made.action = u"key.create"_s;
    REQUIRE_OK(m_audit->append(made, "{}", digest(1005)));
    QCOMPARE(*m_audit->lastSeen(), 7);
}

void tst_AuditStore::filters_data()
{
    QTest::addColumn<AuditFilter>("filter");
    QTest::addColumn<QList<qint64>>("expected");
    const auto row = [](const char *name, const QList<qint64> &expected, auto change) {
        AuditFilter filter;
        change(filter);
        QTest::newRow(name) << filter << expected;
    };
    row("nothing", {10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, [](AuditFilter &) {});
    row("text in the subject", {9, 6, 3}, [](AuditFilter &f) { f.text = u"ZURICH"_s; });
    row("text in the actor", {10, 8, 6, 4, 2}, [](AuditFilter &f) { f.text = u"codex"_s; });
    row("every word", {6}, [](AuditFilter &f) { f.text = u"codex zür"_s; });
    row("a wildcard is a letter", {}, [](AuditFilter &f) { f.text = u"%"_s; });
    row("actions", {9, 6, 3}, [](AuditFilter &f) { f.actions = {u"search"_s, u"unlock"_s}; });
    row("key", {10, 8, 6, 4, 2}, [](AuditFilter &f) { f.keyId = u"aaaaaaaa"_s; });
    row("entry", {10, 8, 7, 5, 4, 2, 1}, [](AuditFilter &f) { f.entry = github; });
    row("outcomes", {10, 5}, [](AuditFilter &f) { f.outcomes = {Outcome::Denied, Outcome::Error}; });
    row("from, inclusive", {10, 9}, [](AuditFilter &f) { f.from = 9000; });
    row("to, exclusive", {2, 1}, [](AuditFilter &f) { f.to = 3000; });
    row("several", {4, 2}, [](AuditFilter &f) {
        f.keyId = u"aaaaaaaa"_s;
        f.entry = github;
        f.outcomes = {Outcome::Allowed};
        f.to = 8000;
        f.text = u"github"_s;
    });
}

void tst_AuditStore::filters()
{
    QFETCH(AuditFilter, filter);
    QFETCH(QList<qint64>, expected);
    fill(10);
    const auto page = m_audit->page(filter, 0, 100);
    REQUIRE_OK(page);
    QList<qint64> found;
    for (const AuditEvent &each : page->events)
        found.append(each.sequence);
    QCOMPARE(found, expected);
    QVERIFY(!page->more);
    const auto timeline = m_audit->timeline(filter, 60000);
    REQUIRE_OK(timeline);
    qint64 counted = 0;
    for (const AuditBucket &bucket : *timeline)
        counted += bucket.count;
    QCOMPARE(counted, expected.size());
}

void tst_AuditStore::agreesWithTheMatchOfNewRows()
{
    QRandomGenerator random(11);
    const auto any = [&random](const QStringList &of) { return of.at(random.bounded(static_cast<int>(of.size()))); };
    const QStringList subjects{u"AWS production"_s, u"Éclair"_s, u"straße"_s, u"\"aws key\""_s, u"a%b_c"_s, QString()};
    const QStringList actors{u"mcp:codex-agent"_s, u"api:deploy"_s, u"app:owner"_s};
    const QStringList actions{u"read"_s, u"totp"_s, u"search"_s, u"key.rotate"_s};
    const QStringList keys{u"aaaaaaaa"_s, u"bbbbbbbb"_s, QString()};
    const QStringList words{u"aws"_s, u"READ"_s, u"eclair"_s, u"STRASSE"_s, u"é"_s, u"codex"_s, u"%"_s, u"_"_s, u":"_s, u"key."_s, u"production mcp"_s, u"\t"_s};
    const QList<Outcome> outcomes{Outcome::Allowed, Outcome::Denied, Outcome::Pending, Outcome::Locked, Outcome::Error};
    QList<AuditEvent> rows;
    {
        auto transaction = Transaction::begin(m_vault->database());
        for (qint64 sequence = 1; sequence <= 200; ++sequence) {
            AuditEvent event = auditRow(sequence);
            event.subject = any(subjects);
            event.actor = any(actors);
            event.action = any(actions);
            event.keyId = any(keys);
            event.outcome = outcomes.at(random.bounded(5));
            event.entry = random.bounded(2) == 0 ? github : EntryId();
            REQUIRE_OK(m_audit->append(event, "{}", digest(sequence)));
            rows.prepend(event);
        }
        REQUIRE_OK(transaction->commit());
    }
    for (int round = 0; round < 300; ++round) {
        AuditFilter filter;
        for (int word = random.bounded(3); word > 0; --word)
            filter.text += any(words) + any({u" "_s, u"  "_s, u"\t"_s});
        if (random.bounded(3) == 0)
            filter.actions = {any(actions), any(actions)};
        if (random.bounded(3) == 0)
            filter.keyId = any(keys);
        if (random.bounded(3) == 0)
            filter.entry = github;
        if (random.bounded(3) == 0)
            filter.outcomes = {outcomes.at(random.bounded(5)), Outcome::Allowed};
        if (random.bounded(4) == 0)
            filter.from = random.bounded(200'000);
        if (random.bounded(4) == 0)
            filter.to = random.bounded(200'000);
        QList<qint64> expected;
        for (const AuditEvent &event : std::as_const(rows))
            if (matches(filter, event))
                expected.append(event.sequence);
        const auto page = m_audit->page(filter, 0, 1000);
        REQUIRE_OK(page);
        QList<qint64> found;
        for (const AuditEvent &event : page->events)
            found.append(event.sequence);
        QVERIFY2(found == expected, qPrintable(filter.text));
    }
}

void tst_AuditStore::findsTheRowsOfAKeyUnderAllItsIds()
{
    fill(4);
    KeyHistory history(m_vault->database());
    const auto append = [this](qint64 sequence, const QString &keyId) {
        AuditEvent event = auditRow(sequence);
        event.keyId = keyId;
        REQUIRE_OK(m_audit->append(event, "{}", digest(sequence)));
    };
    REQUIRE_OK(history.continueAs(u"aaaaaaaa"_s, u"bbbbbbbb"_s));
    append(5, u"bbbbbbbb"_s);
    REQUIRE_OK(history.continueAs(u"bbbbbbbb"_s, u"cccccccc"_s));
    append(6, u"cccccccc"_s);
    append(7, u"dddddddd"_s);
    for (const QString &keyId : {u"aaaaaaaa"_s, u"bbbbbbbb"_s, u"cccccccc"_s}) {
        AuditFilter filter;
        filter.keyId = keyId;
        const auto page = m_audit->page(filter, 0, 100);
        REQUIRE_OK(page);
        QList<qint64> found;
        for (const AuditEvent &each : page->events)
            found.append(each.sequence);
        QCOMPARE(found, (QList<qint64>{6, 5, 4, 2}));
        const auto timeline = m_audit->timeline(filter, 1000);
        REQUIRE_OK(timeline);
        qint64 counted = 0;
        for (const AuditBucket &bucket : *timeline)
            counted += bucket.count;
        QCOMPARE(counted, 4);
    }
}

void tst_AuditStore::countsByHourAndActor()
{
    fill(10);
    const auto buckets = m_audit->timeline({}, 4000);
    REQUIRE_OK(buckets);
    // 1–3 | 4–7 | 8–10 seconds; even numbers are codex's.
    struct Expected {
        qint64 start;
        QLatin1StringView actor;
        int count;
    };
    const Expected expected[] = {{0, "app:owner"_L1, 2},    {0, "mcp:codex"_L1, 1},    {4000, "app:owner"_L1, 2},
                                 {4000, "mcp:codex"_L1, 2}, {8000, "app:owner"_L1, 1}, {8000, "mcp:codex"_L1, 2}};
    QCOMPARE(buckets->size(), 6);
    for (qsizetype i = 0; i < 6; ++i) {
        QCOMPARE(buckets->at(i).start, expected[i].start);
        QCOMPARE(buckets->at(i).actor, expected[i].actor);
        QCOMPARE(buckets->at(i).count, expected[i].count);
    }
}

void tst_AuditStore::keepsTheHeadOfTheChain()
{
    QVERIFY(!m_audit->chain()->has_value());
    const crypto::SecretBytes first = TemporaryStore::filled(1);
    REQUIRE_ERROR(m_audit->advanceChain(1, digest(1), first), ErrorCode::Internal);
    REQUIRE_OK(m_audit->startChain(first, "sealed"));
    REQUIRE_ERROR(m_audit->startChain(TemporaryStore::filled(9), "other"), ErrorCode::Conflict);
    {
        const auto chain = m_audit->chain();
        QVERIFY(chain->has_value());
        QCOMPARE((*chain)->sequence, 0);
        QVERIFY((*chain)->mac == digest(0));
        QVERIFY((*chain)->key.equals(first.bytes()));
        QCOMPARE((*chain)->sealedStart, QByteArray("sealed"));
    }
    const crypto::SecretBytes second = TemporaryStore::filled(2);
    REQUIRE_OK(m_audit->advanceChain(1, digest(7), second));
    REQUIRE_OK(m_vault->reopen());
    const auto chain = AuditStore(m_vault->database()).chain();
    QCOMPARE((*chain)->sequence, 1);
    QVERIFY((*chain)->mac == digest(7));
    QVERIFY((*chain)->key.equals(second.bytes()));
    QCOMPARE((*chain)->sealedStart, QByteArray("sealed"));
}

void tst_AuditStore::keepsCheckpoints()
{
    REQUIRE_OK(m_audit->addCheckpoint({200, digest(2), 9, 5000, "signature 2"}));
    REQUIRE_OK(m_audit->addCheckpoint({100, digest(1), 4, 1000, "signature 1"}));
    // What was said once stays said.
    REQUIRE_OK(m_audit->addCheckpoint({100, digest(3), 5, 6000, "other"}));
    const auto checkpoints = m_audit->checkpoints();
    REQUIRE_OK(checkpoints);
    QCOMPARE(checkpoints->size(), 2);
    QCOMPARE(checkpoints->at(0).sequence, 100);
    QVERIFY(checkpoints->at(0).mac == digest(1));
    QCOMPARE(checkpoints->at(0).generation, 4);
    QCOMPARE(checkpoints->at(0).time, 1000);
    QCOMPARE(checkpoints->at(0).signature, QByteArray("signature 1"));
    QCOMPARE(checkpoints->at(1).sequence, 200);
}

void tst_AuditStore::endsLongReadsForALock()
{
    // SQLite looks every ten thousand steps of its own.
    fill(4000);
    std::atomic<bool> stop = true;
    m_vault->database().stopBy(stop);
    AuditFilter filter;
    filter.text = u"nowhere"_s;
    REQUIRE_ERROR(m_audit->timeline({}, 1000), ErrorCode::Locked);
    REQUIRE_ERROR(m_audit->page(filter, 0, 10), ErrorCode::Locked);
    stop = false;
    REQUIRE_OK(m_audit->timeline({}, 1000));
    REQUIRE_OK(m_audit->page(filter, 0, 10));
}

void tst_AuditStore::refusesImpossiblePages()
{
    REQUIRE_ERROR(m_audit->page({}, 0, 0), ErrorCode::InvalidValue);
    REQUIRE_ERROR(m_audit->page({}, 0, AuditStore::maximumPage + 1), ErrorCode::InvalidValue);
    REQUIRE_ERROR(m_audit->timeline({}, 0), ErrorCode::InvalidValue);
}

Q_DECLARE_METATYPE(AuditFilter)
QTEST_GUILESS_MAIN(tst_AuditStore)
#include "tst_AuditStore.moc"
