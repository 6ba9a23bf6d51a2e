// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Signature.h"

#include "crypto/SodiumBytes.h"
#include "crypto/SubKeys.h"

#include <sodium.h>

namespace clavitor::crypto {

namespace {

const unsigned char *textBytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

} // namespace

SigningKey SigningKey::of(const SecretBytes &vaultKey)
{
    const SecretBytes seed = deriveSubKey(vaultKey, SubKey::Checkpoint);
    static_assert(crypto_sign_SEEDBYTES == 32 && crypto_sign_BYTES == sizeof(SignatureBytes)
                  && crypto_sign_PUBLICKEYBYTES == sizeof(VerifyingKey));
    SigningKey key;
    key.m_secret = SecretBytes(crypto_sign_SECRETKEYBYTES);
    crypto_sign_seed_keypair(sodiumBytes(std::span<std::byte>(key.m_public)), sodiumBytes(key.m_secret.writable()), sodiumBytes(seed.bytes()));
    return key;
}

SignatureBytes SigningKey::sign(std::string_view message) const
{
    SignatureBytes signature{};
    crypto_sign_detached(sodiumBytes(std::span<std::byte>(signature)), nullptr, textBytes(message), message.size(),
                         sodiumBytes(m_secret.bytes()));
    return signature;
}

bool verifies(const SignatureBytes &signature, std::string_view message, const VerifyingKey &key)
{
    return crypto_sign_verify_detached(sodiumBytes(std::span<const std::byte>(signature)), textBytes(message), message.size(),
                                       sodiumBytes(std::span<const std::byte>(key)))
        == 0;
}

Digest32 sha256(std::string_view bytes)
{
    Digest32 digest{};
    static_assert(crypto_hash_sha256_BYTES == sizeof(Digest32));
    crypto_hash_sha256(sodiumBytes(std::span<std::byte>(digest)), textBytes(bytes), bytes.size());
    return digest;
}

} // namespace clavitor::crypto
