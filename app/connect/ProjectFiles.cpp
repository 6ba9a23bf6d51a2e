// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ProjectFiles.h"

#include <QDir>
#include <QFileInfo>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostLooks = 2;
std::atomic<int> looks = 0;

struct Looking {
    std::mutex mutex;
    std::condition_variable isDoneSignal;
    ProjectFiles found;
    bool isDone = false;
};

void lookInto(Looking &shared, const QString &folder, quint16 port, const ProjectFiles::Read &read)
{
    const QString path = ProjectFiles::pathIn(folder);
    const QFileInfo info(path);
    if (!info.isFile() || info.size() > ProjectFiles::Largest)
        return;
    const Result<ConfigFile> file = read(path);
    if (!file || !file->exists)
        return;
    const ClientSetting setting = readSetting(AgentClient::ClaudeCode, file->bytes, port);
    const std::optional<AppliedChange> change = lastChange(path);
    const std::scoped_lock lock(shared.mutex);
    if (setting.isThere)
        shared.found.servers.append({folder, path, setting.faults, setting.detail, setting.keyId, !setting.token.isEmpty()});
    if (change && !shared.found.lastChange)
        shared.found.lastChange = change;
}

} // namespace

QString ProjectFiles::pathIn(const QString &folder)
{
    return QDir(folder).filePath(u".mcp.json"_s);
}

ProjectFiles ProjectFiles::of(const QStringList &folders, quint16 port, const Read &read, std::chrono::milliseconds patience)
{
    if (folders.isEmpty() || looks.load() >= kMostLooks)
        return {};
    // Shared: the thread may come back when nobody waits for it any more.
    auto shared = std::make_shared<Looking>();
    ++looks;
    std::thread([shared, folders, port, read] {
        for (const QString &folder : folders)
            if (QDir::isAbsolutePath(folder))
                lookInto(*shared, folder, port, read);
        --looks; // before anybody hears of the end, and looks again
        {
            const std::scoped_lock lock(shared->mutex);
            shared->isDone = true;
        }
        shared->isDoneSignal.notify_one();
    }).detach();
    std::unique_lock lock(shared->mutex);
    shared->isDoneSignal.wait_for(lock, patience, [&shared] { return shared->isDone; });
    return shared->found;
}

std::optional<AppliedChange> lookIntoProjects(ClientSetting &setting, quint16 port)
{
    ProjectFiles files = ProjectFiles::of(setting.folders, port);
    setting.projects += std::move(files.servers);
    return files.lastChange;
}

} // namespace clavitor
