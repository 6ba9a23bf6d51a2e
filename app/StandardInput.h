// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <optional>

namespace clavitor {

/// The first line of standard input, without its end, straight into guarded memory: a password. Blocks until the line is
/// whole. nullopt at the end of input, on an error, or past 1024 bytes. Reads nothing behind the line.
[[nodiscard]] std::optional<crypto::SecretText> readSecretLine();

} // namespace clavitor
