// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PersonalKey.h"

#include "crypto/Digest.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace clavitor::crypto {

static_assert(crypto_box_PUBLICKEYBYTES == PersonalPublicKey::size && crypto_box_SECRETKEYBYTES == 32);

std::expected<PersonalPublicKey, CryptoError> PersonalPublicKey::fromBytes(const Bytes &bytes)
{
    // Every clamped scalar is a multiple of 8, so any of them sends a point of small order to zero, which
    // libsodium reports.
    const std::array<unsigned char, crypto_scalarmult_SCALARBYTES> scalar{1};
    std::array<unsigned char, crypto_scalarmult_BYTES> product;
    if (crypto_scalarmult(product.data(), scalar.data(),
                          reinterpret_cast<const unsigned char *>(bytes.data())) != 0)
        return std::unexpected(CryptoError::Malformed);
    return PersonalPublicKey(bytes);
}

PersonalPublicKey::Identifier PersonalPublicKey::identifier() const
{
    Identifier identifier;
    std::ranges::copy_n(digest(m_bytes).begin(), identifier.size(), identifier.begin());
    return identifier;
}

PersonalKeyPair PersonalKeyPair::make(const RandomSource &random)
{
    return fromSecretKey(randomSecret(crypto_box_SECRETKEYBYTES, random)).value();
}

std::expected<PersonalKeyPair, CryptoError> PersonalKeyPair::fromSecretKey(SecretBytes secretKey)
{
    if (secretKey.size() != crypto_box_SECRETKEYBYTES)
        return std::unexpected(CryptoError::Malformed);
    PersonalPublicKey::Bytes publicKey;
    crypto_scalarmult_base(reinterpret_cast<unsigned char *>(publicKey.data()),
                           reinterpret_cast<const unsigned char *>(secretKey.bytes().data()));
    return PersonalKeyPair{PersonalPublicKey(publicKey), std::move(secretKey)};
}

} // namespace clavitor::crypto
