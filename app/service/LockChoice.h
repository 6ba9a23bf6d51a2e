// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

namespace clavitor {

/// Whether a lock that nobody asked for lets the leases in force go on: only because nobody is there or the screen was locked, and
/// only if the person chose it, beforehand (`chosen`: Settings::keepsLeases()) or by the lock that keeps them already.
[[nodiscard]] inline bool letsLeasesGoOn(LockCause cause, const VaultFacts &facts, bool chosen)
{
    if (cause != LockCause::Idle && cause != LockCause::Screen)
        return false;
    return facts.keepsLeases() || (chosen && facts.state == LockState::Unlocked && !facts.leases.isEmpty());
}

} // namespace clavitor
