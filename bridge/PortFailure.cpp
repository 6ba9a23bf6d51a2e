// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/PortFailure.h"

#include "app/link/PortUser.h"

#include <array>
#include <optional>

#ifdef Q_OS_UNIX
#include <pwd.h>
#endif

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

QString userName(std::uint32_t uid)
{
#ifdef Q_OS_UNIX
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return QString::fromLocal8Bit(found->pw_name);
#endif
    return u"number %1"_s.arg(uid);
}

} // namespace

QString portFailure(link::LoopbackAddress address, std::uint16_t port, const QString &reason)
{
    static const QString whatToDo =
        u"Stop that program, and agents are served again by themselves; or start Clavitor with --port and another number."_s;
    const QString where = (address == link::LoopbackAddress::V6 ? u"[::1]:%1"_s : u"127.0.0.1:%1"_s).arg(port);
    const std::optional<link::PortUser> user = link::userOfPort(address, port);
    if (!user)
        return u"%1 could not be taken: %2."_s.arg(where, reason);
    if (!user->program.isEmpty())
        return u"%1 is taken by %2 (process %3). %4"_s.arg(where, user->program).arg(user->pid).arg(whatToDo);
    return u"%1 is taken by a program of the user %2. %3"_s.arg(where, userName(user->uid), whatToDo);
}

} // namespace clavitor::bridge
