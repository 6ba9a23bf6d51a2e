// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/LeaseText.h"

#include "app/base/Clock.h"

#include <QDateTime>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_LeaseText : public QObject {
    Q_OBJECT

    static inline const qint64 kEvening = QDateTime(QDate(2026, 3, 11), QTime(22, 10)).toMSecsSinceEpoch();
    static inline const qint64 kMorning = QDateTime(QDate(2026, 3, 12), QTime(7, 0)).toMSecsSinceEpoch();
    static LeaseStanding lease(const QString &key, int entries, int reads, qint64 until = kMorning) { return {GrantId{newUuid(kEvening)}, key, entries, reads, until}; }

private slots:
    void saysWhatGoesOn_data()
    {
        QTest::addColumn<QList<LeaseStanding>>("leases");
        QTest::addColumn<qint64>("now");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("lock");
        QTest::newRow("none") << QList<LeaseStanding>() << kEvening << QString() << QString();
        QTest::newRow("one") << QList{lease(u"nightly-build"_s, 2, 14)} << kEvening
                             << u"nightly-build reads 2 entries until 07:00, 14 reads left"_s
                             << u"Lock, keep the lease of nightly-build until 07:00 (14 reads left)"_s;
        QTest::newRow("after midnight") << QList{lease(u"nightly-build"_s, 1, 1)} << kMorning - ms::hour
                                        << u"nightly-build reads 1 entry until 07:00, 1 read left"_s
                                        << u"Lock, keep the lease of nightly-build until 07:00 (1 read left)"_s;
        QTest::newRow("of two nights") << QList{lease(u"nightly-build"_s, 2, 14, kMorning + 24 * ms::hour)} << kEvening
                                       << u"nightly-build reads 2 entries until 13 March 2026, 07:00, 14 reads left"_s
                                       << u"Lock, keep the lease of nightly-build until 13 March 2026, 07:00 (14 reads left)"_s;
        QTest::newRow("more") << QList{lease(u"a"_s, 2, 14), lease(u"b"_s, 1, 3, kMorning - ms::hour)} << kMorning - 2 * ms::hour
                              << u"2 leases go on until 07:00, 17 reads left"_s << u"Lock, keep 2 leases until 07:00 (17 reads left)"_s;
        QTest::newRow("a name that turns what is read around") << QList{lease(u"ab\u202Ecd"_s, 1, 2)} << kMorning - ms::hour
                                                               << u"ab[U+202E]cd reads 1 entry until 07:00, 2 reads left"_s
                                                               << u"Lock, keep the lease of ab[U+202E]cd until 07:00 (2 reads left)"_s;
    }
    void saysWhatGoesOn()
    {
        QFETCH(QList<LeaseStanding>, leases);
        QFETCH(qint64, now);
        QTEST(LeaseText::state(leases, now), "state");
        QTEST(LeaseText::lockKeeping(leases, now), "lock");
    }

    void leavesOutWhatIsOverByTheClock()
    {
        const QList<LeaseStanding> leases{lease(u"a"_s, 1, 2), lease(u"b"_s, 1, 2, kEvening), lease(u"c"_s, 1, 0)};
        QCOMPARE(LeaseText::inForce(leases, kEvening).size(), 1);
        QCOMPARE(LeaseText::inForce(leases, kMorning).size(), 0);
    }

    void namesTwoOnTheLockScreenAndCountsTheOthers()
    {
        QList<LeaseStanding> leases;
        for (int i = 0; i < 3; ++i)
            leases.append(lease(u"run-%1"_s.arg(i), 1, 2));
        const QStringList lines = LeaseText::onLockScreen(leases, kEvening).split(u'\n');
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[1], u"run-1 · 1 entry · 2 reads · until 07:00"_s);
        QCOMPARE(lines[2], u"And one lease more"_s);
    }
};

QTEST_GUILESS_MAIN(tst_LeaseText)
#include "tst_LeaseText.moc"
