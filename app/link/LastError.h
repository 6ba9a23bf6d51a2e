// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cerrno>
#include <cstring>

namespace clavitor::link {

/// Why the system call before this one failed, in the system's own words: for a warning that a person reads.
[[nodiscard]] inline QString lastError()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

} // namespace clavitor::link
