// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/Hmac.h"
#include "crypto/SecretText.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace clavitor::crypto {

/// A source of time-based one-time codes (RFC 6238 over RFC 4226), or of Steam Guard's five letters.
/// Move-only: it holds the seed.
///
/// Digits from 6 (RFC 4226's least) to 10 (what its 31 bits can fill, and what KeePassXC writes), period from
/// 1 s to 1 h, a seed of 1 to 1024 bytes: short seeds are weak, but a vault that refuses the ones sites hand
/// out helps nobody.
class Totp
{
public:
    using Algorithm = HashAlgorithm;

    static constexpr int fewestDigits = 6;
    static constexpr int mostDigits = 10;
    static constexpr int longestPeriod = 86400;      ///< seconds
    static constexpr std::size_t largestSeed = 1024; ///< bytes
    static constexpr std::size_t longestUri = 16384; ///< bytes

    /// Malformed when the seed is empty or too long, Refused when digits or period are out of range.
    [[nodiscard]] static std::expected<Totp, CryptoError>
    make(SecretBytes seed, Algorithm algorithm = Algorithm::Sha1, int digits = 6, int periodSeconds = 30);
    /// SHA-1, 30 s, five letters.
    [[nodiscard]] static std::expected<Totp, CryptoError> makeSteam(SecretBytes seed);

    /// Reads what sites and other vaults hand out: `otpauth://totp/…` (Key URI format), `otpauth://steam/…`
    /// and `encoder=steam`, `steam://SEED`, or the bare base32 seed, blanks around it ignored. Unknown
    /// parameters are skipped. Unsupported: `otpauth://hotp/…`, an unknown algorithm, Steam with other than
    /// SHA-1 and 30 s. Refused: digits or period out of range. Malformed: all else, a parameter given twice
    /// included.
    [[nodiscard]] static std::expected<Totp, CryptoError> parse(std::string_view text);

    [[nodiscard]] Algorithm algorithm() const noexcept { return m_algorithm; }
    /// Characters of a code: 5 for Steam.
    [[nodiscard]] int digits() const noexcept { return m_digits; }
    [[nodiscard]] int periodSeconds() const noexcept { return m_periodSeconds; }
    [[nodiscard]] bool isSteam() const noexcept { return m_steam; }
    /// From parse(): the seed came bare, so algorithm, digits and period are the usual ones, not known ones.
    [[nodiscard]] bool isAssumed() const noexcept { return m_assumed; }
    /// The URI's account, without the issuer in front of it unless that is another one than the `issuer`
    /// parameter; UTF-8 as it came, empty without a URI.
    [[nodiscard]] const std::string &label() const noexcept { return m_label; }
    /// The `issuer` parameter, else the label's part before the colon.
    [[nodiscard]] const std::string &issuer() const noexcept { return m_issuer; }

    /// The code at a time in seconds since the Unix epoch; times before it count as the epoch.
    [[nodiscard]] SecretText codeAt(std::int64_t unixSeconds) const;
    /// How long that code still holds: 1 to periodSeconds().
    [[nodiscard]] int secondsLeft(std::int64_t unixSeconds) const;
    /// An otpauth URI with every parameter spelled out; parse() gives the same source back. Secret: it holds
    /// the seed.
    [[nodiscard]] SecretText toUri(std::string_view label, std::string_view issuer) const;

private:
    Totp(SecretBytes seed, Algorithm algorithm, int digits, int periodSeconds, bool steam);

    SecretBytes m_seed;
    Algorithm m_algorithm;
    int m_digits;
    int m_periodSeconds;
    bool m_steam;
    bool m_assumed = false;
    std::string m_label;
    std::string m_issuer;
};

} // namespace clavitor::crypto
