// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditTimeline.h"

#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;
using ui::AuditTimeline;

class tst_AuditTimeline : public QObject {
    Q_OBJECT
private slots:
    void init();
    void endsWithTheHourThatHoldsNow();
    void choosesAStretchByDragging();
    void choosesAStretchByKeyboard();
    void letsGoWithEscape();
    void countsNewRowsAndMovesOn();
    void countsBucketsFinerThanABar();
    void countsARowBeforeAnythingElseWasShown();
    void leavesRowsOutOfItsSpan();
    void paintsAnyNumberOfActors();

private:
    static constexpr qint64 Hour = 3'600'000;
    /// By bar, those that are not empty.
    [[nodiscard]] QHash<int, int> counts() const
    {
        QHash<int, int> all;
        for (int bar = 0; bar < 24; ++bar)
            if (const int count = m_timeline->count(bar); count > 0)
                all.insert(bar, count);
        return all;
    }
    qint64 m_now = 0;
    std::unique_ptr<AuditTimeline> m_timeline;
};

void tst_AuditTimeline::init()
{
    m_now = QDateTime(QDate(2026, 3, 11), QTime(15, 40)).toMSecsSinceEpoch();
    m_timeline = std::make_unique<AuditTimeline>([this] { return m_now; });
    m_timeline->setSpan(Hour, 24);
    m_timeline->resize(480, 132);
    m_timeline->show();
}

void tst_AuditTimeline::endsWithTheHourThatHoldsNow()
{
    QCOMPARE(m_timeline->to(), QDateTime(QDate(2026, 3, 11), QTime(16, 0)).toMSecsSinceEpoch());
    QCOMPARE(m_timeline->from(), QDateTime(QDate(2026, 3, 10), QTime(16, 0)).toMSecsSinceEpoch());
    QVERIFY(!m_timeline->chosen());
}

void tst_AuditTimeline::choosesAStretchByDragging()
{
    QSignalSpy changed(m_timeline.get(), &AuditTimeline::chosenChanged);
    QTest::mousePress(m_timeline.get(), Qt::LeftButton, {}, {110, 60}); // bars are 20 px wide: the sixth
    QTest::mouseMove(m_timeline.get(), {150, 60});
    QCOMPARE(changed.size(), 0);
    QTest::mouseRelease(m_timeline.get(), Qt::LeftButton, {}, {150, 60});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(m_timeline->chosen(), std::optional(std::pair(m_timeline->from() + 5 * Hour, m_timeline->from() + 8 * Hour)));
}

void tst_AuditTimeline::choosesAStretchByKeyboard()
{
    m_timeline->setFocus();
    QTest::keyClick(m_timeline.get(), Qt::Key_Left);
    QTest::keyClick(m_timeline.get(), Qt::Key_Left, Qt::ShiftModifier);
    QTest::keyClick(m_timeline.get(), Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(m_timeline->chosen(), std::optional(std::pair(m_timeline->to() - 3 * Hour, m_timeline->to())));
    QVERIFY(!m_timeline->accessibleDescription().isEmpty());
}

void tst_AuditTimeline::letsGoWithEscape()
{
    QTest::keyClick(m_timeline.get(), Qt::Key_Left);
    QTest::keyClick(m_timeline.get(), Qt::Key_Return);
    QVERIFY(m_timeline->chosen());
    QTest::keyClick(m_timeline.get(), Qt::Key_Escape);
    QVERIFY(!m_timeline->chosen());
}

void tst_AuditTimeline::countsNewRowsAndMovesOn()
{
    m_timeline->setBuckets({{m_timeline->to() - Hour, u"mcp:a"_s, 3}});
    AuditEvent event;
    event.actor = u"api:b"_s;
    event.time = m_now;
    m_timeline->add({event});
    QCOMPARE(m_timeline->actors(), (QStringList{u"mcp:a"_s, u"api:b"_s}));
    QCOMPARE(m_timeline->count(23), 4);
    const qint64 before = m_timeline->to();
    m_now += 2 * Hour;
    event.time = m_now;
    m_timeline->add({event});
    QCOMPARE(m_timeline->to(), before + 2 * Hour);
    QCOMPARE(counts(), (QHash<int, int>{{21, 4}, {23, 1}}));
    m_now += 1000 * Hour;
    m_timeline->add({});
    QCOMPARE(m_timeline->to() - m_timeline->from(), 24 * Hour);
    QVERIFY(counts().isEmpty());
}

void tst_AuditTimeline::countsBucketsFinerThanABar()
{
    const qint64 last = m_timeline->to() - Hour;
    m_timeline->setBuckets({{last - Hour / 4, u"mcp:a"_s, 1}, {last, u"mcp:a"_s, 2}, {last + Hour / 4, u"api:b"_s, 4}, {last + 3 * Hour / 4, u"mcp:a"_s, 8}});
    QCOMPARE(counts(), (QHash<int, int>{{22, 1}, {23, 14}}));
}

void tst_AuditTimeline::countsARowBeforeAnythingElseWasShown()
{
    AuditTimeline fresh([this] { return m_now; });
    AuditEvent event;
    event.actor = u"mcp:a"_s;
    event.time = m_now;
    fresh.add({event});
    QCOMPARE(fresh.count(23), 1);
}

void tst_AuditTimeline::leavesRowsOutOfItsSpan()
{
    m_timeline->setBuckets({{0, u"old"_s, 3}, {m_timeline->to() + 5 * Hour, u"future"_s, 1}});
    AuditEvent event;
    event.time = 5;
    m_timeline->add({event});
    m_timeline->grab();
    QVERIFY(counts().isEmpty());
    QVERIFY(!m_timeline->chosen());
}

void tst_AuditTimeline::paintsAnyNumberOfActors()
{
    QList<AuditBucket> buckets;
    for (int i = 0; i < 60; ++i)
        buckets << AuditBucket{m_timeline->from() + (i % 24) * Hour, u"mcp:agent-%1\n\u202e"_s.arg(i), i * 1000};
    m_timeline->setBuckets(buckets);
    const QImage busy = m_timeline->grab().toImage();
    m_timeline->setBuckets({});
    QVERIFY(m_timeline->grab().toImage() != busy);
}

QTEST_MAIN(tst_AuditTimeline)
#include "tst_AuditTimeline.moc"
