// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace clavitor::bridge {

/// The system calls a bridge at work may make, and no other: a seccomp filter over all threads, for good. What is not on the list fails with
/// EPERM; calls of another architecture end the process. False, with a warning, where the kernel has no filter.
///
/// Part of enterSandbox(); any thread.
[[nodiscard]] bool filterSystemCalls(QStringList &warnings);

} // namespace clavitor::bridge
