// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/ApprovalQueue.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

const EntryId kEntry{QUuid::fromString(u"0192f0c1-0000-7000-8000-000000000001"_s)};
const EntryId kOther{QUuid::fromString(u"0192f0c1-0000-7000-8000-000000000002"_s)};

ApprovalRequest about(EntryId entry, const QString &key = u"key"_s, Action action = Action::Read)
{
    ApprovalRequest request;
    request.id = ApprovalId{QUuid::createUuid()};
    request.keyId = key;
    request.entry = entry;
    request.action = action;
    return request;
}

/// A question with one call that waits for it; its id.
ApprovalId ask(ApprovalQueue &queue, const ApprovalRequest &request, quint64 call, qint64 now)
{
    if (!queue.hold(call, request.keyId, request.id.value, now))
        qFatal("not held");
    queue.add(request, now);
    return request.id;
}

} // namespace

class tst_ApprovalQueue : public QObject {
    Q_OBJECT
    ApprovalQueue::Times m_times;

private slots:
    void theSameQuestionIsFoundAgainAndAnotherIsNot()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId id = ask(queue, about(kEntry), 1, 0);
        QCOMPARE(queue.open(u"key"_s, kEntry, Action::Read, {}), id);
        QVERIFY(!queue.open(u"key"_s, kEntry, Action::Totp, {}));
        QVERIFY(!queue.open(u"key"_s, kOther, Action::Read, {}));
        QVERIFY(!queue.open(u"other"_s, kEntry, Action::Read, {}));
    }

    void aThousandCallsAboutTheSameAreOneQuestionAndSixteenAreHeld()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId id = ask(queue, about(kEntry), 0, 0);
        int held = 1;
        for (quint64 call = 1; call < 1000; ++call)
            held += queue.hold(call, u"key"_s, id.value, 0) ? 1 : 0;
        QCOMPARE(held, ApprovalQueue::heldPerKey);
        QVERIFY(queue.hold(1000, u"other"_s, QUuid::createUuid(), 0));
        QCOMPARE(queue.waiting().size(), 1);
        QCOMPARE(queue.callsOf(id.value), ApprovalQueue::heldPerKey);
        const auto ended = queue.answer(id, true, 1'000);
        QVERIFY(ended);
        QCOMPARE(ended->calls.size(), ApprovalQueue::heldPerKey);
        QCOMPARE(ended->calls.first(), 0U);
        QVERIFY(queue.waiting().isEmpty());
    }

    void anotherProgramWithTheSameKeyIsAnotherQuestion()
    {
        ApprovalQueue queue(m_times);
        ApprovalRequest request = about(kEntry);
        request.caller.program = u"/usr/bin/codex"_s;
        request.caller.pid = 4711;
        ask(queue, request, 1, 0);
        QVERIFY(queue.open(u"key"_s, kEntry, Action::Read, request.caller));
        QVERIFY(!queue.open(u"key"_s, kEntry, Action::Read, {}));
        Caller other = request.caller;
        other.pid = 4712;
        QVERIFY(!queue.open(u"key"_s, kEntry, Action::Read, other));
    }

    void askingAndHangingUpOverAndOverStopsTheKey()
    {
        ApprovalQueue queue(m_times);
        const auto walkAway = [&](qint64 now) {
            ask(queue, about(kEntry), 1, now);
            return queue.leave(1, now).has_value();
        };
        const int most = ApprovalQueue::abandonedFree + ApprovalQueue::denialsBeforeRest;
        for (int i = 0; i < most - 1; ++i)
            QVERIFY(walkAway(i));
        QVERIFY(!queue.restsUntil(u"key"_s, 100));
        QVERIFY(walkAway(100));
        QVERIFY(queue.restsUntil(u"key"_s, 100));
        QVERIFY(queue.takeNewRest(u"key"_s));
    }

    void aKeyHasAtMostThreeQuestionsAndAnotherKeyItsOwnThree()
    {
        ApprovalQueue queue(m_times);
        for (int i = 0; i < ApprovalQueue::perKey; ++i) {
            QVERIFY(!queue.isFull(u"key"_s));
            queue.add(about(EntryId{QUuid::createUuid()}), 0);
        }
        QVERIFY(queue.isFull(u"key"_s));
        QVERIFY(!queue.isFull(u"other"_s));
    }

    void aCallIsHeldTwentyFiveSecondsAndTheQuestionSixty()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId id = ask(queue, about(kEntry), 7, 1'000);
        QCOMPARE(queue.nextDue(), 26'000);
        QVERIFY(queue.heldTooLong(25'999).isEmpty());
        const QList<ApprovalQueue::Held> held = queue.heldTooLong(26'000);
        QCOMPARE(held.size(), 1);
        QCOMPARE(held.first().call, 7U);
        QCOMPARE(held.first().what, id.value);
        QVERIFY(queue.heldTooLong(26'000).isEmpty());
        QCOMPARE(queue.stateOf(id, u"key"_s, 26'000), ApprovalQueue::State::Pending);

        QCOMPARE(queue.nextDue(), 61'000);
        QVERIFY(queue.expire(60'999).isEmpty());
        const QList<ApprovalQueue::Ended> ended = queue.expire(61'000);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended.first().how, ApprovalEnd::TimedOut);
        QCOMPARE(queue.stateOf(id, u"key"_s, 61'000), ApprovalQueue::State::Expired);
        QVERIFY(!queue.nextDue());
    }

    void theQuestionEndsWhenItsLastCallerLeaves()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId id = ask(queue, about(kEntry), 1, 0);
        QVERIFY(queue.hold(2, u"key"_s, id.value, 0));
        QVERIFY(!queue.leave(1, 0));
        const auto ended = queue.leave(2, 0);
        QVERIFY(ended);
        QCOMPARE(ended->how, ApprovalEnd::AgentLeft);
        QCOMPARE(ended->request.id, id);
        QVERIFY(queue.waiting().isEmpty());
        QVERIFY(!queue.leave(2, 0));
        QVERIFY(!queue.answer(id, true, 0));
    }

    void aCallerThatWasToldToComeBackMayLeave()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId id = ask(queue, about(kEntry), 1, 0);
        QCOMPARE(queue.heldTooLong(25'000).size(), 1);
        QVERIFY(queue.hold(2, u"key"_s, id.value, 26'000));
        QVERIFY(!queue.leave(2, 0));
        QCOMPARE(queue.waiting().size(), 1);
    }

    void onlyTheKeyThatAskedLearnsHowItEnded()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId id = ask(queue, about(kEntry), 1, 0);
        QVERIFY(queue.answer(id, false, 1'000));
        QCOMPARE(queue.stateOf(id, u"key"_s, 2'000), ApprovalQueue::State::Denied);
        QVERIFY(!queue.stateOf(id, u"other"_s, 2'000));
        QVERIFY(!queue.stateOf(id, u"key"_s, 1'000 + m_times.remembered));
    }

    void fiveDenialsStopTheKeyForTenMinutesAndAYesBetweenStartsAnew()
    {
        ApprovalQueue queue(m_times);
        const auto deny = [&](qint64 now) { QVERIFY(queue.answer(ask(queue, about(EntryId{QUuid::createUuid()}), 1, now), false, now)); };
        for (int i = 0; i < ApprovalQueue::denialsBeforeRest - 1; ++i)
            deny(1'000);
        QVERIFY(queue.answer(ask(queue, about(kEntry), 1, 1'000), true, 1'000));
        for (int i = 0; i < ApprovalQueue::denialsBeforeRest - 1; ++i)
            deny(2'000);
        QVERIFY(!queue.restsUntil(u"key"_s, 2'000));
        QVERIFY(!queue.takeNewRest(u"key"_s));
        deny(3'000);
        QCOMPARE(queue.restsUntil(u"key"_s, 3'000), 603'000);
        QVERIFY(queue.takeNewRest(u"key"_s));
        QVERIFY(!queue.takeNewRest(u"key"_s));
        QVERIFY(!queue.restsUntil(u"other"_s, 3'000));
        QVERIFY(!queue.restsUntil(u"key"_s, 603'000));
        queue.endRest(u"key"_s);
        QVERIFY(!queue.restsUntil(u"key"_s, 4'000));
    }

    void nobodyAnsweringIsADenialToo()
    {
        ApprovalQueue queue(m_times);
        for (int i = 0; i < ApprovalQueue::denialsBeforeRest; ++i) {
            ask(queue, about(EntryId{QUuid::createUuid()}), 1, i * 100'000);
            QCOMPARE(queue.expire(i * 100'000 + 60'000).size(), 1);
        }
        QVERIFY(queue.takeNewRest(u"key"_s));
    }

    void theTimeOfAQuestionBehindAnotherBeginsWhenItIsItsTurn()
    {
        ApprovalQueue queue(m_times);
        ApprovalRequest first = about(kEntry);
        ApprovalRequest second = about(kOther);
        first.askedAt = second.askedAt = 5'000'000;
        first.until = second.until = 5'060'000;
        ask(queue, first, 1, 0);
        ask(queue, second, 2, 0);
        QCOMPARE(queue.find(first.id.value)->until, 5'060'000);
        QVERIFY(queue.expire(59'999).isEmpty());
        const QList<ApprovalQueue::Ended> ended = queue.expire(60'000);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended.first().request.id, first.id);
        QCOMPARE(queue.find(second.id.value)->askedAt, 5'060'000);
        QCOMPARE(queue.find(second.id.value)->until, 5'120'000);
        QCOMPARE(queue.nextDue(), 60'000 - 35'000); // its call is held 25 s
        QVERIFY(queue.expire(119'999).isEmpty());
        QCOMPARE(queue.expire(120'000).size(), 1);
    }

    void anAnswerALeaveAndADropLetTheNextBegin()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId first = ask(queue, about(kEntry), 1, 0);
        (void)ask(queue, about(kEntry, u"second"_s), 2, 0);
        (void)ask(queue, about(kEntry, u"third"_s), 3, 0);
        const ApprovalId fourth = ask(queue, about(kEntry, u"fourth"_s), 4, 0);
        QVERIFY(queue.answer(first, true, 50'000));
        QVERIFY(queue.expire(109'999).isEmpty());
        QVERIFY(queue.leave(2, 100'000));
        QVERIFY(queue.expire(159'999).isEmpty());
        QCOMPARE(queue.drop(u"third"_s, 150'000).size(), 1);
        QVERIFY(queue.expire(209'999).isEmpty());
        QCOMPARE(queue.expire(210'000).first().request.id, fourth);
    }

    void aQuestionThatNeverWasTheFirstIsNoDenial()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId first = ask(queue, about(kEntry, u"other"_s), 0, 0);
        for (quint64 round = 0; round < ApprovalQueue::denialsBeforeRest; ++round)
            (void)ask(queue, about(EntryId{QUuid::createUuid()}), round + 1, 0);
        // One that is not answered for ten minutes, as when the first is asked anew over and over: by its own time it is long over.
        const QList<ApprovalQueue::Ended> ended = queue.expire(m_times.unseen);
        QCOMPARE(ended.size(), ApprovalQueue::denialsBeforeRest + 1);
        QCOMPARE(ended.first().request.id, first);
        QVERIFY(!queue.restsUntil(u"key"_s, m_times.unseen));
        QVERIFY(!queue.takeNewRest(u"key"_s));
    }

    void droppingEndsTheQuestionsOfOneKeyOrOfAll()
    {
        ApprovalQueue queue(m_times);
        ask(queue, about(kEntry), 1, 0);
        ask(queue, about(kOther), 2, 0);
        ask(queue, about(kEntry, u"other"_s), 3, 0);
        const QList<ApprovalQueue::Ended> ended = queue.drop(u"key"_s, 0);
        QCOMPARE(ended.size(), 2);
        QCOMPARE(ended.first().how, ApprovalEnd::Locked);
        QCOMPARE(ended.first().calls, QList<quint64>{1});
        QCOMPARE(queue.drop({}, 0).size(), 1);
        QVERIFY(queue.waiting().isEmpty());
    }

    void whatWaitsForSomethingElseIsReleasedByItsId()
    {
        ApprovalQueue queue(m_times);
        const QUuid request = QUuid::createUuid();
        QVERIFY(queue.hold(5, u"key"_s, request, 0));
        QVERIFY(queue.hold(4, u"key"_s, request, 0));
        QCOMPARE(queue.release(request), (QList<quint64>{4, 5}));
        QVERIFY(queue.release(request).isEmpty());
        QVERIFY(!queue.nextDue());
    }

    void howManyEndsAreRememberedIsBounded()
    {
        ApprovalQueue queue(m_times);
        const ApprovalId first = ask(queue, about(kEntry), 1, 0);
        QVERIFY(queue.answer(first, true, 0));
        for (int i = 0; i < ApprovalQueue::rememberedEnds; ++i)
            QVERIFY(queue.answer(ask(queue, about(kEntry), 1, 0), true, 0));
        QVERIFY(!queue.stateOf(first, u"key"_s, 1));
    }
};

QTEST_APPLESS_MAIN(tst_ApprovalQueue)
#include "tst_ApprovalQueue.moc"
