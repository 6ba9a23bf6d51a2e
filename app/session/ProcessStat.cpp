// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/ProcessStat.h"

#include <QList>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

namespace {

// Behind the name: state, parent, … , and when it was started, proc(5).
constexpr qsizetype kParentField = 1;
constexpr qsizetype kStartField = 19;

} // namespace

QByteArray processPath(pid_t pid, const char *what)
{
    return "/proc/" + QByteArray::number(pid) + '/' + what;
}

bool isProcessOfThisUser(pid_t pid)
{
    struct stat status {};
    return stat(processPath(pid, "").constData(), &status) == 0 && status.st_uid == getuid();
}

/// "pid (name with anything) S ppid …"
std::optional<ProcessStat> processStat(pid_t pid)
{
    const int file = open(processPath(pid, "stat").constData(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return std::nullopt;
    QByteArray text(1024, Qt::Uninitialized);
    const ssize_t size = read(file, text.data(), static_cast<std::size_t>(text.size()));
    close(file);
    // It can end between the two.
    text.truncate(std::max<ssize_t>(size, 0));
    const qsizetype open = text.indexOf('(');
    const qsizetype close = text.lastIndexOf(')');
    if (open < 0 || close < open + 1 || text.size() < close + 4)
        return std::nullopt;
    const QList<QByteArray> rest = text.sliced(close + 2).split(' ');
    if (rest.size() <= kStartField)
        return std::nullopt;
    return ProcessStat{pid, rest[kParentField].toInt(), rest[kStartField].toULongLong(), text.sliced(open + 1, close - open - 1)};
}

} // namespace clavitor
