// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/KeySlots.h"
#include "tests/app/session/HeaderBytes.h"
#include "tests/app/session/SessionFixture.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_SessionKeys : public QObject, private SessionFixture
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

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

void tst_SessionKeys::initTestCase()
{
    QVERIFY(crypto::initialise());
    SUCCEEDED(makeTemplate());
}

void tst_SessionKeys::init()
{
    m_root = std::make_unique<QTemporaryDir>();
}

void tst_SessionKeys::checksTheSecretOfAnUnlockedVault()
{
    auto vault = session(sample());
    SUCCEEDED(vault.unlockWithPassword(secretText(Password)));
    REFUSED(vault.unlockWithPassword(secretText("not the password")), ErrorCode::WrongPassword);
    QCOMPARE(vault.state(), VaultSession::State::Unlocked);
    SUCCEEDED(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    QCOMPARE(*MetaStore(vault.database()).value("canary"_L1).value(), QByteArray("sings"));
}

void tst_SessionKeys::changesThePassword()
{
    const QString path = sample();
    auto vault = session(path);
    SUCCEEDED(vault.unlockWithPassword(secretText(Password)));
    const auto tokenKey = crypto::SecretBytes::copyOf(vault.tokenKey().bytes());
    SUCCEEDED(vault.changePassword(secretText(Password), secretText(NextPassword)));
    QCOMPARE(contentOf(path + "/vault.keys"_L1), contentOf(path + "/vault.keys.copy"_L1));
    REFUSED(vault.openPersonal(secretText(Password)), ErrorCode::WrongPassword);
    SUCCEEDED(vault.openPersonal(secretText(NextPassword)));
    SUCCEEDED(vault.lock());
    REFUSED(vault.unlockWithPassword(secretText(Password)), ErrorCode::WrongPassword);
    SUCCEEDED(vault.unlockWithPassword(secretText(NextPassword)));
    QVERIFY(vault.tokenKey().equals(tokenKey.bytes())); // agents' tokens stay valid
    SUCCEEDED(vault.lock());
    SUCCEEDED(vault.unlockWithKeychainSecret(secretBytes(0x11)));
}

void tst_SessionKeys::refusesToChangeThePassword()
{
    const QString path = sample();
    auto vault = session(path);
    SUCCEEDED(vault.unlockWithPassword(secretText(Password)));
    const QByteArray before = contentOf(path + "/vault.keys"_L1);
    REFUSED(vault.changePassword(secretText("not the password"), secretText(NextPassword)), ErrorCode::WrongPassword);
    REFUSED(vault.changePassword(secretText(Password), secretText("short")), ErrorCode::WeakPassword);
    REFUSED(vault.changePassword(secretText(Password), secretText("")), ErrorCode::WeakPassword);
    QCOMPARE(contentOf(path + "/vault.keys"_L1), before);
    SUCCEEDED(vault.openPersonal(secretText(Password)));
}

void tst_SessionKeys::keepsTheOldPasswordOnAFullDisk()
{
    auto vault = session(sample());
    SUCCEEDED(vault.unlockWithPassword(secretText(Password)));
    Result<> changed;
    {
        const FullDisk full(100);
        changed = vault.changePassword(secretText(Password), secretText(NextPassword));
    }
    REFUSED(changed, ErrorCode::DiskFull);
    SUCCEEDED(vault.openPersonal(secretText(Password)));
    SUCCEEDED(vault.lock());
    REFUSED(vault.unlockWithPassword(secretText(NextPassword)), ErrorCode::WrongPassword);
    SUCCEEDED(vault.unlockWithPassword(secretText(Password)));
}

void tst_SessionKeys::addsReplacesAndRemovesTheKeychainSlot()
{
    auto vault = session(sample());
    REFUSED(vault.unlockWithKeychainSecret(secretBytes(0x22)), ErrorCode::KeychainWrongItem);
    REFUSED(vault.unlockWithKeychainSecret(secretBytes(0x11, 31)), ErrorCode::KeychainWrongItem);
    REFUSED(vault.unlockWithKeychainSecret(crypto::SecretBytes()), ErrorCode::KeychainWrongItem);
    SUCCEEDED(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    REFUSED(vault.addKeychainSlot(secretBytes(0x33, 16)), ErrorCode::InvalidValue);
    SUCCEEDED(vault.addKeychainSlot(secretBytes(0x33)));
    SUCCEEDED(vault.lock());
    REFUSED(vault.unlockWithKeychainSecret(secretBytes(0x11)), ErrorCode::KeychainWrongItem);
    SUCCEEDED(vault.unlockWithKeychainSecret(secretBytes(0x33)));
    SUCCEEDED(vault.removeKeychainSlot());
    QVERIFY(!vault.hasKeychainSlot());
    SUCCEEDED(vault.removeKeychainSlot());
    SUCCEEDED(vault.lock());
    REFUSED(vault.unlockWithKeychainSecret(secretBytes(0x33)), ErrorCode::KeychainNoItem);
    SUCCEEDED(vault.unlockWithPassword(secretText(Password)));
}

void tst_SessionKeys::opensPersonalForAMinute()
{
    auto vault = session(sample());
    SUCCEEDED(vault.unlockWithPassword(secretText(Password)));
    QCOMPARE(vault.personalKeys(), nullptr); // unlocking alone does not open it
    REFUSED(vault.openPersonal(secretText("not the password")), ErrorCode::WrongPassword);
    QCOMPARE(vault.personalKeys(), nullptr);
    SUCCEEDED(vault.openPersonal(secretText(Password)));
    QCOMPARE(vault.personalUntil(), m_now + 60'000);
    QVERIFY(vault.personalKeys() != nullptr);
    QVERIFY(vault.personalKeys()->publicKey == vault.personalPublicKey());
    m_now += 59'999;
    QVERIFY(vault.personalKeys() != nullptr);
    m_now += 1;
    QCOMPARE(vault.personalKeys(), nullptr);
    QCOMPARE(vault.personalUntil(), qint64(0));

    SUCCEEDED(vault.openPersonal(secretText(Password)));
    m_now += 50'000;
    SUCCEEDED(vault.openPersonal(secretText(Password)));
    m_now += 50'000;
    QVERIFY(vault.personalKeys() != nullptr);
    vault.shutPersonal();
    QCOMPARE(vault.personalKeys(), nullptr);
}

void tst_SessionKeys::shutsPersonalWhenTheClockIsSetBack()
{
    auto vault = session(sample());
    SUCCEEDED(vault.unlockWithPassword(secretText(Password)));
    SUCCEEDED(vault.openPersonal(secretText(Password)));
    m_now -= 1;
    QCOMPARE(vault.personalKeys(), nullptr);
    m_now += 2;
    QCOMPARE(vault.personalKeys(), nullptr);
}

void tst_SessionKeys::opensPersonalWithThePasswordOnly()
{
    auto vault = session(sample());
    SUCCEEDED(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    QCOMPARE(vault.personalKeys(), nullptr);
    SUCCEEDED(vault.openPersonal(secretText(Password)));
    QVERIFY(vault.personalKeys() != nullptr);
}

void tst_SessionKeys::tellsWhenTheHashIsCheaperThanUsual()
{
    auto cheap = session(sample());
    QVERIFY(!cheap.hasReducedCost()); // not loaded yet
    SUCCEEDED(cheap.load());
    QVERIFY(cheap.hasReducedCost());

    VaultSession usual(VaultFolder(m_root->filePath(u"usual"_s)), m_clock);
    SUCCEEDED(usual.create(u"Usual"_s, secretText(Password)));
    QVERIFY(!usual.hasReducedCost());

    // Made while memory was short, and its password changed when there was enough again.
    VaultSession richer(VaultFolder(sample()), m_clock);
    SUCCEEDED(richer.unlockWithPassword(secretText(Password)));
    QVERIFY(richer.hasReducedCost());
    SUCCEEDED(richer.changePassword(secretText(Password), secretText("umbrella quartz thimble 9")));
    QVERIFY(!richer.hasReducedCost());

    VaultSession starved(VaultFolder(m_root->filePath(u"starved"_s)), m_clock, crypto::systemRandom(),
                         [](const crypto::RandomSource &) -> std::expected<crypto::Calibration, crypto::CryptoError> {
                             return std::unexpected(crypto::CryptoError::OutOfMemory);
                         });
    REFUSED(starved.create(u"Starved"_s, secretText(Password)), ErrorCode::OutOfMemory);
    QVERIFY(!starved.folder().isOccupied());
}

QTEST_GUILESS_MAIN(tst_SessionKeys)
#include "tst_SessionKeys.moc"
