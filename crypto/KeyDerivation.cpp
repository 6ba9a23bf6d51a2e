// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/KeyDerivation.h"

#include <sodium.h>

#include <stdexcept>

namespace clavitor::crypto {

SecretBytes deriveKey(const SecretBytes &key, std::uint64_t number, const char (&context)[9])
{
    static_assert(crypto_kdf_KEYBYTES == keySize && crypto_kdf_CONTEXTBYTES == sizeof(context) - 1);
    if (key.size() != keySize)
        throw std::invalid_argument("deriveKey: the key must have 32 bytes");
    SecretBytes derived(keySize);
    crypto_kdf_derive_from_key(reinterpret_cast<unsigned char *>(derived.writable().data()), derived.size(),
                               number, context, reinterpret_cast<const unsigned char *>(key.bytes().data()));
    return derived;
}

} // namespace clavitor::crypto
