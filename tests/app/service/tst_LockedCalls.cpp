// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/LockedCalls.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

link::Question searching(link::Door door = link::Door::Mcp)
{
    link::Question question;
    question.door = door;
    question.query = link::SearchQuery{u"github"_s, 5};
    return question;
}

} // namespace

class tst_LockedCalls : public QObject {
    Q_OBJECT
private slots:
    void equalCallsAreOneRowThatCounts()
    {
        LockedCalls calls;
        calls.setKnownKeys({{u"aaaaaaaa"_s, u"codex-agent"_s}});
        for (int i = 0; i < 7; ++i)
            (void)calls.note(searching(), u"aaaaaaaa"_s, 1'000);
        link::Question reading = searching();
        reading.query = link::ReadQuery{u"id"_s};
        (void)calls.note(reading, u"aaaaaaaa"_s, 1'000);
        const QList<AuditEvent> rows = calls.rows();
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[0].actor, u"mcp:codex-agent"_s);
        QVERIFY(rows[0].why.endsWith(u"7 times"_s));
        QVERIFY(!rows[1].why.contains(u"times"_s));
        QCOMPARE(rows[1].action, u"read"_s);
    }

    void madeUpKeysCannotCrowdOutTheOnesThatAreKnown()
    {
        LockedCalls calls;
        calls.setKnownKeys({{u"aaaaaaaa"_s, u"codex-agent"_s}});
        for (int i = 0; i < 5 * LockedCalls::keptUnknown; ++i)
            (void)calls.note(searching(), u"made%1"_s.arg(i, 4, 10, QChar(u'0')), 1'000);
        (void)calls.note(searching(), u"aaaaaaaa"_s, 1'000);
        const QList<AuditEvent> rows = calls.rows();
        QCOMPARE(rows.size(), LockedCalls::keptUnknown + 1);
        QCOMPARE(rows.last().actor, u"mcp:codex-agent"_s);
        QVERIFY(rows.last().why.contains(u"%1 other calls"_s.arg(4 * LockedCalls::keptUnknown)));
        calls.clear();
        QVERIFY(calls.isEmpty());
        QVERIFY(calls.rows().isEmpty());
    }

    void aCallerIsToldOfOnceASecondAndAllUnknownOnesAsOne()
    {
        LockedCalls calls;
        calls.setKnownKeys({{u"aaaaaaaa"_s, u"codex-agent"_s}});
        QVERIFY(calls.note(searching(), u"aaaaaaaa"_s, 5'000));
        QVERIFY(!calls.note(searching(), u"aaaaaaaa"_s, 5'999));
        QVERIFY(calls.note(searching(), u"bbbbbbbb"_s, 5'999));
        QVERIFY(!calls.note(searching(), u"cccccccc"_s, 5'999));
        QVERIFY(calls.note(searching(), u"aaaaaaaa"_s, 6'000));
        QVERIFY(calls.note(searching(), u"aaaaaaaa"_s, 1'000)); // the clock was set back
    }
};

QTEST_APPLESS_MAIN(tst_LockedCalls)
#include "tst_LockedCalls.moc"
