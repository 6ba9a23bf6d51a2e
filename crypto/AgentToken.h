// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/Digest.h"
#include "crypto/Random.h"
#include "crypto/SecretText.h"

#include <expected>
#include <string>
#include <string_view>

namespace clavitor::crypto {

/// An agent's key: "clavitor_", 8 characters of id, 43 of secret (256 bits), 6 of checksum, in base62 (0-9
/// A-Z a-z). The checksum is the CRC-32 of everything before it, so scanners and our own log mask recognise a
/// token without knowing any vault.
struct AgentToken
{
    static constexpr std::string_view prefix = "clavitor_";
    static constexpr std::size_t idLength = 8;
    static constexpr std::size_t length = 66; ///< of the whole text

    std::string id;     ///< 8 characters of base62; not secret
    SecretBytes secret; ///< 32 bytes

    [[nodiscard]] static AgentToken make(const RandomSource &random);
    /// Malformed: anything make() could not have written, a wrong checksum included.
    [[nodiscard]] static std::expected<AgentToken, CryptoError> parse(std::string_view text);

    [[nodiscard]] SecretText text() const;
};

/// What the vault keeps instead of the token: BLAKE2b-256 keyed with `pepper` (SubKey::Token) over
/// "token/v1", the id and the secret. Compare with equals(). No slow hash: the secret has 256 bits.
[[nodiscard]] Digest32 tokenDigest(const SecretBytes &pepper, std::string_view id, const SecretBytes &secret);

} // namespace clavitor::crypto
