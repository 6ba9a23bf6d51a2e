// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor::link {

/// Where the bridge listens, and nowhere else.
enum class LoopbackAddress {
    V4,     ///< 127.0.0.1
    V6,     ///< [::1]
};

} // namespace clavitor::link
