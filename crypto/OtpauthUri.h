// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/SecretText.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace clavitor::crypto {

/// The parts of an otpauth:// URI (Key URI format), percent-decoded, their meaning left to Totp. In the query
/// `+` is a blank, as in forms. The seed alone is secret, and only it is kept in guarded memory.
struct OtpauthUri
{
    std::string type;  ///< lower case: "totp", "hotp", "steam"
    std::string label; ///< the account, see Totp::label()
    std::string issuer;
    SecretText seed; ///< base32 as given
    std::optional<std::string> algorithm;
    std::optional<std::string> digits;
    std::optional<std::string> period;
    std::optional<std::string> encoder;

    /// Whether `text` begins with otpauth://, in any case.
    [[nodiscard]] static bool matches(std::string_view text);
    /// Malformed: no such URI, a broken percent escape, or a parameter given twice.
    [[nodiscard]] static std::expected<OtpauthUri, CryptoError> parse(std::string_view text);

    [[nodiscard]] SecretText toText() const;
};

} // namespace clavitor::crypto
