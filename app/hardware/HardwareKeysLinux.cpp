// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/HardwareKeys.h"

#include "app/hardware/HidrawPort.h"
#include "app/hardware/SecurityKey.h"
#include "app/hardware/TpmKey.h"

namespace clavitor {

HardwareKeys systemHardwareKeys()
{
    return {std::make_unique<SecurityKey>(std::make_unique<HidrawPort>()), std::make_unique<TpmKey>()};
}

} // namespace clavitor
