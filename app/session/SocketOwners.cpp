// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/SocketOwners.h"

#include "app/session/ProcessStat.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace clavitor {

namespace {

constexpr qsizetype kRememberedOwners = 16;
constexpr qsizetype kYoungest = 8;
// The last of a process's descriptors, where a connection of just now mostly is.
constexpr int kLikely = 3;

struct DirectoryEnd {
    void operator()(DIR *directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryEnd>;

/// A socket as the links in /proc/PID/fd call it.
class SocketName {
public:
    explicit SocketName(std::uint64_t socket) { m_size = std::snprintf(m_text, sizeof m_text, "socket:[%llu]", static_cast<unsigned long long>(socket)); }
    /// `path` below `directory`.
    [[nodiscard]] bool isAt(int directory, const char *path) const
    {
        char target[sizeof m_text];
        return readlinkat(directory, path, target, sizeof target) == m_size && std::memcmp(target, m_text, static_cast<std::size_t>(m_size)) == 0;
    }

private:
    char m_text[40];
    int m_size = 0;
};

std::optional<int> numberIn(const char *name)
{
    int number = 0;
    const char *const end = name + std::strlen(name);
    return std::from_chars(name, end, number).ptr == end ? std::optional(number) : std::nullopt;
}

Directory descriptorsOf(pid_t pid)
{
    return Directory(opendir(processPath(pid, "fd").constData()));
}

bool isAtDescriptor(const SocketOwners::Owner &owner, const SocketName &socket)
{
    const QByteArray path = processPath(owner.pid, "fd/") + QByteArray::number(owner.descriptor);
    return socket.isAt(AT_FDCWD, path.constData());
}

std::optional<int> descriptorOf(pid_t pid, const SocketName &socket, int least = 0)
{
    const Directory descriptors = descriptorsOf(pid);
    while (const dirent *entry = descriptors ? readdir(descriptors.get()) : nullptr)
        if (const auto number = numberIn(entry->d_name); number && *number >= least && socket.isAt(dirfd(descriptors.get()), entry->d_name))
            return number;
    return std::nullopt;
}

/// A new descriptor gets the lowest number that is free. In a process without gaps what was opened just now is the last one, and
/// from Linux 6.2 on the folder's size is how many there are: then nothing has to be listed, which is most of the cost.
std::optional<int> likelyDescriptorOf(pid_t pid, const SocketName &socket)
{
    const int descriptors = open(processPath(pid, "fd").constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptors < 0)
        return std::nullopt;
    struct stat status {};
    std::optional<int> found;
    if (fstat(descriptors, &status) == 0) {
        const int count = static_cast<int>(status.st_size);
        for (int number = count - 1; !found && number >= 0 && number >= count - kLikely; --number)
            if (socket.isAt(descriptors, QByteArray::number(number).constData()))
                found = number;
    }
    close(descriptors);
    return found;
}

QList<pid_t> otherProcesses()
{
    QList<pid_t> pids;
    const Directory processes(opendir("/proc"));
    while (const dirent *entry = processes ? readdir(processes.get()) : nullptr)
        if (const auto pid = numberIn(entry->d_name); pid && *pid != getpid())
            pids.append(*pid);
    return pids;
}

bool isStill(const SocketOwners::Owner &owner)
{
    const auto stat = processStat(owner.pid);
    return stat && stat->start == owner.start && isProcessOfThisUser(owner.pid);
}

/// What the kernel says of two descriptors; a socket is one open file, however many hold it.
enum class Comparison { Same, Other, Free, Unknown };

Comparison compare(const SocketOwners::Owner &owner, pid_t pid, int descriptor)
{
#ifdef SYS_kcmp
    // Told of whatever /proc tells: both ask for the same right.
    const long answer = syscall(SYS_kcmp, owner.pid, pid, KCMP_FILE, owner.descriptor, descriptor);
    if (answer >= 0)
        return answer == 0 ? Comparison::Same : Comparison::Other;
    return errno == EBADF ? Comparison::Free : Comparison::Unknown; // not built in, or forbidden
#else
    Q_UNUSED(owner)
    Q_UNUSED(pid)
    Q_UNUSED(descriptor)
    return Comparison::Unknown;
#endif
}

/// Whether that process has a descriptor of the same open file as the owner's. nullopt: the kernel does not compare all of them.
std::optional<bool> sharesWith(const SocketOwners::Owner &owner, pid_t pid)
{
    // From Linux 6.2 on the folder's size is how many there are, mostly without gaps: then none has to be listed.
    struct stat status {};
    const int count = stat(processPath(pid, "fd").constData(), &status) == 0 ? static_cast<int>(status.st_size) : 0;
    int seen = 0;
    const auto look = [&](int descriptor) {
        const Comparison compared = compare(owner, pid, descriptor);
        seen += compared == Comparison::Other ? 1 : 0;
        return compared;
    };
    for (int number = 0; number < count; ++number)
        if (const Comparison compared = look(number); compared == Comparison::Same || compared == Comparison::Unknown)
            return compared == Comparison::Same ? std::optional(true) : std::nullopt;
    if (count > 0 && seen >= count)
        return false;
    const Directory descriptors = descriptorsOf(pid);
    while (const dirent *entry = descriptors ? readdir(descriptors.get()) : nullptr)
        if (const auto number = numberIn(entry->d_name); number && *number >= count)
            if (const Comparison compared = look(*number); compared == Comparison::Same || compared == Comparison::Unknown)
                return compared == Comparison::Same ? std::optional(true) : std::nullopt;
    return false;
}

} // namespace

SocketOwners::Owner SocketOwners::remember(Owner owner)
{
    m_last.removeIf([&](const Owner &one) { return one.pid == owner.pid; });
    m_last.prepend(owner);
    if (m_last.size() > kRememberedOwners)
        m_last.removeLast();
    return owner;
}

std::optional<SocketOwners::Owner> SocketOwners::find(std::uint64_t number)
{
    m_looked = 0;
    const SocketName socket(number);
    // Agents call again and again, and their next connection has mostly the number of the one before.
    for (const Owner &owner : m_last)
        if (isAtDescriptor(owner, socket) && isStill(owner))
            return remember(owner);

    m_last.removeIf([](const Owner &owner) { return !isStill(owner); });
    QList<pid_t> near;
    for (const Owner &owner : m_last)
        near.append(owner.pid);
    QList<pid_t> far = otherProcesses();
    far.removeIf([&](pid_t pid) { return near.contains(pid); });
    // Who asks was mostly started lately.
    std::ranges::reverse(far);
    for (qsizetype young = 0; young < kYoungest && !far.isEmpty();) {
        if (const pid_t pid = far.takeFirst(); isProcessOfThisUser(pid)) {
            near.append(pid);
            ++young;
        }
    }
    for (QList<pid_t> *some : {&near, &far}) {
        if (some == &far)
            far.removeIf([](pid_t pid) { return !isProcessOfThisUser(pid); });
        for (const bool isLikely : {true, false}) {
            for (const pid_t pid : *some) {
                ++m_looked;
                const auto descriptor = isLikely ? likelyDescriptorOf(pid, socket) : descriptorOf(pid, socket);
                if (!descriptor)
                    continue;
                if (const auto stat = processStat(pid))
                    return remember({pid, stat->start, *descriptor});
            }
        }
    }
    // The doctor in the window asks from within.
    const auto own = descriptorOf(getpid(), socket);
    const auto stat = processStat(getpid());
    return own && stat ? std::optional(Owner{getpid(), stat->start, *own}) : std::nullopt;
}

bool SocketOwners::isHeldBy(const Owner &owner, std::uint64_t socket)
{
    return isHeldFrom(owner, socket, 0) && isStill(owner);
}

bool SocketOwners::isHeldFrom(const Owner &owner, std::uint64_t number, int least)
{
    const SocketName socket(number);
    return (owner.descriptor >= least && isAtDescriptor(owner, socket)) || descriptorOf(owner.pid, socket, least);
}

bool SocketOwners::isHeldBeside(const Owner &owner, std::uint64_t number)
{
    const SocketName socket(number);
    QList<pid_t> pids = otherProcesses();
    pids.append(getpid());
    // What is compared with has to be it; EBADF would be the owner's else.
    const bool canCompare = isAtDescriptor(owner, socket) && compare(owner, owner.pid, owner.descriptor) == Comparison::Same;
    const auto isHeld = [&](bool compares) {
        return std::ranges::any_of(pids, [&](pid_t pid) {
            if (pid == owner.pid || !isProcessOfThisUser(pid))
                return false;
            const std::optional<bool> shares = compares ? sharesWith(owner, pid) : std::nullopt;
            return shares ? *shares : descriptorOf(pid, socket).has_value();
        });
    };
    if (isHeld(canCompare))
        return true;
    // Unless it was compared with something else from some moment on.
    return canCompare && !isAtDescriptor(owner, socket) && isHeld(false);
}

} // namespace clavitor
