// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PageCipher.h"

#include "crypto/Hmac.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace clavitor::crypto {

namespace {

// As SQLCipher names them: HMAC_SALT_MASK, FAST_PBKDF2_ITER.
constexpr std::byte saltMask{0x3a};
constexpr int macKeyRounds = 2;

const unsigned char *asInput(std::span<const std::byte> bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

unsigned char *asOutput(std::span<std::byte> bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

} // namespace

PageCipher::PageCipher(const SecretBytes &key, std::span<const std::byte, saltSize> salt)
    : m_key(SecretBytes::copyOf(key.bytes()))
    , m_macKey(keySize)
{
    if (key.size() != keySize)
        throw std::invalid_argument("a page's key has 32 bytes");
    std::array<std::byte, saltSize> macSalt{};
    std::ranges::transform(salt, macSalt.begin(), [](std::byte byte) { return byte ^ saltMask; });
    if (PKCS5_PBKDF2_HMAC(reinterpret_cast<const char *>(key.bytes().data()), keySize, asInput(macSalt), saltSize, macKeyRounds, EVP_sha512(), keySize,
                          asOutput(m_macKey.writable()))
        != 1)
        throw std::runtime_error("libcrypto offers no PBKDF2 with SHA-512");
}

bool PageCipher::open(std::span<const std::byte, pageSize> page, std::uint32_t number, std::span<std::byte, usableSize> plain) const
{
    const std::size_t begin = number == 1 ? saltSize : 0;
    const auto ciphertext = page.subspan(begin, usableSize - begin);
    std::array<std::byte, pageSize> authentic;
    const auto end = std::ranges::copy(page.subspan(begin, usableSize + ivSize - begin), authentic.begin()).out;
    for (int i = 0; i < 4; ++i)
        end[i] = static_cast<std::byte>(number >> 8 * i);
    const SecretBytes mac = hmac(HashAlgorithm::Sha512, m_macKey.bytes(), std::span(authentic.begin(), end + 4));
    if (!mac.equals(page.subspan(usableSize + ivSize)))
        return false;
    const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX *)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    int written = 0;
    return context && EVP_DecryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, asInput(m_key.bytes()), asInput(page.subspan(usableSize, ivSize))) == 1
        && EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1
        && EVP_DecryptUpdate(context.get(), asOutput(plain.subspan(begin)), &written, asInput(ciphertext), static_cast<int>(ciphertext.size())) == 1
        && static_cast<std::size_t>(written) == ciphertext.size();
}

} // namespace clavitor::crypto
