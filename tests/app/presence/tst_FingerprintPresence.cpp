// SPDX-License-Identifier: GPL-3.0-or-later
// The real fprintd with libfprint's virtual reader, on a bus of its own (SECURITY.md T17).
#include "app/presence/FingerprintPresence.h"
#include "app/presence/PolkitPresence.h"

#include "tests/support/PresenceRun.h"
#include "tests/support/RealReader.h"

#include <csignal>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

using Answer = UserPresence::Answer;
using Outcome = UserPresence::Outcome;
using Reason = UserPresence::Reason;
using Means = UserPresence::Means;
using Stage = UserPresence::Progress::Stage;

class tst_FingerprintPresence : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QVERIFY2(m_reader.start(), "dbus-daemon and python3-dbusmock");
        QVERIFY2(m_reader.plug(), "fprintd");
    }
    void findsNobodyBeforeAFingerIsEnrolled()
    {
        FingerprintPresence presence(place());
        QCOMPARE(probed(presence), (UserPresence::Probe{Means::None, Reason::NoFinger}));
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::NoFinger}));
    }
    void enrols()
    {
        QVERIFY(m_reader.enrol("alice"));
        FingerprintPresence presence(place());
        QCOMPARE(probed(presence), (UserPresence::Probe{Means::Fingerprint, Reason::None}));
    }
    void saysYesToTheEnrolledFinger()
    {
        FingerprintPresence presence(place());
        QElapsedTimer watch;
        watch.start();
        PresenceRun run(presence);
        QVERIFY(run.waits());
        const qint64 untilAsked = watch.restart();
        QVERIFY(!run.isAnswered());
        QVERIFY(m_reader.say("SCAN alice"));
        QCOMPARE(run.answer(), (Answer{Outcome::Present, Reason::None}));
        QVERIFY(!presence.isChecking());
        qInfo("asks for the finger after %lld ms, says yes %lld ms after it", untilAsked, watch.elapsed());
    }
    void saysNoAfterThreeOtherFingers()
    {
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QVERIFY(run.waits());
        QVERIFY(m_reader.say("SCAN mallory"));
        QVERIFY(run.waits(1));
        QVERIFY(m_reader.say("SCAN mallory"));
        QVERIFY(run.waits(2));
        QVERIFY(!run.isAnswered());
        QVERIFY(m_reader.say("SCAN trudy"));
        QCOMPARE(run.answer(), (Answer{Outcome::Refused, Reason::None}));
    }
    void saysYesWhenTheThirdFingerIsTheRightOne()
    {
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QVERIFY(run.waits());
        QVERIFY(m_reader.say("SCAN mallory"));
        QVERIFY(run.waits(1));
        QVERIFY(m_reader.say("SCAN mallory"));
        QVERIFY(run.waits(2));
        QVERIFY(m_reader.say("SCAN alice"));
        QCOMPARE(run.answer(), (Answer{Outcome::Present, Reason::None}));
    }
    void doesNotCountAFingerThatWasReadBadly()
    {
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QVERIFY(run.waits());
        for (int i = 0; i < 5; ++i) {
            QVERIFY(m_reader.say("RETRY " + QByteArray::number(i % 3)));
            QTest::qWait(100);
        }
        QVERIFY(run.saw(Stage::Unclear));
        QVERIFY(!run.isAnswered());
        QVERIFY(m_reader.say("SCAN alice"));
        QCOMPARE(run.answer(), (Answer{Outcome::Present, Reason::None}));
    }
    void endsWithoutAFinger()
    {
        FingerprintPresence presence(place());
        presence.setTimeout(1'500);
        PresenceRun run(presence);
        QVERIFY(run.waits());
        QCOMPARE(run.answer(5'000), (Answer{Outcome::TimedOut, Reason::None}));
        // And the reader is free again.
        presence.setTimeout(30'000);
        PresenceRun next(presence);
        QVERIFY(next.waits());
        QVERIFY(m_reader.say("SCAN alice"));
        QCOMPARE(next.answer(), (Answer{Outcome::Present, Reason::None}));
    }
    void canBeCancelledByWhoeverIsTold_data()
    {
        QTest::addColumn<Stage>("at");
        QTest::newRow("as it starts") << Stage::Starting;
        QTest::newRow("as it waits") << Stage::Waiting;
        QTest::newRow("at another finger") << Stage::NoMatch;
    }
    void canBeCancelledByWhoeverIsTold()
    {
        QFETCH(Stage, at);
        FingerprintPresence presence(place());
        connect(&presence, &UserPresence::progressed, &presence, [&](const UserPresence::Progress &progress) {
            if (progress.stage == at)
                presence.cancel();
        });
        PresenceRun run(presence);
        if (at == Stage::NoMatch) {
            QVERIFY(run.waits());
            QVERIFY(m_reader.say("SCAN mallory"));
        }
        QCOMPARE(run.answer(), (Answer{Outcome::Cancelled, Reason::None}));
        QVERIFY(!presence.isChecking());
        // And the reader is free again.
        FingerprintPresence other(place());
        PresenceRun next(other);
        QVERIFY(next.waits());
        QVERIFY(m_reader.say("SCAN alice"));
        QCOMPARE(next.answer(), (Answer{Outcome::Present, Reason::None}));
    }
    void canBeCancelledAndAskedAgainAtOnce()
    {
        FingerprintPresence presence(place());
        PresenceRun first(presence);
        QVERIFY(first.waits());
        presence.cancel();
        PresenceRun second(presence);
        QCOMPARE(first.answer(), (Answer{Outcome::Cancelled, Reason::None}));
        QVERIFY(second.waits());
        QVERIFY(!second.isAnswered());
        QVERIFY(m_reader.say("SCAN alice"));
        QCOMPARE(second.answer(), (Answer{Outcome::Present, Reason::None}));
        QCOMPARE(first.answers(), 1);
    }
    void asksOneAtATime()
    {
        FingerprintPresence presence(place());
        PresenceRun first(presence);
        PresenceRun second(presence);
        QCOMPARE(second.answer(), (Answer{Outcome::Unavailable, Reason::Busy}));
        QVERIFY(first.waits());
        QVERIFY(m_reader.say("SCAN alice"));
        QCOMPARE(first.answer(), (Answer{Outcome::Present, Reason::None}));
    }
    void letsGoOfTheReaderWhenItDies()
    {
        auto dying = std::make_unique<FingerprintPresence>(place());
        PresenceRun run(*dying);
        QVERIFY(run.waits());
        dying.reset();
        FingerprintPresence presence(place());
        PresenceRun next(presence);
        QVERIFY(next.waits());
        QVERIFY(!run.isAnswered());
    }
    void waitsItsTurnWhileAnotherProgramHoldsTheReader()
    {
        // Who held it before lets go a moment after it died. Not QTRY_VERIFY, which would claim it once more.
        QVERIFY(QTest::qWaitFor([this] { return m_reader.call(u"Claim"_s, {QString()}); }));
        FingerprintPresence presence(place());
        {
            PresenceRun run(presence);
            QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::ReaderBusy}));
        }
        PresenceRun run(presence);
        QTest::qWait(500);
        QVERIFY(m_reader.call(u"Release"_s, {}));
        QVERIFY(run.waits());
        presence.cancel();
    }
    void takesNoYesOfAPolkitThatAskedNobody()
    {
        // This bus's polkit allows all at once, as the real one does for root.
        PolkitPresence presence(place());
        QCOMPARE(probed(presence), (UserPresence::Probe{Means::None, Reason::NotAsked}));
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::NotAsked}));
    }
    void endsWhenTheReaderIsUnplugged()
    {
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QVERIFY(run.waits());
        QVERIFY(m_reader.say("UNPLUG"));
        QCOMPARE(run.answer(10'000), (Answer{Outcome::Unavailable, Reason::ReaderGone}));
        QTRY_COMPARE_WITH_TIMEOUT(probed(presence), (UserPresence::Probe{Means::None, Reason::NoReader}), 5'000);
    }
    void endsWhenTheServiceIsKilled()
    {
        QVERIFY(m_reader.plug());
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QVERIFY(run.waits());
        ::kill(static_cast<pid_t>(m_reader.process()), SIGKILL);
        QCOMPARE(run.answer(5'000), (Answer{Outcome::Unavailable, Reason::ServiceGone}));
    }
    void doesNotHangOnAServiceThatIsStuck()
    {
        QVERIFY(m_reader.plug());
        ::kill(static_cast<pid_t>(m_reader.process()), SIGSTOP);
        FingerprintPresence presence(place());
        presence.setTimeout(700);
        PresenceRun run(presence);
        const Answer answer = run.answer(5'000);
        ::kill(static_cast<pid_t>(m_reader.process()), SIGCONT);
        QCOMPARE(answer, (Answer{Outcome::TimedOut, Reason::None}));
    }
    void endsWhenTheBusIsGone()
    {
        QVERIFY(m_reader.plug());
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QVERIFY(run.waits());
        m_reader.killBus();
        QCOMPARE(run.answer(5'000), (Answer{Outcome::Unavailable, Reason::ServiceGone}));
        QCOMPARE(probed(presence), (UserPresence::Probe{Means::None, Reason::NoService}));
    }

private:
    [[nodiscard]] SystemBusPlace place() const { return {m_reader.bus().address(), ::getuid()}; }
    RealReader m_reader;
};

QTEST_GUILESS_MAIN(tst_FingerprintPresence)
#include "tst_FingerprintPresence.moc"
