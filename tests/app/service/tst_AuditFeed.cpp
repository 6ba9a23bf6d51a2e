// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/AuditFeed.h"

#include <QSignalSpy>
#include <QTest>

using namespace clavitor;

namespace {

QList<AuditEvent> rows(qint64 first, qint64 last)
{
    QList<AuditEvent> events;
    for (qint64 sequence = first; sequence <= last; ++sequence) {
        AuditEvent event;
        event.sequence = sequence;
        events.append(event);
    }
    return events;
}

QList<qint64> sequences(const QList<QVariant> &told)
{
    QList<qint64> list;
    for (const AuditEvent &event : told.first().value<QList<AuditEvent>>())
        list.append(event.sequence);
    return list;
}

} // namespace

/// Rows of the log, gathered on their way to the window.
class tst_AuditFeed : public QObject {
    Q_OBJECT

private slots:
    void tellsTheFirstRowsAtOnce();
    void gathersWhatFollowsAndKeepsItsOrder();
    void tellsWhatWaitsWhenAskedAndOnlyOnce();
    void tellsAtOnceAgainAfterAPause();
};

void tst_AuditFeed::tellsTheFirstRowsAtOnce()
{
    AuditFeed feed;
    QSignalSpy told(&feed, &AuditFeed::appended);
    feed.add(rows(1, 2));
    QCOMPARE(told.size(), 1);
    QCOMPARE(sequences(told.at(0)), (QList<qint64>{1, 2}));
}

void tst_AuditFeed::gathersWhatFollowsAndKeepsItsOrder()
{
    AuditFeed feed;
    QSignalSpy told(&feed, &AuditFeed::appended);
    feed.add(rows(1, 1));
    for (qint64 sequence = 2; sequence <= 500; ++sequence)
        feed.add(rows(sequence, sequence));
    QCOMPARE(told.size(), 1);
    QTRY_COMPARE(told.size(), 2);
    const QList<qint64> second = sequences(told.at(1));
    QCOMPARE(second.size(), 499);
    QCOMPARE(second.first(), 2);
    QCOMPARE(second.last(), 500);
    QVERIFY(std::ranges::is_sorted(second));
}

void tst_AuditFeed::tellsWhatWaitsWhenAskedAndOnlyOnce()
{
    AuditFeed feed;
    QSignalSpy told(&feed, &AuditFeed::appended);
    feed.add(rows(1, 1));
    feed.add(rows(2, 2));
    feed.flush();
    QCOMPARE(told.size(), 2);
    feed.flush();
    QTest::qWait(int(3 * AuditFeed::Pace.count()));
    QCOMPARE(told.size(), 2);
}

void tst_AuditFeed::tellsAtOnceAgainAfterAPause()
{
    AuditFeed feed;
    QSignalSpy told(&feed, &AuditFeed::appended);
    feed.add(rows(1, 1));
    QTest::qWait(int(3 * AuditFeed::Pace.count()));
    feed.add(rows(2, 2));
    QCOMPARE(told.size(), 2);
}

QTEST_GUILESS_MAIN(tst_AuditFeed)
#include "tst_AuditFeed.moc"
