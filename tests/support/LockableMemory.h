// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include <sys/mman.h>

namespace clavitor::test {

/// Whether this process may lock some megabytes, as keepers do: asked of the kernel, since neither the limit nor being root tells it in a
/// container. Leaves nothing locked.
inline bool mayLockMemory()
{
    constexpr std::size_t size = std::size_t{6} << 20;
    void *const some = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (some == MAP_FAILED)
        return false;
    const bool isLocked = ::mlock(some, size) == 0;
    ::munmap(some, size);
    return isLocked;
}

} // namespace clavitor::test
