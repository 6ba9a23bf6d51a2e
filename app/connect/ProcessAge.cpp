// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ProcessAge.h"

#include "app/session/ProcessStat.h"

#include <QDateTime>
#include <QFileInfo>

#include <ctime>

#include <unistd.h>

namespace clavitor {

std::optional<bool> wasStartedBefore(qint64 pid, const QString &file)
{
#ifdef Q_OS_LINUX
    const auto process = processStat(static_cast<pid_t>(pid));
    // Packages keep the time at which a file was built as that of its content; when it was put there, only its status tells.
    const QDateTime placed = QFileInfo(file).metadataChangeTime();
    timespec sinceBoot{};
    const long ticks = ::sysconf(_SC_CLK_TCK);
    if (!process || !placed.isValid() || ticks <= 0 || ::clock_gettime(CLOCK_BOOTTIME, &sinceBoot) != 0)
        return std::nullopt;
    const qint64 age = sinceBoot.tv_sec - static_cast<qint64>(process->start / static_cast<quint64>(ticks));
    constexpr qint64 kRounding = 2; // both in whole seconds
    return placed.secsTo(QDateTime::currentDateTime()) + kRounding < age;
#else
    Q_UNUSED(pid)
    Q_UNUSED(file)
    return std::nullopt;
#endif
}

} // namespace clavitor
