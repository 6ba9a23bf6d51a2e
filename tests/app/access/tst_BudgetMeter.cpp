// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/BudgetMeter.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_BudgetMeter : public QObject {
    Q_OBJECT

    static EntryId fresh() { return EntryId{QUuid::createUuid()}; }

private slots:
    void countsDistinctEntriesOfTheLastMinuteAndHour()
    {
        BudgetMeter meter;
        const EntryId first = fresh();
        meter.given(u"key"_s, first, 1'000);
        meter.given(u"key"_s, fresh(), 2'000);
        meter.given(u"key"_s, fresh(), 70'000);
        const BudgetMeter::Reading reading = meter.reading(u"key"_s, fresh(), 70'000);
        QVERIFY(!reading.hasHad);
        QCOMPARE(reading.inMinute, 1);
        QCOMPARE(reading.inHour, 3);
        QCOMPARE(meter.reading(u"other"_s, first, 70'000).inHour, 0);
    }

    void theSameEntryAgainCountsOnceAndIsKnown()
    {
        BudgetMeter meter;
        const EntryId entry = fresh();
        for (int i = 0; i < 10; ++i)
            meter.given(u"key"_s, entry, 1'000 + i);
        const BudgetMeter::Reading reading = meter.reading(u"key"_s, entry, 2'000);
        QVERIFY(reading.hasHad);
        QCOMPARE(reading.inHour, 0);
        QCOMPARE(meter.reading(u"key"_s, fresh(), 2'000).inHour, 1);
    }

    void anHourLaterItIsNewAgain()
    {
        BudgetMeter meter;
        const EntryId entry = fresh();
        meter.given(u"key"_s, entry, 1'000);
        meter.given(u"key"_s, entry, 3'600'000);
        QVERIFY(meter.reading(u"key"_s, entry, 3'600'999).hasHad);
        QVERIFY(!meter.reading(u"key"_s, entry, 3'601'000).hasHad);
    }

    void resettingForgetsOneKey()
    {
        BudgetMeter meter;
        meter.given(u"key"_s, fresh(), 1'000);
        meter.given(u"other"_s, fresh(), 1'000);
        meter.reset(u"key"_s);
        QCOMPARE(meter.reading(u"key"_s, fresh(), 2'000).inHour, 0);
        QCOMPARE(meter.reading(u"other"_s, fresh(), 2'000).inHour, 1);
    }
};

QTEST_APPLESS_MAIN(tst_BudgetMeter)
#include "tst_BudgetMeter.moc"
