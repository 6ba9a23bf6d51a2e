// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ClientSight.h"

#include "app/connect/ProjectFiles.h"
#include "app/connect/SetupPlan.h"

#include <QProcess>
#include <QThread>

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kVersionPatience = 3'000;

ClientSights look(const ClientPlaces &places, quint16 port)
{
    ClientSights sights;
    for (const InstalledClient &client : findClients(places)) {
        auto sight = std::make_shared<ClientSight>();
        sight->client = client;
        if (Result<ClientSetting> setting = settingOf(client, port, places.programFolders))
            sight->setting = std::move(*setting);
        else
            sight->unreadable = setting.error();
        sight->hasToken = !sight->setting.token.isEmpty();
        sight->setting.token = {};
        sight->lastChange = lastChange(client.configFile, places.backups);
        const std::optional<AppliedChange> inProject = lookIntoProjects(sight->setting, port, places);
        for (ProjectServer &server : sight->setting.projects)
            server.token.reset();
        if (!sight->lastChange)
            sight->lastChange = inProject;
        sights.append(std::move(sight));
    }
    return sights;
}

/// `work` runs on a thread that ends with it.
template<typename Work>
void runBeside(Work work)
{
    QThread *thread = QThread::create([shared = std::make_shared<Work>(std::move(work))] { (*shared)(); });
    QObject::connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start();
}

} // namespace

QStringList ClientSight::files() const
{
    QStringList files;
    const auto isInIt = [](const ProjectServer &project) { return project.file.isEmpty() && project.isOurs(); };
    if (setting.isThere || std::any_of(setting.projects.begin(), setting.projects.end(), isInIt))
        files.append(client.configFile);
    for (const ProjectServer &project : setting.projects)
        if (!project.file.isEmpty() && project.isOurs())
            files.append(project.file);
    return files;
}

QString ClientSight::keyIdIn(const QString &file) const
{
    if (file == client.configFile)
        return setting.onlyKeyId();
    const auto project = std::find_if(setting.projects.begin(), setting.projects.end(), [&file](const ProjectServer &one) { return one.file == file; });
    return project == setting.projects.end() ? QString() : project->keyId;
}

void lookAtClients(const ClientPlaces &places, quint16 port, Reply<ClientSights> reply)
{
    runBeside([places, port, reply = std::move(reply)]() mutable { reply(look(places, port)); });
}

void askVersion(const QString &program, Reply<QString> reply)
{
    runBeside([program, reply = std::move(reply)]() mutable {
        QProcess process;
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(program, {u"--version"_s});
        if (!process.waitForFinished(kVersionPatience)) {
            process.kill();
            process.waitForFinished(kVersionPatience);
            reply(QString());
            return;
        }
        reply(versionSaid(QString::fromUtf8(process.readAllStandardOutput().left(200)).section(u'\n', 0, 0)));
    });
}

} // namespace clavitor
