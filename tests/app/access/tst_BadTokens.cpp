// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/BadTokens.h"

#include <QTest>

using namespace clavitor;

class tst_BadTokens : public QObject {
    Q_OBJECT
private slots:
    void tenAMinuteAreRefusedPlainlyAndTheEleventhAsTooOften()
    {
        BadTokens bad;
        for (int i = 0; i < BadTokens::perMinute; ++i) {
            const BadTokens::Verdict verdict = bad.refused(1'000 + i);
            QVERIFY(!verdict.tooOften);
            QVERIFY(verdict.worthARow);
        }
        const BadTokens::Verdict verdict = bad.refused(2'000);
        QVERIFY(verdict.tooOften);
        QVERIFY(!verdict.worthARow);
        QCOMPARE(verdict.retryAfterSeconds, 59);
    }

    void aMinuteLaterTheNextRowCountsWhatWasNotWritten()
    {
        BadTokens bad;
        for (int i = 0; i < BadTokens::perMinute + 37; ++i)
            (void)bad.refused(1'000);
        const BadTokens::Verdict verdict = bad.refused(61'000);
        QVERIFY(!verdict.tooOften);
        QCOMPARE(verdict.unwritten, 37);
        QCOMPARE(bad.refused(61'001).unwritten, 0);
    }

    void aClockSetBackDoesNotRefuseForEver()
    {
        BadTokens bad;
        for (int i = 0; i < BadTokens::perMinute; ++i)
            (void)bad.refused(10'000'000);
        QVERIFY(bad.refused(10'000'000).tooOften);
        QVERIFY(!bad.refused(1'000).tooOften);
    }

    void theWaitIsAtLeastASecond()
    {
        BadTokens bad;
        for (int i = 0; i < BadTokens::perMinute; ++i)
            (void)bad.refused(1'000);
        QCOMPARE(bad.refused(60'999).retryAfterSeconds, 1);
    }
};

QTEST_APPLESS_MAIN(tst_BadTokens)
#include "tst_BadTokens.moc"
