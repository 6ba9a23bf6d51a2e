// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"

namespace clavitor::crypto {

enum class HashAlgorithm { Sha1, Sha256, Sha512 };

/// HMAC (RFC 2104), for one-time codes only: what this library authenticates itself it does with KeyedDigest.
/// By libcrypto, since libsodium has no HMAC-SHA1. 20, 32 or 64 bytes; std::runtime_error if libcrypto was
/// built without the algorithm.
[[nodiscard]] SecretBytes hmac(HashAlgorithm algorithm, std::span<const std::byte> key,
                               std::span<const std::byte> message);

} // namespace clavitor::crypto
