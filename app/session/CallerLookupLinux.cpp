// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/CallerLookup.h"

#include "app/base/Monotonic.h"
#include "app/link/Utf8.h"

#include <QFile>
#include <QFileInfo>
#include <QHash>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kRemembered = 256;
constexpr int kParents = 8;
constexpr qint64 kMissedFor = 500'000;  // microseconds
// A folder's path is at most this many bytes in what is shown and stored.
constexpr qsizetype kLongestPath = 1024;

struct DirectoryEnd {
    void operator()(DIR *directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryEnd>;

struct Process {
    pid_t pid = 0;
    pid_t parent = 0;
    QString name;               ///< as it calls itself
    QString program;
    bool operator==(const Process &) const = default;
};

QByteArray processPath(pid_t pid, const char *what)
{
    return "/proc/" + QByteArray::number(pid) + '/' + what;
}

/// Where a link of /proc points to; empty when it cannot be read.
QString linkTarget(const QByteArray &path)
{
    QByteArray target(4096, Qt::Uninitialized);
    const ssize_t size = readlink(path.constData(), target.data(), static_cast<std::size_t>(target.size()));
    if (size <= 0)
        return {};
    QString text = QFile::decodeName(target.first(size));
    // A program or folder replaced since it was started is still the one that was started.
    constexpr auto gone = " (deleted)"_L1;
    if (text.endsWith(gone) && !QFileInfo::exists(text))
        text.chop(gone.size());
    return link::cutToUtf8(text, kLongestPath);
}

bool isOurs(pid_t pid)
{
    struct stat status {};
    return stat(processPath(pid, "").constData(), &status) == 0 && status.st_uid == getuid();
}

/// "pid (name with anything) S ppid …", proc(5).
std::optional<Process> processOf(pid_t pid)
{
    QFile file(QFile::decodeName(processPath(pid, "stat")));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray text = file.read(1024);
    const qsizetype open = text.indexOf('(');
    const qsizetype close = text.lastIndexOf(')');
    if (open < 0 || close < open + 1 || text.size() < close + 4)
        return std::nullopt;
    const QList<QByteArray> rest = text.sliced(close + 2).split(' ');
    if (rest.size() < 2)
        return std::nullopt;
    Process process;
    process.pid = pid;
    process.parent = rest[1].toInt();
    process.name = QString::fromUtf8(text.sliced(open + 1, close - open - 1));
    process.program = linkTarget(processPath(pid, "exe"));
    return process;
}

/// Whether the process was started from the file this one was started from, whatever it is called by now.
bool isOwnFile(pid_t pid)
{
    struct stat own {};
    struct stat other {};
    return stat("/proc/self/exe", &own) == 0 && stat(processPath(pid, "exe").constData(), &other) == 0 && own.st_dev == other.st_dev
        && own.st_ino == other.st_ino;
}

/// clavitor-mcp of this installation only carries what its client says, so the client is who asks.
bool isCarrier(const Process &process)
{
    static const QString carrier = QFileInfo(linkTarget("/proc/self/exe")).path() + u"/clavitor-mcp"_s;
    return process.program == carrier;
}

/// At a descriptor from `least` on.
bool holdsSocket(pid_t pid, std::string_view wanted, int least = 0)
{
    const Directory descriptors(opendir(processPath(pid, "fd").constData()));
    if (!descriptors)
        return false;
    char target[64];
    while (const dirent *entry = readdir(descriptors.get())) {
        const ssize_t size = readlinkat(dirfd(descriptors.get()), entry->d_name, target, sizeof target);
        if (size == static_cast<ssize_t>(wanted.size()) && std::memcmp(target, wanted.data(), wanted.size()) == 0 && std::atoi(entry->d_name) >= least)
            return true;
    }
    return false;
}

class Lookup {
public:
    CallerCard operator()(const link::Peer &peer)
    {
        if (peer.socket == 0)
            return {};
        const auto known = m_known.constFind(peer.socket);
        // The socket's number is not used again while it is open; a process that has ended has closed it.
        if (known != m_known.constEnd() && processOf(static_cast<pid_t>(known->caller.pid)))
            return *known;
        // One that could not be found is not looked for again at once: that goes through every process.
        const qint64 now = steadyMicroseconds();
        if (const auto missed = m_missed.constFind(peer.socket); missed != m_missed.constEnd() && now - *missed < kMissedFor)
            return {};
        const CallerCard card = look(peer.socket);
        if (static_cast<std::size_t>(m_known.size()) >= kRemembered)
            m_known.clear();
        if (!card.isKnown()) {
            if (static_cast<std::size_t>(m_missed.size()) >= kRemembered)
                m_missed.clear();
            m_missed.insert(peer.socket, now);
        } else if (card.caller.pid != getpid()) {
            m_known.insert(peer.socket, card);
            m_lastOwner = static_cast<pid_t>(card.caller.pid);
        }
        return card;
    }

private:
    CallerCard look(std::uint64_t socket) const
    {
        const QByteArray wanted = "socket:[" + QByteArray::number(socket) + ']';
        const std::string_view name(wanted.constData(), static_cast<std::size_t>(wanted.size()));
        const std::optional<pid_t> owner = ownerOf(name);
        if (!owner)
            return {};
        CallerCard card;
        std::optional<Process> process = processOf(*owner);
        if (!process)
            return {};
        if (isCarrier(*process))
            if (std::optional<Process> client = processOf(process->parent); client && isOurs(client->pid) && !client->program.isEmpty())
                process = std::move(client);
        card.caller.program = process->program;
        // Not what it was handed as its input or output, or shares: that may be somebody else's connection.
        card.isOwnProgram = isOwnFile(*owner) && holdsSocket(*owner, name, STDERR_FILENO + 1) && !isHeldBeside(*owner, name);
        card.caller.folder = linkTarget(processPath(*owner, "cwd"));
        QStringList parents;
        if (!process->program.isEmpty())
            card.programs.append(process->program);
        for (int i = 0; i < kParents && process->parent > 1; ++i) {
            process = processOf(process->parent);
            // Above the session's own programs there is only the system's.
            if (!process || !isOurs(process->pid))
                break;
            parents.append(process->name);
            if (!process->program.isEmpty())
                card.programs.append(process->program);
        }
        card.caller.parents = parents.join(u" ← "_s);
        // Still the same process: a number that was given anew would hold no such socket.
        if (!holdsSocket(*owner, name))
            return {};
        card.caller.pid = *owner;
        return card;
    }

    /// Whether another process of this user is seen to hold it, too.
    [[nodiscard]] static bool isHeldBeside(pid_t owner, std::string_view socket)
    {
        const QList<pid_t> pids = allProcesses();
        return std::ranges::any_of(pids, [&](pid_t pid) { return pid != owner && isOurs(pid) && holdsSocket(pid, socket); });
    }

    [[nodiscard]] static QList<pid_t> allProcesses()
    {
        QList<pid_t> pids;
        const Directory processes(opendir("/proc"));
        if (!processes)
            return pids;
        while (const dirent *entry = readdir(processes.get())) {
            pid_t pid = 0;
            const char *const end = entry->d_name + std::strlen(entry->d_name);
            if (std::from_chars(entry->d_name, end, pid).ptr == end)
                pids.append(pid);
        }
        return pids;
    }

    std::optional<pid_t> ownerOf(std::string_view socket) const
    {
        // Agents call again and again.
        if (m_lastOwner != 0 && holdsSocket(m_lastOwner, socket))
            return m_lastOwner;
        QList<pid_t> pids = allProcesses();
        // Who asks was mostly started lately.
        std::ranges::reverse(pids);
        for (const pid_t pid : pids)
            if (pid != getpid() && isOurs(pid) && holdsSocket(pid, socket))
                return pid;
        // The doctor in the window asks from within.
        return holdsSocket(getpid(), socket) ? std::optional(getpid()) : std::nullopt;
    }

    QHash<std::uint64_t, CallerCard> m_known;
    QHash<std::uint64_t, qint64> m_missed;  ///< when, in microseconds
    pid_t m_lastOwner = 0;
};

} // namespace

CallerLookup systemCallerLookup()
{
    return [lookup = std::make_shared<Lookup>()](const link::Peer &peer) { return (*lookup)(peer); };
}

} // namespace clavitor
