// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Checkpoint.h"

#include "tests/app/access/WrittenLog.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// Checkpoints of the log: when one is made, whose are believed, and what those kept elsewhere tell of it.
class tst_AuditCheckpoints : public WrittenLog {
    Q_OBJECT

private slots:
    void refusesACheckpointOfAnotherSigner();
    void readsItsOwnNotesAndNoOthers();
    void holdsAFileOfNotesAgainstTheLog();
    void makesACheckpointEveryHundredRowsAndAtTheLock();
    void tellsThatRowsAreSealedBeforeTheyAreWritten();
};

void tst_AuditCheckpoints::refusesACheckpointOfAnotherSigner()
{
    fill();
    auto transaction = Transaction::begin(database());
    execute("UPDATE audit_checkpoints SET generation = generation + 1 WHERE sequence = 100");
    const LogVerdict verdict = verdictOf(parts());
    QCOMPARE(verdict.fault, LogVerdict::Fault::Checkpoint);
    QCOMPARE(verdict.row, 100);
}

void tst_AuditCheckpoints::readsItsOwnNotesAndNoOthers()
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

void tst_AuditCheckpoints::holdsAFileOfNotesAgainstTheLog()
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

void tst_AuditCheckpoints::makesACheckpointEveryHundredRowsAndAtTheLock()
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

void tst_AuditCheckpoints::tellsThatRowsAreSealedBeforeTheyAreWritten()
{
    OpenVault &open = m_vault->open();
    QStringList told;
    const auto committed = std::exchange(open.audit().committed, [&](const QList<AuditEvent> &) { told.append(u"committed"_s); });
    const qint64 last = *open.rows().lastSequence();
    REQUIRE_OK(open.recordLock(u"for a test"_s, false, [&] {
        // The row and what was signed of it are in the transaction, which is open.
        const auto made = open.rows().checkpoints();
        told.append(made && made->last().sequence == last + 1 ? u"sealed"_s : u"too early"_s);
    }));
    QCOMPARE(told, (QStringList{u"sealed"_s, u"committed"_s}));
    // Once, for these rows only.
    REQUIRE_OK(open.owner().record({open.owner().row("read"_L1, u"one"_s)}));
    QCOMPARE(told, (QStringList{u"sealed"_s, u"committed"_s, u"committed"_s}));
    open.audit().committed = committed;
}

QTEST_GUILESS_MAIN(tst_AuditCheckpoints)
#include "tst_AuditCheckpoints.moc"
