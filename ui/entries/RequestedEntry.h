// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Approval.h"
#include "app/model/Entry.h"

namespace clavitor::ui {

/// What the editor starts with for a credential an agent asked for: the title and the names of the fields in the agent's
/// words, made harmless, and nothing else of it. Address, tags, star, type and tier are never the agent's to choose, for
/// scopes and redaction hang on them; of a field's name only the kinds of secrets are guessed, so that what is typed there
/// is masked.
[[nodiscard]] EntrySummary entryFor(const EntryRequest &request);

} // namespace clavitor::ui
