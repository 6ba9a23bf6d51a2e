// SPDX-License-Identifier: GPL-3.0-or-later
// The gate by itself, and before a real vault with a keychain in memory.
#include "app/service/PresenceGate.h"

#include "app/service/VaultClient.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/ScriptedPresence.h"
#include "tests/support/TemporaryVault.h"

#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

using Check = PresenceGate::Check;
using Means = UserPresence::Means;
using Ending = UserPresence::Outcome;
using Reason = UserPresence::Reason;

class tst_PresenceGate : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedPresence> m_presence;
    std::unique_ptr<PresenceGate> m_gate;
    std::unique_ptr<TemporaryVault> m_vault;
    std::unique_ptr<ScriptedKeychain> m_keychain;
    std::unique_ptr<VaultClient> m_client;

    template<typename Call>
    Result<> answered(Call call)
    {
        auto answer = std::make_shared<std::optional<Result<>>>();
        call(Reply<Result<>>(this, [answer](const Result<> &result) { *answer = result; }));
        if (!QTest::qWaitFor([&] { return answer->has_value(); }, 30'000))
            return fail(ErrorCode::Internal, u"not answered"_s);
        return **answer;
    }
    Result<> unlockWithKeychain()
    {
        return answered([this](Reply<Result<>> reply) { m_client->unlockWithKeychain(std::move(reply)); });
    }
    Result<> lock()
    {
        return answered([this](Reply<Result<>> reply) { m_client->lock(std::move(reply)); });
    }
    Result<> openPersonal()
    {
        return answered([this](Reply<Result<>> reply) { m_client->openPersonal(TemporaryVault::password(), std::move(reply)); });
    }
    Result<> reopenPersonal()
    {
        return answered([this](Reply<Result<>> reply) { m_client->reopenPersonal(std::move(reply)); });
    }
    [[nodiscard]] bool isPersonalOpen() { return m_vault->vault().personalKeys() != nullptr; }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_presence = std::make_unique<ScriptedPresence>();
        m_gate = std::make_unique<PresenceGate>(*m_presence);
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
        m_keychain = std::make_unique<ScriptedKeychain>();
        m_client = std::make_unique<VaultClient>(&m_vault->vault(), *m_keychain, crypto::systemRandom());
        m_client->setPresence(m_gate.get());
        QVERIFY(answered([this](Reply<Result<>> reply) { m_client->setKeychainSlot(true, std::move(reply)); }));
        QTRY_VERIFY(m_client->facts().hasKeychainSlot);
        QVERIFY(lock());
        m_keychain->reads = 0;
    }
    void cleanup()
    {
        m_client.reset();
        m_gate.reset();
        m_vault.reset();
    }

    void theKeychainIsNotReadBeforeTheYes()
    {
        auto answer = std::make_shared<std::optional<Result<>>>();
        m_client->unlockWithKeychain({this, [answer](const Result<> &result) { *answer = result; }});
        QTRY_VERIFY(m_presence->isChecking());
        QTest::qWait(50);
        QCOMPARE(m_keychain->reads, 0);
        QCOMPARE(m_presence->purpose, UserPresence::Purpose::OpenVault);
        m_presence->answer({Ending::Present, Reason::None});
        QTRY_VERIFY(answer->has_value());
        QVERIFY(**answer);
        QVERIFY(m_client->isUnlocked());
    }
    void anythingButAYesLeavesTheVaultShut_data()
    {
        QTest::addColumn<Ending>("outcome");
        QTest::addColumn<Reason>("reason");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("refused") << Ending::Refused << Reason::None << ErrorCode::PresenceRefused;
        QTest::newRow("nobody") << Ending::TimedOut << Reason::None << ErrorCode::PresenceTimeout;
        QTest::newRow("cancelled") << Ending::Cancelled << Reason::None << ErrorCode::Cancelled;
        QTest::newRow("unplugged") << Ending::Unavailable << Reason::ReaderGone << ErrorCode::PresenceUnavailable;
        QTest::newRow("killed") << Ending::Unavailable << Reason::ServiceGone << ErrorCode::PresenceUnavailable;
        QTest::newRow("impostor") << Ending::Unavailable << Reason::Untrusted << ErrorCode::PresenceUnavailable;
        QTest::newRow("busy reader") << Ending::Unavailable << Reason::ReaderBusy << ErrorCode::PresenceUnavailable;
        QTest::newRow("busy") << Ending::Unavailable << Reason::Busy << ErrorCode::PresenceUnavailable;
        QTest::newRow("failed") << Ending::Unavailable << Reason::Failed << ErrorCode::PresenceUnavailable;
    }
    void anythingButAYesLeavesTheVaultShut()
    {
        QFETCH(Ending, outcome);
        QFETCH(Reason, reason);
        QFETCH(ErrorCode, code);
        m_presence->gives = {outcome, reason};
        const auto result = unlockWithKeychain();
        QVERIFY(!result);
        QCOMPARE(result.error().code, code);
        QCOMPARE(m_keychain->reads, 0);
        QVERIFY(!m_client->isUnlocked());
        QVERIFY2(answered([this](Reply<Result<>> reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); }), "the password always works");
    }
    void whereNothingCanAskThePasswordOpens_data()
    {
        QTest::addColumn<Reason>("reason");
        for (const Reason reason : {Reason::NotBuilt, Reason::NoService, Reason::NoReader, Reason::NoFinger, Reason::NoAction, Reason::NoAgent, Reason::NotAsked, Reason::Denied})
            QTest::addRow("%d", int(reason)) << reason;
    }
    void whereNothingCanAskThePasswordOpens()
    {
        QFETCH(Reason, reason);
        m_presence->found = {Means::None, reason};
        QCOMPARE(unlockWithKeychain().error().code, ErrorCode::PresenceUnavailable);
        QCOMPARE(m_keychain->reads, 0);
        QVERIFY(answered([this](Reply<Result<>> reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); }));
    }
    void nobodyIsAskedWhenNoCheckIsWanted()
    {
        m_gate->setKeychainCheck(Check::Never);
        QVERIFY(unlockWithKeychain());
        QCOMPARE(m_presence->checks, 0);
    }
    void aLockEndsTheCheckAndWins()
    {
        auto answer = std::make_shared<std::optional<Result<>>>();
        m_client->unlockWithKeychain({this, [answer](const Result<> &result) { *answer = result; }});
        QTRY_VERIFY(m_presence->isChecking());
        m_client->lock();
        QVERIFY(!m_presence->isChecking());
        QTRY_VERIFY(answer->has_value());
        QCOMPARE((*answer)->error().code, ErrorCode::Locked);
        QCOMPARE(m_keychain->reads, 0);
    }
    void thePasswordEndsTheCheckOfTheKeychain()
    {
        auto answer = std::make_shared<std::optional<Result<>>>();
        m_client->unlockWithKeychain({this, [answer](const Result<> &result) { *answer = result; }});
        QTRY_VERIFY(m_presence->isChecking());
        QVERIFY(answered([this](Reply<Result<>> reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); }));
        QTRY_VERIFY(answer->has_value());
        QCOMPARE((*answer)->error().code, ErrorCode::Cancelled);
        QVERIFY(m_client->isUnlocked());
    }

    void personalOpensByAYesOnceThePasswordWasGiven()
    {
        QVERIFY(answered([this](Reply<Result<>> reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); }));
        m_presence->gives = {Ending::Present, Reason::None};
        QCOMPARE(reopenPersonal().error().code, ErrorCode::PersonalShut);
        QCOMPARE(m_presence->checks, 0);
        QVERIFY(openPersonal());
        QTRY_VERIFY(m_client->facts().keepsPersonal);
        m_client->shutPersonal();
        QTRY_VERIFY(!isPersonalOpen());
        QVERIFY(reopenPersonal());
        QCOMPARE(m_presence->purpose, UserPresence::Purpose::OpenPersonal);
        QVERIFY(isPersonalOpen());
        m_vault->now += 60'000;
        QVERIFY2(!isPersonalOpen(), "for one view of a minute");
        const auto page = m_vault->open().rows().page({}, 0, 1);
        QVERIFY(page);
        QCOMPARE(page->events.constFirst().action, u"personal.open"_s);
        QCOMPARE(page->events.constFirst().why, u"presence check"_s);
    }
    void personalStaysShutWithoutAYes()
    {
        QVERIFY(answered([this](Reply<Result<>> reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); }));
        QVERIFY(openPersonal());
        QTRY_VERIFY(m_client->facts().keepsPersonal);
        m_client->shutPersonal();
        m_gate->setKeychainCheck(Check::Never); // of the keychain only
        for (const Ending outcome : {Ending::Refused, Ending::TimedOut, Ending::Cancelled}) {
            m_presence->gives = {outcome, Reason::None};
            QVERIFY(!reopenPersonal());
            QVERIFY(!isPersonalOpen());
        }
        m_presence->found = {Means::None, Reason::NoReader};
        QCOMPARE(reopenPersonal().error().code, ErrorCode::PresenceUnavailable);
        QVERIFY(!isPersonalOpen());
    }
    void whatIsKeptOutlivesALockAndNotTwoRefusalsInARow()
    {
        QVERIFY(answered([this](Reply<Result<>> reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); }));
        QVERIFY(openPersonal());
        QVERIFY(lock());
        QVERIFY(!isPersonalOpen());
        m_presence->gives = {Ending::Present, Reason::None};
        QTRY_VERIFY(m_client->facts().keepsPersonal);
        QCOMPARE(reopenPersonal().error().code, ErrorCode::Locked);
        QVERIFY(unlockWithKeychain());
        QVERIFY(reopenPersonal());

        m_presence->gives = {Ending::Refused, Reason::None};
        QVERIFY(!reopenPersonal());
        m_presence->gives = {Ending::Present, Reason::None};
        QVERIFY2(reopenPersonal(), "one refusal is forgiven by the next yes");
        m_presence->gives = {Ending::Refused, Reason::None};
        QVERIFY(!reopenPersonal());
        QVERIFY(!reopenPersonal());
        QTRY_VERIFY(!m_client->facts().keepsPersonal);
        m_presence->gives = {Ending::Present, Reason::None};
        QCOMPARE(reopenPersonal().error().code, ErrorCode::PersonalShut);
        QVERIFY(openPersonal());
        QTRY_VERIFY(m_client->facts().keepsPersonal);
    }
    void switchingItOffForgets()
    {
        QVERIFY(answered([this](Reply<Result<>> reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); }));
        QVERIFY(openPersonal());
        QTRY_VERIFY(m_client->facts().keepsPersonal);
        m_client->keepPersonal(false);
        QTRY_VERIFY(!m_client->facts().keepsPersonal);
        QVERIFY(openPersonal());
        QTest::qWait(20);
        QVERIFY(!m_client->facts().keepsPersonal);
    }
};

QTEST_GUILESS_MAIN(tst_PresenceGate)
#include "tst_PresenceGate.moc"
