// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/SqliteMemory.h"

#include "crypto/LockedHeap.h"
#include "crypto/SecretPool.h"

#include <QDebug>

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <mutex>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/resource.h>
#endif

namespace clavitor {

namespace {

// Address space only; what is never used costs nothing. The page cache takes up to half of it.
constexpr std::size_t heapCapacity = std::size_t{32} << 20;
// Left to the keys and texts that libsodium locks.
constexpr std::size_t othersShare = std::size_t{1} << 20;

crypto::LockedHeap *inPlace = nullptr;
sqlite3_mem_methods behind{};

std::size_t lockable()
{
#if defined(__unix__) || defined(__APPLE__)
    rlimit limit{};
    if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
        if (limit.rlim_cur == RLIM_INFINITY)
            return std::numeric_limits<std::size_t>::max();
        const auto bytes = static_cast<std::size_t>(limit.rlim_cur);
        return bytes - std::min(bytes, othersShare);
    }
#endif
    return std::numeric_limits<std::size_t>::max();
}

void *allocate(int size)
{
    if (void *const block = inPlace->take(static_cast<std::size_t>(size)))
        return block;
    return behind.xMalloc(size);
}

void release(void *block)
{
    if (inPlace->owns(block))
        inPlace->give(block);
    else
        behind.xFree(block);
}

int sizeOf(void *block)
{
    if (!block)
        return 0;
    return inPlace->owns(block) ? static_cast<int>(inPlace->sizeOf(block)) : behind.xSize(block);
}

void *resize(void *block, int size)
{
    if (!inPlace->owns(block))
        return behind.xRealloc(block, size);
    const int had = sizeOf(block);
    if (size <= had)
        return block;
    void *const larger = allocate(size);
    if (!larger)
        return nullptr;
    std::memcpy(larger, block, static_cast<std::size_t>(had));
    release(block);
    return larger;
}

int roundedUp(int size)
{
    // No room for it here, and the next slab's end may be no int.
    if (static_cast<std::size_t>(size) > heapCapacity)
        return behind.xRoundup(size);
    return static_cast<int>(crypto::LockedHeap::roundedUp(static_cast<std::size_t>(size)));
}

int start(void *)
{
    return behind.xInit(behind.pAppData);
}

void stop(void *)
{
    behind.xShutdown(behind.pAppData);
}

void putInPlace()
{
    // SQLite takes configuration only while it is at rest; somebody who came first keeps what he has.
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &behind) != SQLITE_OK)
        return;
    // SQLCipher puts its allocator in place when SQLite starts for the first time. Only then is it what stands behind.
    if (sqlite3_initialize() != SQLITE_OK)
        return;
    sqlite3_shutdown();
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &behind) != SQLITE_OK)
        return;
    // Never destroyed: SQLite may give back memory until the very end of the process.
    auto *const heap = new crypto::LockedHeap(heapCapacity, lockable());
    inPlace = heap;
    static sqlite3_mem_methods ours{allocate, release, resize, sizeOf, roundedUp, start, stop, nullptr};
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK) {
        inPlace = nullptr;
        delete heap;
        return;
    }
    // Its statistics would take a lock of their own around every call.
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

} // namespace

void SqliteMemory::use()
{
    static std::once_flag once;
    std::call_once(once, putInPlace);
}

void SqliteMemory::lockAgain()
{
    if (inPlace)
        inPlace->lockAgain();
}

void SqliteMemory::warnOnce()
{
    static std::atomic_flag told;
    if (const std::size_t bytes = unlockedBytes() + crypto::SecretPool::unlockedBytes(); bytes > 0 && !told.test_and_set())
        qWarning("%zu KiB of the vault's memory may be swapped to the disk: raise the limit of locked memory (ulimit -l)",
                 bytes / 1024);
}

std::size_t SqliteMemory::unlockedBytes()
{
    return inPlace ? inPlace->usage().unlocked : 0;
}

const crypto::LockedHeap *SqliteMemory::heap()
{
    return inPlace;
}

} // namespace clavitor
