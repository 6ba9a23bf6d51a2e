// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace clavitor::crypto {
class LockedHeap;
}

namespace clavitor {

/// SQLite's memory: a crypto::LockedHeap in front of SQLCipher's own allocator.
///
/// `cipher_memory_security=ON` promises memory that is locked while in use and wiped when freed. SQLCipher keeps it with
/// mlock() and munlock() around every allocation: two system calls each, a mapping split each, and whatever else lies on
/// an unlocked page is unlocked with it. The heap keeps the same promise for whole megabytes at a time. What it has no
/// room for goes to SQLCipher's allocator, which stays on. Process-wide, as SQLite's configuration is; any thread.
class SqliteMemory {
public:
    SqliteMemory() = delete;

    /// Puts the heap in place, the first time it is called. Must come before anything else of SQLite; later it changes
    /// nothing, and SQLCipher's allocator does all the work.
    static void use();
    /// SQLCipher's own wiping of keys unlocks the pages they lay on; to be called after what uses keys.
    static void lockAgain();

    /// Tells once, in the log, when some of it, or of the texts of crypto::SecretPool, could not be locked.
    static void warnOnce();
    /// Bytes of the heap that were used and that the system would not lock (`ulimit -l` is too small): they may reach the
    /// swap space.
    [[nodiscard]] static std::size_t unlockedBytes();
    /// The heap, nullptr while it is not in place.
    [[nodiscard]] static const crypto::LockedHeap *heap();
};

} // namespace clavitor
