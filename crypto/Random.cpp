// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Random.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace clavitor::crypto {

RandomSource systemRandom()
{
    return [](std::span<std::byte> out) { randombytes_buf(out.data(), out.size()); };
}

SecretBytes randomSecret(std::size_t size, const RandomSource &random)
{
    SecretBytes secret(size);
    random(secret.writable());
    return secret;
}

std::uint32_t uniformBelow(std::uint32_t bound, const RandomSource &random)
{
    if (bound == 0)
        throw std::invalid_argument("uniformBelow: no number is below 0");
    // 2^32 mod bound values at the bottom would be one draw too many: reject them, the rest divides evenly.
    const std::uint32_t rejectBelow = (0u - bound) % bound;
    std::array<std::byte, 4> bytes;
    std::uint32_t drawn = 0;
    do {
        random(bytes);
        drawn = std::to_integer<std::uint32_t>(bytes[0]) | std::to_integer<std::uint32_t>(bytes[1]) << 8 |
                std::to_integer<std::uint32_t>(bytes[2]) << 16 |
                std::to_integer<std::uint32_t>(bytes[3]) << 24;
    } while (drawn < rejectBelow);
    sodium_memzero(bytes.data(), bytes.size());
    return drawn % bound;
}

} // namespace clavitor::crypto
