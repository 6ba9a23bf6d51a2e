// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace clavitor::crypto {

namespace {

const EVP_MD *hashOf(HashAlgorithm algorithm)
{
    switch (algorithm) {
    case HashAlgorithm::Sha256:
        return EVP_sha256();
    case HashAlgorithm::Sha512:
        return EVP_sha512();
    case HashAlgorithm::Sha1:
        break;
    }
    return EVP_sha1();
}

} // namespace

SecretBytes hmac(HashAlgorithm algorithm, std::span<const std::byte> key, std::span<const std::byte> message)
{
    const EVP_MD *hash = hashOf(algorithm);
    // A null key would mean "the one used before" to libcrypto.
    const std::byte none{};
    SecretBytes mac = SecretBytes::pooled(static_cast<std::size_t>(EVP_MD_get_size(hash)));
    if (HMAC(hash, key.empty() ? &none : key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char *>(message.data()), message.size(),
             reinterpret_cast<unsigned char *>(mac.writable().data()), nullptr) == nullptr)
        throw std::runtime_error("libcrypto offers no HMAC with this hash");
    return mac;
}

} // namespace clavitor::crypto
