// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor::link {

/// The bridge's exit code when the two halves of the program are of different builds: another one would end the same way.
inline constexpr int exitMismatch = 3;

} // namespace clavitor::link
