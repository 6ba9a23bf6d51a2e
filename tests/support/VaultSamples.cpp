// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/VaultSamples.h"

namespace clavitor::test {

PasswordCost quickCost()
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

crypto::SecretText secretText(std::string_view utf8)
{
    return crypto::SecretText::copyOf(utf8);
}

crypto::SecretBytes secretBytes(unsigned char value, std::size_t size)
{
    crypto::SecretBytes bytes(size);
    for (auto &byte : bytes.writable())
        byte = std::byte(value);
    return bytes;
}

} // namespace clavitor::test
