// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"

namespace clavitor {

/// Adds a remark for every entry that says exactly what an earlier entry of the plan says. Both stay: which
/// one an export meant to lose is for the person to decide.
void remarkDuplicates(ImportPlan &plan);

} // namespace clavitor
