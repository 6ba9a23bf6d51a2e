// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/VaultSession.h"
#include "crypto/PasswordHash.h"
#include "tests/support/FileContent.h"

#include <string_view>

namespace clavitor::test {

inline constexpr auto Password = "correct horse battery";
inline constexpr auto NextPassword = "another horse, another battery";

/// Argon2id at the floor of what a header may ask for: a seventh of a second.
inline PasswordCost quickCost()
{
    return [](const crypto::RandomSource &random) -> std::expected<crypto::Calibration, crypto::CryptoError> {
        crypto::PasswordHashParameters::Salt salt{};
        random(salt);
        auto parameters = crypto::PasswordHashParameters::make(crypto::PasswordHashParameters::fewestPasses,
                                                               crypto::PasswordHashParameters::leastMemory, salt);
        if (!parameters)
            return std::unexpected(parameters.error());
        return crypto::Calibration{*parameters, true};
    };
}

inline crypto::SecretText secretText(std::string_view utf8)
{
    return crypto::SecretText::copyOf(utf8);
}

/// `size` bytes of one value.
inline crypto::SecretBytes secretBytes(unsigned char value, std::size_t size = 32)
{
    crypto::SecretBytes bytes(size);
    for (auto &byte : bytes.writable())
        byte = std::byte(value);
    return bytes;
}

} // namespace clavitor::test
