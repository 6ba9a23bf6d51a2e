// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <functional>

namespace clavitor {

class Database;

/// "Clav": marks a file as ours inside the encryption (PRAGMA application_id).
inline constexpr int applicationId = 0x436c6176;

/// The number of the last migration this program knows; also PRAGMA user_version of an up-to-date file.
[[nodiscard]] int latestSchemaVersion();

/// Applies what is missing, each migration in a transaction of its own together with its number.
/// `done` is called in the transaction of the last one; `before` in that of the first one, ahead of it, when the file has a
/// manifest. NewerSchema, with nothing touched, when the file is ahead of us.
[[nodiscard]] Result<> migrate(Database &database, const std::function<Result<>(Database &)> &done = {},
                               const std::function<Result<>(Database &)> &before = {});

} // namespace clavitor
