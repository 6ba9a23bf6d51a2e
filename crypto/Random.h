// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"

#include <cstdint>
#include <functional>
#include <span>

namespace clavitor::crypto {

/// Fills the whole span with random bytes. Passed in wherever randomness decides something, so tests can
/// count it.
using RandomSource = std::function<void(std::span<std::byte>)>;

/// The system's cryptographic generator (getrandom(2) through libsodium). Callable from any thread.
[[nodiscard]] RandomSource systemRandom();

/// `size` random bytes in guarded memory.
[[nodiscard]] SecretBytes randomSecret(std::size_t size, const RandomSource &random);

/// A number in [0, bound), each equally likely: draws 32 bits and rejects the incomplete last run. `bound`
/// ≥ 1.
[[nodiscard]] std::uint32_t uniformBelow(std::uint32_t bound, const RandomSource &random);

} // namespace clavitor::crypto
