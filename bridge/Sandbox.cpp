// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Sandbox.h"

#include "bridge/SystemCalls.h"

#include <QString>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <sys/resource.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLAVITOR_HUGE_ADDRESS_SPACE 1
#endif

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// Of which a bridge at work uses about a third, nearly all of it libraries.
[[maybe_unused]] constexpr rlim_t MaxAddressSpace = rlim_t(512) * 1024 * 1024;
/// 64 clients, two pipes' worth of our own, and room for who is turned away.
constexpr rlim_t MaxDescriptors = 256;

QString lastError()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

void limitResources(QStringList &warnings)
{
    const auto limit = [&warnings](auto resource, rlim_t most, const QString &what) {
        rlimit now{};
        if (::getrlimit(resource, &now) == 0 && now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
            most = now.rlim_max;
        const rlimit wanted{most, most};
        if (::setrlimit(resource, &wanted) != 0)
            warnings += u"%1 could not be limited (%2)."_s.arg(what, lastError());
    };
#ifndef CLAVITOR_HUGE_ADDRESS_SPACE
    limit(RLIMIT_AS, MaxAddressSpace, u"The bridge's memory"_s);
#endif
    limit(RLIMIT_NOFILE, MaxDescriptors, u"The bridge's descriptors"_s);
}

#if defined(Q_OS_LINUX) && defined(SYS_landlock_create_ruleset)
/// landlock(7). Named here because the headers of a system may be older than its kernel.
struct LandlockRuleset
{
    std::uint64_t fileSystem = 0;
    std::uint64_t network = 0; ///< since ABI 4
    std::uint64_t scoped = 0;  ///< since ABI 6
};
constexpr unsigned AskVersion = 1;

/// Every access to files a version knows; from version 2 on it has learned renaming, truncating and devices.
std::uint64_t everyAccess(int version)
{
    const int bits = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
    return (std::uint64_t(1) << bits) - 1;
}

bool closeFileSystem(QStringList &warnings)
{
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, AskVersion);
    if (version < 1) {
        warnings += u"This kernel has no Landlock (%1): the bridge's files are guarded by the filter of system calls alone."_s.arg(lastError());
        return false;
    }
    LandlockRuleset ruleset;
    ruleset.fileSystem = everyAccess(static_cast<int>(version));
    std::size_t size = sizeof ruleset.fileSystem;
    if (version >= 4) {
        ruleset.network = 3; // bind and connect, TCP
        size += sizeof ruleset.network;
    }
    if (version >= 6) {
        ruleset.scoped = 3; // abstract Unix sockets and signals, beyond this process
        size += sizeof ruleset.scoped;
    }
    const long descriptor = ::syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
    if (descriptor < 0) {
        warnings += u"Landlock gave no rules (%1)."_s.arg(lastError());
        return false;
    }
    // No rule is added: nothing is allowed.
    const bool isClosed = ::syscall(SYS_landlock_restrict_self, descriptor, 0) == 0;
    if (!isClosed)
        warnings += u"Landlock could not be entered (%1)."_s.arg(lastError());
    ::close(static_cast<int>(descriptor));
    return isClosed;
}
#else
bool closeFileSystem(QStringList &warnings)
{
    warnings += u"This system has no Landlock: the bridge's files are not guarded by it."_s;
    return false;
}
#endif

} // namespace

Sandbox enterSandbox()
{
    Sandbox sandbox;
    limitResources(sandbox.warnings);
#ifdef Q_OS_LINUX
    sandbox.hasNoNewPrivileges = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!sandbox.hasNoNewPrivileges)
        sandbox.warnings += u"The bridge could gain privileges (%1)."_s.arg(lastError());
#else
    sandbox.warnings += u"The bridge is not shut in on this system."_s;
#endif
    sandbox.isFileSystemClosed = closeFileSystem(sandbox.warnings);
    // Last: from here on the other two could not be asked for any more.
    sandbox.areCallsFiltered = filterSystemCalls(sandbox.warnings);
    return sandbox;
}

} // namespace clavitor::bridge
