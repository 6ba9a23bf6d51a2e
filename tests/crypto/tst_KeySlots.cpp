// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/KeySlots.h"

#include "crypto/SubKeys.h"
#include "tests/crypto/SlotFixture.h"
#include "tests/crypto/Vectors.h"

#include <QTest>

#include <sodium.h>

#include <limits>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::test;
using crypto::CryptoError;
using crypto::PasswordHashParameters;
using crypto::PersonalKeyPair;
using crypto::SecretBytes;
using crypto::SecretText;
using crypto::SlotKind;
using crypto::VaultHeader;

namespace {

const unsigned char *raw(std::span<const std::byte> bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

} // namespace

class tst_KeySlots : public QObject, private SlotFixture
{
    Q_OBJECT
private slots:
    void initTestCase() { makeKeys(); }
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
    void opensNothingWithAHashOfAnotherPasswordOrForAnotherSlot();
    void drawsASaltForEveryPassword();
    void replacesAndRemovesTheKeychainSlot();
    void keepsTheLastSlotThatOpensPersonal();
    void renamesTheVault();
    void changesNothingForAnotherVaultKey();
    void cutsLongNamesBetweenCharacters();
    void makesTheHeaderOfTheNextKeys();
    void readsAsTheReadmeSays();
    void opensAHeaderOfVersionOne();
};

void tst_KeySlots::opensBothKeysWithThePassword()
{
    const auto both = crypto::openBoth(*m_header, samplePassword());
    QVERIFY(both.has_value());
    QVERIFY(both->vaultKey.equals(m_vaultKey.bytes()));
    QVERIFY(both->personalKeys.secretKey.equals(m_personalKeys->secretKey.bytes()));
    QVERIFY(both->personalKeys.publicKey == m_header->personalKey);
    QVERIFY(crypto::openWithPassword(*m_header, samplePassword()).value().equals(m_vaultKey.bytes()));
    QVERIFY(crypto::openPersonalWithPassword(*m_header, samplePassword())
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
    QCOMPARE(crypto::openWithPassword(damaged, samplePassword()).error(), CryptoError::Damaged);
    QCOMPARE(crypto::openWithPassword(damaged, SecretText::copyOf("wrong")).error(), CryptoError::WrongKey);
    damaged = *m_header;
    damaged.keySlots[0].personalKey->back() ^= std::byte(1);
    QCOMPARE(crypto::openBoth(damaged, samplePassword()).error(), CryptoError::Damaged);
}

void tst_KeySlots::namesAMissingSlot()
{
    VaultHeader header = *m_header;
    header.keySlots.clear();
    QCOMPARE(crypto::openWithPassword(header, samplePassword()).error(), CryptoError::NoSlot);
    QCOMPARE(crypto::openPersonalWithPassword(header, samplePassword()).error(), CryptoError::NoSlot);
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
    const int read = eachAltered(*m_header, [&](const VaultHeader &header, std::size_t at) {
        QVERIFY(header != *m_header);
        const auto opened = crypto::openWithKeychainSecret(header, m_keychainSecret);
        QVERIFY2(!opened, qPrintable(QString::number(at)));
        QVERIFY(opened.error() == CryptoError::Damaged || opened.error() == CryptoError::WrongKey);
    });
    QVERIFY(read > 100);
}

void tst_KeySlots::showsAnotherPersonalKeyPutIn()
{
    // With their own public key in the header, an attacker would be able to read every Personal value saved
    // from then on.
    VaultHeader header = *m_header;
    header.personalKey = PersonalKeyPair::make(crypto::systemRandom()).publicKey;
    QCOMPARE(crypto::openWithKeychainSecret(header, m_keychainSecret).error(), CryptoError::Damaged);
    QCOMPARE(crypto::openBoth(header, samplePassword()).error(), CryptoError::Damaged);
}

void tst_KeySlots::showsAnExchangedSlotKey()
{
    VaultHeader header = *m_header;
    std::swap(header.keySlots[0].vaultKey, *header.keySlots[0].personalKey);
    QCOMPARE(crypto::openBoth(header, samplePassword()).error(), CryptoError::Damaged);
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
    const auto dearer = PasswordHashParameters::make(4, PasswordHashParameters::leastMemory, {}).value();
    // As it is done: everything is hashed before a key is opened.
    const auto hashed = crypto::hashForNewSlot(next, dearer, crypto::systemRandom());
    const auto hash = crypto::hashForSlot(header, samplePassword());
    QVERIFY(hashed && hash);
    QVERIFY(crypto::openWithHash(header, *hash)->equals(m_vaultKey.bytes()));
    QCOMPARE(crypto::openWithHash(header, hashed->hash).error(), CryptoError::WrongKey);
    const auto keys = crypto::openBothWithHash(header, *hash);
    QVERIFY(keys && crypto::addPasswordSlot(header, keys->vaultKey, keys->personalKeys, *hashed, crypto::systemRandom()));
    header = crypto::parseVaultHeader(crypto::serialise(header)).value();
    QCOMPARE(header.revision, m_header->revision + 1);
    QCOMPARE(header.keySlots.size(), 2u);
    QCOMPARE(header.slot(SlotKind::Password)->parameters->passes(), 4u);
    QCOMPARE(crypto::openWithPassword(header, samplePassword()).error(), CryptoError::WrongKey);
    const auto both = crypto::openBoth(header, next);
    QVERIFY(both->vaultKey.equals(m_vaultKey.bytes()));
    QVERIFY(both->personalKeys.secretKey.equals(m_personalKeys->secretKey.bytes()));
    QVERIFY(crypto::openWithKeychainSecret(header, m_keychainSecret).value().equals(m_vaultKey.bytes()));
}

void tst_KeySlots::opensNothingWithAHashOfAnotherPasswordOrForAnotherSlot()
{
    const auto wrong = crypto::hashForSlot(*m_header, SecretText::copyOf("wrong"));
    QCOMPARE(crypto::openBothWithHash(*m_header, *wrong).error(), CryptoError::WrongKey);
    VaultHeader without = *m_header;
    std::erase_if(without.keySlots, [](const auto &slot) { return slot.kind == SlotKind::Password; });
    QCOMPARE(crypto::hashForSlot(without, samplePassword()).error(), CryptoError::NoSlot);
    QCOMPARE(crypto::openWithHash(without, *wrong).error(), CryptoError::NoSlot);
    QCOMPARE(crypto::openBothWithHash(without, *wrong).error(), CryptoError::NoSlot);
}

void tst_KeySlots::drawsASaltForEveryPassword()
{
    VaultHeader header = *m_header;
    const auto kept = *header.slot(SlotKind::Password)->parameters;
    QVERIFY(kept.salt() != cheapHash().salt());
    QVERIFY(
        crypto::addPasswordSlot(header, m_vaultKey, *m_personalKeys, samplePassword(), kept, crypto::systemRandom())
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
    QVERIFY(crypto::openWithPassword(crypto::parseVaultHeader(crypto::serialise(header)).value(), samplePassword())
                .has_value());
}

void tst_KeySlots::keepsTheLastSlotThatOpensPersonal()
{
    VaultHeader header = *m_header;
    QCOMPARE(crypto::removeSlot(header, SlotKind::Password, m_vaultKey).error(), CryptoError::Refused);
    QVERIFY(header == *m_header);
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
    QCOMPARE(crypto::addPasswordSlot(header, other, *m_personalKeys, samplePassword(), cheapHash(), random).error(),
             CryptoError::WrongKey);
    QCOMPARE(crypto::addPasswordSlot(header, m_vaultKey, PersonalKeyPair::make(random), samplePassword(), cheapHash(),
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

void tst_KeySlots::makesTheHeaderOfTheNextKeys()
{
    const auto vaultKey = crypto::makeVaultKey(crypto::systemRandom());
    const auto personalKeys = PersonalKeyPair::make(crypto::systemRandom());
    const auto hashed = crypto::hashForNewSlot(samplePassword(), *m_header->slot(SlotKind::Password)->parameters, crypto::systemRandom());
    QVERIFY(hashed.has_value());
    const auto next = crypto::makeSuccessor(*m_header, vaultKey, personalKeys, *hashed, crypto::systemRandom());
    QVERIFY(next.has_value());
    QCOMPARE(next->vaultId, m_header->vaultId);
    QCOMPARE(next->name, m_header->name);
    QCOMPARE(next->epoch, m_header->epoch + 1);
    QVERIFY(next->revision > m_header->revision);
    QVERIFY(next->databaseSalt != m_header->databaseSalt);
    QCOMPARE(next->keySlots.size(), 1u);
    QVERIFY(crypto::isWrittenWith(*next, vaultKey));
    QVERIFY(!crypto::isWrittenWith(*next, m_vaultKey));
    const auto opened = crypto::openBoth(*next, samplePassword());
    QVERIFY(opened.has_value());
    QVERIFY(opened->vaultKey.equals(vaultKey.bytes()));
    QVERIFY(opened->personalKeys.secretKey.equals(personalKeys.secretKey.bytes()));
    QVERIFY(crypto::parseVaultHeader(crypto::serialise(*next)) == *next);
    // A slot of before does not fit it: the epoch is part of what each is bound to.
    VaultHeader mixed = *next;
    mixed.keySlots = m_header->keySlots;
    QVERIFY(crypto::openBoth(mixed, samplePassword()).error() == CryptoError::WrongKey);

    VaultHeader last = *m_header;
    last.epoch = std::numeric_limits<std::uint32_t>::max();
    QVERIFY(crypto::makeSuccessor(last, vaultKey, personalKeys, *hashed, crypto::systemRandom()).error() == CryptoError::Refused);
}

void tst_KeySlots::readsAsTheReadmeSays()
{
    // The way another program would: libsodium and the offsets of crypto/README.md, nothing of ours.
    const auto bytes = crypto::serialise(*m_header);
    const std::span<const std::byte> file(bytes);
    const std::span slot = file.subspan(89, 201);
    const SecretText secret = samplePassword();
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
