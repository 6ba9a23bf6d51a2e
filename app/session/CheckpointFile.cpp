// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/CheckpointFile.h"

#include "app/base/SystemError.h"

#include <QFile>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

CheckpointFile::CheckpointFile(QString path)
    : m_path(std::move(path))
{
}

Result<> CheckpointFile::append(QByteArrayView note) const
{
    const int file = ::open(QFile::encodeName(m_path).constData(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0600);
    if (file < 0)
        return std::unexpected(systemError(errno, m_path));
    struct stat facts {};
    Result<> done;
    if (::fstat(file, &facts) != 0)
        done = std::unexpected(systemError(errno, m_path));
    else if (!S_ISREG(facts.st_mode))
        done = fail(ErrorCode::Io, m_path);
    // In one write, so that two programs' notes do not mix. The line break before it parts it from whatever is there.
    const QByteArray text = facts.st_size > 0 ? '\n' + note.toByteArray() : note.toByteArray();
    const ssize_t written = done ? ::write(file, text.constData(), static_cast<std::size_t>(text.size())) : 0;
    // Less than all of it, and no reason: there is no more room.
    if (done && written != static_cast<ssize_t>(text.size()))
        done = std::unexpected(systemError(written < 0 ? errno : ENOSPC, m_path));
    if (done && ::fsync(file) != 0 && errno != EINVAL)
        done = std::unexpected(systemError(errno, m_path));
    if (::close(file) != 0 && done)
        done = std::unexpected(systemError(errno, m_path));
    return done;
}

Result<QByteArray> CheckpointFile::read() const
{
    QFile file(m_path);
    if (!file.exists())
        return fail(ErrorCode::NotFound, m_path);
    if (!file.open(QIODevice::ReadOnly) || file.isSequential())
        return fail(ErrorCode::Io, m_path);
    if (!file.seek(std::max<qint64>(0, file.size() - largest)))
        return fail(ErrorCode::Io, m_path);
    return file.read(largest);
}

} // namespace clavitor
