// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/store/ManifestFixture.h"
#include "tests/app/store/QueryAnswer.h"

#include <atomic>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// A log that is too long to be looked at before the vault is open.
class tst_LongLog : public QObject, private ManifestFixture {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { start(); }
    void cleanup() { m_store.reset(); }

    void leavesALongLogForLater();
    void looksAtTheIndexesOfALongLogInPieces();
    void stopsWhenTheVaultIsToBeLocked();
};

void tst_LongLog::leavesALongLogForLater()
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

void tst_LongLog::looksAtTheIndexesOfALongLogInPieces()
{
    REQUIRE_OK(AuditStore(m_store->database()).startChain(TemporaryStore::filled(1), "sealed"));
    QCOMPARE(answerOf(m_store->database(), "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'audit' AND type = 'index'"), QString::number(std::tuple_size_v<Manifest::Indexed>));
    for (int row = 1; row <= 300; ++row)
        REQUIRE_OK(appendRow(row));
    const QByteArray before = photographed();
    for (int row = 301; row <= 600; ++row)
        REQUIRE_OK(appendRow(row));
    const QByteArray after = photographed();
    REQUIRE_OK(m_store->database().close());
    // As SQLite's own check, which does all of a log at once, wherever the rows are right.
    int looked = 0;
    int wrong = 0;
    for (qsizetype at = 0; at + pageSize <= after.size(); at += pageSize) {
        const auto mixed = withPageOf(before, after, at);
        if (!mixed)
            continue;
        QVERIFY(overwrite(m_store->path(), *mixed));
        if (!m_store->open(Database::Mode::Existing))
            continue;
        Manifest manifest(m_store->database());
        REQUIRE_OK(manifest.attach(m_key, m_vaultId));
        if (answerOf(m_store->database(), "SELECT count(*) || ' ' || sum(sequence) FROM audit NOT INDEXED") == u"600 180300"_s) {
            ++looked;
            Manifest::Indexed rows{};
            bool fits = true;
            for (qint64 from = 0; from < 600 && fits; from += 100) {
                const auto piece = manifest.indexedAudit(from, from + 100);
                fits = piece.has_value();
                for (std::size_t i = 0; fits && i < rows.size(); ++i)
                    rows[i] += (*piece)[i];
            }
            for (std::size_t i = 0; fits && i < rows.size(); ++i)
                fits = manifest.auditIndexFits(i, rows[i], 600) == true;
            const bool isRight = answerOf(m_store->database(), "PRAGMA integrity_check(audit)") == u"ok"_s;
            QVERIFY2(fits == isRight, qPrintable(u"page %1"_s.arg(at / pageSize + 1)));
            wrong += isRight ? 0 : 1;
        }
        (void)m_store->database().close();
    }
    QVERIFY(looked > wrong);
    QVERIFY(wrong >= 3);
}

void tst_LongLog::stopsWhenTheVaultIsToBeLocked()
{
    for (int i = 0; i < 300; ++i)
        REQUIRE_OK(saveEntry(u"entry %1"_s.arg(i)));
    std::atomic<bool> stop = false;
    Database &database = m_store->database();
    database.stopBy(stop);
    REQUIRE_OK(Manifest(database).check());
    REQUIRE_OK(database.quickCheck());
    stop = true;
    REQUIRE_ERROR(Manifest(database).check(), ErrorCode::Locked);
    REQUIRE_ERROR(database.quickCheck(), ErrorCode::Locked);
    REQUIRE_ERROR(Manifest(database).repairIndexes(), ErrorCode::Locked);
    REQUIRE_ERROR(Manifest(database).seal(), ErrorCode::Locked);
    REQUIRE_OK(saveEntry(u"what writes goes on"_s));
    stop = false;
    const auto report = Manifest(database).check();
    REQUIRE_OK(report);
    QVERIFY(report->wrong.isEmpty());
}

QTEST_GUILESS_MAIN(tst_LongLog)
#include "tst_LongLog.moc"
