// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/KeySlots.h"

#include "crypto/RecoverySheet.h"
#include "crypto/SubKeys.h"
#include "tests/crypto/Vectors.h"

#include <QTest>

#include <sodium.h>

#include <optional>
#include <set>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::CryptoError;
using crypto::PasswordHashParameters;
using crypto::PersonalKeyPair;
using crypto::randomSecret;
using crypto::RecoverySheet;
using crypto::SecretBytes;
using crypto::SecretText;
using crypto::SlotKind;
using crypto::VaultHeader;

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

const unsigned char *raw(std::span<const std::byte> bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

/// The floor, so that a test costs tenths of a second.
PasswordHashParameters cheap()
{
    return PasswordHashParameters::make(3, 64 * mebibyte, {}).value();
}

std::vector<std::byte> someParameters()
{
    return {std::byte(1), std::byte(0), std::byte(0xff)};
}

SecretText password()
{
    return SecretText::copyOf("correct horse battery staple");
}

} // namespace

class tst_KeySlots : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void opensBothKeysWithThePassword();
    void opensTheVaultKeyAloneWithTheKeychainSecret();
    void tellsAWrongPasswordFromADamagedHeader();
    void namesAMissingSlot();
    void refusesAKeychainSecretOfAnotherSize();
    void showsEveryChangeMadeWithoutTheKey();
    void showsAnotherPersonalKeyPutIn();
    void showsAnExchangedSlotKey();
    void slotsOfAnotherVaultDoNotFit();
    void changesThePassword();
    void leavesTheHeaderAloneWhenTheOldPasswordIsWrong();
    void drawsASaltForEveryPassword();
    void replacesAndRemovesTheKeychainSlot();
    void keepsTheLastSlotThatOpensPersonal();
    void opensBothKeysWithEverySecretSlot();
    void showsEveryChangeOfASecretSlot();
    void refusesSecretSlotsThatAreNone();
    void addsSecurityKeysUpToEight();
    void replacesTheSheetAndTheTpm();
    void removesOneSecurityKeyByItsId();
    void removesThePasswordOnlyBesideAnotherWayToPersonal();
    void setsANewPasswordWithTheKeysOfASheet();
    void renamesTheVault();
    void changesNothingForAnotherVaultKey();
    void cutsLongNamesBetweenCharacters();
    void readsAsTheReadmeSays();
    void opensAHeaderOfVersionOne();

private:
    /// With this vault's own keys.
    std::expected<std::uint32_t, CryptoError> add(VaultHeader &header, crypto::SecretSlot slot,
                                                  const SecretBytes &secret) const;

    std::optional<PersonalKeyPair> m_personalKeys;
    SecretBytes m_vaultKey;
    SecretBytes m_keychainSecret;
    std::optional<VaultHeader> m_header; ///< with a password and a keychain slot, as read from its file
};

void tst_KeySlots::initTestCase()
{
    QVERIFY(crypto::initialise());
    const auto random = crypto::systemRandom();
    m_personalKeys = PersonalKeyPair::make(random);
    m_vaultKey = crypto::makeVaultKey(random);
    m_keychainSecret = crypto::makeKeychainSecret(random);
    VaultHeader header = crypto::makeVaultHeader("Home", m_personalKeys->publicKey, random);
    QVERIFY(crypto::addPasswordSlot(header, m_vaultKey, *m_personalKeys, password(), cheap(), random)
                .has_value());
    QVERIFY(crypto::addKeychainSlot(header, m_vaultKey, m_keychainSecret, random).has_value());
    QCOMPARE(header.revision, 2u);
    m_header = crypto::parseVaultHeader(crypto::serialise(header)).value();
}

void tst_KeySlots::opensBothKeysWithThePassword()
{
    const auto both = crypto::openBoth(*m_header, password());
    QVERIFY(both.has_value());
    QVERIFY(both->vaultKey.equals(m_vaultKey.bytes()));
    QVERIFY(both->personalKeys.secretKey.equals(m_personalKeys->secretKey.bytes()));
    QVERIFY(both->personalKeys.publicKey == m_header->personalKey);
    QVERIFY(crypto::openWithPassword(*m_header, password()).value().equals(m_vaultKey.bytes()));
    QVERIFY(crypto::openPersonalWithPassword(*m_header, password())
                .value()
                .secretKey.equals(m_personalKeys->secretKey.bytes()));
}

void tst_KeySlots::opensTheVaultKeyAloneWithTheKeychainSecret()
{
    QVERIFY(crypto::openWithKeychainSecret(*m_header, m_keychainSecret).value().equals(m_vaultKey.bytes()));
    // Never the Personal key: there is nothing of it in that slot.
    QVERIFY(!m_header->slot(SlotKind::Keychain)->personalKey.has_value());
    QVERIFY(m_header->slot(SlotKind::Password)->personalKey.has_value());
}

void tst_KeySlots::tellsAWrongPasswordFromADamagedHeader()
{
    for (const char *wrong : {"Correct horse battery staple", "correct horse battery staple ", ""})
        QCOMPARE(crypto::openWithPassword(*m_header, SecretText::copyOf(wrong)).error(),
                 CryptoError::WrongKey);
    const SecretBytes otherSecret = crypto::makeKeychainSecret(crypto::systemRandom());
    QCOMPARE(crypto::openWithKeychainSecret(*m_header, otherSecret).error(), CryptoError::WrongKey);

    VaultHeader damaged = *m_header;
    damaged.keySlots[0].vaultKey[40] ^= std::byte(1);
    QCOMPARE(crypto::openWithPassword(damaged, password()).error(), CryptoError::Damaged);
    QCOMPARE(crypto::openWithPassword(damaged, SecretText::copyOf("wrong")).error(), CryptoError::WrongKey);
    damaged = *m_header;
    damaged.keySlots[0].personalKey->back() ^= std::byte(1);
    QCOMPARE(crypto::openBoth(damaged, password()).error(), CryptoError::Damaged);
}

void tst_KeySlots::namesAMissingSlot()
{
    VaultHeader header = *m_header;
    header.keySlots.clear();
    QCOMPARE(crypto::openWithPassword(header, password()).error(), CryptoError::NoSlot);
    QCOMPARE(crypto::openPersonalWithPassword(header, password()).error(), CryptoError::NoSlot);
    QCOMPARE(crypto::openWithKeychainSecret(header, m_keychainSecret).error(), CryptoError::NoSlot);
}

void tst_KeySlots::refusesAKeychainSecretOfAnotherSize()
{
    VaultHeader header = *m_header;
    for (const std::size_t size : {0u, 16u, 31u, 33u}) {
        QCOMPARE(crypto::openWithKeychainSecret(header, SecretBytes(size)).error(), CryptoError::Malformed);
        QCOMPARE(
            crypto::addKeychainSlot(header, m_vaultKey, SecretBytes(size), crypto::systemRandom()).error(),
            CryptoError::Malformed);
    }
    QVERIFY(header == *m_header);
}

void tst_KeySlots::showsEveryChangeMadeWithoutTheKey()
{
    // Flip each byte and make the checksum right again: whatever still parses must not open.
    const auto whole = crypto::serialise(*m_header);
    for (std::size_t i = 0; i + 32 < whole.size(); ++i) {
        auto bytes = whole;
        bytes.resize(bytes.size() - 32);
        bytes[i] ^= std::byte(1);
        const auto checksum = crypto::digest(bytes);
        bytes.insert(bytes.end(), checksum.begin(), checksum.end());
        const auto header = crypto::parseVaultHeader(bytes);
        if (!header)
            continue;
        QVERIFY(*header != *m_header);
        const auto opened = crypto::openWithKeychainSecret(*header, m_keychainSecret);
        QVERIFY2(!opened, qPrintable(QString::number(i)));
        QVERIFY(opened.error() == CryptoError::Damaged || opened.error() == CryptoError::WrongKey);
    }
}

void tst_KeySlots::showsAnotherPersonalKeyPutIn()
{
    // With their own public key in the header, an attacker would be able to read every Personal value saved
    // from then on.
    VaultHeader header = *m_header;
    header.personalKey = PersonalKeyPair::make(crypto::systemRandom()).publicKey;
    QCOMPARE(crypto::openWithKeychainSecret(header, m_keychainSecret).error(), CryptoError::Damaged);
    QCOMPARE(crypto::openBoth(header, password()).error(), CryptoError::Damaged);
}

void tst_KeySlots::showsAnExchangedSlotKey()
{
    VaultHeader header = *m_header;
    std::swap(header.keySlots[0].vaultKey, *header.keySlots[0].personalKey);
    QCOMPARE(crypto::openBoth(header, password()).error(), CryptoError::Damaged);
}

void tst_KeySlots::slotsOfAnotherVaultDoNotFit()
{
    // The same keys and secret, under another vault id or epoch: the slot is bound to both.
    VaultHeader header = *m_header;
    header.vaultId = crypto::makeVaultId(crypto::systemRandom());
    QCOMPARE(crypto::openWithKeychainSecret(header, m_keychainSecret).error(), CryptoError::WrongKey);
    header = *m_header;
    ++header.epoch;
    QCOMPARE(crypto::openWithKeychainSecret(header, m_keychainSecret).error(), CryptoError::WrongKey);
}

void tst_KeySlots::changesThePassword()
{
    VaultHeader header = *m_header;
    const SecretText next = SecretText::copyOf("a new master password");
    const auto dearer = PasswordHashParameters::make(4, 64 * mebibyte, {}).value();
    QVERIFY(
        crypto::replacePasswordSlot(header, password(), next, dearer, crypto::systemRandom()).has_value());
    header = crypto::parseVaultHeader(crypto::serialise(header)).value();
    QCOMPARE(header.revision, m_header->revision + 1);
    QCOMPARE(header.keySlots.size(), 2u);
    QCOMPARE(header.slot(SlotKind::Password)->parameters->passes(), 4u);
    QCOMPARE(crypto::openWithPassword(header, password()).error(), CryptoError::WrongKey);
    const auto both = crypto::openBoth(header, next);
    QVERIFY(both->vaultKey.equals(m_vaultKey.bytes()));
    QVERIFY(both->personalKeys.secretKey.equals(m_personalKeys->secretKey.bytes()));
    QVERIFY(crypto::openWithKeychainSecret(header, m_keychainSecret).value().equals(m_vaultKey.bytes()));
}

void tst_KeySlots::leavesTheHeaderAloneWhenTheOldPasswordIsWrong()
{
    VaultHeader header = *m_header;
    QCOMPARE(crypto::replacePasswordSlot(header, SecretText::copyOf("wrong"), password(), cheap(),
                                         crypto::systemRandom())
                 .error(),
             CryptoError::WrongKey);
    QVERIFY(header == *m_header);
}

void tst_KeySlots::drawsASaltForEveryPassword()
{
    VaultHeader header = *m_header;
    const auto kept = *header.slot(SlotKind::Password)->parameters;
    QVERIFY(kept.salt() != cheap().salt());
    QVERIFY(
        crypto::addPasswordSlot(header, m_vaultKey, *m_personalKeys, password(), kept, crypto::systemRandom())
            .has_value());
    QVERIFY(header.slot(SlotKind::Password)->parameters->salt() != kept.salt());
}

void tst_KeySlots::replacesAndRemovesTheKeychainSlot()
{
    VaultHeader header = *m_header;
    const SecretBytes next = crypto::makeKeychainSecret(crypto::systemRandom());
    QVERIFY(crypto::addKeychainSlot(header, m_vaultKey, next, crypto::systemRandom()).has_value());
    QCOMPARE(header.keySlots.size(), 2u);
    QVERIFY(crypto::openWithKeychainSecret(header, next).has_value());
    QCOMPARE(crypto::openWithKeychainSecret(header, m_keychainSecret).error(), CryptoError::WrongKey);
    QVERIFY(crypto::removeSlot(header, SlotKind::Keychain, m_vaultKey).has_value());
    QCOMPARE(crypto::openWithKeychainSecret(header, next).error(), CryptoError::NoSlot);
    QCOMPARE(crypto::removeSlot(header, SlotKind::Keychain, m_vaultKey).error(), CryptoError::NoSlot);
    QVERIFY(crypto::openWithPassword(crypto::parseVaultHeader(crypto::serialise(header)).value(), password())
                .has_value());
}

void tst_KeySlots::keepsTheLastSlotThatOpensPersonal()
{
    VaultHeader header = *m_header;
    QCOMPARE(crypto::removeSlot(header, SlotKind::Password, m_vaultKey).error(), CryptoError::Refused);
    QVERIFY(header == *m_header);
}

void tst_KeySlots::opensBothKeysWithEverySecretSlot()
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
    QVERIFY(crypto::openBoth(header, password()).has_value());
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

void tst_KeySlots::showsEveryChangeOfASecretSlot()
{
    const auto random = crypto::systemRandom();
    VaultHeader header = *m_header;
    const SecretBytes secret = randomSecret(32, random);
    const auto id = add(header, {SlotKind::SecurityKey, "Blue key", someParameters()}, secret).value();
    QVERIFY(add(header, {SlotKind::Recovery, {}, {}}, secret).has_value());
    const auto whole = crypto::serialise(header);
    int read = 0;
    for (std::size_t i = 0; i + 32 < whole.size(); ++i) {
        auto bytes = whole;
        bytes.resize(bytes.size() - 32);
        bytes[i] ^= std::byte(1);
        const auto checksum = crypto::digest(bytes);
        bytes.insert(bytes.end(), checksum.begin(), checksum.end());
        const auto changed = crypto::parseVaultHeader(bytes);
        if (!changed)
            continue;
        ++read;
        for (const auto &[kind, name] :
             {std::pair{SlotKind::SecurityKey, id}, std::pair{SlotKind::Recovery, 0u}}) {
            const auto opened = crypto::openBothWithSecret(*changed, kind, name, secret);
            QVERIFY2(!opened, qPrintable(QString::number(i)));
            QVERIFY(opened.error() == CryptoError::Damaged || opened.error() == CryptoError::WrongKey ||
                    opened.error() == CryptoError::NoSlot);
        }
    }
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

void tst_KeySlots::refusesSecretSlotsThatAreNone()
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

void tst_KeySlots::addsSecurityKeysUpToEight()
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

void tst_KeySlots::replacesTheSheetAndTheTpm()
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

void tst_KeySlots::removesOneSecurityKeyByItsId()
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

void tst_KeySlots::removesThePasswordOnlyBesideAnotherWayToPersonal()
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

void tst_KeySlots::setsANewPasswordWithTheKeysOfASheet()
{
    VaultHeader header = *m_header;
    const auto random = crypto::systemRandom();
    const auto sheet = RecoverySheet::make(random);
    QVERIFY(add(header, {SlotKind::Recovery, {}, {}}, sheet.slotSecret()).has_value());
    const auto keys = crypto::openBothWithSecret(header, SlotKind::Recovery, 0, sheet.slotSecret());
    const SecretText next = SecretText::copyOf("a new master password");
    QVERIFY(crypto::addPasswordSlot(header, keys->vaultKey, keys->personalKeys, next, cheap(), random)
                .has_value());
    QCOMPARE(crypto::openBoth(header, password()).error(), CryptoError::WrongKey);
    QVERIFY(crypto::openBoth(header, next).has_value());
    QVERIFY(crypto::openBothWithSecret(header, SlotKind::Recovery, 0, sheet.slotSecret()).has_value());
}

std::expected<std::uint32_t, CryptoError> tst_KeySlots::add(VaultHeader &header, crypto::SecretSlot slot,
                                                            const SecretBytes &secret) const
{
    return crypto::addSecretSlot(header, std::move(slot), m_vaultKey, *m_personalKeys, secret,
                                 crypto::systemRandom());
}

void tst_KeySlots::renamesTheVault()
{
    VaultHeader header = *m_header;
    QVERIFY(crypto::renameVault(header, "Büro", m_vaultKey).has_value());
    QCOMPARE(test::toByteArray(header.name), "Büro"_ba);
    QVERIFY(crypto::openWithKeychainSecret(header, m_keychainSecret).has_value());
    header.name = "by hand";
    QCOMPARE(crypto::openWithKeychainSecret(header, m_keychainSecret).error(), CryptoError::Damaged);
}

void tst_KeySlots::changesNothingForAnotherVaultKey()
{
    VaultHeader header = *m_header;
    const auto random = crypto::systemRandom();
    const SecretBytes other = crypto::makeVaultKey(random);
    QCOMPARE(crypto::addKeychainSlot(header, other, m_keychainSecret, random).error(), CryptoError::WrongKey);
    QCOMPARE(crypto::addPasswordSlot(header, other, *m_personalKeys, password(), cheap(), random).error(),
             CryptoError::WrongKey);
    QCOMPARE(crypto::addPasswordSlot(header, m_vaultKey, PersonalKeyPair::make(random), password(), cheap(),
                                     random)
                 .error(),
             CryptoError::WrongKey);
    QCOMPARE(crypto::removeSlot(header, SlotKind::Keychain, other).error(), CryptoError::WrongKey);
    QCOMPARE(crypto::renameVault(header, "x", other).error(), CryptoError::WrongKey);
    QCOMPARE(crypto::renameVault(header, "x", SecretBytes(16)).error(), CryptoError::WrongKey);
    QVERIFY(header == *m_header);
}

void tst_KeySlots::cutsLongNamesBetweenCharacters()
{
    const auto named = [&](const std::string &name) {
        return crypto::makeVaultHeader(name, m_personalKeys->publicKey, crypto::systemRandom()).name;
    };
    QCOMPARE(named(std::string(256, 'a')).size(), 256u);
    QCOMPARE(named(std::string(300, 'a')).size(), 256u);
    QCOMPARE(named(std::string(255, 'a') + "ü").size(), 255u);
    QCOMPARE(named(std::string(253, 'a') + "🔑").size(), 253u);
    QCOMPARE(named(std::string(252, 'a') + "🔑").size(), 256u);
}

void tst_KeySlots::readsAsTheReadmeSays()
{
    // The way another program would: libsodium and the offsets of crypto/README.md, nothing of ours.
    const auto bytes = crypto::serialise(*m_header);
    const std::span<const std::byte> file(bytes);
    const std::span slot = file.subspan(89, 201);
    const SecretText secret = password();
    std::array<unsigned char, 32> hash;
    QCOMPARE(crypto_pwhash(hash.data(), hash.size(), secret.view().data(), secret.size(),
                           raw(slot.subspan(9, 16)), 3, 64 << 20, crypto_pwhash_ALG_ARGON2ID13),
             0);
    std::array<unsigned char, 32> wrapping;
    std::array<unsigned char, 32> committing;
    crypto_kdf_derive_from_key(wrapping.data(), wrapping.size(), 1, "CLVKEK__", hash.data());
    crypto_kdf_derive_from_key(committing.data(), committing.size(), 1, "CLCOMMIT", hash.data());
    const QByteArray data = "clavitor/slot/v1"_ba + QByteArray::fromHex(test::toHex(file.subspan(22, 12)) +
                                                                        test::toHex(slot.first(25)) +
                                                                        test::toHex(file.subspan(18, 4)));
    std::array<unsigned char, 32> commitment;
    crypto_generichash(commitment.data(), commitment.size(), raw(test::bytesOf(data)),
                       static_cast<unsigned long long>(data.size()), committing.data(), committing.size());
    QCOMPARE(test::toHex(std::as_bytes(std::span(commitment))), test::toHex(slot.subspan(25, 32)));
    std::array<unsigned char, 32> vaultKey;
    QCOMPARE(crypto_aead_xchacha20poly1305_ietf_decrypt(
                 vaultKey.data(), nullptr, nullptr, raw(slot.subspan(57 + 24, 48)), 48,
                 raw(test::bytesOf(data)), static_cast<unsigned long long>(data.size()),
                 raw(slot.subspan(57, 24)), wrapping.data()),
             0);
    QVERIFY(m_vaultKey.equals(std::as_bytes(std::span(vaultKey))));
    std::array<unsigned char, 32> personalWrapping;
    crypto_kdf_derive_from_key(personalWrapping.data(), personalWrapping.size(), 1, "CLPKEK__", hash.data());
    std::array<unsigned char, 32> personalKey;
    QCOMPARE(crypto_aead_xchacha20poly1305_ietf_decrypt(
                 personalKey.data(), nullptr, nullptr, raw(slot.subspan(129 + 24, 48)), 48,
                 raw(test::bytesOf(data)), static_cast<unsigned long long>(data.size()),
                 raw(slot.subspan(129, 24)), personalWrapping.data()),
             0);
    QVERIFY(m_personalKeys->secretKey.equals(std::as_bytes(std::span(personalKey))));

    std::array<unsigned char, 32> manifestKey;
    crypto_kdf_derive_from_key(manifestKey.data(), manifestKey.size(), 3, "CLVAULT_", vaultKey.data());
    const std::span content = file.first(file.size() - 64);
    QByteArray marked = "clavitor/header/v1"_ba;
    for (std::size_t size = content.size(), i = 0; i < 8; ++i, size >>= 8)
        marked.append(static_cast<char>(size & 0xff));
    marked += QByteArray::fromHex(test::toHex(content));
    std::array<unsigned char, 32> mark;
    crypto_generichash(mark.data(), mark.size(), raw(test::bytesOf(marked)),
                       static_cast<unsigned long long>(marked.size()), manifestKey.data(),
                       manifestKey.size());
    QCOMPARE(test::toHex(std::as_bytes(std::span(mark))), test::toHex(file.last(64).first(32)));
}

void tst_KeySlots::opensAHeaderOfVersionOne()
{
    // Written once by this library and kept, so that no later version forgets how to read it.
    const auto row = test::tsvRows("crypto/header-v1.tsv").first();
    const auto header = crypto::parseVaultHeader(test::fromHex(row[0]));
    QVERIFY(header.has_value());
    QCOMPARE(test::toHex(crypto::serialise(*header)), row[0]);
    QCOMPARE(test::toByteArray(header->name), "Version one"_ba);
    const auto both = crypto::openBoth(
        *header, SecretText::copyOf({row[1].constData(), static_cast<std::size_t>(row[1].size())}));
    QVERIFY(both.has_value());
    QCOMPARE(test::toHex(both->vaultKey.bytes()), row[3]);
    QCOMPARE(test::toHex(both->personalKeys.secretKey.bytes()), row[4]);
    const auto vaultKey = crypto::openWithKeychainSecret(*header, SecretBytes::copyOf(test::fromHex(row[2])));
    QCOMPARE(test::toHex(vaultKey.value().bytes()), row[3]);
}

QTEST_GUILESS_MAIN(tst_KeySlots)
#include "tst_KeySlots.moc"
