// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AuditVerifier.h"

#include "tests/app/access/WrittenLog.h"

#include <QRandomGenerator>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

/// Of every column but the row's number.
constexpr const char *kEdits[]{"time = time + 1",
                               "action = action || 'x'",
                               "subject = subject || 'x'",
                               "entry_id = randomblob(16)",
                               "entry_id = CASE WHEN entry_id IS NULL THEN x'00' END",
                               "entry_id = CASE WHEN entry_id IS NULL THEN zeroblob(16) END",
                               "actor = actor || 'x'",
                               "key_id = key_id || 'z'",
                               "outcome = CASE outcome WHEN 'denied' THEN 'allowed' ELSE 'denied' END",
                               "outcome = outcome || 'x'",
                               "why = why || 'x'",
                               "reason = reason || 'x'",
                               "request_id = request_id || 'x'",
                               "duration = duration + 1",
                               "program = program || 'x'",
                               "pid = pid + 1",
                               "parents = parents || 'x'",
                               "folder = folder || 'x'",
                               "client = client || 'x'",
                               "canonical = CAST(canonical || ' ' AS BLOB)",
                               "mac = randomblob(32)"};

/// What somebody did to the log, and the first row that is not as it was written by that.
struct Mutation {
    QString what;
    qint64 row = 0;
};

/// Another one each time; of an earlier run, to see it again, from CLAVITOR_MUTATION_SEED.
quint32 mutationSeed()
{
    bool isGiven = false;
    const quint32 seed = qEnvironmentVariable("CLAVITOR_MUTATION_SEED").toUInt(&isGiven);
    return isGiven ? seed : QRandomGenerator::system()->generate();
}

} // namespace

/// Who rewrites the log here has the vault key and the open database: everything but the Personal key and the past.
class tst_AuditVerifier : public WrittenLog {
    Q_OBJECT

private slots:
    void findsNothingInALogAsItWasWritten();
    void tellsWhatTheFileKnowsBesideTheKeychain();
    void findsAThousandRandomMutations();
    void findsAnEditOfAnyColumn();
    void takesRowsFromWhenCharactersWereCutInHalf();
    void namesTheFirstBadRow();
    void noticesACutThatTheVaultItselfForgot();
    void noticesAForgedHead();
    void noticesALogWrittenAnewWithThePersonalKey();
    void goesOnPieceByPieceWhileRowsAreAdded();
    void verifiesThroughTheVault();

private:
    /// Links every row anew, as whoever has the chain's first key can; `edit` may change what is linked. The columns are not touched.
    void linkAnew(const std::function<void(AuditEvent &)> &edit);
    /// What somebody with the vault key does to a full log.
    Mutation mutate(QRandomGenerator &random);
};

void tst_AuditVerifier::linkAnew(const std::function<void(AuditEvent &)> &edit)
{
    crypto::SecretBytes key = firstKey();
    crypto::Digest32 previous{};
    for (qint64 row = 1; row <= kRows; ++row) {
        AuditEvent event = m_vault->open().rows().rowsAfter(row - 1, 1)->front().event;
        edit(event);
        const QByteArray canonical = canonicalJson(event);
        crypto::KeyedDigest mac(key.bytes());
        mac.add(std::span<const std::byte>(previous));
        mac.add(std::as_bytes(std::span(canonical.constData(), static_cast<std::size_t>(canonical.size()))));
        previous = mac.finish();
        REQUIRE_OK(database().run("UPDATE audit SET canonical = ?, mac = ? WHERE sequence = ?", QByteArrayView(canonical),
                                  std::span<const std::byte>(previous), row));
        AuditLog::advance(key);
    }
    Statement head = database().statement("UPDATE audit_chain SET mac = ?, next_key = ?");
    head.bind(1, std::span<const std::byte>(previous)).bindSecret(2, key);
    REQUIRE_OK(head.run());
}

Mutation tst_AuditVerifier::mutate(QRandomGenerator &random)
{
    const auto pick = [&](qint64 from, qint64 to) { return qint64{random.bounded(static_cast<int>(from), static_cast<int>(to + 1))}; };
    switch (random.bounded(10)) {
    case 0: { // edit what people read
        const char *edit = kEdits[random.bounded(static_cast<int>(std::size(kEdits)))];
        const qint64 row = pick(1, kRows);
        execute(std::string("UPDATE audit SET ") + edit + " WHERE sequence = " + std::to_string(row));
        return {u"edit of %1: %2"_s.arg(row).arg(QLatin1StringView(edit)), row};
    }
    case 1: { // edit all of a row, so that it fits itself, with any MAC
        const qint64 row = pick(1, kRows);
        AuditEvent event = m_vault->open().rows().rowsAfter(row - 1, 1)->front().event;
        event.subject += u" forged"_s;
        must(database().run("UPDATE audit SET subject = ?, canonical = ?, mac = randomblob(32) WHERE sequence = ?", event.subject,
                                  QByteArrayView(canonicalJson(event)), row));
        return {u"forgery of %1"_s.arg(row), row};
    }
    case 2: { // delete
        const qint64 row = pick(1, kRows);
        execute("DELETE FROM audit WHERE sequence = " + std::to_string(row));
        return {u"deletion of %1"_s.arg(row), row};
    }
    case 3: { // delete and close the gap: the next one has its number
        const qint64 row = pick(1, kRows - 1);
        execute("DELETE FROM audit WHERE sequence = " + std::to_string(row));
        execute("UPDATE audit SET sequence = -sequence WHERE sequence > " + std::to_string(row));
        execute("UPDATE audit SET sequence = -sequence - 1 WHERE sequence < 0");
        execute("UPDATE audit_chain SET sequence = sequence - 1");
        return {u"closed gap at %1"_s.arg(row), row};
    }
    case 4: { // swap
        const qint64 row = pick(1, kRows - 1);
        const qint64 other = pick(row + 1, kRows);
        must(database().run("UPDATE audit SET sequence = -1 WHERE sequence = ?", row));
        must(database().run("UPDATE audit SET sequence = ? WHERE sequence = ?", row, other));
        must(database().run("UPDATE audit SET sequence = ? WHERE sequence = -1", other));
        return {u"swap of %1 and %2"_s.arg(row).arg(other), row};
    }
    case 5: { // insert a copy
        const qint64 row = pick(1, kRows);
        execute("UPDATE audit SET sequence = -sequence WHERE sequence > " + std::to_string(row));
        execute("UPDATE audit SET sequence = 1 - sequence WHERE sequence < 0");
        execute("INSERT INTO audit SELECT sequence + 1, time, action, subject, entry_id, actor, key_id, outcome, why, reason, request_id, "
                "duration, program, pid, parents, folder, client, canonical, mac FROM audit WHERE sequence = " + std::to_string(row));
        execute("UPDATE audit_chain SET sequence = sequence + 1");
        return {u"insertion behind %1"_s.arg(row), row + 1};
    }
    case 8: { // planted before the first, where pages of the log show it
        const qint64 row = -pick(0, 5);
        must(database().run("INSERT INTO audit SELECT ?, time, action, subject, entry_id, actor, key_id, outcome, why, reason, request_id, "
                            "duration, program, pid, parents, folder, client, canonical, mac FROM audit WHERE sequence = ?", row, pick(1, kRows)));
        return {u"planted as %1"_s.arg(row), row};
    }
    case 9: { // a checkpoint of rows that never were
        must(database().run("INSERT INTO audit_checkpoints VALUES (?, randomblob(32), 1, 1, randomblob(64))", kRows + pick(1, 100'000)));
        return {u"a checkpoint beyond the end"_s, kRows + 1};
    }
    case 6: { // cut, with everything in the vault made to fit
        const qint64 row = pick(0, kRows - 1);
        const std::string last = std::to_string(row);
        execute("DELETE FROM audit WHERE sequence > " + last);
        execute("DELETE FROM audit_checkpoints WHERE sequence > " + last);
        execute("UPDATE audit_chain SET sequence = " + last + ", next_key = randomblob(32), mac = "
                "coalesce((SELECT mac FROM audit WHERE sequence = " + last + "), zeroblob(32))");
        return {u"cut behind %1"_s.arg(row), row + 1};
    }
    default: { // one bit of what is linked
        const qint64 row = pick(1, kRows);
        QByteArray canonical = m_vault->open().rows().rowsAfter(row - 1, 1)->front().canonical;
        const qsizetype at = random.bounded(static_cast<int>(canonical.size()));
        canonical[at] = static_cast<char>(canonical.at(at) ^ (1 << random.bounded(8)));
        must(database().run("UPDATE audit SET canonical = ? WHERE sequence = ?", QByteArrayView(canonical), row));
        return {u"bit of byte %1 of %2"_s.arg(at).arg(row), row};
    }
    }
}

void tst_AuditVerifier::findsNothingInALogAsItWasWritten()
{
    fill();
    for (const int limit : {1, 7, 1000}) {
        const LogVerdict verdict = verdictOf(parts(), limit);
        QCOMPARE(verdict.fault, LogVerdict::Fault::None);
        QCOMPARE(verdict.rows, kRows);
        QCOMPARE(verdict.anchor, std::optional(LogVerdict::Place::File));
        QCOMPARE(verdict.anchorRow, kRows);
        QVERIFY(verdict.checkpoints >= 3); // at 100 and 120, and the last once more outside
    }
}

void tst_AuditVerifier::tellsWhatTheFileKnowsBesideTheKeychain()
{
    fill();
    const auto note = [&](const AuditCheckpoint &one) { return checkpoint::note(vaultId(), one, m_signing->verifyingKey()); };
    const QByteArray first = note(m_outside.front());
    const QByteArray last = note(m_outside.back());
    QVERIFY(m_outside.front().sequence < kRows);
    const auto with = [&](const QByteArray &file, const QByteArray &keychain) {
        AuditVerifier::Parts made = parts();
        made.notes = {{LogVerdict::Place::File, file}, {LogVerdict::Place::Keychain, keychain}};
        return verdictOf(std::move(made));
    };
    // Both know the last row: the file is named.
    LogVerdict verdict = with(first + '\n' + last, last);
    QCOMPARE(verdict.anchor, std::optional(LogVerdict::Place::File));
    QCOMPARE(verdict.fileRow, kRows);
    QCOMPARE(verdict.fileSince, m_outside.front().time);
    // The file is behind.
    verdict = with(first, last);
    QCOMPARE(verdict.anchor, std::optional(LogVerdict::Place::Keychain));
    QCOMPARE(verdict.fileRow, m_outside.front().sequence);
    // Nothing in it is of this log.
    for (const QByteArray &file : {QByteArray(), "Some words.\n"_ba, QByteArray(first).replace(vaultId().toUtf8(), "000000000000")}) {
        verdict = with(file, last);
        QCOMPARE(verdict.fault, LogVerdict::Fault::None);
        QCOMPARE(verdict.anchor, std::optional(LogVerdict::Place::Keychain));
        QCOMPARE(verdict.fileRow, 0);
    }
}

void tst_AuditVerifier::findsAThousandRandomMutations()
{
    fill();
    const quint32 seed = mutationSeed();
    qInfo("to see these again: CLAVITOR_MUTATION_SEED=%u", seed);
    QRandomGenerator random(seed);
    QHash<int, int> kinds;
    for (int i = 0; i < 1000; ++i) {
        auto transaction = Transaction::begin(database());
        REQUIRE_OK(transaction);
        const Mutation mutation = mutate(random);
        const LogVerdict verdict = verdictOf(parts());
        const QString seen = u"%1, number %2 with the seed %3, was found as row %4"_s.arg(mutation.what).arg(i).arg(seed).arg(verdict.row);
        QVERIFY2(verdict.fault != LogVerdict::Fault::None && verdict.row == mutation.row, qPrintable(seen));
        QCOMPARE(verdict.rows, std::max<qint64>(0, mutation.row - 1));
        ++kinds[static_cast<int>(verdict.fault)];
    }
    QVERIFY(kinds.value(static_cast<int>(LogVerdict::Fault::Missing)) > 100);
    QVERIFY(kinds.value(static_cast<int>(LogVerdict::Fault::Altered)) > 100);
    // All of it was undone.
    QCOMPARE(verdictOf(parts()).fault, LogVerdict::Fault::None);
}

void tst_AuditVerifier::findsAnEditOfAnyColumn()
{
    fill();
    for (const std::string edit : kEdits) {
        // Rows with a caller and an entry and without, and of each outcome.
        for (const qint64 row : {11, 33, 60, 61, 120}) {
            auto transaction = Transaction::begin(database());
            REQUIRE_OK(transaction);
            execute("UPDATE audit SET " + edit + " WHERE sequence = " + std::to_string(row));
            const LogVerdict verdict = verdictOf(parts());
            QVERIFY2(verdict.fault == LogVerdict::Fault::Altered && verdict.row == row, qPrintable(u"%1 of %2"_s.arg(QString::fromStdString(edit)).arg(row)));
        }
    }
}

void tst_AuditVerifier::takesRowsFromWhenCharactersWereCutInHalf()
{
    fill();
    auto transaction = Transaction::begin(database());
    const QString half = u"half a key \\ud83d "_s + QChar(0xD83D);
    execute("DELETE FROM audit_checkpoints");
    must(database().run("UPDATE audit SET subject = ?, folder = ? WHERE sequence = 17", half, QString(QChar(0xDC00) + u"/home"_s)));
    linkAnew([&](AuditEvent &row) {
        if (row.sequence != 17)
            return;
        row.subject = half;
        row.caller.folder = QChar(0xDC00) + u"/home"_s;
    });
    const auto judged = [this] {
        AuditVerifier::Parts made = parts();
        made.notes.clear();
        return verdictOf(std::move(made));
    };
    QVERIFY(m_vault->open().rows().rowsAfter(16, 1)->front().canonical != canonicalJson(m_vault->open().rows().rowsAfter(16, 1)->front().event));
    const LogVerdict whole = judged();
    QCOMPARE(whole.fault, LogVerdict::Fault::None);
    QCOMPARE(whole.rows, kRows);
    // What stands for the half is not free to be changed.
    execute("UPDATE audit SET subject = substr(subject, 1, length(subject) - 1) WHERE sequence = 17");
    QCOMPARE(judged().row, 17);
}

void tst_AuditVerifier::namesTheFirstBadRow()
{
    fill();
    const auto after = [&](const std::string &sql) {
        auto transaction = Transaction::begin(database());
        execute(sql);
        return verdictOf(parts());
    };
    const LogVerdict deleted = after("DELETE FROM audit WHERE sequence IN (50, 90)");
    QCOMPARE(deleted.fault, LogVerdict::Fault::Missing);
    QCOMPARE(deleted.row, 50);
    QCOMPARE(deleted.rows, 49);
    const LogVerdict edited = after("UPDATE audit SET subject = 'other' WHERE sequence IN (33, 77)");
    QCOMPARE(edited.fault, LogVerdict::Fault::Altered);
    QCOMPARE(edited.row, 33);
    const LogVerdict first = after("DELETE FROM audit WHERE sequence = 1");
    QCOMPARE(first.fault, LogVerdict::Fault::Missing);
    QCOMPARE(first.row, 1);
    QCOMPARE(after("DELETE FROM audit").row, 1);
}

void tst_AuditVerifier::noticesACutThatTheVaultItselfForgot()
{
    fill();
    auto transaction = Transaction::begin(database());
    // An older state of log and chain together is whole in itself: what the keychain or a file remembers tells.
    execute("DELETE FROM audit WHERE sequence > 60");
    execute("DELETE FROM audit_checkpoints");
    crypto::SecretBytes key = firstKey();
    for (int i = 0; i < 60; ++i)
        AuditLog::advance(key);
    REQUIRE_OK(m_vault->open().rows().rowsAfter(59, 1));
    const crypto::Digest32 mac = m_vault->open().rows().rowsAfter(59, 1)->front().mac;
    Statement head = database().statement("UPDATE audit_chain SET sequence = 60, mac = ?, next_key = ?");
    head.bind(1, std::span<const std::byte>(mac)).bindSecret(2, key);
    REQUIRE_OK(head.run());
    AuditVerifier::Parts forgetful = parts();
    forgetful.notes.clear();
    QCOMPARE(verdictOf(std::move(forgetful)).fault, LogVerdict::Fault::None);
    const LogVerdict verdict = verdictOf(parts());
    QCOMPARE(verdict.fault, LogVerdict::Fault::Missing);
    QCOMPARE(verdict.row, 61);
}

void tst_AuditVerifier::noticesAForgedHead()
{
    fill();
    auto transaction = Transaction::begin(database());
    execute("UPDATE audit_chain SET next_key = randomblob(32)");
    const LogVerdict verdict = verdictOf(parts());
    QCOMPARE(verdict.fault, LogVerdict::Fault::HeadAltered);
    QCOMPARE(verdict.row, kRows + 1);
}

void tst_AuditVerifier::noticesALogWrittenAnewWithThePersonalKey()
{
    fill();
    auto transaction = Transaction::begin(database());
    // Who has even the chain's first key can link everything anew, but not change what was signed and kept elsewhere.
    execute("UPDATE audit SET actor = 'app:owner' WHERE sequence = 17");
    linkAnew([](AuditEvent &) {});
    execute("DELETE FROM audit_checkpoints");
    const LogVerdict verdict = verdictOf(parts());
    QCOMPARE(verdict.fault, LogVerdict::Fault::Disagrees);
    QCOMPARE(verdict.row, kRows);
}

void tst_AuditVerifier::goesOnPieceByPieceWhileRowsAreAdded()
{
    fill();
    AuditVerifier::Parts live = parts();
    live.isStill = false;
    AuditVerifier verifier(std::move(live));
    int added = 0;
    for (;;) {
        const auto done = verifier.step(10);
        REQUIRE_OK(done);
        if (*done)
            break;
        REQUIRE_OK(m_vault->open().owner().record({m_vault->open().owner().row("read"_L1, u"meanwhile"_s)}));
        ++added;
    }
    QVERIFY(added > 5);
    QCOMPARE(verifier.verdict().fault, LogVerdict::Fault::None);
    QCOMPARE(verifier.verdict().rows, kRows);
    QCOMPARE(verifier.total(), kRows);
}

void tst_AuditVerifier::verifiesThroughTheVault()
{
    for (int i = 0; i < 1300; ++i)
        REQUIRE_OK(m_vault->open().owner().record({m_vault->open().owner().row("read"_L1, QString::number(i))}));
    std::optional<Result<LogVerdict>> verdict;
    const auto take = [&](Result<LogVerdict> answer) { verdict = std::move(answer); };
    vault().verifyLog({}, take);
    QCOMPARE(verdict->error().code, ErrorCode::PersonalShut);
    REQUIRE_OK(m_vault->openPersonal());
    verdict.reset();
    vault().verifyLog({}, take);
    // The window may shut meanwhile: the first key is all it takes.
    vault().shutPersonal();
    std::optional<Result<LogVerdict>> second;
    vault().verifyLog({}, [&](Result<LogVerdict> answer) { second = std::move(answer); });
    QVERIFY(second.has_value());
    QTRY_VERIFY(verdict);
    REQUIRE_OK(*verdict);
    QCOMPARE((*verdict)->fault, LogVerdict::Fault::None);
    QVERIFY((*verdict)->rows > 1300);
    QVERIFY((*verdict)->checkpoints >= 13);

    REQUIRE_OK(m_vault->openPersonal());
    verdict.reset();
    vault().verifyLog({}, take);
    vault().cancelVerify();
    QVERIFY(verdict && *verdict && (*verdict)->isCancelled);
    verdict.reset();
    vault().verifyLog({}, take);
    REQUIRE_OK(vault().lock());
    QVERIFY(verdict);
    QCOMPARE(verdict->error().code, ErrorCode::Locked);
}

QTEST_GUILESS_MAIN(tst_AuditVerifier)
#include "tst_AuditVerifier.moc"
