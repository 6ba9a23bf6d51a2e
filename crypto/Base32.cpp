// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Base32.h"

#include <algorithm>
#include <cstdint>

namespace clavitor::crypto {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

int digitOf(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a';
    if (letter >= '2' && letter <= '7')
        return letter - '2' + 26;
    return -1;
}

bool isSkipped(char letter)
{
    return letter == ' ' || letter == '-' || letter == '\t' || letter == '\n' || letter == '\r';
}

} // namespace

SecretText encodeBase32(std::span<const std::byte> bytes, Base32Padding padding)
{
    SecretText text;
    text.reserve((bytes.size() + 4) / 5 * 8);
    std::uint32_t pending = 0;
    int bits = 0;
    for (const std::byte byte : bytes) {
        pending = pending << 8 | std::to_integer<std::uint32_t>(byte);
        for (bits += 8; bits >= 5; bits -= 5)
            text.append(alphabet.substr(pending >> (bits - 5) & 31, 1));
        pending &= (1u << bits) - 1;
    }
    if (bits > 0)
        text.append(alphabet.substr(pending << (5 - bits) & 31, 1));
    while (padding == Base32Padding::Full && text.size() % 8 != 0)
        text.append("=");
    return text;
}

std::expected<SecretBytes, CryptoError> decodeBase32(std::string_view text)
{
    SecretBytes room = SecretBytes::pooled(text.size() * 5 / 8);
    std::size_t size = 0;
    std::size_t digits = 0;
    std::size_t paddings = 0;
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char letter : text) {
        if (isSkipped(letter))
            continue;
        if (letter == '=') {
            ++paddings;
            continue;
        }
        const int digit = digitOf(letter);
        if (digit < 0 || paddings > 0)
            return std::unexpected(CryptoError::Malformed);
        ++digits;
        pending = pending << 5 | static_cast<std::uint32_t>(digit);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            room.writable()[size++] = std::byte(pending >> bits & 0xff);
            pending &= (1u << bits) - 1;
        }
    }
    const std::size_t rest = digits % 8;
    if (rest == 1 || rest == 3 || rest == 6 || paddings > (8 - rest) % 8)
        return std::unexpected(CryptoError::Malformed);
    SecretBytes bytes = SecretBytes::pooled(size);
    std::ranges::copy(room.bytes().first(size), bytes.writable().begin());
    return bytes;
}

} // namespace clavitor::crypto
