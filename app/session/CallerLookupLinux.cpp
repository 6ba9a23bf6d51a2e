// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/CallerLookup.h"

#include "app/base/Monotonic.h"
#include "app/link/Utf8.h"
#include "app/session/ProcessStat.h"
#include "app/session/SocketOwners.h"

#include <QFile>
#include <QFileInfo>
#include <QHash>

#include <memory>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kRemembered = 256;
constexpr int kParents = 8;
constexpr int kPidBits = 22;    // of the largest pid Linux gives, proc_sys_kernel(5)
constexpr qint64 kMissedFor = 500'000;  // microseconds

struct Process {
    pid_t pid = 0;
    pid_t parent = 0;
    QString name;               ///< as it calls itself
    QString program;
    bool operator==(const Process &) const = default;
};

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
    return link::cutToUtf8(text, longestCallerPath);
}

std::optional<Process> processOf(pid_t pid)
{
    const auto stat = processStat(pid);
    if (!stat)
        return std::nullopt;
    return Process{pid, stat->parent, QString::fromUtf8(stat->name), linkTarget(processPath(pid, "exe"))};
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

class Lookup {
public:
    CallerCard operator()(const link::Peer &peer)
    {
        if (peer.socket == 0)
            return {};
        const auto known = m_known.constFind(peer.socket);
        // A process may have ended, or handed the socket on and closed it.
        if (known != m_known.constEnd() && SocketOwners::isHeldBy(known->owner, peer.socket))
            return known->card;
        // One that could not be found is not looked for again at once: that goes through every process.
        const qint64 now = steadyMicroseconds();
        if (const auto missed = m_missed.constFind(peer.socket); missed != m_missed.constEnd() && now - *missed < kMissedFor)
            return {};
        const Known found = look(peer.socket);
        const CallerCard &card = found.card;
        if (static_cast<std::size_t>(m_known.size()) >= kRemembered)
            m_known.clear();
        if (!card.isKnown()) {
            if (static_cast<std::size_t>(m_missed.size()) >= kRemembered)
                m_missed.clear();
            m_missed.insert(peer.socket, now);
        } else if (card.caller.pid != getpid()) {
            m_known.insert(peer.socket, found);
        }
        return card;
    }

private:
    struct Known {
        CallerCard card;
        SocketOwners::Owner owner;
    };

    Known look(std::uint64_t socket)
    {
        const std::optional<SocketOwners::Owner> owner = m_owners.find(socket);
        if (!owner)
            return {};
        CallerCard card;
        std::optional<Process> process = processOf(owner->pid);
        if (!process)
            return {};
        if (isCarrier(*process))
            if (std::optional<Process> client = processOf(process->parent); client && isProcessOfThisUser(client->pid) && !client->program.isEmpty())
                process = std::move(client);
        card.caller.program = process->program;
        // Not what it was handed as its input or output, or shares: that may be somebody else's connection.
        if (isOwnFile(owner->pid))
            card.isOwnProgram = IsOwnProgram([owner = *owner, socket] {
                return SocketOwners::isHeldFrom(owner, socket, STDERR_FILENO + 1) && !SocketOwners::isHeldBeside(owner, socket)
                    && isOwnFile(owner.pid) && SocketOwners::isHeldBy(owner, socket); // of that very process, and it still is
            });
        card.caller.folder = linkTarget(processPath(owner->pid, "cwd"));
        QStringList parents;
        if (!process->program.isEmpty())
            card.programs.append(process->program);
        for (int i = 0; i < kParents && process->parent > 1; ++i) {
            process = processOf(process->parent);
            // Above the session's own programs there is only the system's.
            if (!process || !isProcessOfThisUser(process->pid))
                break;
            parents.append(process->name);
            if (!process->program.isEmpty())
                card.programs.append(process->program);
        }
        card.caller.parents = parents.join(u" ← "_s);
        // All of this was told of that process and not of one that got its number meanwhile.
        if (!SocketOwners::isHeldBy(*owner, socket))
            return {};
        card.caller.pid = owner->pid;
        // A pid is given anew, and then to a process of another time.
        card.process = owner->start << kPidBits | static_cast<std::uint64_t>(owner->pid);
        return {card, *owner};
    }

    QHash<std::uint64_t, Known> m_known;
    QHash<std::uint64_t, qint64> m_missed;  ///< when, in microseconds
    SocketOwners m_owners;
};

} // namespace

CallerLookup systemCallerLookup()
{
    return [lookup = std::make_shared<Lookup>()](const link::Peer &peer) { return (*lookup)(peer); };
}

} // namespace clavitor
