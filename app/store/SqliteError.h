// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

struct sqlite3;

namespace clavitor {

/// What SQLite's result code means to us. The detail names the code and, for statements that do not compile, SQLite's
/// message; never a bound value. `handle` may be null; it is asked for the operating system's error.
[[nodiscard]] Error sqliteError(sqlite3 *handle, int resultCode);

} // namespace clavitor
