// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/VaultClient.h"

#include "tests/support/ScriptedKeychain.h"
#include "tests/support/TemporaryVault.h"
#include "tests/support/VaultSamples.h"

#include <QTest>

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

    [[nodiscard]] QString id() const { return m_client->facts().vaultId; }
    Result<> setKeychainSlot(bool enabled)
    {
        std::optional<Result<>> answer;
        m_client->setKeychainSlot(enabled, {this, [&](const Result<> &result) { answer = result; }});
        if (!QTest::qWaitFor([&] { return answer.has_value(); }))
            return fail(ErrorCode::Internal, u"not answered"_s);
        return *answer;
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

    void somethingElseInItsPlaceIsLeftAlone()
    {
        m_keychain->items.insert_or_assign(id(), secretBytes('o', 16));
        QCOMPARE(setKeychainSlot(true).error().code, ErrorCode::KeychainWrongItem);
        QCOMPARE(m_keychain->items.at(id()).size(), std::size_t{16});
        m_keychain->readError = ErrorCode::KeychainLocked;
        QCOMPARE(setKeychainSlot(true).error().code, ErrorCode::KeychainLocked);
        QCOMPARE(m_keychain->writes, 0);
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
