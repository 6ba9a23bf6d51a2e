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
PasswordCost quickCost();

crypto::SecretText secretText(std::string_view utf8);

/// `size` bytes of one value.
crypto::SecretBytes secretBytes(unsigned char value, std::size_t size = 32);

} // namespace clavitor::test
