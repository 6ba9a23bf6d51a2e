// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"

#include <cstdint>

namespace clavitor::crypto {

/// Size of every symmetric key of the hierarchy.
inline constexpr std::size_t keySize = 32;

/// libsodium's crypto_kdf: BLAKE2b-256 with `key` (32 bytes) as key, `number` as salt and the 8 characters of
/// `context` as personalisation. A key of another size is std::invalid_argument.
[[nodiscard]] SecretBytes deriveKey(const SecretBytes &key, std::uint64_t number, const char (&context)[9]);

} // namespace clavitor::crypto
