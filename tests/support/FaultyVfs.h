// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor::test {

/// A disk that fails on demand: an SQLite VFS over the system's, under the name FaultyVfs::name. Reading always works.
/// One switch for the process, so one test at a time.
class FaultyVfs {
public:
    enum class Fault {
        None,
        Full,                   ///< writes: SQLITE_FULL
        WriteError,             ///< writes: SQLITE_IOERR_WRITE
        SyncError,              ///< fsync: SQLITE_IOERR_FSYNC
        ReadOnlyFile,           ///< opening for writing gives a read-only file, as on a read-only disk
    };
    static constexpr char name[] = "clavitor-faulty";

    /// Registers it with SQLite, once. False when SQLite refuses.
    [[nodiscard]] static bool install();
    /// The same, and whoever names no VFS gets it, too: for what opens its database itself.
    [[nodiscard]] static bool installAsDefault();
    /// `spared`: so many calls of the kind that fails still succeed.
    static void set(Fault fault, int spared = 0);
    /// Calls of fsync since install().
    [[nodiscard]] static long syncs();
};

/// Sets a fault for a scope.
class FaultScope {
public:
    explicit FaultScope(FaultyVfs::Fault fault, int spared = 0) { FaultyVfs::set(fault, spared); }
    FaultScope(const FaultScope &) = delete;
    FaultScope &operator=(const FaultScope &) = delete;
    ~FaultScope() { FaultyVfs::set(FaultyVfs::Fault::None); }
};

} // namespace clavitor::test
