// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/VaultFolder.h"

#include <csignal>
#include <functional>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clavitor::test {

/// No file may grow beyond `bytes` in this scope: a full disk, as far as a write can tell.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes)
        : m_handler(std::signal(SIGXFSZ, SIG_IGN))
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;
    ~FullDisk()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int);
};

/// Root may write anywhere; in this scope it is nobody. Does nothing for anybody else.
class NotRoot {
public:
    NotRoot()
        : m_wasRoot(::geteuid() == 0 && ::seteuid(65534) == 0)
    {
    }
    NotRoot(const NotRoot &) = delete;
    NotRoot &operator=(const NotRoot &) = delete;
    ~NotRoot()
    {
        if (m_wasRoot && ::seteuid(0) != 0)
            std::abort();
    }

private:
    bool m_wasRoot;
};

/// Runs `work` in a child process that is killed with SIGKILL when its header write reaches `step`. False when it got
/// past it. Call it before any thread was started.
inline bool diesAt(const QString &path, HeaderWriteStep step, const std::function<void(VaultFolder)> &work)
{
    const pid_t child = ::fork();
    if (child == 0) {
        work(VaultFolder(path, [step](HeaderWriteStep reached) {
            if (reached == step)
                ::kill(::getpid(), SIGKILL);
        }));
        ::_exit(0);
    }
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

} // namespace clavitor::test
