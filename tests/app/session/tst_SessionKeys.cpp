// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/KeySlots.h"
#include "tests/app/session/HeaderBytes.h"
#include "tests/app/session/SessionFixture.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_SessionKeys : public SessionFixture
{
    Q_OBJECT
private slots:
    void checksTheSecretOfAnUnlockedVault();
    void changesThePassword();
    void refusesToChangeThePassword();
    void keepsTheOldPasswordOnAFullDisk();
    void addsReplacesAndRemovesTheKeychainSlot();
    void opensPersonalForAMinute();
    void shutsPersonalWhenTheClockIsSetBack();
    void opensPersonalWithThePasswordOnly();
    void tellsWhenTheHashIsCheaperThanUsual();
};

void tst_SessionKeys::checksTheSecretOfAnUnlockedVault()
{
    auto vault = session(sample());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    REQUIRE_ERROR(vault.unlockWithPassword(secretText("not the password")), ErrorCode::WrongPassword);
    QCOMPARE(vault.state(), VaultSession::State::Unlocked);
    REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    QCOMPARE(*MetaStore(vault.database()).value("canary"_L1).value(), QByteArray("sings"));
}

void tst_SessionKeys::changesThePassword()
{
    const QString path = sample();
    auto vault = session(path);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    const auto tokenKey = crypto::SecretBytes::copyOf(vault.tokenKey().bytes());
    REQUIRE_OK(vault.changePassword(secretText(Password), secretText(NextPassword)));
    QCOMPARE(contentOf(path + "/vault.keys"_L1), contentOf(path + "/vault.keys.copy"_L1));
    REQUIRE_ERROR(vault.openPersonal(secretText(Password)), ErrorCode::WrongPassword);
    REQUIRE_OK(vault.openPersonal(secretText(NextPassword)));
    REQUIRE_OK(vault.lock());
    REQUIRE_ERROR(vault.unlockWithPassword(secretText(Password)), ErrorCode::WrongPassword);
    REQUIRE_OK(vault.unlockWithPassword(secretText(NextPassword)));
    QVERIFY(vault.tokenKey().equals(tokenKey.bytes())); // agents' tokens stay valid
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
}

void tst_SessionKeys::refusesToChangeThePassword()
{
    const QString path = sample();
    auto vault = session(path);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    const QByteArray before = contentOf(path + "/vault.keys"_L1);
    REQUIRE_ERROR(vault.changePassword(secretText("not the password"), secretText(NextPassword)), ErrorCode::WrongPassword);
    REQUIRE_ERROR(vault.changePassword(secretText(Password), secretText("short")), ErrorCode::WeakPassword);
    REQUIRE_ERROR(vault.changePassword(secretText(Password), secretText("")), ErrorCode::WeakPassword);
    QCOMPARE(contentOf(path + "/vault.keys"_L1), before);
    REQUIRE_OK(vault.openPersonal(secretText(Password)));
}

void tst_SessionKeys::keepsTheOldPasswordOnAFullDisk()
{
    auto vault = session(sample());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    Result<> changed;
    {
        const FullDisk full(100);
        changed = vault.changePassword(secretText(Password), secretText(NextPassword));
    }
    REQUIRE_ERROR(changed, ErrorCode::DiskFull);
    REQUIRE_OK(vault.openPersonal(secretText(Password)));
    REQUIRE_OK(vault.lock());
    REQUIRE_ERROR(vault.unlockWithPassword(secretText(NextPassword)), ErrorCode::WrongPassword);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
}

void tst_SessionKeys::addsReplacesAndRemovesTheKeychainSlot()
{
    auto vault = session(sample());
    REQUIRE_ERROR(vault.unlockWithKeychainSecret(secretBytes(0x22)), ErrorCode::KeychainWrongItem);
    REQUIRE_ERROR(vault.unlockWithKeychainSecret(secretBytes(0x11, 31)), ErrorCode::KeychainWrongItem);
    REQUIRE_ERROR(vault.unlockWithKeychainSecret(crypto::SecretBytes()), ErrorCode::KeychainWrongItem);
    REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    REQUIRE_ERROR(vault.addKeychainSlot(secretBytes(0x33, 16)), ErrorCode::InvalidValue);
    REQUIRE_OK(vault.addKeychainSlot(secretBytes(0x33)));
    REQUIRE_OK(vault.lock());
    REQUIRE_ERROR(vault.unlockWithKeychainSecret(secretBytes(0x11)), ErrorCode::KeychainWrongItem);
    REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x33)));
    REQUIRE_OK(vault.removeKeychainSlot());
    QVERIFY(!vault.hasKeychainSlot());
    REQUIRE_OK(vault.removeKeychainSlot());
    REQUIRE_OK(vault.lock());
    REQUIRE_ERROR(vault.unlockWithKeychainSecret(secretBytes(0x33)), ErrorCode::KeychainNoItem);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
}

void tst_SessionKeys::opensPersonalForAMinute()
{
    auto vault = session(sample());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QCOMPARE(vault.personalKeys(), nullptr); // unlocking alone does not open it
    REQUIRE_ERROR(vault.openPersonal(secretText("not the password")), ErrorCode::WrongPassword);
    QCOMPARE(vault.personalKeys(), nullptr);
    REQUIRE_OK(vault.openPersonal(secretText(Password)));
    QCOMPARE(vault.personalUntil(), m_now + 60'000);
    QVERIFY(vault.personalKeys() != nullptr);
    QVERIFY(vault.personalKeys()->publicKey == vault.personalPublicKey());
    m_now += 59'999;
    QVERIFY(vault.personalKeys() != nullptr);
    m_now += 1;
    QCOMPARE(vault.personalKeys(), nullptr);
    QCOMPARE(vault.personalUntil(), qint64(0));

    REQUIRE_OK(vault.openPersonal(secretText(Password)));
    m_now += 50'000;
    REQUIRE_OK(vault.openPersonal(secretText(Password)));
    m_now += 50'000;
    QVERIFY(vault.personalKeys() != nullptr);
    vault.shutPersonal();
    QCOMPARE(vault.personalKeys(), nullptr);
}

void tst_SessionKeys::shutsPersonalWhenTheClockIsSetBack()
{
    auto vault = session(sample());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    REQUIRE_OK(vault.openPersonal(secretText(Password)));
    m_now -= 1;
    QCOMPARE(vault.personalKeys(), nullptr);
    m_now += 2;
    QCOMPARE(vault.personalKeys(), nullptr);
}

void tst_SessionKeys::opensPersonalWithThePasswordOnly()
{
    auto vault = session(sample());
    REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    QCOMPARE(vault.personalKeys(), nullptr);
    REQUIRE_OK(vault.openPersonal(secretText(Password)));
    QVERIFY(vault.personalKeys() != nullptr);
}

void tst_SessionKeys::tellsWhenTheHashIsCheaperThanUsual()
{
    auto cheap = session(sample());
    QVERIFY(!cheap.hasReducedCost()); // not loaded yet
    REQUIRE_OK(cheap.load());
    QVERIFY(cheap.hasReducedCost());

    VaultSession usual(VaultFolder(m_root->filePath(u"usual"_s)), m_clock);
    REQUIRE_OK(usual.create(u"Usual"_s, secretText(Password)));
    QVERIFY(!usual.hasReducedCost());

    // Made while memory was short, and its password changed when there was enough again.
    VaultSession richer(VaultFolder(sample()), m_clock);
    REQUIRE_OK(richer.unlockWithPassword(secretText(Password)));
    QVERIFY(richer.hasReducedCost());
    REQUIRE_OK(richer.changePassword(secretText(Password), secretText("umbrella quartz thimble 9")));
    QVERIFY(!richer.hasReducedCost());

    VaultSession starved(VaultFolder(m_root->filePath(u"starved"_s)), m_clock, crypto::systemRandom(),
                         [](const crypto::RandomSource &) -> std::expected<crypto::Calibration, crypto::CryptoError> {
                             return std::unexpected(crypto::CryptoError::OutOfMemory);
                         });
    REQUIRE_ERROR(starved.create(u"Starved"_s, secretText(Password)), ErrorCode::OutOfMemory);
    QVERIFY(!starved.folder().isOccupied());
}

QTEST_GUILESS_MAIN(tst_SessionKeys)
#include "tst_SessionKeys.moc"
