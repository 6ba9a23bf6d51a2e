// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/Random.h"
#include "crypto/SecretBytes.h"

#include <array>
#include <expected>

namespace clavitor::crypto {

/// The public half of the Personal key (X25519, RFC 7748): with it anyone may seal a Personal value, nobody
/// may read one.
class PersonalPublicKey
{
public:
    static constexpr std::size_t size = 32;
    using Bytes = std::array<std::byte, size>;
    using Identifier = std::array<std::byte, 8>;

    /// Malformed for the few points of small order, with which nothing would be kept secret.
    [[nodiscard]] static std::expected<PersonalPublicKey, CryptoError> fromBytes(const Bytes &bytes);

    [[nodiscard]] const Bytes &bytes() const noexcept { return m_bytes; }
    /// The first 8 bytes of the key's BLAKE2b-256: which key a record was sealed to.
    [[nodiscard]] Identifier identifier() const;

    bool operator==(const PersonalPublicKey &) const = default;

private:
    friend struct PersonalKeyPair;
    explicit PersonalPublicKey(const Bytes &bytes)
        : m_bytes(bytes)
    {
    }

    Bytes m_bytes;
};

/// Both halves. Exists only while Personal is open.
struct PersonalKeyPair
{
    PersonalPublicKey publicKey;
    SecretBytes secretKey; ///< 32 bytes

    [[nodiscard]] static PersonalKeyPair make(const RandomSource &random);
    /// The pair of a stored secret key. Malformed when it has not 32 bytes.
    [[nodiscard]] static std::expected<PersonalKeyPair, CryptoError> fromSecretKey(SecretBytes secretKey);
};

} // namespace clavitor::crypto
