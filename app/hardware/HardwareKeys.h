// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareKey.h"

#include <memory>

namespace clavitor {

/// What this computer has of hardware that can make a slot's secret. Null: this system has none that we speak to.
struct HardwareKeys {
    std::unique_ptr<HardwareKey> securityKey;
    std::unique_ptr<HardwareKey> tpm;
};

[[nodiscard]] HardwareKeys systemHardwareKeys();

} // namespace clavitor
