// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

#include <sys/types.h>

namespace clavitor {

/// A process as its line in /proc tells, proc(5). Linux; any thread.
struct ProcessStat {
    pid_t pid = 0;
    pid_t parent = 0;
    quint64 start = 0;      ///< ticks since the system started; with the pid it names one process, also when the number is given anew
    QByteArray name;        ///< as it calls itself, anything
    bool operator==(const ProcessStat &) const = default;
};

/// Nothing when there is no such process.
[[nodiscard]] std::optional<ProcessStat> processStat(pid_t pid);

/// Whether it runs as this user and lets itself be looked at.
[[nodiscard]] bool isProcessOfThisUser(pid_t pid);

/// "/proc/PID/what"
[[nodiscard]] QByteArray processPath(pid_t pid, const char *what);

} // namespace clavitor
