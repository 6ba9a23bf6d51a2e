// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Totp.h"

#include "crypto/Ascii.h"
#include "crypto/Base32.h"
#include "crypto/OtpauthUri.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace clavitor::crypto {

namespace {

constexpr int steamPeriod = 30;
constexpr int steamLength = 5;
constexpr std::string_view steamAlphabet = "23456789BCDFGHJKMNPQRTVWXY";
constexpr std::string_view steamScheme = "steam://";

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::optional<Totp::Algorithm> algorithmNamed(std::string_view name)
{
    std::string lower = asciiLowered(name);
    std::erase(lower, '-');
    if (lower.starts_with("hmac"))
        lower.erase(0, 4);
    if (lower == "sha1")
        return Totp::Algorithm::Sha1;
    if (lower == "sha256")
        return Totp::Algorithm::Sha256;
    if (lower == "sha512")
        return Totp::Algorithm::Sha512;
    return std::nullopt;
}

std::string_view nameOf(Totp::Algorithm algorithm)
{
    switch (algorithm) {
    case Totp::Algorithm::Sha256:
        return "SHA256";
    case Totp::Algorithm::Sha512:
        return "SHA512";
    case Totp::Algorithm::Sha1:
        break;
    }
    return "SHA1";
}

/// `text` as a plain decimal number, `usual` when absent.
std::optional<int> numberIn(const std::optional<std::string> &text, int usual)
{
    if (!text)
        return usual;
    int number = 0;
    const char *end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc() || stopped != end || number < 0)
        return std::nullopt;
    return number;
}

/// RFC 4226 §5.3: four bytes from where the last one points, without the sign bit.
std::uint32_t truncatedMac(const SecretBytes &seed, HashAlgorithm algorithm, std::uint64_t counter)
{
    std::array<std::byte, 8> message;
    for (std::size_t i = message.size(); i-- > 0; counter >>= 8)
        message[i] = std::byte(counter & 0xff);
    const SecretBytes mac = hmac(algorithm, seed.bytes(), message);
    const auto offset = std::to_integer<std::size_t>(mac.bytes().back() & std::byte(0xf));
    std::uint32_t value = 0;
    for (const std::byte byte : mac.bytes().subspan(offset, 4))
        value = value << 8 | std::to_integer<std::uint32_t>(byte);
    return value & 0x7fffffff;
}

std::uint64_t counterAt(std::int64_t unixSeconds, int period)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(unixSeconds, 0) / period);
}

} // namespace

Totp::Totp(SecretBytes seed, Algorithm algorithm, int digits, int periodSeconds, bool steam)
    : m_seed(std::move(seed))
    , m_algorithm(algorithm)
    , m_digits(digits)
    , m_periodSeconds(periodSeconds)
    , m_steam(steam)
{
}

std::expected<Totp, CryptoError> Totp::make(SecretBytes seed, Algorithm algorithm, int digits,
                                            int periodSeconds)
{
    if (seed.isEmpty() || seed.size() > largestSeed)
        return std::unexpected(CryptoError::Malformed);
    if (digits < fewestDigits || digits > mostDigits || periodSeconds < 1 || periodSeconds > longestPeriod)
        return std::unexpected(CryptoError::Refused);
    return Totp(std::move(seed), algorithm, digits, periodSeconds, false);
}

std::expected<Totp, CryptoError> Totp::makeSteam(SecretBytes seed)
{
    if (seed.isEmpty() || seed.size() > largestSeed)
        return std::unexpected(CryptoError::Malformed);
    return Totp(std::move(seed), Algorithm::Sha1, steamLength, steamPeriod, true);
}

std::expected<Totp, CryptoError> Totp::parse(std::string_view text)
{
    text = trimmed(text);
    if (text.size() > longestUri)
        return std::unexpected(CryptoError::Malformed);
    if (equalsIgnoringCase(text.substr(0, steamScheme.size()), steamScheme)) {
        text.remove_prefix(steamScheme.size());
        auto seed = decodeBase32(text.ends_with('/') ? text.substr(0, text.size() - 1) : text);
        return seed ? makeSteam(std::move(*seed)) : std::unexpected(seed.error());
    }
    if (!OtpauthUri::matches(text)) {
        auto seed = decodeBase32(text);
        if (!seed)
            return std::unexpected(seed.error());
        auto totp = make(std::move(*seed));
        if (totp)
            totp->m_assumed = true;
        return totp;
    }

    auto uri = OtpauthUri::parse(text);
    if (!uri)
        return std::unexpected(uri.error());
    if (uri->type == "hotp")
        return std::unexpected(CryptoError::Unsupported);
    if (uri->type != "totp" && uri->type != "steam")
        return std::unexpected(CryptoError::Malformed);
    auto seed = decodeBase32(uri->seed.view());
    if (!seed)
        return std::unexpected(seed.error());
    const auto algorithm = algorithmNamed(uri->algorithm.value_or("SHA1"));
    if (!algorithm)
        return std::unexpected(CryptoError::Unsupported);
    const bool steam = uri->type == "steam" || equalsIgnoringCase(uri->encoder.value_or(""), "steam");
    const auto digits = numberIn(uri->digits, 6);
    const auto period = numberIn(uri->period, 30);
    if (!digits || !period)
        return std::unexpected(CryptoError::Malformed);
    if (steam && (*algorithm != Algorithm::Sha1 || *period != steamPeriod))
        return std::unexpected(CryptoError::Unsupported);

    auto totp = steam ? makeSteam(std::move(*seed)) : make(std::move(*seed), *algorithm, *digits, *period);
    if (totp) {
        totp->m_label = std::move(uri->label);
        totp->m_issuer = std::move(uri->issuer);
    }
    return totp;
}

SecretText Totp::codeAt(std::int64_t unixSeconds) const
{
    std::uint64_t value = truncatedMac(m_seed, m_algorithm, counterAt(unixSeconds, m_periodSeconds));
    std::array<char, mostDigits> code;
    const auto length = static_cast<std::size_t>(m_digits);
    // Steam writes its lowest letter first, numbers end with it.
    for (std::size_t i = 0; i < length; ++i) {
        if (m_steam) {
            code[i] = steamAlphabet[value % steamAlphabet.size()];
            value /= steamAlphabet.size();
        } else {
            code[length - 1 - i] = static_cast<char>('0' + value % 10);
            value /= 10;
        }
    }
    SecretText text = SecretText::copyOf({code.data(), length});
    sodium_memzero(code.data(), code.size());
    return text;
}

int Totp::secondsLeft(std::int64_t unixSeconds) const
{
    return m_periodSeconds - static_cast<int>(std::max<std::int64_t>(unixSeconds, 0) % m_periodSeconds);
}

SecretText Totp::toUri(std::string_view label, std::string_view issuer) const
{
    OtpauthUri uri;
    uri.type = "totp";
    uri.label = label;
    uri.issuer = issuer;
    uri.seed = encodeBase32(m_seed.bytes());
    uri.algorithm = nameOf(m_algorithm);
    uri.digits = std::to_string(m_digits);
    uri.period = std::to_string(m_periodSeconds);
    if (m_steam)
        uri.encoder = "steam";
    return uri.toText();
}

} // namespace clavitor::crypto
