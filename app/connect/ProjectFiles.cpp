// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ProjectFiles.h"

#include "app/connect/ProgramPresence.h"

#include <QDir>
#include <QFileInfo>
#include <QSet>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostLeftInALook = 2;
constexpr qsizetype kMostLeft = 8;
constexpr int kMostPatience = 4;

/// The folders that threads were left behind in.
struct Hanging {
    std::mutex mutex;
    QSet<QString> folders;

    bool contains(const QString &folder)
    {
        const std::scoped_lock lock(mutex);
        return folders.contains(folder);
    }
    bool isFull()
    {
        const std::scoped_lock lock(mutex);
        return folders.size() >= kMostLeft;
    }
};

/// Never taken apart: a thread may come back when the program ends.
Hanging &hanging()
{
    static auto *const all = new Hanging;
    return *all;
}

struct Looking {
    QStringList folders;
    quint16 port = 0;
    ClientPlaces places;
    ProjectFiles::Read read;
    QList<ProjectServer> known;

    std::mutex mutex;                   ///< of what follows
    std::condition_variable movedSignal;
    ProjectFiles found;
    qsizetype next = 0;                 ///< the folder that is looked into
    int thread = 0;                     ///< whose turn it is; earlier ones were left behind

    [[nodiscard]] bool isDone() const { return next >= folders.size(); }
};

struct Sight {
    std::optional<ProjectServer> server;
    QList<std::pair<qsizetype, ProjectServer>> known; ///< by their places among Looking::known
    std::optional<AppliedChange> change;
};

/// What a file of others' names is not looked at wherever it may be: to look is enough for an automounter to call a stranger's server.
bool isNear(const QString &program, const QString &folder, const QString &home)
{
    const QString path = QDir::cleanPath(program);
    const QStringList near{QDir::cleanPath(folder), home, u"/usr"_s, u"/opt"_s, u"/bin"_s};
    return !QDir::isAbsolutePath(program) || std::ranges::any_of(near, [&path](const QString &one) { return !one.isEmpty() && path.startsWith(one + u'/'); });
}

Sight lookInto(const Looking &shared, const QString &folder)
{
    Sight sight;
    for (qsizetype i = 0; i < shared.known.size(); ++i) {
        if (shared.known[i].folder != folder)
            continue;
        ProjectServer server = shared.known[i];
        judgePresence(server, shared.places.programFolders);
        sight.known.append({i, std::move(server)});
    }
    const QString path = ProjectFiles::pathIn(folder);
    const QFileInfo info(path);
    if (!QDir::isAbsolutePath(folder) || !info.isFile() || info.size() > ProjectFiles::Largest)
        return sight;
    const Result<ConfigFile> file = shared.read(path);
    if (!file || !file->exists)
        return sight;
    ClientSetting setting = readSetting(AgentClient::ClaudeCode, file->bytes, shared.port);
    if (setting.isThere) {
        sight.server = ProjectServer::of(folder, path, std::move(setting));
        if (isNear(sight.server->program, folder, shared.places.home))
            judgePresence(*sight.server, shared.places.programFolders);
    }
    sight.change = lastChange(path, shared.places.backups);
    return sight;
}

void lookThrough(const std::shared_ptr<Looking> &shared, int thread)
{
    std::unique_lock lock(shared->mutex);
    while (shared->thread == thread && !shared->isDone()) {
        const QString folder = shared->folders.at(shared->next);
        lock.unlock();
        Sight sight = lookInto(*shared, folder);
        lock.lock();
        if (shared->thread != thread) {
            const std::scoped_lock alsoAll(hanging().mutex);
            hanging().folders.remove(folder);
            return;
        }
        for (auto &[place, server] : sight.known)
            shared->found.known[place] = std::move(server);
        if (sight.server)
            shared->found.servers.append(std::move(*sight.server));
        if (sight.change && !shared->found.lastChange)
            shared->found.lastChange = std::move(sight.change);
        ++shared->next;
        shared->movedSignal.notify_one();
    }
}

} // namespace

QString ProjectFiles::pathIn(const QString &folder)
{
    return QDir(folder).filePath(u".mcp.json"_s);
}

ProjectFiles ProjectFiles::of(const QStringList &folders, quint16 port, const ClientPlaces &places, const Read &read, std::chrono::milliseconds patience,
                              const QList<ProjectServer> &known)
{
    // Shared: a thread may come back when nobody waits for it any more.
    auto shared = std::make_shared<Looking>();
    QStringList unread;
    for (const QString &folder : folders)
        (hanging().contains(folder) ? unread : shared->folders).append(folder);
    shared->port = port;
    shared->places = places;
    shared->read = read;
    shared->known = known;
    shared->found.known = known;
    const auto end = std::chrono::steady_clock::now() + kMostPatience * patience;
    int left = 0;
    std::unique_lock lock(shared->mutex);
    while (!shared->isDone() && left < kMostLeftInALook && std::chrono::steady_clock::now() < end && !hanging().isFull()) {
        std::thread(lookThrough, shared, shared->thread).detach();
        qsizetype seen = shared->next;
        const auto moved = [&] { return shared->next != seen; };
        while (!shared->isDone() && shared->movedSignal.wait_until(lock, std::min(end, std::chrono::steady_clock::now() + patience), moved))
            seen = shared->next;
        if (shared->isDone())
            break;
        // From here on what it finds is nobody's.
        ++shared->thread;
        ++left;
        const QString folder = shared->folders.at(shared->next++);
        unread.append(folder);
        const std::scoped_lock alsoAll(hanging().mutex);
        hanging().folders.insert(folder);
    }
    unread += shared->folders.sliced(shared->next);
    ProjectFiles found = shared->found;
    found.unread = std::move(unread);
    return found;
}

std::optional<AppliedChange> lookIntoProjects(ClientSetting &setting, quint16 port, const ClientPlaces &places)
{
    ProjectFiles files = ProjectFiles::of(setting.folders, port, places, &ConfigFile::read, ProjectFiles::Patience, setting.projects);
    setting.projects = files.known + files.servers;
    setting.unreadFolders = std::move(files.unread);
    return files.lastChange;
}

} // namespace clavitor
