// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/DatabaseFile.h"

#include "app/base/SystemError.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// FAT, exFAT and some network and FUSE file systems know no second name for a file.
bool isWithoutLinks(int number)
{
    return number == EPERM || number == EOPNOTSUPP || number == ENOSYS || number == EMLINK;
}

/// 0, or -1 with errno; EEXIST when the name is taken.
int renameToFreeName(const char *from, const char *to)
{
#ifdef RENAME_NOREPLACE
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
#endif
    // The folder's lock is held, so no other keeper takes the name between the two calls.
    if (::access(to, F_OK) == 0) {
        errno = EEXIST;
        return -1;
    }
    return ::rename(from, to);
}

} // namespace

Result<DatabaseFile> DatabaseFile::look(const QString &path, std::span<const std::byte, 16> salt)
{
    static constexpr QByteArrayView plainSqlite("SQLite format 3\0", 16);

    // O_NONBLOCK: a pipe planted under the name must not hang us.
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return saysMissing(errno) ? fail(ErrorCode::NoVault, path) : std::unexpected(systemError(errno));
    QFile file;
    if (!file.open(descriptor, QIODevice::ReadOnly | QIODevice::Unbuffered, QFileDevice::AutoCloseHandle)) {
        ::close(descriptor);
        return fail(ErrorCode::Io, file.errorString());
    }
    if (!QFileInfo(path).isFile())
        return fail(ErrorCode::ForeignFile, u"not a regular file"_s);

    DatabaseFile found;
    found.size = file.size();
    if (found.size == 0)
        return found;
    const QByteArray head = file.read(static_cast<qint64>(salt.size()));
    if (file.error() != QFileDevice::NoError)
        return fail(ErrorCode::Io, file.errorString());
    if (head == plainSqlite)
        return fail(ErrorCode::ForeignFile, u"an SQLite database that is not encrypted"_s);
    const auto bytes = std::as_bytes(std::span(head.constData(), static_cast<std::size_t>(head.size())));
    found.start = std::ranges::equal(bytes, salt) ? Start::OurSalt : Start::OtherSalt;
    return found;
}

QString DatabaseFile::unfinishedName(const QString &path)
{
    return path + ".new"_L1;
}

Result<> DatabaseFile::prepare(const QString &path)
{
    if (QFile::exists(path))
        return fail(ErrorCode::VaultExists, path);
    const QString unfinished = unfinishedName(path);
    for (const QLatin1StringView suffix : suffixes)
        QFile::remove(unfinished + suffix);
    const int descriptor =
        ::open(QFile::encodeName(unfinished).constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return errno == EEXIST ? fail(ErrorCode::VaultExists, unfinished) : std::unexpected(systemError(errno));
    ::close(descriptor);
    return {};
}

void DatabaseFile::forgetSecondName(const QString &path)
{
    struct stat one {};
    struct stat other {};
    const QByteArray unfinished = QFile::encodeName(unfinishedName(path));
    if (::lstat(unfinished.constData(), &other) == 0 && ::lstat(QFile::encodeName(path).constData(), &one) == 0 && one.st_dev == other.st_dev
        && one.st_ino == other.st_ino)
        ::unlink(unfinished.constData());
}

Result<> DatabaseFile::finish(const QString &path, Link link)
{
    const QByteArray from = QFile::encodeName(unfinishedName(path));
    const QByteArray to = QFile::encodeName(path);
    // link() fails when the name is taken; rename() would replace the other file.
    if (link(from.constData(), to.constData()) == 0)
        ::unlink(from.constData());
    else if (!isWithoutLinks(errno) || renameToFreeName(from.constData(), to.constData()) != 0)
        return errno == EEXIST ? fail(ErrorCode::VaultExists, path) : std::unexpected(systemError(errno));
    const QByteArray folder = QFile::encodeName(QFileInfo(path).absolutePath());
    const int descriptor = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return std::unexpected(systemError(errno));
    const int code = ::fsync(descriptor);
    const int number = errno;
    ::close(descriptor);
    if (code != 0)
        return std::unexpected(systemError(number));
    return {};
}

} // namespace clavitor
