// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/LoopbackAddress.h"

#include <QString>

#include <cstdint>

namespace clavitor::bridge {

/// Which address could not be taken, by which program or user it is held if that can be seen, else `reason`;
/// and what to do (SECURITY.md T10).
[[nodiscard]] QString portFailure(link::LoopbackAddress address, std::uint16_t port, const QString &reason);

} // namespace clavitor::bridge
