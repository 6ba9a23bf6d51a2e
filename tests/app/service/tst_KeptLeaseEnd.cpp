// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/LockChoice.h"
#include "tests/app/service/KeptLease.h"

#include <QSignalSpy>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// How a lease that goes on behind a lock ends, and who is told.
class tst_KeptLeaseEnd : public KeptLease {
    Q_OBJECT

private slots:
    void theRealLockComesWhenTheReadsAreUsedUp()
    {
        QVERIFY(vault().lockKeepingLeases());
        QSignalSpy facts(&vault(), &Vault::factsChanged);
        QSignalSpy alerts(&vault(), &Vault::keyAlert);
        for (int i = 0; i < 9; ++i) {
            m_bridge->ask(++m_call, m_nightly, link::TotpQuery{m_github.toString()});
        }
        QTRY_COMPARE(m_bridge->answers.size(), 9);
        int given = 0;
        for (const link::Answer &answer : std::as_const(m_bridge->answers)) {
            QVERIFY(answer.status == link::Status::Ok || answer.status == link::Status::Locked);
            given += answer.status == link::Status::Ok ? 1 : 0;
        }
        QCOMPARE(given, 6);
        QVERIFY(!isKeeping());
        QVERIFY(facts.last().first().value<VaultFacts>().leases.isEmpty());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Locked);
        QVERIFY(m_vault->unlock());
        AuditFilter locks;
        locks.actions = {u"lock"_s};
        const AuditEvent row = m_vault->open().rows().page(locks, 0, 1)->events.first();
        QCOMPARE(row.actor, u"app:clavitor"_s);
        QCOMPARE(row.why, u"the lease is over: its reads are used up"_s);
        QCOMPARE(alerts.size(), 1); // and not once more at the unlock
        const auto alert = alerts.first().first().value<KeyAlert>();
        QCOMPARE(alert.kind, KeyAlert::Kind::LeaseOver);
        QCOMPARE(alert.keyName, u"nightly-build"_s);
        QCOMPARE(alert.reads, 6);
        QCOMPARE(alert.readsAllowed, 6);
    }

    void aLeaseThatEndsWhileItIsOpenIsTold()
    {
        QSignalSpy alerts(&vault(), &Vault::keyAlert);
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Ok);
        m_vault->now += kNight;
        (void)read(m_codex, m_staging);
        vault().announceGrants();
        QCOMPARE(alerts.size(), 1);
        QCOMPARE(alerts.first().first().value<KeyAlert>().reads, 2); // the entry and its code
        QCOMPARE(alerts.first().first().value<KeyAlert>().readsAllowed, 6);
    }

    void aLeaseThatEndedBehindALockIsToldAtTheUnlock()
    {
        QSignalSpy alerts(&vault(), &Vault::keyAlert);
        QCOMPARE(ask(m_nightly, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(vault().lock());
        m_vault->now += 2 * kNight;
        QVERIFY(alerts.isEmpty());
        QVERIFY(m_vault->unlock());
        QCOMPARE(alerts.size(), 1);
        QCOMPARE(alerts.first().first().value<KeyAlert>().kind, KeyAlert::Kind::LeaseOver);
        QCOMPARE(alerts.first().first().value<KeyAlert>().keyId, m_nightlyId);
        QCOMPARE(alerts.first().first().value<KeyAlert>().reads, 1);
        QVERIFY(vault().lock());
        QVERIFY(m_vault->unlock());
        QCOMPARE(alerts.size(), 1);
    }

    void aLeaseThatThePersonOrAStoppedKeyEndsIsNoNews()
    {
        QSignalSpy alerts(&vault(), &Vault::keyAlert);
        QVERIFY(m_vault->open().setKeyPaused(m_nightlyId, true));
        vault().announceAgents();
        QVERIFY(m_vault->open().setKeyPaused(m_nightlyId, false));
        vault().announceAgents();
        QVERIFY(vault().lockKeepingLeases());
        QVERIFY(vault().endKeptLeases());
        QVERIFY(m_vault->unlock());
        const auto lease = m_vault->open().addLease({m_nightlyId, {m_github}, true, 6, m_vault->now + kNight});
        vault().announceGrants();
        QVERIFY(m_vault->open().endGrant(*lease));
        vault().announceGrants();
        QVERIFY(alerts.isEmpty());
    }

    void theRealLockComesAtTheLeasesEnd()
    {
        QVERIFY(vault().lockKeepingLeases());
        QSignalSpy alerts(&vault(), &Vault::keyAlert);
        m_vault->now += kNight - 1000;
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Ok);
        m_vault->now += 999;
        QVERIFY(isKeeping());
        m_vault->now += 1;
        QTRY_VERIFY(!isKeeping()); // by the timer that the read has set
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Locked);
        QVERIFY(m_vault->unlock());
        QCOMPARE(rows(3).last().why, u"the lease is over: its time is over"_s);
        QCOMPARE(alerts.size(), 1);
        QCOMPARE(alerts.first().first().value<KeyAlert>().reads, 2);
        QCOMPARE(alerts.first().first().value<KeyAlert>().readsAllowed, 6);
    }

    void aClockThatIsSetBackMakesNoneLast()
    {
        QVERIFY(vault().lockKeepingLeases());
        m_vault->now -= 2 * ms::hour;
        m_vault->steadyAhead += kNight - 400;
        QCOMPARE(read(m_codex, m_github).status, link::Status::Locked); // which has the timer set anew
        QVERIFY(isKeeping());
        QTRY_VERIFY_WITH_TIMEOUT(!isKeeping(), 3'000);
        QVERIFY(m_vault->unlock());
        QCOMPARE(rows(3).last().why, u"the lease is over: its time is over"_s);
    }

    void aReadThatIsRefusedBecauseTheLeaseIsOverEndsIt()
    {
        QVERIFY(vault().lockKeepingLeases());
        m_vault->now -= 2 * ms::hour;
        m_vault->steadyAhead += kNight;
        QVERIFY(isKeeping());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Locked);
        QVERIFY(!isKeeping());
    }

    void otherLocksAreRealOnesAndSayWhy_data()
    {
        QTest::addColumn<LockCause>("cause");
        QTest::addColumn<QString>("why");
        QTest::newRow("asked") << LockCause::Asked << QString();
        QTest::newRow("sleep") << LockCause::Sleep << u"the computer goes to sleep"_s;
        QTest::newRow("lid") << LockCause::Lid << u"the lid was closed"_s;
        QTest::newRow("user") << LockCause::OtherUser << u"another user took the screen"_s;
        QTest::newRow("quit") << LockCause::Quit << u"Clavitor ends"_s;
    }

    void otherLocksAreRealOnesAndSayWhy()
    {
        QFETCH(LockCause, cause);
        QFETCH(QString, why);
        QVERIFY(vault().lockKeepingLeases(LockCause::Screen));
        QVERIFY(isKeeping());
        QVERIFY(vault().lock(cause));
        QVERIFY(!isKeeping());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Locked);
        QVERIFY(m_vault->unlock());
        QCOMPARE(rows(4)[2].action, u"lock"_s);
        QCOMPARE(rows(4)[2].why, why);
        QVERIFY(rows(4)[3].why.startsWith(u"the screen was locked; keeping the lease of nightly-build"_s));
        // The lease itself is as it was: a lock takes it from nobody.
        QCOMPARE(m_vault->open().leases().size(), 1);
    }

    void stoppingItTakesTheLeaseAwayAndLocks()
    {
        QVERIFY(vault().lockKeepingLeases());
        QVERIFY(vault().endKeptLeases());
        QVERIFY(!isKeeping());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Locked);
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().grants().isEmpty());
        const QList<AuditEvent> last = rows(4);
        QCOMPARE(last[2].action, u"lock"_s);
        QCOMPARE(last[2].why, u"the lease was stopped"_s);
        QCOMPARE(last[3].action, u"grant.end"_s);
        QVERIFY2(vault().endKeptLeases(), "nothing is kept, so nothing is to be done");
        QVERIFY2(vault().open(), "and nothing is locked");
    }

    void pausingAllAgentsStopsItToo()
    {
        QVERIFY(vault().lockKeepingLeases());
        QSignalSpy facts(&vault(), &Vault::factsChanged);
        QVERIFY(vault().pauseAllKeys(true));
        QVERIFY(!isKeeping());
        QVERIFY(facts.last().first().value<VaultFacts>().agentsPaused);
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().areKeysPaused());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::KeyPaused);
    }

    void baitFreezesTheKeyAndEndsIt()
    {
        QVERIFY(m_vault->open().setDecoy(m_github, true));
        QVERIFY(vault().lockKeepingLeases());
        QSignalSpy alerts(&vault(), &Vault::keyAlert);
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Ok);
        QTRY_VERIFY(!isKeeping());
        QCOMPARE(alerts.size(), 1);
        QVERIFY2(alerts.first().first().value<KeyAlert>().subject.isEmpty(), "no title where the screen is locked");
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().agents().find(m_nightlyId)->agent.isFrozen());
    }

    void withoutALeaseItIsTheRealLock_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("none was made") << 0 << ErrorCode::NotFound;
        QTest::newRow("its time is over") << 1 << ErrorCode::NotFound;
        QTest::newRow("its key is paused") << 2 << ErrorCode::NotFound;
        QTest::newRow("its key is revoked") << 3 << ErrorCode::NotFound;
        QTest::newRow("all keys are paused") << 4 << ErrorCode::NotFound;
        QTest::newRow("the outside was not compared yet") << 5 << ErrorCode::Busy;
        QTest::newRow("what is remembered outside is late") << 6 << ErrorCode::Busy;
    }

    void withoutALeaseItIsTheRealLock()
    {
        QFETCH(int, what);
        QFETCH(ErrorCode, code);
        switch (what) {
        case 0:
            QVERIFY(m_vault->open().endGrant(m_lease));
            break;
        case 1:
            m_vault->now += kNight;
            break;
        case 2:
            QVERIFY(m_vault->open().setKeyPaused(m_nightlyId, true));
            break;
        case 3:
            QVERIFY(m_vault->open().revokeKey(m_nightlyId));
            break;
        case 4:
            QVERIFY(vault().pauseAllKeys(true));
            break;
        case 5:
        case 6:
            QVERIFY(vault().lock());
            vault().expectMirror(true);
            QVERIFY(m_vault->unlock());
            QVERIFY(vault().awaitsMirror());
            if (what == 6) {
                QTRY_VERIFY(!vault().awaitsMirror());
                QVERIFY(vault().isMirrorOwed());
            }
            break;
        }
        QCOMPARE(vault().lockKeepingLeases().error().code, code);
        QVERIFY(!isKeeping());
        QVERIFY(!vault().open());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Locked);
    }

    void nothingOfItIsLeftAfterTheProgramEnds()
    {
        QVERIFY(vault().lockKeepingLeases());
        vault().shutDown();
        QVERIFY(!isKeeping());
        m_vault->restart();
        QCOMPARE(vault().initialFacts().state, LockState::Locked);
        QVERIFY(vault().initialFacts().leases.isEmpty());
        QVERIFY(m_vault->unlock());
        QCOMPARE(rows(2)[1].why, u"Clavitor ends"_s);
    }

    void locksThatNobodyAskedForKeepItOnlyIfThePersonChoseSo_data()
    {
        QTest::addColumn<LockCause>("cause");
        QTest::addColumn<LockState>("state");
        QTest::addColumn<bool>("hasLease");
        QTest::addColumn<bool>("chosen");
        QTest::addColumn<bool>("goesOn");
        for (const LockCause cause : {LockCause::Asked, LockCause::Idle, LockCause::Screen, LockCause::OtherUser, LockCause::Lid,
                                      LockCause::Sleep, LockCause::Quit}) {
            const bool may = cause == LockCause::Idle || cause == LockCause::Screen;
            const auto row = [&](const char *name, LockState state, bool hasLease, bool chosen, bool goesOn) {
                QTest::addRow("%d, %s", static_cast<int>(cause), name) << cause << state << hasLease << chosen << goesOn;
            };
            row("unlocked, chosen", LockState::Unlocked, true, true, may);
            row("unlocked, not chosen", LockState::Unlocked, true, false, false);
            row("unlocked, no lease", LockState::Unlocked, false, true, false);
            row("kept already", LockState::Locked, true, false, may);
            row("kept, being unlocked", LockState::Unlocking, true, false, may);
            row("locked", LockState::Locked, false, true, false);
        }
    }

    void locksThatNobodyAskedForKeepItOnlyIfThePersonChoseSo()
    {
        QFETCH(LockCause, cause);
        QFETCH(LockState, state);
        QFETCH(bool, hasLease);
        QFETCH(bool, chosen);
        QFETCH(bool, goesOn);
        VaultFacts facts;
        facts.state = state;
        if (hasLease)
            facts.leases.append({m_lease, u"nightly-build"_s, 1, 6, m_vault->now + kNight});
        QCOMPARE(letsLeasesGoOn(cause, facts, chosen), goesOn);
    }
};


QTEST_GUILESS_MAIN(tst_KeptLeaseEnd)
#include "tst_KeptLeaseEnd.moc"
