// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/SystemError.h"

#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace clavitor {

Error systemError(int number, const QString &about)
{
    const QString words = QString::fromLocal8Bit(std::strerror(number));
    const QString detail = about.isEmpty() ? words : QString(about + u": "_s + words);
    switch (number) {
    case EROFS:
    case EACCES:
    case EPERM:
        return {ErrorCode::ReadOnly, detail};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return {ErrorCode::DiskFull, detail};
    default:
        return {ErrorCode::Io, detail};
    }
}

bool saysMissing(int number)
{
    return number == ENOENT || number == ENOTDIR;
}

} // namespace clavitor
