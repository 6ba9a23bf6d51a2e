// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/AgentToken.h"
#include "tests/app/service/KeptLease.h"

#include <QSignalSpy>

#include <algorithm>
#include <functional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// Locked for people, while a lease goes on: what agents get.
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
        QTest::newRow("the key wants a value for a command") << by(nightly, [](auto &) { return link::UseQuery{u"clavitor://github.com/password"_s, u"/usr/bin/gh"_s}; });
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

    void callsWithoutARowAreWrittenDownAMinuteLater()
    {
        QVERIFY(vault().lockKeepingLeases());
        // Of the key that has the lease, to another vault: others do not come as far as a row.
        link::Question astray;
        astray.token = m_nightly;
        astray.vaultPrefix = u"00000000000g"_s;
        astray.query = link::ReadQuery{m_github.toString()};
        const qsizetype before = m_bridge->answers.size();
        for (int i = 0; i < RefusalCount::perMinute + 3; ++i) {
            astray.id = ++m_call;
            m_bridge->channel->send(link::encode(link::ToKeeper(astray)));
        }
        QTRY_COMPARE(m_bridge->answers.size(), before + RefusalCount::perMinute + 3);
        QVERIFY(vault().leased()->gate().unwrittenDue());
        // When nobody calls any more. A coarse timer is right to a twentieth.
        const auto timers = vault().findChildren<QTimer *>();
        const auto due = std::ranges::find_if(timers, [](const QTimer *timer) {
            return timer->isActive() && timer->remainingTime() > 50'000 && timer->remainingTime() <= 63'000;
        });
        QVERIFY(due != timers.end());
        m_vault->steadyAhead += 61'000;
        (*due)->start(0);
        QTRY_VERIFY(!vault().leased()->gate().unwrittenDue());
        QVERIFY(m_vault->unlock());
        const QList<AuditEvent> last = rows(2);
        QCOMPARE(last[0].action, u"unlock"_s);
        QCOMPARE(last[1].action, u"refused"_s);
        QCOMPARE(last[1].why, u"3 calls without a row of their own"_s);
    }
};


QTEST_GUILESS_MAIN(tst_KeptLease)
#include "tst_KeptLease.moc"
