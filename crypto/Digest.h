// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace clavitor::crypto {

/// BLAKE2b with a 32-byte output (RFC 7693), not a truncated BLAKE2b-512.
using Digest32 = std::array<std::byte, 32>;

[[nodiscard]] Digest32 digest(std::span<const std::byte> bytes);

/// Constant in time.
[[nodiscard]] bool equals(const Digest32 &a, const Digest32 &b) noexcept;

/// BLAKE2b-256 keyed with a secret: a MAC. Holds key material, so it cannot be copied and wipes itself; one
/// thread.
///
/// add() only concatenates. Whoever hashes several fields of variable length uses addField(), else two
/// different records may read as the same bytes. One key serves several purposes only when each begins with a
/// label of its own.
class KeyedDigest
{
public:
    /// 16 to 64 bytes of key, else std::invalid_argument.
    explicit KeyedDigest(std::span<const std::byte> key);
    KeyedDigest(const KeyedDigest &) = delete;
    KeyedDigest &operator=(const KeyedDigest &) = delete;
    ~KeyedDigest();

    KeyedDigest &add(std::span<const std::byte> bytes);
    KeyedDigest &add(std::string_view text);
    /// The length as 8 bytes, little-endian, then the bytes.
    KeyedDigest &addField(std::span<const std::byte> bytes);
    KeyedDigest &addField(std::string_view text);
    /// 8 bytes, little-endian.
    KeyedDigest &addNumber(std::uint64_t number);

    /// Once; the object is spent afterwards.
    [[nodiscard]] Digest32 finish();

private:
    alignas(64) std::array<std::byte, 384> m_state;
};

} // namespace clavitor::crypto
