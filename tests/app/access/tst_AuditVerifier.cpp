// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AuditTransaction.h"
#include "app/access/AuditVerifier.h"
#include "tests/support/OpenVaultTest.h"
#include "tests/support/ResultChecks.h"

#include <QRandomGenerator>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kRows = 120;

/// Of every column but the row's number.
constexpr const char *kEdits[]{"time = time + 1",
                               "action = action || 'x'",
                               "subject = subject || 'x'",
                               "entry_id = randomblob(16)",
                               "entry_id = CASE WHEN entry_id IS NULL THEN x'00' END",
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

} // namespace

/// Who rewrites the log here has the vault key and the open database: everything but the Personal key and the past.
class tst_AuditVerifier : public OpenVaultTest {
    Q_OBJECT

private slots:
    void findsNothingInALogAsItWasWritten();
    void findsAThousandRandomMutations();
    void findsAnEditOfAnyColumn();
    void takesRowsFromWhenCharactersWereCutInHalf();
    void namesTheFirstBadRow();
    void noticesACutThatTheVaultItselfForgot();
    void noticesAForgedHead();
    void noticesALogWrittenAnewWithThePersonalKey();
    void refusesACheckpointOfAnotherSigner();
    void goesOnPieceByPieceWhileRowsAreAdded();
    void readsItsOwnNotesAndNoOthers();
    void holdsAFileOfNotesAgainstTheLog();
    void makesACheckpointEveryHundredRowsAndAtTheLock();
    void verifiesThroughTheVault();

private:
    [[nodiscard]] Database &database() { return m_vault->open().database(); }
    [[nodiscard]] QString vaultId() { return m_vault->vault().initialFacts().vaultId; }
    /// Rows up to kRows, the last of them with a checkpoint that is kept outside.
    void fill();
    [[nodiscard]] crypto::SecretBytes firstKey();
    [[nodiscard]] AuditVerifier::Parts parts();
    [[nodiscard]] static LogVerdict verdictOf(AuditVerifier::Parts parts, int limit = 1000);
    /// Links every row anew, as whoever has the chain's first key can; `edit` may change what is linked. The columns are not touched.
    void linkAnew(const std::function<void(AuditEvent &)> &edit);
    /// What somebody does to the log; at most up to row `last`. Says what it was.
    QString mutate(QRandomGenerator &random);
    static void must(const Result<> &done)
    {
        if (!done)
            qFatal("%s", qPrintable(done.error().detail));
    }
    void execute(const std::string &sql) { must(database().run(sql)); }

    std::vector<AuditCheckpoint> m_outside;
    std::unique_ptr<crypto::SigningKey> m_signing;
};

void tst_AuditVerifier::fill()
{
    m_outside.clear();
    REQUIRE_OK(m_vault->openPersonal());
    // The session keeps its own; the vault key is not handed out, so this log is signed by a key of the test's.
    m_signing = std::make_unique<crypto::SigningKey>(crypto::SigningKey::of(crypto::SecretBytes(32)));
    AuditLog &log = m_vault->open().audit();
    log.sign = [this](qint64 sequence, const crypto::Digest32 &mac) {
        return checkpoint::sign(vaultId(), {sequence, mac, sequence * 3, 1'772'965'394'000 + sequence, {}}, *m_signing);
    };
    log.checkpointed = [this](const AuditCheckpoint &one) { m_outside.push_back(one); };
    for (qint64 row = *m_vault->open().rows().lastSequence() + 1; row <= kRows; ++row) {
        AuditEvent event = m_vault->open().owner().row("read"_L1, u"entry %1"_s.arg(row % 7));
        event.actor = row % 2 == 0 ? u"mcp:codex"_s : u"api:claude"_s;
        event.outcome = row % 5 == 0 ? Outcome::Denied : row % 11 == 0 ? Outcome::Error : Outcome::Allowed;
        if (row % 3 == 0) {
            event.entry = EntryId{newUuid(row)};
            event.caller = {u"/usr/bin/codex"_s, row, u"zsh ← kitty"_s, u"/home/me/project"_s, u"codex 0.169"_s};
            event.reason = u"deploy"_s;
            event.requestId = u"req-%1"_s.arg(row);
        }
        if (row == kRows)
            log.wantCheckpoint();
        REQUIRE_OK(m_vault->open().owner().record({event}));
    }
    QCOMPARE(m_outside.back().sequence, kRows);
}

crypto::SecretBytes tst_AuditVerifier::firstKey()
{
    const auto chain = m_vault->open().rows().chain();
    const QByteArray sealed = (*chain)->sealedStart;
    const crypto::SealContext context{vaultId().toStdString(), {}, 0, "audit_key", 1};
    const auto start = crypto::openPersonal(std::as_bytes(std::span(sealed.constData(), static_cast<std::size_t>(sealed.size()))), context,
                                            *m_vault->vault().personalKeys(), m_vault->vault().recordKey());
    return crypto::SecretBytes::copyOf(start->bytes());
}

AuditVerifier::Parts tst_AuditVerifier::parts()
{
    auto chain = m_vault->open().rows().chain();
    AuditVerifier::Parts made{m_vault->open().rows(), vaultId(), m_signing->verifyingKey(), firstKey(), std::move(**chain), true};
    made.notes = {{LogVerdict::Place::File, checkpoint::note(vaultId(), m_outside.back(), m_signing->verifyingKey())}};
    return made;
}

LogVerdict tst_AuditVerifier::verdictOf(AuditVerifier::Parts parts, int limit)
{
    AuditVerifier verifier(std::move(parts));
    for (;;) {
        const auto done = verifier.step(limit);
        if (!done)
            qFatal("%s", qPrintable(done.error().detail));
        if (*done)
            return verifier.verdict();
    }
}

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

QString tst_AuditVerifier::mutate(QRandomGenerator &random)
{
    const auto pick = [&](qint64 from, qint64 to) { return std::to_string(random.bounded(static_cast<int>(from), static_cast<int>(to + 1))); };
    switch (random.bounded(8)) {
    case 0: { // edit what people read
        const char *edit = kEdits[random.bounded(static_cast<int>(std::size(kEdits)))];
        const std::string row = pick(1, kRows);
        execute(std::string("UPDATE audit SET ") + edit + " WHERE sequence = " + row);
        return u"edit of "_s + QString::fromStdString(row);
    }
    case 1: { // edit all of a row, so that it fits itself, with any MAC
        const qint64 row = std::stoll(pick(1, kRows));
        AuditEvent event = m_vault->open().rows().rowsAfter(row - 1, 1)->front().event;
        event.subject += u" forged"_s;
        must(database().run("UPDATE audit SET subject = ?, canonical = ?, mac = randomblob(32) WHERE sequence = ?", event.subject,
                                  QByteArrayView(canonicalJson(event)), row));
        return u"forgery of %1"_s.arg(row);
    }
    case 2: { // delete
        const std::string row = pick(1, kRows);
        execute("DELETE FROM audit WHERE sequence = " + row);
        return u"deletion of "_s + QString::fromStdString(row);
    }
    case 3: { // delete and close the gap
        const std::string row = pick(1, kRows - 1);
        execute("DELETE FROM audit WHERE sequence = " + row);
        execute("UPDATE audit SET sequence = -sequence WHERE sequence > " + row);
        execute("UPDATE audit SET sequence = -sequence - 1 WHERE sequence < 0");
        execute("UPDATE audit_chain SET sequence = sequence - 1");
        return u"closed gap at "_s + QString::fromStdString(row);
    }
    case 4: { // swap
        const qint64 row = std::stoll(pick(1, kRows - 1));
        const qint64 other = std::stoll(pick(row + 1, kRows));
        must(database().run("UPDATE audit SET sequence = -1 WHERE sequence = ?", row));
        must(database().run("UPDATE audit SET sequence = ? WHERE sequence = ?", row, other));
        must(database().run("UPDATE audit SET sequence = ? WHERE sequence = -1", other));
        return u"swap of %1 and %2"_s.arg(row).arg(other);
    }
    case 5: { // insert a copy
        const std::string row = pick(1, kRows);
        execute("UPDATE audit SET sequence = -sequence WHERE sequence > " + row);
        execute("UPDATE audit SET sequence = 1 - sequence WHERE sequence < 0");
        execute("INSERT INTO audit SELECT sequence + 1, time, action, subject, entry_id, actor, key_id, outcome, why, reason, request_id, "
                "duration, program, pid, parents, folder, client, canonical, mac FROM audit WHERE sequence = " + row);
        execute("UPDATE audit_chain SET sequence = sequence + 1");
        return u"insertion behind "_s + QString::fromStdString(row);
    }
    case 6: { // cut, with everything in the vault made to fit
        const std::string row = pick(0, kRows - 1);
        execute("DELETE FROM audit WHERE sequence > " + row);
        execute("DELETE FROM audit_checkpoints WHERE sequence > " + row);
        execute("UPDATE audit_chain SET sequence = " + row + ", next_key = randomblob(32), mac = "
                "coalesce((SELECT mac FROM audit WHERE sequence = " + row + "), zeroblob(32))");
        return u"cut behind "_s + QString::fromStdString(row);
    }
    default: { // one bit of what is linked
        const qint64 row = std::stoll(pick(1, kRows));
        QByteArray canonical = m_vault->open().rows().rowsAfter(row - 1, 1)->front().canonical;
        const qsizetype at = random.bounded(static_cast<int>(canonical.size()));
        canonical[at] = static_cast<char>(canonical.at(at) ^ (1 << random.bounded(8)));
        must(database().run("UPDATE audit SET canonical = ? WHERE sequence = ?", QByteArrayView(canonical), row));
        return u"bit of %1"_s.arg(row);
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

void tst_AuditVerifier::findsAThousandRandomMutations()
{
    fill();
    QRandomGenerator random(20261126);
    QHash<int, int> kinds;
    int found = 0;
    for (int i = 0; i < 1000; ++i) {
        auto transaction = Transaction::begin(database());
        REQUIRE_OK(transaction);
        const QString what = mutate(random);
        const LogVerdict verdict = verdictOf(parts());
        QVERIFY2(verdict.fault != LogVerdict::Fault::None && verdict.row >= 1 && verdict.row <= kRows + 1, qPrintable(what));
        ++found;
        ++kinds[static_cast<int>(verdict.fault)];
    }
    QCOMPARE(found, 1000);
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

void tst_AuditVerifier::refusesACheckpointOfAnotherSigner()
{
    fill();
    auto transaction = Transaction::begin(database());
    execute("UPDATE audit_checkpoints SET generation = generation + 1 WHERE sequence = 100");
    const LogVerdict verdict = verdictOf(parts());
    QCOMPARE(verdict.fault, LogVerdict::Fault::Checkpoint);
    QCOMPARE(verdict.row, 100);
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

void tst_AuditVerifier::readsItsOwnNotesAndNoOthers()
{
    fill();
    const crypto::VerifyingKey key = m_signing->verifyingKey();
    const QByteArray note = checkpoint::note(vaultId(), m_outside.back(), key);
    const auto read = checkpoint::fromNote(vaultId(), note, key);
    QVERIFY(read.has_value());
    QCOMPARE(read->sequence, m_outside.back().sequence);
    QCOMPARE(read->mac, m_outside.back().mac);
    QCOMPARE(read->generation, m_outside.back().generation);
    QCOMPARE(read->time, m_outside.back().time);
    QVERIFY(!checkpoint::fromNote(u"000000000000"_s, note, key));
    QVERIFY(!checkpoint::fromNote(vaultId(), note, crypto::SigningKey::of(crypto::SecretBytes::copyOf(std::vector<std::byte>(32, std::byte{1}))).verifyingKey()));
    QVERIFY(!checkpoint::fromNote(vaultId(), note.left(note.size() / 2), key));
    for (qsizetype at = 0; at + 1 < note.size(); ++at) {
        QByteArray other = note;
        other[at] = static_cast<char>(other.at(at) ^ 1);
        QVERIFY2(!checkpoint::fromNote(vaultId(), other, key), other.constData());
    }
    // A file of them, with a stranger's and somebody's remarks between.
    const QByteArray file = "My checkpoints\n\n" + note + '\n' + checkpoint::note(u"000000000000"_s, m_outside.front(), key) + "\nclavitor/"
        + vaultId().toLatin1() + "\nhello\n\n" + checkpoint::note(vaultId(), m_outside.front(), key);
    const QList<AuditCheckpoint> all = checkpoint::NoteReader(vaultId(), file, key).next(100);
    QCOMPARE(all.size(), 2);
    QCOMPARE(all.first().sequence, m_outside.back().sequence);
    QCOMPARE(all.last().sequence, m_outside.front().sequence);
    QCOMPARE(checkpoint::NoteReader(vaultId(), note, key).next(100).size(), 1);
    QVERIFY(checkpoint::NoteReader(vaultId(), {}, key).isAtEnd());
    // A piece at a time it is the same.
    checkpoint::NoteReader pieces(vaultId(), file, key);
    QList<qint64> sequences;
    int turns = 0;
    for (; !pieces.isAtEnd(); ++turns)
        for (const AuditCheckpoint &one : pieces.next(1))
            sequences.append(one.sequence);
    QCOMPARE(sequences, (QList{m_outside.back().sequence, m_outside.front().sequence}));
    QCOMPARE(turns, 3);
    QVERIFY(checkpoint::NoteReader(vaultId(), "nothing of ours\n", key).isAtEnd());
}

void tst_AuditVerifier::holdsAFileOfNotesAgainstTheLog()
{
    fill();
    const crypto::VerifyingKey key = m_signing->verifyingKey();
    QByteArray file;
    for (const AuditCheckpoint &one : m_outside)
        file += checkpoint::note(vaultId(), one, key) + '\n';
    AuditVerifier::Parts good = parts();
    good.notes = {{LogVerdict::Place::File, file}, {LogVerdict::Place::Keychain, "nothing of ours"}};
    const LogVerdict whole = verdictOf(std::move(good), 7);
    QCOMPARE(whole.fault, LogVerdict::Fault::None);
    QCOMPARE(whole.anchor, LogVerdict::Place::File);
    QCOMPARE(whole.anchorRow, m_outside.back().sequence);
    // However few are looked at at once.
    for (const int limit : {1, 2, 3, 1000}) {
        AuditVerifier::Parts again = parts();
        again.notes = {{LogVerdict::Place::File, file}};
        const LogVerdict same = verdictOf(std::move(again), limit);
        QCOMPARE(same.fault, LogVerdict::Fault::None);
        QCOMPARE(same.rows, kRows);
        QCOMPARE(same.checkpoints, whole.checkpoints);
    }
    // One that says otherwise, genuine; and one past the end.
    AuditCheckpoint other = m_outside.front();
    other.mac[0] ^= std::byte{1};
    AuditVerifier::Parts bad = parts();
    bad.notes = {{LogVerdict::Place::File, file + checkpoint::note(vaultId(), checkpoint::sign(vaultId(), other, *m_signing), key)}};
    const LogVerdict disagrees = verdictOf(std::move(bad));
    QCOMPARE(disagrees.fault, LogVerdict::Fault::Disagrees);
    QCOMPARE(disagrees.row, other.sequence);
    AuditCheckpoint later = m_outside.back();
    later.sequence = kRows + 5;
    AuditVerifier::Parts cut = parts();
    cut.notes = {{LogVerdict::Place::File, checkpoint::note(vaultId(), checkpoint::sign(vaultId(), later, *m_signing), key)}};
    QCOMPARE(verdictOf(std::move(cut)).fault, LogVerdict::Fault::Missing);
}

void tst_AuditVerifier::makesACheckpointEveryHundredRowsAndAtTheLock()
{
    for (int i = 0; i < 250; ++i)
        REQUIRE_OK(m_vault->open().owner().record({m_vault->open().owner().row("read"_L1, QString::number(i))}));
    auto made = m_vault->open().rows().checkpoints();
    REQUIRE_OK(made);
    QCOMPARE(made->size(), 2);
    QCOMPARE(made->first().sequence, 100);
    QVERIFY(made->first().generation > 0);
    const qint64 last = *m_vault->open().rows().lastSequence();
    REQUIRE_OK(vault().lock());
    REQUIRE_OK(m_vault->unlock());
    made = m_vault->open().rows().checkpoints();
    REQUIRE_OK(made);
    QCOMPARE(made->size(), 3);
    QCOMPARE(made->last().sequence, last + 1);
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
