// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Transaction.h"
#include "tests/support/FaultyVfs.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

#include <sqlcipher/sqlite3.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_Transaction : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void rollsBackWhatIsNotCommitted();
    void keepsTheOuterWhenTheInnerRollsBack();
    void losesTheInnerWithTheOuter();
    void isPartOfTheOneAroundIt();
    void losesTheWholeWithAPart();
    void losesAPartWithTheSavepointAroundIt();
    void keepsNoSecondCopyOfWhatAPartChanges();
    void commitsManyWithOneSync();
    void failsTheCommitOfAFullDisk();
    void reportsAnOverlookedFailureAtTheCommit();
    void worksAgainAfterAFailure();

private:
    Result<> put(const char *name)
    {
        return m_vault->database().run("INSERT INTO meta VALUES (?, x'00')", QLatin1StringView(name));
    }
    QString names()
    {
        Statement query = m_vault->database().statement("SELECT group_concat(name) FROM (SELECT name FROM meta ORDER BY name)");
        return query.step() ? query.text(0) : u"<error>"_s;
    }

    std::unique_ptr<TemporaryStore> m_vault;
};

void tst_Transaction::initTestCase()
{
    QVERIFY(crypto::initialise());
    QVERIFY(FaultyVfs::install());
}

void tst_Transaction::init()
{
    m_vault = std::make_unique<TemporaryStore>(FaultyVfs::name);
    REQUIRE_OK(m_vault->open());
}

void tst_Transaction::rollsBackWhatIsNotCommitted()
{
    {
        const auto transaction = Transaction::begin(m_vault->database());
        REQUIRE_OK(transaction);
        REQUIRE_OK(put("a"));
        QCOMPARE(names(), u"a"_s);
    }
    QCOMPARE(names(), QString());
}

void tst_Transaction::keepsTheOuterWhenTheInnerRollsBack()
{
    auto outer = Transaction::begin(m_vault->database());
    REQUIRE_OK(outer);
    REQUIRE_OK(put("outer"));
    {
        const auto inner = Transaction::begin(m_vault->database());
        REQUIRE_OK(inner);
        REQUIRE_OK(put("given up"));
    }
    {
        auto inner = Transaction::begin(m_vault->database());
        REQUIRE_OK(inner);
        REQUIRE_OK(put("inner"));
        auto innermost = Transaction::begin(m_vault->database());
        REQUIRE_OK(innermost);
        REQUIRE_OK(put("innermost"));
        REQUIRE_OK(innermost->commit());
        REQUIRE_OK(inner->commit());
    }
    REQUIRE_OK(outer->commit());
    REQUIRE_OK(m_vault->reopen());
    QCOMPARE(names(), u"inner,innermost,outer"_s);
}

void tst_Transaction::losesTheInnerWithTheOuter()
{
    {
        auto outer = Transaction::begin(m_vault->database());
        REQUIRE_OK(outer);
        auto inner = Transaction::begin(m_vault->database());
        REQUIRE_OK(inner);
        REQUIRE_OK(put("inner"));
        REQUIRE_OK(inner->commit());
    }
    QCOMPARE(names(), QString());
}

void tst_Transaction::isPartOfTheOneAroundIt()
{
    {
        auto alone = Transaction::join(m_vault->database());
        REQUIRE_OK(alone);
        REQUIRE_OK(put("alone"));
        REQUIRE_OK(alone->commit());
    }
    auto outer = Transaction::begin(m_vault->database());
    REQUIRE_OK(outer);
    REQUIRE_OK(put("outer"));
    {
        auto part = Transaction::join(m_vault->database());
        REQUIRE_OK(part);
        REQUIRE_OK(put("part"));
        auto inner = Transaction::begin(m_vault->database());
        REQUIRE_OK(inner);
        REQUIRE_OK(put("given up"));
        inner->rollback();
        REQUIRE_OK(part->commit());
    }
    REQUIRE_OK(outer->commit());
    REQUIRE_OK(m_vault->reopen());
    QCOMPARE(names(), u"alone,outer,part"_s);
}

void tst_Transaction::losesTheWholeWithAPart()
{
    {
        auto outer = Transaction::begin(m_vault->database());
        REQUIRE_OK(outer);
        REQUIRE_OK(put("outer"));
        {
            auto part = Transaction::join(m_vault->database());
            REQUIRE_OK(part);
            REQUIRE_OK(put("part"));
        }
        // Whoever overlooks it comes no further.
        REQUIRE_ERROR(put("more"), ErrorCode::Internal);
        REQUIRE_ERROR(Transaction::begin(m_vault->database()), ErrorCode::Internal);
        REQUIRE_ERROR(Transaction::join(m_vault->database()), ErrorCode::Internal);
        REQUIRE_ERROR(outer->commit(), ErrorCode::Internal);
    }
    QCOMPARE(names(), QString());
    REQUIRE_OK(put("after"));
    QCOMPARE(names(), u"after"_s);
}

void tst_Transaction::losesAPartWithTheSavepointAroundIt()
{
    auto outer = Transaction::begin(m_vault->database());
    REQUIRE_OK(outer);
    {
        const auto inner = Transaction::begin(m_vault->database());
        REQUIRE_OK(inner);
        const auto part = Transaction::join(m_vault->database());
        REQUIRE_OK(part);
        REQUIRE_OK(put("part"));
    }
    REQUIRE_OK(put("outer"));
    REQUIRE_OK(outer->commit());
    QCOMPARE(names(), u"outer"_s);
}

void tst_Transaction::keepsNoSecondCopyOfWhatAPartChanges()
{
    constexpr int rows = 200;
    constexpr qint64 mib = 1024 * 1024;
    const QByteArray large(100'000, 'a');
    for (int i = 0; i < rows; ++i)
        REQUIRE_OK(m_vault->database().run("INSERT INTO meta VALUES (?, ?)", QString::number(i), QByteArrayView(large)));
    auto outer = Transaction::begin(m_vault->database());
    REQUIRE_OK(outer);
    auto part = Transaction::join(m_vault->database());
    REQUIRE_OK(part);
    const qint64 before = sqlite3_memory_used();
    for (int i = 0; i < rows; ++i)
        REQUIRE_OK(m_vault->database().run("UPDATE meta SET value = zeroblob(100000) WHERE name = ?", QString::number(i)));
    QVERIFY2(sqlite3_memory_used() - before < 8 * mib, qPrintable(QString::number(sqlite3_memory_used() - before)));
    REQUIRE_OK(part->commit());
    REQUIRE_OK(outer->commit());
}

void tst_Transaction::commitsManyWithOneSync()
{
    REQUIRE_OK(put("warm"));
    const long before = FaultyVfs::syncs();
    auto outer = Transaction::begin(m_vault->database());
    REQUIRE_OK(outer);
    for (int i = 0; i < 50; ++i) {
        auto inner = Transaction::begin(m_vault->database());
        REQUIRE_OK(inner);
        REQUIRE_OK(put(qPrintable(QString::number(i))));
        REQUIRE_OK(inner->commit());
    }
    QCOMPARE(FaultyVfs::syncs(), before);
    REQUIRE_OK(outer->commit());
    QCOMPARE(FaultyVfs::syncs(), before + 1);
}

void tst_Transaction::failsTheCommitOfAFullDisk()
{
    auto transaction = Transaction::begin(m_vault->database());
    REQUIRE_OK(transaction);
    REQUIRE_OK(put("a"));
    {
        const FaultScope full(FaultyVfs::Fault::Full);
        REQUIRE_ERROR(transaction->commit(), ErrorCode::DiskFull);
    }
    QCOMPARE(names(), QString());
}

void tst_Transaction::reportsAnOverlookedFailureAtTheCommit()
{
    auto outer = Transaction::begin(m_vault->database());
    REQUIRE_OK(outer);
    REQUIRE_OK(put("a"));
    bool failed = false;
    {
        // More than the page cache holds, so pages go to the disk before the commit.
        const FaultScope full(FaultyVfs::Fault::Full);
        failed = !m_vault->database().run("INSERT INTO meta VALUES ('big', randomblob(40000000))");
    }
    QVERIFY(failed);
    // The disk is fine again, yet "a" is gone or was never durable: the commit must not claim it.
    const Result<> committed = outer->commit();
    QVERIFY2(committed ? names() == u"a"_s : names().isEmpty(), qPrintable(names()));
    REQUIRE_OK(m_vault->reopen());
    QVERIFY2(committed ? names() == u"a"_s : names().isEmpty(), qPrintable(names()));
}

void tst_Transaction::worksAgainAfterAFailure()
{
    {
        const FaultScope broken(FaultyVfs::Fault::SyncError);
        auto transaction = Transaction::begin(m_vault->database());
        REQUIRE_OK(transaction);
        REQUIRE_OK(put("lost"));
        REQUIRE_ERROR(transaction->commit(), ErrorCode::Io);
    }
    auto transaction = Transaction::begin(m_vault->database());
    REQUIRE_OK(transaction);
    REQUIRE_OK(put("kept"));
    REQUIRE_OK(transaction->commit());
    REQUIRE_OK(m_vault->reopen());
    QCOMPARE(names(), u"kept"_s);
}

QTEST_GUILESS_MAIN(tst_Transaction)
#include "tst_Transaction.moc"
