// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/AuditEvent.h"

namespace clavitor {

/// Whether a row that was just written is one of those AuditStore::page() answers for the filter. What a key was called before its
/// token was replaced is the store's to know: a new row has the id of now. Any thread.
[[nodiscard]] bool matches(const AuditFilter &filter, const AuditEvent &event);

} // namespace clavitor
