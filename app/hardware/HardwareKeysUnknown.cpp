// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/HardwareKeys.h"

namespace clavitor {

HardwareKeys systemHardwareKeys()
{
    return {};
}

} // namespace clavitor
