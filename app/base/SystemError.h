// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

namespace clavitor {

/// What a failed system call means to a person: `number` is its errno, `about` (a path, or empty) goes before the system's
/// own words. No space and over quota are DiskFull; no permission and read-only are ReadOnly; the rest is Io.
[[nodiscard]] Error systemError(int number, const QString &about = {});

/// There is nothing of that name. To whoever looks for a vault that is NoVault; to whoever writes to one it is a failure.
[[nodiscard]] bool saysMissing(int number);

} // namespace clavitor
