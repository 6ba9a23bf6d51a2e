// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/SecretText.h"

#include <expected>
#include <string_view>

namespace clavitor::crypto {

enum class Base32Padding { None, Full };

/// Base32 (RFC 4648 §6), upper case.
[[nodiscard]] SecretText encodeBase32(std::span<const std::byte> bytes,
                                      Base32Padding padding = Base32Padding::None);

/// Reads it the way people type and sites print it: any case, blanks and hyphens anywhere, padding whole,
/// short or absent; left-over bits are dropped. Malformed: other characters, something after the padding, or
/// a length no bytes encode to.
[[nodiscard]] std::expected<SecretBytes, CryptoError> decodeBase32(std::string_view text);

} // namespace clavitor::crypto
