// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/Digest.h"
#include "crypto/KeySlots.h"

#include <QTest>

#include <optional>

namespace clavitor::test {

/// The floor, so that a test costs tenths of a second.
inline crypto::PasswordHashParameters cheapHash()
{
    constexpr std::uint64_t mebibyte = 1 << 20;
    return crypto::PasswordHashParameters::make(3, 64 * mebibyte, {}).value();
}

inline crypto::SecretText samplePassword()
{
    return crypto::SecretText::copyOf("correct horse battery staple");
}

/// Flips each byte of a header's file and makes its checksum right again: whoever has the file can do that without any key. Shows what
/// still parses, with the byte's place, and answers how many did.
template<typename Look>
int eachAltered(const crypto::VaultHeader &header, Look look)
{
    constexpr std::size_t checksumSize = 32;
    const auto whole = crypto::serialise(header);
    int parsed = 0;
    for (std::size_t at = 0; at + checksumSize < whole.size(); ++at) {
        auto bytes = whole;
        bytes.resize(bytes.size() - checksumSize);
        bytes[at] ^= std::byte(1);
        const auto checksum = crypto::digest(bytes);
        bytes.insert(bytes.end(), checksum.begin(), checksum.end());
        if (const auto altered = crypto::parseVaultHeader(bytes)) {
            ++parsed;
            look(*altered, at);
        }
    }
    return parsed;
}

/// A header with a password and a keychain slot, as read from its file, and the keys they wrap.
class SlotFixture
{
protected:
    void makeKeys()
    {
        QVERIFY(crypto::initialise());
        const auto random = crypto::systemRandom();
        m_personalKeys = crypto::PersonalKeyPair::make(random);
        m_vaultKey = crypto::makeVaultKey(random);
        m_keychainSecret = crypto::makeKeychainSecret(random);
        crypto::VaultHeader header = crypto::makeVaultHeader("Home", m_personalKeys->publicKey, random);
        QVERIFY(crypto::addPasswordSlot(header, m_vaultKey, *m_personalKeys, samplePassword(), cheapHash(), random)
                    .has_value());
        QVERIFY(crypto::addKeychainSlot(header, m_vaultKey, m_keychainSecret, random).has_value());
        QCOMPARE(header.revision, 2u);
        m_header = crypto::parseVaultHeader(crypto::serialise(header)).value();
    }

    std::optional<crypto::PersonalKeyPair> m_personalKeys;
    crypto::SecretBytes m_vaultKey;
    crypto::SecretBytes m_keychainSecret;
    std::optional<crypto::VaultHeader> m_header;
};

} // namespace clavitor::test
