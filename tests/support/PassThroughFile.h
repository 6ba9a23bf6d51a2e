// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sqlcipher/sqlite3.h>

/// What a VFS of a test does to a file of the system's VFS where it does nothing else: passes the call on.
namespace clavitor::test::passthrough {

/// What such a VFS's own file begins with: ours first, as SQLite casts; the system's file follows in the same allocation.
struct File {
    sqlite3_file base;
    sqlite3_file *real;
};

inline sqlite3_file *real(sqlite3_file *file)
{
    return reinterpret_cast<File *>(file)->real;
}

/// All calls passed on; a VFS puts its own in the place of those it is for.
inline sqlite3_io_methods methods()
{
    sqlite3_io_methods methods{};
    methods.iVersion = 1;
    methods.xClose = [](sqlite3_file *file) { return real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK; };
    methods.xRead = [](sqlite3_file *file, void *buffer, int size, sqlite3_int64 offset) {
        return real(file)->pMethods->xRead(real(file), buffer, size, offset);
    };
    methods.xWrite = [](sqlite3_file *file, const void *buffer, int size, sqlite3_int64 offset) {
        return real(file)->pMethods->xWrite(real(file), buffer, size, offset);
    };
    methods.xTruncate = [](sqlite3_file *file, sqlite3_int64 size) { return real(file)->pMethods->xTruncate(real(file), size); };
    methods.xSync = [](sqlite3_file *file, int flags) { return real(file)->pMethods->xSync(real(file), flags); };
    methods.xFileSize = [](sqlite3_file *file, sqlite3_int64 *size) { return real(file)->pMethods->xFileSize(real(file), size); };
    methods.xLock = [](sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); };
    methods.xUnlock = [](sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); };
    methods.xCheckReservedLock = [](sqlite3_file *file, int *result) { return real(file)->pMethods->xCheckReservedLock(real(file), result); };
    methods.xFileControl = [](sqlite3_file *file, int operation, void *argument) {
        return real(file)->pMethods->xFileControl(real(file), operation, argument);
    };
    methods.xSectorSize = [](sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); };
    methods.xDeviceCharacteristics = [](sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); };
    return methods;
}

} // namespace clavitor::test::passthrough
