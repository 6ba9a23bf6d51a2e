// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SecretBox.h"

#include "crypto/KeyDerivation.h"
#include "crypto/SodiumBytes.h"

#include <sodium.h>

#include <stdexcept>

namespace clavitor::crypto {

namespace {

constexpr std::size_t nonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(nonceSize + tagSize == boxOverhead && crypto_aead_xchacha20poly1305_ietf_KEYBYTES == keySize);

void requireKey(const SecretBytes &key)
{
    if (key.size() != keySize)
        throw std::invalid_argument("SecretBox: the key must have 32 bytes");
}

} // namespace

std::vector<std::byte> sealBox(const SecretBytes &key, std::span<const std::byte> plaintext,
                               std::span<const std::byte> associatedData, const RandomSource &random)
{
    requireKey(key);
    std::vector<std::byte> box(boxOverhead + plaintext.size());
    const std::span nonce = std::span(box).first(nonceSize);
    random(nonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char *>(box.data() + nonceSize),
                                               nullptr, sodiumBytes(plaintext), plaintext.size(), sodiumBytes(associatedData),
                                               associatedData.size(), nullptr, sodiumBytes(nonce), sodiumBytes(key.bytes()));
    return box;
}

std::expected<SecretBytes, CryptoError> openBox(const SecretBytes &key, std::span<const std::byte> box,
                                                std::span<const std::byte> associatedData)
{
    requireKey(key);
    if (box.size() < boxOverhead)
        return std::unexpected(CryptoError::Malformed);
    const std::span ciphertext = box.subspan(nonceSize);
    SecretBytes plaintext(box.size() - boxOverhead);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            reinterpret_cast<unsigned char *>(plaintext.writable().data()), nullptr, nullptr, sodiumBytes(ciphertext),
            ciphertext.size(), sodiumBytes(associatedData), associatedData.size(), sodiumBytes(box.first(nonceSize)),
            sodiumBytes(key.bytes())) != 0)
        return std::unexpected(CryptoError::Damaged);
    return plaintext;
}

} // namespace clavitor::crypto
