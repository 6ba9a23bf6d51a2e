// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor::link {

/// The bridge's exit code when the two halves of the program are of different builds: another one would end the same way.
inline constexpr int exitMismatch = 3;
/// For the person; both say it, whichever is the newer. A running program keeps the file it was started from, and a bridge that it
/// starts again is of the new one.
inline constexpr char mismatchReason[] = "Clavitor was updated: quit it and start it again. If that does not help, install it again.";

} // namespace clavitor::link
