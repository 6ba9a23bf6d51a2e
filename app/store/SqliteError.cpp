// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/SqliteError.h"

#include <sqlcipher/sqlite3.h>

#include <cerrno>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

ErrorCode codeOf(sqlite3 *handle, int resultCode)
{
    switch (resultCode & 0xff) {
    case SQLITE_FULL:
        return ErrorCode::DiskFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ErrorCode::ReadOnly;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ErrorCode::DamagedFile;
    case SQLITE_NOMEM:
        return ErrorCode::OutOfMemory;
    case SQLITE_INTERRUPT:
        return ErrorCode::Locked; // the only reason there is to stop
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ErrorCode::AlreadyOpen;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        // SQLite knows only ENOSPC as a full disk; a quota or a size limit is one to the person, too.
        switch (handle ? sqlite3_system_errno(handle) : 0) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return ErrorCode::DiskFull;
        case EROFS:
        case EACCES:
        case EPERM:
            return ErrorCode::ReadOnly;
        default:
            return ErrorCode::Io;
        }
    default:
        return ErrorCode::Internal;
    }
}

} // namespace

Error sqliteError(sqlite3 *handle, int resultCode)
{
    QString detail = QLatin1StringView(sqlite3_errstr(resultCode)) + " ("_L1 + QString::number(resultCode) + ')'_L1;
    if (handle && (resultCode & 0xff) == SQLITE_ERROR)
        detail += ": "_L1 + QString::fromUtf8(sqlite3_errmsg(handle));
    return {codeOf(handle, resultCode), detail};
}

} // namespace clavitor
