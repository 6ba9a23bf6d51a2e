// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/LockChoice.h"
#include "crypto/AgentToken.h"
#include "tests/app/service/KeptLease.h"

#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>

#include <algorithm>
#include <functional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// Locked for people, while a lease goes on: what agents get, and how it ends.
class tst_KeptLease : public KeptLease {
    Q_OBJECT

    using Asked = std::function<link::Answer(tst_KeptLease &)>;

    void askEach()
    {
        QTest::addColumn<Asked>("asked");
        const auto by = [](QByteArray tst_KeptLease::*token, auto query) {
            return Asked([token, query](tst_KeptLease &test) { return test.ask(test.*token, query(test)); });
        };
        constexpr auto nightly = &tst_KeptLease::m_nightly;
        constexpr auto codex = &tst_KeptLease::m_codex;
        QTest::newRow("another key reads the same entry") << by(codex, [](auto &test) { return link::ReadQuery{test.m_github.toString()}; });
        QTest::newRow("another key asks for its code") << by(codex, [](auto &test) { return link::TotpQuery{test.m_github.toString()}; });
        QTest::newRow("the key reads another entry") << by(nightly, [](auto &test) { return link::ReadQuery{test.m_staging.toString()}; });
        QTest::newRow("the key reads no entry at all") << by(nightly, [](auto &) { return link::ReadQuery{u"nonsense"_s}; });
        QTest::newRow("the key reads metadata") << by(nightly, [](auto &test) { return link::ReadQuery{test.m_github.toString(), true}; });
        QTest::newRow("the key searches for the entry") << by(nightly, [](auto &) { return link::SearchQuery{u"github"_s, 5}; });
        QTest::newRow("the key lists") << by(nightly, [](auto &) { return link::ListQuery{}; });
        QTest::newRow("the key asks for its status") << by(nightly, [](auto &) { return link::StatusQuery{}; });
        QTest::newRow("the key wants a password") << by(nightly, [](auto &) { return link::GenerateQuery{}; });
        QTest::newRow("the key looks at a question") << by(nightly, [](auto &) { return link::ApprovalQuery{QUuid::createUuid().toString(QUuid::WithoutBraces)}; });
        QTest::newRow("the key asks for what is missing") << by(nightly, [](auto &) { return link::RequestQuery{u"shop"_s, u"deploy"_s, {}}; });
        QTest::newRow("the key completes a title") << by(nightly, [](auto &) { return link::CompleteQuery{u"gi"_s}; });
        QTest::newRow("the key starts up") << by(nightly, [](auto &) { return link::AuthenticateQuery{}; });
        QTest::newRow("a forged token with the key's id") << Asked([](tst_KeptLease &test) {
            crypto::AgentToken forged = crypto::AgentToken::make(crypto::systemRandom());
            const QByteArray id = test.m_nightlyId.toLatin1();
            std::ranges::copy(id, forged.id.begin());
            const auto text = forged.text();
            return test.read(QByteArray(text.view().data(), static_cast<qsizetype>(text.size())), test.m_github);
        });
        QTest::newRow("no token") << Asked([](tst_KeptLease &test) { return test.read({}, test.m_github); });
        QTest::newRow("a malformed token") << Asked([](tst_KeptLease &test) { return test.read("clavitor_nonsense", test.m_github); });
        QTest::newRow("health") << Asked([](tst_KeptLease &test) { return test.ask({}, link::HealthQuery{}); });
    }

private slots:
    void theLeasedEntryIsGivenAndCountedAndOnRecord()
    {
        QVERIFY(vault().lockKeepingLeases());
        QVERIFY(isKeeping());
        QVERIFY(!vault().open());
        const link::Answer given = read(m_nightly, m_github);
        QCOMPARE(given.status, link::Status::Ok);
        QVERIFY(given.body.contains("hunter2-canary"));
        QVERIFY2(!given.body.contains("recovery-canary"), "Personal is for no agent, leased or not");
        QCOMPARE(ask(m_nightly, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(isKeeping());
        QVERIFY(m_vault->unlock());
        QCOMPARE(m_vault->open().grants().first().readsLeft, 3);
        const QList<AuditEvent> last = rows(4);
        QCOMPARE(last[0].action, u"unlock"_s);
        QCOMPARE(last[1].action, u"totp"_s);
        QCOMPARE(last[1].why, u"by lease"_s);
        QCOMPARE(last[2].action, u"read"_s);
        QVERIFY2(last[2].why.startsWith(u"by lease"_s), qPrintable(last[2].why));
        QCOMPARE(last[2].actor, u"api:nightly-build"_s);
        QCOMPARE(last[3].action, u"lock"_s);
        QVERIFY2(last[3].why.startsWith(u"keeping the lease of nightly-build (entries: 1, reads left: 6) until 2026-03-08T18:23:14"_s),
                 qPrintable(last[3].why));
    }

    void everythingElseIsAnsweredLikeALockedVault_data() { askEach(); }
    void everythingElseIsAnsweredLikeALockedVault()
    {
        QFETCH(Asked, asked);
        QVERIFY(vault().lockKeepingLeases());
        link::Answer kept = asked(*this);
        QVERIFY(isKeeping());
        QVERIFY(vault().lock());
        QVERIFY(!isKeeping());
        link::Answer locked = asked(*this);
        QVERIFY(locked.id != kept.id);
        kept.id = locked.id = 0;
        QCOMPARE(kept, locked);
        QVERIFY(kept.status == link::Status::Locked || kept.status == link::Status::Unauthorized || kept.body.contains("locked"));
    }

    void whoCalledWhileLockedIsToldAndWrittenDown()
    {
        QVERIFY(vault().lockKeepingLeases());
        QSignalSpy calls(&vault(), &Vault::lockedCall);
        (void)read(m_codex, m_github);
        (void)read(m_nightly, m_github);
        QCOMPARE(calls.size(), 1);
        QCOMPARE(calls.first().first().value<LockedCall>().actor, u"api:codex-agent"_s);
        QVERIFY(m_vault->unlock());
        AuditFilter locked;
        locked.outcomes = {Outcome::Locked};
        QCOMPARE(m_vault->open().rows().page(locked, 0, 10)->events.size(), 1);
    }

    void aCodeIsGivenOnlyWhereCodesWereLeased()
    {
        // This key gets codes without a question while the vault is open.
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.codeNeedsTap = false;
        const QByteArray token = makeKey(u"other-run"_s, policy);
        QVERIFY(m_vault->open().addLease({m_nightlyId, {m_github}, false, 5, m_vault->now + kNight}));
        QVERIFY(read(token, m_github).body.contains("expires_in"));
        QVERIFY(vault().lockKeepingLeases());
        const link::Answer given = read(token, m_github);
        QCOMPARE(given.status, link::Status::Ok);
        QVERIFY(given.body.contains("hunter2-canary"));
        QVERIFY(!given.body.contains("expires_in"));
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::Locked);
    }

    void whatWasAllowedBesideALeaseCountsForNothing()
    {
        QVERIFY(m_vault->open().allowAlways(m_nightlyId, m_staging, Action::Read));
        QCOMPARE(read(m_nightly, m_staging).status, link::Status::Ok);
        QVERIFY(vault().lockKeepingLeases());
        QCOMPARE(read(m_nightly, m_staging).status, link::Status::Locked);
        QVERIFY(m_vault->unlock());
        QCOMPARE(read(m_nightly, m_staging).status, link::Status::Ok);
    }

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

    void aKeyThatIsStoppedStaysSo()
    {
        const auto agents = m_vault->open().agents().list();
        const auto codex = std::ranges::find(*agents, u"codex-agent"_s, &Agent::name);
        QVERIFY(m_vault->open().addLease({codex->keyId, {m_github}, true, 6, m_vault->now + kNight}));
        // For what the disk may not have taken.
        m_vault->open().gate().stop({m_nightlyId});
        QCOMPARE(m_vault->open().leases().size(), 1);
        QVERIFY(vault().lockKeepingLeases());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Locked);
        QCOMPARE(read(m_codex, m_github).status, link::Status::Ok);
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

    void aKeyInAnotherPlaceIsToldThatItIsLocked()
    {
        KeyPolicy policy = policyOf(Preset::AskFirst);
        policy.pin.program = u"codex"_s;
        const QByteArray token = makeKey(u"pinned"_s, policy);
        QVERIFY(m_vault->open().addLease({m_nightlyId, {m_github}, false, 5, m_vault->now + kNight}));
        QVERIFY(vault().lockKeepingLeases());
        QCOMPARE(read(token, m_github).status, link::Status::Locked);
        QVERIFY(m_vault->unlock());
        AuditFilter denied;
        denied.outcomes = {Outcome::Denied};
        QCOMPARE(m_vault->open().rows().page(denied, 0, 5)->events.size(), 1);
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
            QVERIFY(vault().lock());
            vault().expectMirror(true);
            QVERIFY(m_vault->unlock());
            QVERIFY(vault().awaitsMirror());
            break;
        }
        QCOMPARE(vault().lockKeepingLeases().error().code, code);
        QVERIFY(!isKeeping());
        QVERIFY(!vault().open());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Locked);
    }

    void wrongAttemptsToUnlockChangeNothing()
    {
        QVERIFY(vault().lockKeepingLeases());
        QCOMPARE(m_vault->unlock(crypto::SecretText::copyOf("wrong horse battery staple")).error().code, ErrorCode::WrongPassword);
        QCOMPARE(vault().unlockWithKeychainSecret(crypto::SecretBytes(32)).error().code, ErrorCode::KeychainNoItem);
        QVERIFY(isKeeping());
        QCOMPARE(read(m_nightly, m_github).status, link::Status::Ok);
        QCOMPARE(read(m_codex, m_github).status, link::Status::Locked);
        QVERIFY(m_vault->unlock());
        QVERIFY(!isKeeping());
        QCOMPARE(read(m_codex, m_github).status, link::Status::Ok);
    }

    void keepingItAgainAfterAnUnlockWorks()
    {
        for (int i = 0; i < 6; ++i) {
            QVERIFY(vault().lockKeepingLeases());
            QCOMPARE(ask(m_nightly, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
            QVERIFY(m_vault->unlock());
        }
        QVERIFY(m_vault->open().leases().isEmpty());
        QCOMPARE(vault().lockKeepingLeases().error().code, ErrorCode::NotFound);
    }

    void aSecondLockThatWouldKeepItLeavesItAsItIs()
    {
        QVERIFY(vault().lockKeepingLeases());
        QVERIFY(vault().lockKeepingLeases(LockCause::Screen));
        QVERIFY(isKeeping());
        QVERIFY(vault().lock());
        QVERIFY(vault().lockKeepingLeases(LockCause::Screen));
        QVERIFY2(!isKeeping(), "a vault that is locked is not opened by it");
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

    void factsTellWhatCouldBeKeptAndWhatIs()
    {
        QSignalSpy facts(&vault(), &Vault::factsChanged);
        QVERIFY(m_vault->open().addLease({m_nightlyId, {m_github, m_staging}, false, 10, m_vault->now + ms::hour}));
        vault().announceGrants();
        QCOMPARE(facts.size(), 1);
        VaultFacts now = facts.last().first().value<VaultFacts>();
        QCOMPARE(now.leases.size(), 2);
        QVERIFY(!now.keepsLeases());
        QCOMPARE(now.leases.first().keyName, u"nightly-build"_s);
        QCOMPARE(now.leases.first().entries, 2);
        QCOMPARE(now.leases.first().readsLeft, 10);
        QCOMPARE(now.leases.first().until, m_vault->now + ms::hour);
        QVERIFY(vault().lockKeepingLeases());
        (void)read(m_nightly, m_staging);
        now = facts.last().first().value<VaultFacts>();
        QCOMPARE(now.state, LockState::Locked);
        QVERIFY(now.keepsLeases());
        const auto two = std::ranges::find(now.leases, 2, &LeaseStanding::entries);
        QVERIFY(two != now.leases.end());
        QCOMPARE(two->readsLeft, 9);
        QVERIFY(vault().lock());
        now = facts.last().first().value<VaultFacts>();
        QVERIFY(!now.keepsLeases());
        QVERIFY(now.leases.isEmpty());
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

    void theLogHoldsOverALockThatKeptALease()
    {
        QVERIFY(vault().lockKeepingLeases());
        (void)read(m_nightly, m_github);
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->openPersonal());
        Result<LogVerdict> verdict = fail(ErrorCode::Internal);
        vault().verifyLog({}, [&](Result<LogVerdict> found) { verdict = std::move(found); });
        QTRY_VERIFY(verdict);
        QVERIFY(verdict->fault == LogVerdict::Fault::None);
        QVERIFY(vault().lock());
        QVERIFY(m_vault->unlock());
        QVERIFY2(!vault().isDistrusted(), "the file is as it was left");
    }
};


QTEST_GUILESS_MAIN(tst_KeptLease)
#include "tst_KeptLease.moc"
