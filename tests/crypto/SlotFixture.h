// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
