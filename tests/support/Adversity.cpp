// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/Adversity.h"

namespace clavitor::test {

FullDisk::FullDisk(rlim_t bytes)
    : m_handler(std::signal(SIGXFSZ, SIG_IGN))
{
    ::getrlimit(RLIMIT_FSIZE, &m_before);
    const rlimit limit{bytes, m_before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
}

FullDisk::~FullDisk()
{
    ::setrlimit(RLIMIT_FSIZE, &m_before);
    std::signal(SIGXFSZ, m_handler);
}

NotRoot::NotRoot()
    : m_wasRoot(::geteuid() == 0 && ::seteuid(65534) == 0)
{
}

NotRoot::~NotRoot()
{
    if (m_wasRoot && ::seteuid(0) != 0)
        std::abort();
}

bool diesAt(const QString &path, HeaderWriteStep step, const std::function<void(VaultFolder)> &work)
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
