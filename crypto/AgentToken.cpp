// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/AgentToken.h"

#include <array>
#include <optional>
#include <utility>

namespace clavitor::crypto {

namespace {

constexpr std::string_view base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t secretSize = 32;
constexpr std::size_t secretLength = 43;  // 62^43 > 2^256
constexpr std::size_t checksumLength = 6; // 62^6 > 2^32
static_assert(AgentToken::prefix.size() + AgentToken::idLength + secretLength + checksumLength ==
              AgentToken::length);

/// The CRC-32 of zlib, PNG and IEEE 802.3: reflected, polynomial 0xEDB88320.
std::uint32_t crc32(std::string_view text)
{
    std::uint32_t crc = 0xffffffff;
    for (const char letter : text) {
        crc ^= static_cast<unsigned char>(letter);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~crc;
}

std::array<char, checksumLength> checksumOf(std::string_view text)
{
    std::array<char, checksumLength> out;
    std::uint32_t crc = crc32(text);
    for (std::size_t i = out.size(); i-- > 0; crc /= 62)
        out[i] = base62[crc % 62];
    return out;
}

/// The secret as one big-endian number, in 43 digits.
SecretBytes encodedSecret(const SecretBytes &secret)
{
    SecretBytes number = SecretBytes::copyOf(secret.bytes());
    SecretBytes digits = SecretBytes::pooled(secretLength);
    for (std::size_t i = secretLength; i-- > 0;) {
        std::uint32_t rest = 0;
        for (std::byte &byte : number.writable()) {
            rest = rest << 8 | std::to_integer<std::uint32_t>(byte);
            byte = std::byte(rest / 62);
            rest %= 62;
        }
        digits.writable()[i] = std::byte(base62[rest]);
    }
    return digits;
}

/// Nothing for a foreign character or a number of more than 256 bits.
std::optional<SecretBytes> decodedSecret(std::string_view digits)
{
    SecretBytes number = SecretBytes::pooled(secretSize);
    const std::span bytes = number.writable();
    for (const char digit : digits) {
        const auto value = base62.find(digit);
        if (value == std::string_view::npos)
            return std::nullopt;
        auto carry = static_cast<std::uint32_t>(value);
        for (std::size_t i = secretSize; i-- > 0; carry >>= 8) {
            carry += 62 * std::to_integer<std::uint32_t>(bytes[i]);
            bytes[i] = std::byte(carry & 0xff);
        }
        if (carry != 0)
            return std::nullopt;
    }
    return number;
}

} // namespace

AgentToken AgentToken::make(const RandomSource &random)
{
    AgentToken token;
    for (std::size_t i = 0; i < idLength; ++i)
        token.id += base62[uniformBelow(62, random)];
    token.secret = randomSecret(secretSize, random);
    return token;
}

std::expected<AgentToken, CryptoError> AgentToken::parse(std::string_view text)
{
    const auto malformed = std::unexpected(CryptoError::Malformed);
    if (text.size() != length || !text.starts_with(prefix))
        return malformed;
    const auto checked = text.substr(0, length - checksumLength);
    const auto checksum = checksumOf(checked);
    if (text.substr(checked.size()) != std::string_view(checksum.data(), checksum.size()))
        return malformed;
    const auto id = text.substr(prefix.size(), idLength);
    auto secret = decodedSecret(text.substr(prefix.size() + idLength, secretLength));
    if (!secret || id.find_first_not_of(base62) != std::string_view::npos)
        return malformed;
    return AgentToken{std::string(id), std::move(*secret)};
}

SecretText AgentToken::text() const
{
    const SecretBytes digits = encodedSecret(secret);
    SecretText text;
    text.reserve(length);
    text.append(prefix);
    text.append(id);
    text.append({reinterpret_cast<const char *>(digits.bytes().data()), digits.size()});
    const auto checksum = checksumOf(text.view());
    text.append({checksum.data(), checksum.size()});
    return text;
}

Digest32 tokenDigest(const SecretBytes &pepper, std::string_view id, const SecretBytes &secret)
{
    return KeyedDigest(pepper.bytes()).add("token/v1").add(id).add(secret.bytes()).finish();
}

} // namespace clavitor::crypto
