// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

struct sqlite3;

namespace clavitor {

/// Adds the SQL function folded_contains(text, needle): whether the folded text holds the needle, which is folded
/// already. LIKE knows the case of ASCII only. An SQLite result code.
[[nodiscard]] int addFoldedContains(sqlite3 *handle);

} // namespace clavitor
