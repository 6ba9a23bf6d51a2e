// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

namespace clavitor {

/// Makes a folder and what is missing above it, each for its owner alone whatever the umask, and on the disk when it returns. What is
/// there already stays as it is, a link to a folder too. Any thread. ReadOnly · DiskFull · Io, with the path and the reason.
[[nodiscard]] Result<> makePrivateFolder(const QString &path);

/// Puts on the disk which names are in a folder. Any thread. ReadOnly · DiskFull · Io.
[[nodiscard]] Result<> syncFolder(const QString &path);

} // namespace clavitor
