// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/VaultClient.h"

#include "crypto/RecoverySheet.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/TemporaryVault.h"
#include "tests/support/VaultSamples.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

/// Something happens while a secret is being written.
class WatchedKeychain : public ScriptedKeychain {
public:
    std::function<void()> beforeWrite = [] {};

    void write(const QString &vaultId, crypto::SecretBytes secret, Done done) override
    {
        beforeWrite();
        ScriptedKeychain::write(vaultId, std::move(secret), std::move(done));
    }
};

} // namespace

/// The client before a real vault and a keychain in memory.
class tst_VaultClient : public QObject {
    Q_OBJECT

    std::unique_ptr<TemporaryVault> m_vault;
    std::unique_ptr<WatchedKeychain> m_keychain;
    std::unique_ptr<VaultClient> m_client;
    std::optional<KeysReplaced> m_replaced;

    [[nodiscard]] QString id() const { return m_client->facts().vaultId; }
    Result<> setKeychainSlot(bool enabled)
    {
        std::optional<Result<>> answer;
        m_client->setKeychainSlot(enabled, {this, [&](const Result<> &result) { answer = result; }});
        if (!QTest::qWaitFor([&] { return answer.has_value(); }))
            return fail(ErrorCode::Internal, u"not answered"_s);
        return *answer;
    }
    template<typename Call>
    Result<> answered(Call call)
    {
        std::optional<Result<>> answer;
        call(Reply<Result<>>(this, [&](const Result<> &result) { answer = result; }));
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 30'000))
            return fail(ErrorCode::Internal, u"not answered"_s);
        return *answer;
    }
    Result<> replaceKeys()
    {
        m_replaced.reset();
        std::optional<Error> error;
        m_client->replaceKeys(TemporaryVault::password(), {this, [&](const Result<KeysReplaced> &result) {
            if (result)
                m_replaced = *result;
            else
                error = result.error();
        }});
        if (!QTest::qWaitFor([&] { return m_replaced || error; }, 30'000))
            return fail(ErrorCode::Internal, u"not answered"_s);
        return error ? Result<>(std::unexpected(*error)) : Result<>();
    }
    Result<> unlock()
    {
        return answered([this](Reply<Result<>> reply) { m_client->unlock(TemporaryVault::password(), std::move(reply)); });
    }
    Result<> unlockWithKeychain()
    {
        std::optional<Result<>> answer;
        m_client->unlockWithKeychain({this, [&](const Result<> &result) { answer = result; }});
        if (!QTest::qWaitFor([&] { return answer.has_value(); }))
            return fail(ErrorCode::Internal, u"not answered"_s);
        return *answer;
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
        m_keychain = std::make_unique<WatchedKeychain>();
        m_client = std::make_unique<VaultClient>(&m_vault->vault(), *m_keychain, crypto::systemRandom());
        m_client->pauseAllKeys(false, {this, [](const Result<> &) {}});
        QTRY_VERIFY(!id().isEmpty());
    }
    void cleanup()
    {
        m_client.reset();
        m_keychain.reset();
        m_vault.reset();
    }

    void aKeychainIsGivenASecretThatOpensTheVault()
    {
        QVERIFY(setKeychainSlot(true));
        QVERIFY(m_keychain->items.contains(id()));
        QVERIFY(m_vault->vault().lock());
        QVERIFY(unlockWithKeychain());
        QVERIFY(setKeychainSlot(false));
        QVERIFY(!m_keychain->items.contains(id()));
    }

    void replacedKeysGiveTheKeychainANewSecret()
    {
        QVERIFY(setKeychainSlot(true));
        const QString former = m_client->facts().keychainItem;
        const crypto::SecretBytes before = crypto::SecretBytes::copyOf(m_keychain->items.at(former).bytes());
        QSignalSpy renewed(m_client.get(), &VaultClient::keychainIsRenewed);
        REQUIRE_OK(replaceKeys());
        QCOMPARE(renewed.size(), 1);
        QCOMPARE(m_replaced->gone.size(), 0);
        QVERIFY(!m_replaced->keychain);
        QVERIFY(!m_keychain->items.contains(former));
        QVERIFY(!m_keychain->items.at(m_client->facts().keychainItem).equals(before.bytes()));
        QVERIFY(m_vault->vault().lock());
        QVERIFY(unlockWithKeychain());
    }

    void replacedKeysLeaveNoSlotThatOpensNothing()
    {
        QVERIFY(setKeychainSlot(true));
        m_keychain->writeError = ErrorCode::KeychainLocked;
        REQUIRE_OK(replaceKeys());
        QCOMPARE(m_replaced->gone.size(), 1);
        QCOMPARE(m_replaced->keychain->code, ErrorCode::KeychainLocked);
        QVERIFY(!m_vault->vault().initialFacts().hasKeychainSlot);
        QVERIFY(!m_keychain->items.contains(id()));
        m_keychain->writeError.reset();

        // Nor one that could not be taken away.
        QVERIFY(setKeychainSlot(true));
        m_keychain->removeError = ErrorCode::KeychainAbsent;
        REQUIRE_OK(replaceKeys());
        QCOMPARE(m_replaced->keychain->code, ErrorCode::KeychainAbsent);
        QVERIFY(!m_vault->vault().initialFacts().hasKeychainSlot);
    }

    void aKeychainThatIsAskedAgainTakesNoSecretOfBefore()
    {
        QVERIFY(setKeychainSlot(true));
        const QString former = m_client->facts().keychainItem;
        const crypto::SecretBytes before = crypto::SecretBytes::copyOf(m_keychain->items.at(former).bytes());
        m_keychain->removeError = ErrorCode::KeychainLocked;
        REQUIRE_OK(replaceKeys());
        m_keychain->removeError.reset();
        QVERIFY2(m_keychain->items.contains(former), "it could not be taken away");
        QVERIFY(setKeychainSlot(true));
        QVERIFY(m_vault->vault().lock());
        REQUIRE_ERROR(m_vault->vault().unlockWithKeychainSecret(before), ErrorCode::KeychainWrongItem);
        QVERIFY(unlockWithKeychain());
    }

    void aKeychainThatWasNotAskedStaysSo()
    {
        QSignalSpy renewed(m_client.get(), &VaultClient::keychainIsRenewed);
        REQUIRE_OK(replaceKeys());
        QCOMPARE(m_keychain->writes, 0);
        QCOMPARE(m_keychain->removals, 0);
        QCOMPARE(renewed.size(), 0);
    }

    void aLockWinsOverAKeychainThatIsStillAsked()
    {
        QVERIFY(setKeychainSlot(true));
        QVERIFY(m_vault->vault().lock());
        m_keychain->delay = 50;
        std::optional<Result<>> answer;
        m_client->unlockWithKeychain({this, [&](const Result<> &result) { answer = result; }});
        m_client->lock();
        QTRY_VERIFY(answer);
        QCOMPARE(answer->error().code, ErrorCode::Locked);
        QVERIFY(m_vault->vault().open() == nullptr);
        QVERIFY(unlockWithKeychain());
    }

    void aSecretThatIsThereAlreadyIsTakenAndNeverReplaced()
    {
        // As for a copy of a vault folder: another copy opens with it.
        m_keychain->items.insert_or_assign(id(), secretBytes('o'));
        QVERIFY(setKeychainSlot(true));
        QCOMPARE(m_keychain->writes, 0);
        QVERIFY(m_keychain->items.at(id()).equals(secretBytes('o').bytes()));
        QVERIFY(m_vault->vault().lock());
        QVERIFY(unlockWithKeychain());
    }

    void aLockedKeychainIsOpenedOnRequest()
    {
        QVERIFY(setKeychainSlot(true));
        QVERIFY(m_vault->vault().lock());
        m_keychain->readError = ErrorCode::KeychainLocked;
        m_keychain->openError = ErrorCode::KeychainDenied;
        std::optional<Result<>> answer;
        m_client->openKeychain({this, [&](const Result<> &result) { answer = result; }});
        QTRY_VERIFY(answer);
        QCOMPARE(answer->error().code, ErrorCode::KeychainDenied);
        answer.reset();
        m_keychain->openError.reset();
        m_client->openKeychain({this, [&](const Result<> &result) { answer = result; }});
        QTRY_VERIFY(answer);
        REQUIRE_OK(*answer);
        QVERIFY2(m_vault->vault().open() == nullptr, "the keychain is open, and the vault is not yet");
        QVERIFY(unlockWithKeychain());
    }

    void somethingElseInItsPlaceIsLeftAlone()
    {
        m_keychain->items.insert_or_assign(id(), secretBytes('o', 16));
        QCOMPARE(setKeychainSlot(true).error().code, ErrorCode::KeychainBrokenItem);
        QCOMPARE(m_keychain->items.at(id()).size(), std::size_t{16});
        m_keychain->readError = ErrorCode::KeychainLocked;
        QCOMPARE(setKeychainSlot(true).error().code, ErrorCode::KeychainLocked);
        QCOMPARE(m_keychain->writes, 0);
    }

    void aKeychainThatALockCameBeforeIsAskedAfterTheNextUnlock()
    {
        // Locked while the password is worked out, and while the keychain is asked.
        for (const bool beforeTheKeychain : {true, false}) {
            cleanup();
            QThread passwords;
            QObject deriver;
            deriver.moveToThread(&passwords);
            m_vault = std::make_unique<TemporaryVault>();
            m_vault->deriver = &deriver;
            m_vault->restart();
            m_keychain = std::make_unique<WatchedKeychain>();
            m_client = std::make_unique<VaultClient>(&m_vault->vault(), *m_keychain, crypto::systemRandom());
            if (!beforeTheKeychain)
                m_keychain->beforeWrite = [this] { QVERIFY(m_vault->vault().lock()); };
            std::optional<Result<>> answer;
            m_client->create({u"test"_s, true}, TemporaryVault::password(), {this, [&](const Result<> &result) { answer = result; }});
            if (beforeTheKeychain)
                m_client->lock();
            passwords.start();
            QTRY_VERIFY_WITH_TIMEOUT(answer, 30'000);
            QCOMPARE(answer->has_value(), !beforeTheKeychain);
            QTRY_COMPARE(m_client->facts().state, LockState::Locked);
            QVERIFY(!m_client->facts().hasKeychainSlot);
            QVERIFY(m_keychain->items.empty());

            m_keychain->beforeWrite = [] {};
            m_client->unlock(TemporaryVault::password(), {this, [](const Result<> &result) { QVERIFY(result); }});
            QTRY_VERIFY_WITH_TIMEOUT(m_client->facts().hasKeychainSlot, 30'000);
            QCOMPARE(m_keychain->items.size(), 1u);
            // Once: whoever turns it off later is not overruled.
            QVERIFY(setKeychainSlot(false));
            QVERIFY(m_vault->vault().lock());
            QVERIFY(unlock());
            QVERIFY(!m_client->facts().hasKeychainSlot);
            passwords.quit();
            QVERIFY(passwords.wait());
        }
    }

    void aPasswordThatIsWrongAgainSaysThatTheKeyFileMayHaveBeenChanged()
    {
        const auto wrong = [this] {
            return answered([this](Reply<Result<>> reply) { m_client->unlock(crypto::SecretText::copyOf("not the password"), std::move(reply)); }).error().code;
        };
        QVERIFY(m_vault->vault().lock());
        QCOMPARE(wrong(), ErrorCode::WrongPassword);
        QCOMPARE(wrong(), ErrorCode::WrongPasswordAgain);
        QCOMPARE(wrong(), ErrorCode::WrongPasswordAgain);
        QVERIFY(unlock());
        QVERIFY(m_vault->vault().lock());
        QCOMPARE(wrong(), ErrorCode::WrongPassword);
    }

    void aVaultIsNoneBeforeItsSecondWay()
    {
        cleanup();
        m_vault = std::make_unique<TemporaryVault>();
        m_vault->vault().expectMirror(true);
        m_keychain = std::make_unique<WatchedKeychain>();
        m_client = std::make_unique<VaultClient>(&m_vault->vault(), *m_keychain, crypto::systemRandom());
        QSignalSpy mirrored(&m_vault->vault(), &Vault::mirrored);
        QSignalSpy checkpoints(&m_vault->vault(), &Vault::checkpointMade);
        QSignalSpy rows(m_client.get(), &VaultClient::auditAppended);
        const auto make = [this](bool withKeychain) {
            return answered([&](Reply<Result<>> reply) { m_client->create({u"test"_s, withKeychain, true}, TemporaryVault::password(), std::move(reply)); });
        };
        const auto addSheet = [this](const char *password) {
            return answered([&](Reply<Result<>> reply) {
                m_client->addWay({crypto::SlotKind::Recovery}, crypto::RecoverySheet::make(crypto::systemRandom()).slotSecret(),
                                 crypto::SecretText::copyOf(password), std::move(reply));
            });
        };
        QVERIFY(make(true));
        QTRY_VERIFY(m_client->facts().isUnfinished);
        QCOMPARE(m_client->facts().state, LockState::NoVault);
        QCOMPARE(m_client->facts().name, u"test"_s);
        QVERIFY(!m_client->facts().vaultId.isEmpty());
        // Nothing can be put into it, and it opens by nothing.
        QCOMPARE(answered([this](Reply<Result<>> reply) { m_client->pauseAllKeys(true, std::move(reply)); }).error().code, ErrorCode::NoVault);
        QCOMPARE(setKeychainSlot(true).error().code, ErrorCode::Locked);
        m_keychain->items.clear();
        QCOMPARE(replaceKeys().error().code, ErrorCode::Locked);
        QCOMPARE(unlock().error().code, ErrorCode::NoVault);
        QVERIFY(!m_vault->vault().open());
        QCOMPARE(addSheet("not the password").error().code, ErrorCode::WrongPassword);
        QVERIFY(m_client->facts().isUnfinished);

        QVERIFY(m_vault->vault().lockKeepingLeases());
        QTRY_VERIFY(!m_client->facts().isUnfinished);
        QCOMPARE(m_client->facts().state, LockState::NoVault);
        QVERIFY(m_client->facts().name.isEmpty());
        QVERIFY(m_keychain->items.empty());
        QCOMPARE(mirrored.size() + checkpoints.size() + rows.size(), 0);

        // What was ticked for that one is not wanted for the next.
        QVERIFY(make(false));
        QVERIFY(addSheet(TemporaryVault::Password));
        QTRY_COMPARE(m_client->facts().state, LockState::Unlocked);
        m_vault->vault().compareWith(std::nullopt);
        QVERIFY(!m_client->facts().isUnfinished);
        QTest::qWait(50);
        QVERIFY(m_keychain->items.empty());
        QVERIFY(m_vault->vault().lock());
        QVERIFY(!mirrored.isEmpty());
        QVERIFY(unlock());
    }

    void aKeychainIsAskedOnceTheVaultIsKept()
    {
        cleanup();
        m_vault = std::make_unique<TemporaryVault>();
        m_keychain = std::make_unique<WatchedKeychain>();
        m_client = std::make_unique<VaultClient>(&m_vault->vault(), *m_keychain, crypto::systemRandom());
        QVERIFY(answered([&](Reply<Result<>> reply) { m_client->create({u"test"_s, true, true}, TemporaryVault::password(), std::move(reply)); }));
        QTest::qWait(50);
        QVERIFY(m_keychain->items.empty());
        QVERIFY(answered([&](Reply<Result<>> reply) {
            m_client->addWay({crypto::SlotKind::Recovery}, crypto::RecoverySheet::make(crypto::systemRandom()).slotSecret(), TemporaryVault::password(),
                             std::move(reply));
        }));
        QTRY_VERIFY(m_client->facts().hasKeychainSlot);
        QCOMPARE(m_keychain->items.size(), 1u);
        QVERIFY(m_vault->vault().lock());
        QVERIFY(unlockWithKeychain());
    }

    void aKeychainThatIsLockedIsOpenedForANewVault_data()
    {
        QTest::addColumn<int>("opened"); // an ErrorCode; 0: the person typed its password
        QTest::addColumn<bool>("isLocked"); // the keychain
        QTest::addColumn<int>("told"); // likewise; 0: the vault has its slot
        QTest::newRow("it asks for its password") << 0 << true << 0;
        QTest::newRow("the person closes its window") << int(ErrorCode::KeychainStaysLocked) << true << int(ErrorCode::KeychainStaysLocked);
        QTest::newRow("the person refuses") << int(ErrorCode::KeychainDenied) << true << int(ErrorCode::KeychainDenied);
        QTest::newRow("nobody answers its window") << int(ErrorCode::KeychainTimeout) << true << int(ErrorCode::KeychainTimeout);
        QTest::newRow("it cannot be asked so, and is open") << int(ErrorCode::KeychainAbsent) << false << 0;
        QTest::newRow("it cannot be asked so, and is locked") << int(ErrorCode::KeychainFailed) << true << int(ErrorCode::KeychainLocked);
    }

    void aKeychainThatIsLockedIsOpenedForANewVault()
    {
        QFETCH(int, opened);
        QFETCH(bool, isLocked);
        QFETCH(int, told);
        cleanup();
        m_vault = std::make_unique<TemporaryVault>();
        m_keychain = std::make_unique<WatchedKeychain>();
        if (isLocked)
            m_keychain->readError = ErrorCode::KeychainLocked;
        if (opened != 0)
            m_keychain->openError = ErrorCode(opened);
        m_client = std::make_unique<VaultClient>(&m_vault->vault(), *m_keychain, crypto::systemRandom());
        QSignalSpy awaited(m_client.get(), &VaultClient::keychainIsAwaited);
        QList<ErrorCode> troubles;
        QSignalSpy others(m_client.get(), &VaultClient::trouble);
        connect(m_client.get(), &VaultClient::keychainNotAdded, this, [&troubles](const Error &error) { troubles.append(error.code); });
        QVERIFY(answered([&](Reply<Result<>> reply) { m_client->create({u"test"_s, true, false}, TemporaryVault::password(), std::move(reply)); }));
        QTRY_COMPARE(awaited.size(), 2);
        QCOMPARE(awaited.at(0).first().toBool(), true);
        QCOMPARE(awaited.at(1).first().toBool(), false);
        QTRY_COMPARE(m_client->facts().hasKeychainSlot, told == 0);
        QCOMPARE(troubles, told == 0 ? QList<ErrorCode>() : QList{ErrorCode(told)});
        QVERIFY2(others.isEmpty(), "it has words of its own");
        QCOMPARE(m_keychain->openings, 1);
        QCOMPARE(m_keychain->items.size(), told == 0 ? 1u : 0u);
    }

    void aVaultThatIsLockedWhileItsKeychainAsksGetsItsSlotLater()
    {
        cleanup();
        m_vault = std::make_unique<TemporaryVault>();
        m_keychain = std::make_unique<WatchedKeychain>();
        m_keychain->readError = ErrorCode::KeychainLocked;
        m_keychain->delay = 200;
        m_client = std::make_unique<VaultClient>(&m_vault->vault(), *m_keychain, crypto::systemRandom());
        QSignalSpy awaited(m_client.get(), &VaultClient::keychainIsAwaited);
        QVERIFY(answered([&](Reply<Result<>> reply) { m_client->create({u"test"_s, true, false}, TemporaryVault::password(), std::move(reply)); }));
        QTRY_COMPARE(awaited.size(), 1);
        QVERIFY(m_vault->vault().lock());
        QTRY_COMPARE(awaited.size(), 2);
        QVERIFY(m_keychain->items.empty());
        QVERIFY(unlock());
        QTRY_VERIFY(m_client->facts().hasKeychainSlot);
        QCOMPARE(m_keychain->items.size(), 1u);
    }

    void aSheetIsAddedOpensAndGoesAgain()
    {
        const auto sheet = crypto::RecoverySheet::make(crypto::systemRandom());
        const WayName recovery{crypto::SlotKind::Recovery, 0};
        QCOMPARE(m_client->facts().ways.size(), 1);
        const auto add = [&](const char *password) {
            return answered([&](Reply<Result<>> reply) {
                m_client->addWay({crypto::SlotKind::Recovery}, sheet.slotSecret(), crypto::SecretText::copyOf(password), std::move(reply));
            });
        };
        QCOMPARE(add("not the password").error().code, ErrorCode::WrongPassword);
        QCOMPARE(m_client->facts().ways.size(), 1);
        QVERIFY(add(TemporaryVault::Password));
        QTRY_COMPARE(m_client->facts().ways.size(), 2);
        QCOMPARE(m_client->facts().ways[1].name, recovery);

        QVERIFY(m_vault->vault().lock());
        const auto with = [&](void (VaultClient::*open)(WayName, crypto::SecretBytes, Reply<Result<>>), crypto::SecretBytes secret) {
            return answered([&](Reply<Result<>> reply) { ((*m_client).*open)(recovery, std::move(secret), std::move(reply)); });
        };
        QCOMPARE(with(&VaultClient::unlockWithSecret, crypto::RecoverySheet::make(crypto::systemRandom()).slotSecret()).error().code,
                 ErrorCode::WrongRecoverySheet);
        QVERIFY(m_vault->vault().open() == nullptr);
        QVERIFY(with(&VaultClient::unlockWithSecret, sheet.slotSecret()));
        QVERIFY(m_vault->vault().personalKeys() == nullptr);
        QVERIFY(with(&VaultClient::openPersonalWithSecret, sheet.slotSecret()));
        QVERIFY(m_vault->vault().personalKeys() != nullptr);

        const Result<> set = answered([&](Reply<Result<>> reply) {
            m_client->setPassword(recovery, sheet.slotSecret(), crypto::SecretText::copyOf("another horse, another battery"), std::move(reply));
        });
        QVERIFY(set);
        QVERIFY(m_vault->vault().lock());
        QCOMPARE(unlock().error().code, ErrorCode::WrongPassword);
        QVERIFY(m_vault->unlock(crypto::SecretText::copyOf("another horse, another battery")));

        const auto remove = [&](WayName way) {
            return answered([&](Reply<Result<>> reply) { m_client->removeWay(way, std::move(reply)); });
        };
        QCOMPARE(remove({}).error().code, ErrorCode::LastWay);
        QVERIFY(remove(recovery));
        QCOMPARE(remove(recovery).error().code, ErrorCode::NoSuchWay);
        QTRY_COMPARE(m_client->facts().ways.size(), 1);
    }

    void personalThatIsOpenForNobodyIsShutAgain()
    {
        std::optional<Result<>> heard;
        auto asking = std::make_unique<QObject>();
        m_client->openPersonal(TemporaryVault::password(), {asking.get(), [&](const Result<> &result) { heard = result; }});
        QSignalSpy shut(m_client.get(), &VaultClient::personalShut);
        asking.reset();
        QTRY_COMPARE(shut.size(), 1);
        QVERIFY(m_vault->vault().personalKeys() == nullptr);
        QVERIFY(!heard);
        QCOMPARE(m_vault->vault().reopenPersonal().error().code, ErrorCode::PersonalShut);
        QVERIFY(answered([&](Reply<Result<>> reply) { m_client->openPersonal(TemporaryVault::password(), std::move(reply)); }));
        QVERIFY(m_vault->vault().personalKeys() != nullptr);
    }

    void aSecretWithoutItsSlotDoesNotStay()
    {
        m_keychain->beforeWrite = [this] { QVERIFY(m_vault->vault().lock()); };
        QCOMPARE(setKeychainSlot(true).error().code, ErrorCode::Locked);
        QCOMPARE(m_keychain->writes, 1);
        QVERIFY(m_keychain->items.empty());
    }
};

QTEST_GUILESS_MAIN(tst_VaultClient)
#include "tst_VaultClient.moc"
