// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"

namespace clavitor {

/// A plausible vault of any size: the same entries for the same count, so that figures can be compared. Every fourth has a
/// one-time code, every seventh a Personal field; titles repeat common hosts, so that a search has more than one match.
[[nodiscard]] ImportPlan sampleEntries(int count);
/// One of them, as something new to save.
[[nodiscard]] EntryDraft sampleEntry(int number);

} // namespace clavitor
