// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/TimeText.h"

#include <QDateTime>
#include <QLocale>
#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

const QTimeZone zurich("Europe/Zurich");

qint64 at(const QString &local)
{
    return QDateTime(QDate::fromString(local.left(10), Qt::ISODate), QTime::fromString(local.mid(11), u"HH:mm:ss"_s), zurich)
        .toMSecsSinceEpoch();
}

} // namespace

class tst_TimeText : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void namesDays_data();
    void namesDays();
    void saysHowLongAgo_data();
    void saysHowLongAgo();
    void saysWhenItComes_data();
    void saysWhenItComes();
    void showsDurations();
    void startsTheDayAtMidnightWhereThePersonIs();
};

void tst_TimeText::namesDays_data()
{
    QTest::addColumn<QString>("moment");
    QTest::addColumn<QString>("words");
    QTest::newRow("today") << u"2026-03-11 00:00:01"_s << u"Today"_s;
    QTest::newRow("yesterday, a minute before midnight") << u"2026-03-10 23:59:00"_s << u"Yesterday"_s;
    QTest::newRow("this year") << u"2026-03-09 12:00:00"_s << u"Monday 9 March"_s;
    QTest::newRow("another year") << u"2025-12-31 12:00:00"_s << u"Wednesday 31 December 2025"_s;
}

void tst_TimeText::namesDays()
{
    QFETCH(QString, moment);
    QTEST(TimeText(at(u"2026-03-11 00:10:00"_s), zurich).day(at(moment)), "words");
}

void tst_TimeText::saysHowLongAgo_data()
{
    QTest::addColumn<QString>("moment");
    QTest::addColumn<QString>("words");
    QTest::newRow("now") << u"2026-03-11 15:00:00"_s << u"just now"_s;
    QTest::newRow("a minute") << u"2026-03-11 14:58:30"_s << u"1 minute ago"_s;
    QTest::newRow("minutes") << u"2026-03-11 14:10:00"_s << u"50 minutes ago"_s;
    QTest::newRow("today") << u"2026-03-11 10:23:14"_s << u"today 10:23"_s;
    QTest::newRow("yesterday") << u"2026-03-10 18:02:00"_s << u"yesterday 18:02"_s;
    QTest::newRow("earlier") << u"2026-02-28 18:02:00"_s << u"28 February"_s;
    QTest::newRow("last year") << u"2025-02-28 18:02:00"_s << u"28 February 2025"_s;
    QTest::newRow("a clock that ran ahead") << u"2026-03-11 16:30:00"_s << u"today 16:30"_s;
}

void tst_TimeText::saysHowLongAgo()
{
    QFETCH(QString, moment);
    QTEST(TimeText(at(u"2026-03-11 15:00:00"_s), zurich).past(at(moment)), "words");
}

void tst_TimeText::saysWhenItComes_data()
{
    QTest::addColumn<qint64>("left");
    QTest::addColumn<QString>("words");
    QTest::newRow("past") << qint64(-5) << u"now"_s;
    QTest::newRow("a second") << qint64(1000) << u"in 1 minute"_s;
    QTest::newRow("minutes") << qint64(20 * 60'000) << u"in 20 minutes"_s;
    QTest::newRow("an hour") << qint64(61 * 60'000) << u"in 1 hour"_s;
    QTest::newRow("a day in hours") << qint64(24 * 3'600'000) << u"in 24 hours"_s;
    QTest::newRow("days") << qint64(83) * 24 * 3'600'000 << u"in 83 days"_s;
}

void tst_TimeText::saysWhenItComes()
{
    QFETCH(qint64, left);
    const qint64 now = at(u"2026-03-11 15:00:00"_s);
    QTEST(TimeText(now, zurich).until(now + left), "words");
}

void tst_TimeText::showsDurations()
{
    QCOMPARE(TimeText::duration(240), u"240 µs"_s);
    QCOMPARE(TimeText::duration(420'000), u"420.0 ms"_s);
    QCOMPARE(TimeText::duration(1'240'000), u"1.2 s"_s);
}

void tst_TimeText::startsTheDayAtMidnightWhereThePersonIs()
{
    const TimeText time(at(u"2026-03-11 15:00:00"_s), zurich);
    QCOMPARE(time.startOfDay(at(u"2026-03-11 00:30:00"_s)), at(u"2026-03-11 00:00:00"_s));
    // The day daylight saving starts has 23 hours.
    QCOMPARE(time.startOfDay(at(u"2026-03-29 23:30:00"_s)), at(u"2026-03-29 00:00:00"_s));
}

QTEST_GUILESS_MAIN(tst_TimeText)
#include "tst_TimeText.moc"
