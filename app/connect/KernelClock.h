// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace clavitor {

/// Whether something keeps this computer's clock right, such as the network's time, as the kernel was told (adjtimex(2)). Reads only,
/// asks nobody. nullopt on systems that do not tell. Any thread.
[[nodiscard]] std::optional<bool> isClockSynchronised();

} // namespace clavitor
