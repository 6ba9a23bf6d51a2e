// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ProgramPresence.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace clavitor {

namespace {

bool isMissing(const QString &program, const QStringList &folders)
{
    if (program.isEmpty() || program.contains(u'$'))
        return false;
    if (QDir::isAbsolutePath(program))
        return !QFileInfo(program).isFile() || !QFileInfo(program).isExecutable();
    const bool isBareName = !program.contains(u'/') && !program.contains(u'\\');
    return isBareName && !folders.isEmpty() && QStandardPaths::findExecutable(program, folders).isEmpty();
}

void judge(QList<SettingFault> &faults, QString &detail, const QString &program, TokenWay how, const QStringList &programFolders)
{
    // A command goes through a shell, which may have a longer PATH of its own.
    if (!isMissing(program, how == TokenWay::ByProgram ? programFolders : QStringList()))
        return;
    faults.append(SettingFault::MissingCommand);
    if (detail.isEmpty())
        detail = program;
}

} // namespace

void judgePresence(ClientSetting &setting, const QStringList &programFolders)
{
    judge(setting.faults, setting.detail, setting.programToRun(), setting.how, programFolders);
}

void judgePresence(ProjectServer &server, const QStringList &programFolders)
{
    judge(server.faults, server.detail, server.program, server.how, programFolders);
}

} // namespace clavitor
