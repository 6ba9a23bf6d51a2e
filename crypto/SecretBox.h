// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/Random.h"
#include "crypto/SecretBytes.h"

#include <expected>
#include <span>
#include <vector>

namespace clavitor::crypto {

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with associated data. A box is
///   nonce (24) ‖ ciphertext (as long as the plaintext) ‖ tag (16).
/// The nonce is random: safe for 2^32 boxes under one key and far beyond. The cipher does not commit to its
/// key; who needs "only one key opens this" adds a commitment (see KeySlots).
inline constexpr std::size_t boxOverhead = 24 + 16;

/// `key` has 32 bytes, else std::invalid_argument.
[[nodiscard]] std::vector<std::byte> sealBox(const SecretBytes &key, std::span<const std::byte> plaintext,
                                             std::span<const std::byte> associatedData,
                                             const RandomSource &random);

/// Malformed: too short to be a box. Damaged: box, key or associated data is another one than at sealing.
[[nodiscard]] std::expected<SecretBytes, CryptoError>
openBox(const SecretBytes &key, std::span<const std::byte> box, std::span<const std::byte> associatedData);

} // namespace clavitor::crypto
