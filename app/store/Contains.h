// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

struct sqlite3;

namespace clavitor {

/// Adds two SQL functions; an SQLite result code.
///
/// folded_contains(text, needle): whether the folded text holds the needle, which is folded already. LIKE knows the case
/// of ASCII only.
/// any_contains(needle, text, …): whether one of the texts holds the needle as it is. instr() on joined columns would
/// make a string of each row.
[[nodiscard]] int addContains(sqlite3 *handle);

} // namespace clavitor
