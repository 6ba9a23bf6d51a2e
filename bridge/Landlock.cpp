// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Landlock.h"

#include "app/link/LastError.h"

#include <QString>

#include <cstdint>

#ifdef Q_OS_LINUX
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

#if defined(Q_OS_LINUX) && defined(SYS_landlock_create_ruleset)
namespace {

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

} // namespace

bool closeFileSystem(QStringList &warnings)
{
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, AskVersion);
    if (version < 1) {
        warnings += u"This kernel has no Landlock (%1): the bridge's files are guarded by the filter of system calls alone."_s.arg(link::lastError());
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
        warnings += u"Landlock gave no rules (%1)."_s.arg(link::lastError());
        return false;
    }
    // No rule is added: nothing is allowed.
    const bool isClosed = ::syscall(SYS_landlock_restrict_self, descriptor, 0) == 0;
    if (!isClosed)
        warnings += u"Landlock could not be entered (%1)."_s.arg(link::lastError());
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

} // namespace clavitor::bridge
