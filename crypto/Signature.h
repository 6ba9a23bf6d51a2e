// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/Digest.h"
#include "crypto/SecretBytes.h"

#include <array>
#include <string_view>

namespace clavitor::crypto {

/// Ed25519 (RFC 8032).
using SignatureBytes = std::array<std::byte, 64>;
using VerifyingKey = std::array<std::byte, 32>;

/// The key that signs what a vault said of itself at a moment. Whoever has the vault key can make it again: a signature binds
/// the vault to what it said, and proves nothing about who had the vault then. Move-only; one thread.
class SigningKey
{
public:
    /// From SubKey::Checkpoint of a 32-byte vault key; another size is std::invalid_argument.
    [[nodiscard]] static SigningKey of(const SecretBytes &vaultKey);

    [[nodiscard]] const VerifyingKey &verifyingKey() const { return m_public; }
    [[nodiscard]] SignatureBytes sign(std::string_view message) const;

private:
    SigningKey() = default;

    SecretBytes m_secret;   ///< seed and public key, as libsodium wants them
    VerifyingKey m_public{};
};

[[nodiscard]] bool verifies(const SignatureBytes &signature, std::string_view message, const VerifyingKey &key);

/// SHA-256, for the key hash of signed notes, which is made of it; our own digests are BLAKE2b.
[[nodiscard]] Digest32 sha256(std::string_view bytes);

} // namespace clavitor::crypto
