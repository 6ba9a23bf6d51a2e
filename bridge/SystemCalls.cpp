// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/SystemCalls.h"

#include <QString>

#include <cerrno>
#include <cstring>
#include <memory>

#ifdef Q_OS_LINUX
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <seccomp.h>
#endif

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

#ifdef Q_OS_LINUX
namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

/// Of send(). With MSG_FASTOPEN it would connect an unconnected socket, which a listener is after shutdown(), and Landlock looks at connect() only.
constexpr unsigned HowToSend = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE;

/// Whatever their arguments. Not sendmsg(), whose address is in memory, where no filter sees it, and not newfstatat() or statx(), whose path is:
/// AT_EMPTY_PATH allows an empty one and asks for none.
constexpr int Allowed[]{
    // clients and the keeper; every socket is there already
    SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
    SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(shutdown), SCMP_SYS(close),
    SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(fstat), SCMP_SYS(lseek),
    // waiting, and waking oneself
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_ctl),
    SCMP_SYS(futex), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(eventfd2), SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield),
    // memory, without code
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    // time, chance and who one is
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(getrlimit),
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    // with which the sanitizers find out whether an address can be read
    SCMP_SYS(pipe), SCMP_SYS(pipe2),
#endif
    // signals to oneself, and the end
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(exit), SCMP_SYS(exit_group)};

bool allow(void *filter)
{
    const auto rule = [filter](int call, auto... comparisons) {
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, sizeof...(comparisons), comparisons...) == 0;
    };
    for (const int call : Allowed)
        if (!rule(call))
            return false;
    const auto exactly = [](unsigned argument, std::uint64_t value) {
        return scmp_arg_cmp{argument, SCMP_CMP_EQ, value, 0};
    };
    // The kernel takes the flags' lower half, and so does the mask.
    const scmp_arg_cmp onlyKnown{3, SCMP_CMP_MASKED_EQ, std::uint32_t(~HowToSend), 0};
    const scmp_arg_cmp noCode{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
    const auto self = static_cast<std::uint64_t>(::getpid());
    return rule(SCMP_SYS(mmap), noCode) && rule(SCMP_SYS(mprotect), noCode)
        // send(): to whom the socket is connected
        && rule(SCMP_SYS(sendto), onlyKnown, exactly(4, 0))
        // the one option of a client's socket; others keep memory in the kernel, load its modules or run programs in it
        && rule(SCMP_SYS(setsockopt), exactly(1, IPPROTO_TCP), exactly(2, TCP_NODELAY))
        && rule(SCMP_SYS(ioctl), exactly(1, 0x541b /* FIONREAD */)) && rule(SCMP_SYS(ioctl), exactly(1, 0x5421 /* FIONBIO */))
        && rule(SCMP_SYS(fcntl), exactly(1, F_GETFL)) && rule(SCMP_SYS(fcntl), exactly(1, F_SETFL)) && rule(SCMP_SYS(fcntl), exactly(1, F_GETFD))
        && rule(SCMP_SYS(fcntl), exactly(1, F_SETFD))
        // asks for a limit and sets none
        && rule(SCMP_SYS(prlimit64), exactly(2, 0))
        // abort(), so that a failed check still ends it
        && rule(SCMP_SYS(tgkill), exactly(0, self)) && rule(SCMP_SYS(kill), exactly(0, self));
}

} // namespace

bool filterSystemCalls(QStringList &warnings)
{
    const auto failed = [&warnings](int error) {
        warnings += u"This kernel filters no system calls (%1): a bridge that was taken over could make any."_s.arg(
            QString::fromLocal8Bit(std::strerror(error)));
        return false;
    };
    const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release);
    if (!filter)
        return failed(ENOMEM);
    if (!allow(filter.get()))
        return failed(EINVAL);
    // An older kernel may lack it; there is one thread so far.
    seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
    if (const int loaded = seccomp_load(filter.get()); loaded != 0)
        return failed(-loaded);
    return true;
}
#else
bool filterSystemCalls(QStringList &warnings)
{
    warnings += u"System calls of the bridge are not filtered on this system."_s;
    return false;
}
#endif

} // namespace clavitor::bridge
