// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace clavitor::bridge {

/// Lets the kernel's Landlock allow this process nothing: from here on, for good, no file can be opened, made or removed, and where the kernel
/// knows how (6.7) no TCP port bound or connected to: EACCES. What is open stays so. The process must have given up new privileges before.
/// Counts for the calling thread and those it starts, so a program calls it while it has one. False, with a warning, where the kernel has none (5.13).
///
/// Part of enterSandbox().
[[nodiscard]] bool closeFileSystem(QStringList &warnings);

} // namespace clavitor::bridge
