// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FaultyVfs.h"

#include "tests/support/PassThroughFile.h"

namespace clavitor::test {

namespace {

using Fault = FaultyVfs::Fault;
using passthrough::real;

Fault currentFault = Fault::None;
int sparedCalls = 0;
long syncCount = 0;

/// Whether this call is one that still succeeds.
bool isSpared()
{
    return sparedCalls > 0 && sparedCalls-- > 0;
}

sqlite3_vfs *systemVfs()
{
    static sqlite3_vfs *const vfs = sqlite3_vfs_find(nullptr);
    return vfs;
}

int writeFault()
{
    switch (currentFault) {
    case Fault::Full:
        return isSpared() ? SQLITE_OK : SQLITE_FULL;
    case Fault::WriteError:
        return isSpared() ? SQLITE_OK : SQLITE_IOERR_WRITE;
    case Fault::None:
    case Fault::SyncError:
    case Fault::ReadOnlyFile:
        return SQLITE_OK;
    }
    return SQLITE_OK;
}

int writeFile(sqlite3_file *file, const void *buffer, int size, sqlite3_int64 offset)
{
    if (const int fault = writeFault(); fault != SQLITE_OK)
        return fault;
    return real(file)->pMethods->xWrite(real(file), buffer, size, offset);
}

int truncateFile(sqlite3_file *file, sqlite3_int64 size)
{
    if (const int fault = writeFault(); fault != SQLITE_OK)
        return fault;
    return real(file)->pMethods->xTruncate(real(file), size);
}

int syncFile(sqlite3_file *file, int flags)
{
    ++syncCount;
    if (currentFault == Fault::SyncError && !isSpared())
        return SQLITE_IOERR_FSYNC;
    return real(file)->pMethods->xSync(real(file), flags);
}

sqlite3_io_methods faultyMethods()
{
    sqlite3_io_methods methods = passthrough::methods();
    methods.xWrite = writeFile;
    methods.xTruncate = truncateFile;
    methods.xSync = syncFile;
    return methods;
}

int openFile(sqlite3_vfs *, const char *path, sqlite3_file *file, int flags, int *outFlags)
{
    static const sqlite3_io_methods methods = faultyMethods();
    auto *ours = reinterpret_cast<passthrough::File *>(file);
    ours->real = reinterpret_cast<sqlite3_file *>(ours + 1);
    ours->base.pMethods = &methods;
    if (currentFault == Fault::ReadOnlyFile) {
        flags &= ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        flags |= SQLITE_OPEN_READONLY;
    }
    const int code = systemVfs()->xOpen(systemVfs(), path, ours->real, flags, outFlags);
    if (code != SQLITE_OK)
        ours->base.pMethods = nullptr;
    return code;
}

} // namespace

bool FaultyVfs::install()
{
    if (sqlite3_vfs_find(name))
        return true;
    if (!systemVfs())
        return false;
    static sqlite3_vfs vfs = *systemVfs();
    vfs.zName = name;
    vfs.szOsFile = static_cast<int>(sizeof(passthrough::File)) + systemVfs()->szOsFile;
    vfs.xOpen = openFile;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

bool FaultyVfs::installAsDefault()
{
    return install() && sqlite3_vfs_register(sqlite3_vfs_find(name), 1) == SQLITE_OK;
}

void FaultyVfs::set(Fault fault, int spared)
{
    currentFault = fault;
    sparedCalls = spared;
}

long FaultyVfs::syncs()
{
    return syncCount;
}

} // namespace clavitor::test
