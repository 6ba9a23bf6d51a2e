// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Sandbox.h"

#include "app/link/LastError.h"
#include "bridge/Landlock.h"
#include "bridge/SystemCalls.h"

#include <QString>

#include <sys/resource.h>
#ifdef Q_OS_LINUX
#include <sys/prctl.h>
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

void limitResources(QStringList &warnings)
{
    const auto limit = [&warnings](auto resource, rlim_t most, const QString &what) {
        rlimit now{};
        if (::getrlimit(resource, &now) == 0 && now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
            most = now.rlim_max;
        const rlimit wanted{most, most};
        if (::setrlimit(resource, &wanted) != 0)
            warnings += u"%1 could not be limited (%2)."_s.arg(what, link::lastError());
    };
#ifndef CLAVITOR_HUGE_ADDRESS_SPACE
    limit(RLIMIT_AS, MaxAddressSpace, u"The bridge's memory"_s);
#endif
    limit(RLIMIT_NOFILE, MaxDescriptors, u"The bridge's descriptors"_s);
}

} // namespace

Sandbox enterSandbox()
{
    Sandbox sandbox;
    limitResources(sandbox.warnings);
#ifdef Q_OS_LINUX
    sandbox.hasNoNewPrivileges = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!sandbox.hasNoNewPrivileges)
        sandbox.warnings += u"The bridge could gain privileges (%1)."_s.arg(link::lastError());
#else
    sandbox.warnings += u"The bridge is not shut in on this system."_s;
#endif
    sandbox.isFileSystemClosed = closeFileSystem(sandbox.warnings);
    // Last: from here on the other two could not be asked for any more.
    sandbox.areCallsFiltered = filterSystemCalls(sandbox.warnings);
    return sandbox;
}

} // namespace clavitor::bridge
