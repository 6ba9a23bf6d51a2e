// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/RefusalCount.h"

#include <QTest>

using namespace clavitor;

class tst_RefusalCount : public QObject {
    Q_OBJECT
private slots:
    void tenAMinuteAreRefusedPlainlyAndTheEleventhAsTooOften()
    {
        RefusalCount bad;
        for (int i = 0; i < RefusalCount::perMinute; ++i) {
            const RefusalCount::Verdict verdict = bad.refused(1'000 + i);
            QVERIFY(!verdict.tooOften);
        }
        const RefusalCount::Verdict verdict = bad.refused(2'000);
        QVERIFY(verdict.tooOften);
        QCOMPARE(verdict.retryAfterSeconds, 59);
    }

    void aMinuteLaterTheNextRowCountsWhatWasNotWritten()
    {
        RefusalCount bad;
        for (int i = 0; i < RefusalCount::perMinute + 37; ++i)
            (void)bad.refused(1'000);
        const RefusalCount::Verdict verdict = bad.refused(61'000);
        QVERIFY(!verdict.tooOften);
        QCOMPARE(verdict.unwritten, 37);
        QCOMPARE(bad.refused(61'001).unwritten, 0);
    }

    void aClockSetBackDoesNotRefuseForEver()
    {
        RefusalCount bad;
        for (int i = 0; i < RefusalCount::perMinute; ++i)
            (void)bad.refused(10'000'000);
        QVERIFY(bad.refused(10'000'000).tooOften);
        QVERIFY(!bad.refused(1'000).tooOften);
    }

    void whatHasNoRowCanBeTakenOutOnce()
    {
        RefusalCount count;
        for (int i = 0; i < RefusalCount::perMinute + 3; ++i)
            (void)count.refused(1'000);
        QCOMPARE(count.takeUnwritten(), 3);
        QCOMPARE(count.takeUnwritten(), 0);
    }

    void theWaitIsAtLeastASecond()
    {
        RefusalCount bad;
        for (int i = 0; i < RefusalCount::perMinute; ++i)
            (void)bad.refused(1'000);
        QCOMPARE(bad.refused(60'999).retryAfterSeconds, 1);
    }
};

QTEST_APPLESS_MAIN(tst_RefusalCount)
#include "tst_RefusalCount.moc"
