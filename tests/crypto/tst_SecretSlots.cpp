// SPDX-License-Identifier: GPL-3.0-or-later
// Slots that 32 secret bytes open: of recovery sheets, security keys and TPMs.
#include "crypto/KeySlots.h"

#include "crypto/RecoverySheet.h"
#include "tests/crypto/SlotFixture.h"

#include <QTest>

#include <set>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::test;
using crypto::CryptoError;
using crypto::PersonalKeyPair;
using crypto::randomSecret;
using crypto::RecoverySheet;
using crypto::SecretBytes;
using crypto::SecretText;
using crypto::SlotKind;
using crypto::VaultHeader;

namespace {

std::vector<std::byte> someParameters()
{
    return {std::byte(1), std::byte(0), std::byte(0xff)};
}

} // namespace

class tst_SecretSlots : public QObject, private SlotFixture
{
    Q_OBJECT
private slots:
    void initTestCase() { makeKeys(); }
    void opensBothKeysWithEverySecretSlot();
    void showsEveryChangeOfASecretSlot();
    void refusesSecretSlotsThatAreNone();
    void addsSecurityKeysUpToEight();
    void replacesTheSheetAndTheTpm();
    void removesOneSecurityKeyByItsId();
    void removesThePasswordOnlyBesideAnotherWayToPersonal();
    void setsANewPasswordWithTheKeysOfASheet();

private:
    /// With this vault's own keys.
    std::expected<std::uint32_t, CryptoError> add(VaultHeader &header, crypto::SecretSlot slot,
                                                  const SecretBytes &secret) const;
};

void tst_SecretSlots::opensBothKeysWithEverySecretSlot()
{
    const auto random = crypto::systemRandom();
    VaultHeader header = *m_header;
    const auto sheet = RecoverySheet::make(random);
    QCOMPARE(add(header, {SlotKind::Recovery, {}, {}}, sheet.slotSecret()).value(), 0u);
    const SecretBytes keySecret = randomSecret(32, random);
    const auto keyId = add(header, {SlotKind::SecurityKey, "Blue key", someParameters()}, keySecret).value();
    QVERIFY(keyId != 0);
    const SecretBytes tpmSecret = randomSecret(32, random);
    const auto tpmId = add(header, {SlotKind::Tpm, "This computer", {}}, tpmSecret).value();
    QVERIFY(tpmId != 0);
    QCOMPARE(header.revision, m_header->revision + 3);
    header = crypto::parseVaultHeader(crypto::serialise(header)).value();
    QVERIFY(header.slot(SlotKind::SecurityKey, keyId)->device->parameters == someParameters());

    const auto opens = [&](SlotKind kind, std::uint32_t id, const SecretBytes &secret) {
        const auto both = crypto::openBothWithSecret(header, kind, id, secret);
        return both && both->vaultKey.equals(m_vaultKey.bytes()) &&
               both->personalKeys.secretKey.equals(m_personalKeys->secretKey.bytes()) &&
               crypto::openVaultKeyWithSecret(header, kind, id, secret).value().equals(m_vaultKey.bytes()) &&
               crypto::openPersonalWithSecret(header, kind, id, secret)
                   .value()
                   .secretKey.equals(m_personalKeys->secretKey.bytes());
    };
    QVERIFY(opens(SlotKind::Recovery, 0, sheet.slotSecret()));
    QVERIFY(opens(SlotKind::SecurityKey, keyId, keySecret));
    QVERIFY(opens(SlotKind::Tpm, tpmId, tpmSecret));
    QVERIFY(crypto::openBoth(header, samplePassword()).has_value());
    QVERIFY(crypto::openWithKeychainSecret(header, m_keychainSecret).has_value());

    const auto errorOf = [&](SlotKind kind, std::uint32_t id, const SecretBytes &secret) {
        return crypto::openBothWithSecret(header, kind, id, secret).error();
    };
    QCOMPARE(errorOf(SlotKind::Recovery, 0, RecoverySheet::make(random).slotSecret()), CryptoError::WrongKey);
    QCOMPARE(errorOf(SlotKind::SecurityKey, keyId, tpmSecret), CryptoError::WrongKey);
    QCOMPARE(errorOf(SlotKind::SecurityKey, keyId + 1, keySecret), CryptoError::NoSlot);
    QCOMPARE(errorOf(SlotKind::Tpm, keyId, keySecret), CryptoError::NoSlot);
    QCOMPARE(errorOf(SlotKind::Recovery, 0, SecretBytes(20)), CryptoError::Malformed);
    QCOMPARE(errorOf(SlotKind::Keychain, 0, m_keychainSecret), CryptoError::Malformed);
    QCOMPARE(errorOf(SlotKind::Password, 0, keySecret), CryptoError::Malformed);
    QCOMPARE(crypto::openVaultKeyWithSecret(header, SlotKind::Keychain, 0, m_keychainSecret).error(),
             CryptoError::Malformed);
}

void tst_SecretSlots::showsEveryChangeOfASecretSlot()
{
    const auto random = crypto::systemRandom();
    VaultHeader header = *m_header;
    const SecretBytes secret = randomSecret(32, random);
    const auto id = add(header, {SlotKind::SecurityKey, "Blue key", someParameters()}, secret).value();
    QVERIFY(add(header, {SlotKind::Recovery, {}, {}}, secret).has_value());
    const int read = eachAltered(header, [&](const VaultHeader &altered, std::size_t at) {
        for (const auto &[kind, name] : {std::pair{SlotKind::SecurityKey, id}, std::pair{SlotKind::Recovery, 0u}}) {
            const auto opened = crypto::openBothWithSecret(altered, kind, name, secret);
            QVERIFY2(!opened, qPrintable(QString::number(at)));
            QVERIFY(opened.error() == CryptoError::Damaged || opened.error() == CryptoError::WrongKey ||
                    opened.error() == CryptoError::NoSlot);
        }
    });
    QVERIFY(read > 500);
    // What belongs to the slot also binds it: with other parameters the right secret is not the slot's any
    // more.
    const auto device = [&](VaultHeader &changed) -> crypto::SlotDevice & {
        return *std::ranges::find(changed.keySlots, SlotKind::SecurityKey, &crypto::KeySlot::kind)->device;
    };
    VaultHeader changed = header;
    device(changed).parameters.push_back(std::byte(0));
    QCOMPARE(crypto::openVaultKeyWithSecret(changed, SlotKind::SecurityKey, id, secret).error(),
             CryptoError::WrongKey);
    changed = header;
    device(changed).label = "Red key";
    QCOMPARE(crypto::openVaultKeyWithSecret(changed, SlotKind::SecurityKey, id, secret).error(),
             CryptoError::WrongKey);
    changed = header;
    device(changed).id = id + 1;
    QCOMPARE(crypto::openVaultKeyWithSecret(changed, SlotKind::SecurityKey, id + 1, secret).error(),
             CryptoError::WrongKey);
}

void tst_SecretSlots::refusesSecretSlotsThatAreNone()
{
    const auto random = crypto::systemRandom();
    VaultHeader header = *m_header;
    const SecretBytes secret = randomSecret(32, random);
    const auto errorOf = [&](crypto::SecretSlot slot) {
        return add(header, std::move(slot), secret).error();
    };
    QCOMPARE(errorOf({SlotKind::Password, {}, {}}), CryptoError::Malformed);
    QCOMPARE(errorOf({SlotKind::Keychain, {}, {}}), CryptoError::Malformed);
    QCOMPARE(errorOf({SlotKind::Recovery, "a label", {}}), CryptoError::Malformed);
    QCOMPARE(errorOf({SlotKind::Recovery, {}, someParameters()}), CryptoError::Malformed);
    QCOMPARE(errorOf({SlotKind::SecurityKey, std::string(65, 'x'), {}}), CryptoError::Malformed);
    QCOMPARE(errorOf({SlotKind::Tpm, {}, std::vector<std::byte>(4097)}), CryptoError::Malformed);
    QCOMPARE(add(header, {SlotKind::Tpm, {}, {}}, SecretBytes(31)).error(), CryptoError::Malformed);
    QCOMPARE(crypto::addSecretSlot(header, {SlotKind::Recovery, {}, {}}, crypto::makeVaultKey(random),
                                   *m_personalKeys, secret, random)
                 .error(),
             CryptoError::WrongKey);
    QCOMPARE(crypto::addSecretSlot(header, {SlotKind::Recovery, {}, {}}, m_vaultKey,
                                   PersonalKeyPair::make(random), secret, random)
                 .error(),
             CryptoError::WrongKey);
    QVERIFY(header == *m_header);
}

void tst_SecretSlots::addsSecurityKeysUpToEight()
{
    VaultHeader header = *m_header;
    const auto random = crypto::systemRandom();
    std::set<std::uint32_t> ids;
    for (int i = 0; i < 8; ++i)
        ids.insert(add(header, {SlotKind::SecurityKey, "key", {}}, randomSecret(32, random)).value());
    QCOMPARE(ids.size(), 8u);
    const VaultHeader full = header;
    QCOMPARE(add(header, {SlotKind::SecurityKey, "ninth", {}}, randomSecret(32, random)).error(),
             CryptoError::Refused);
    QVERIFY(header == full);
    QVERIFY(crypto::parseVaultHeader(crypto::serialise(header)).value() == header);
}

void tst_SecretSlots::replacesTheSheetAndTheTpm()
{
    VaultHeader header = *m_header;
    const auto random = crypto::systemRandom();
    for (const SlotKind kind : {SlotKind::Recovery, SlotKind::Tpm}) {
        const SecretBytes first = randomSecret(32, random);
        const SecretBytes second = randomSecret(32, random);
        const auto firstId = add(header, {kind, {}, {}}, first).value();
        const auto secondId = add(header, {kind, {}, {}}, second).value();
        QVERIFY(crypto::openBothWithSecret(header, kind, secondId, second).has_value());
        QVERIFY(!crypto::openBothWithSecret(header, kind, firstId, first).has_value());
    }
    QCOMPARE(header.keySlots.size(), 4u);
}

void tst_SecretSlots::removesOneSecurityKeyByItsId()
{
    VaultHeader header = *m_header;
    const auto random = crypto::systemRandom();
    const SecretBytes blue = randomSecret(32, random);
    const SecretBytes red = randomSecret(32, random);
    const auto blueId = add(header, {SlotKind::SecurityKey, "Blue", {}}, blue).value();
    const auto redId = add(header, {SlotKind::SecurityKey, "Red", {}}, red).value();
    QVERIFY(crypto::removeSlot(header, SlotKind::SecurityKey, blueId, m_vaultKey).has_value());
    QCOMPARE(crypto::openBothWithSecret(header, SlotKind::SecurityKey, blueId, blue).error(),
             CryptoError::NoSlot);
    QVERIFY(crypto::openBothWithSecret(header, SlotKind::SecurityKey, redId, red).has_value());
    const VaultHeader kept = header;
    QCOMPARE(crypto::removeSlot(header, SlotKind::SecurityKey, blueId, m_vaultKey).error(),
             CryptoError::NoSlot);
    QCOMPARE(crypto::removeSlot(header, SlotKind::SecurityKey, m_vaultKey).error(), CryptoError::NoSlot);
    QVERIFY(header == kept);
}

void tst_SecretSlots::removesThePasswordOnlyBesideAnotherWayToPersonal()
{
    VaultHeader header = *m_header;
    const SecretBytes secret = randomSecret(32, crypto::systemRandom());
    QVERIFY(add(header, {SlotKind::Recovery, {}, {}}, secret).has_value());
    VaultHeader sheetOnly = header;
    QVERIFY(crypto::removeSlot(sheetOnly, SlotKind::Password, m_vaultKey).has_value());
    QVERIFY(crypto::openBothWithSecret(sheetOnly, SlotKind::Recovery, 0, secret).has_value());
    QCOMPARE(crypto::removeSlot(sheetOnly, SlotKind::Recovery, m_vaultKey).error(), CryptoError::Refused);
    QVERIFY(crypto::removeSlot(header, SlotKind::Recovery, m_vaultKey).has_value());
    QCOMPARE(crypto::removeSlot(header, SlotKind::Password, m_vaultKey).error(), CryptoError::Refused);
}

void tst_SecretSlots::setsANewPasswordWithTheKeysOfASheet()
{
    VaultHeader header = *m_header;
    const auto random = crypto::systemRandom();
    const auto sheet = RecoverySheet::make(random);
    QVERIFY(add(header, {SlotKind::Recovery, {}, {}}, sheet.slotSecret()).has_value());
    const auto keys = crypto::openBothWithSecret(header, SlotKind::Recovery, 0, sheet.slotSecret());
    const SecretText next = SecretText::copyOf("a new master password");
    QVERIFY(crypto::addPasswordSlot(header, keys->vaultKey, keys->personalKeys, next, cheapHash(), random)
                .has_value());
    QCOMPARE(crypto::openBoth(header, samplePassword()).error(), CryptoError::WrongKey);
    QVERIFY(crypto::openBoth(header, next).has_value());
    QVERIFY(crypto::openBothWithSecret(header, SlotKind::Recovery, 0, sheet.slotSecret()).has_value());
}

std::expected<std::uint32_t, CryptoError> tst_SecretSlots::add(VaultHeader &header, crypto::SecretSlot slot,
                                                            const SecretBytes &secret) const
{
    return crypto::addSecretSlot(header, std::move(slot), m_vaultKey, *m_personalKeys, secret,
                                 crypto::systemRandom());
}

QTEST_GUILESS_MAIN(tst_SecretSlots)
#include "tst_SecretSlots.moc"
