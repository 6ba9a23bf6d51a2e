// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/PrivateFolder.h"

#include "app/base/SystemError.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

namespace {

constexpr mode_t kFolderMode = 0700;

} // namespace

Result<> makePrivateFolder(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    const QString above = QFileInfo(path).path();
    if (::mkdir(name.constData(), kFolderMode) == 0) {
        // mkdir() leaves out what the umask has; a umask of 0777 must not lock us out either.
        if (::chmod(name.constData(), kFolderMode) != 0)
            return std::unexpected(systemError(errno, path));
        return syncFolder(above);
    }
    const int number = errno;
    if (number == EEXIST && QFileInfo(path).isDir())
        return {};
    if (number == ENOENT && above != path) {
        const Result<> made = makePrivateFolder(above);
        return made ? makePrivateFolder(path) : made;
    }
    if (number == EEXIST || number == ENOTDIR) // nothing is missing: the path itself cannot be one
        return fail(ErrorCode::Io, path + QLatin1StringView(": a file lies where a folder should be"));
    return std::unexpected(systemError(number, path));
}

Result<> syncFolder(const QString &path)
{
    const int folder = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return std::unexpected(systemError(errno, path));
    // Some file systems cannot sync a folder and say so with EINVAL; there is nothing better to do there.
    const bool isSynced = ::fsync(folder) == 0 || errno == EINVAL;
    const int number = errno;
    ::close(folder);
    return isSynced ? Result<>() : std::unexpected(systemError(number, path));
}

} // namespace clavitor
