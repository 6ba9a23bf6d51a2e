// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

namespace clavitor {

/// What a failed system call means to a person: `number` is its errno, `about` (a path, or empty) goes before the system's own words.
/// No space and over quota are DiskFull; no permission and read-only are ReadOnly; missing is NoVault; the rest is Io.
[[nodiscard]] Error systemError(int number, const QString &about = {});

} // namespace clavitor
