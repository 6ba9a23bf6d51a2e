// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/ConnectionText.h"

#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"

#include <QDir>

namespace clavitor::ui {

namespace {

/// The first few, in a row.
QString listOf(QStringList folders)
{
    folders.removeDuplicates(); // one may have both
    constexpr qsizetype most = 3;
    const bool isMore = folders.size() > most;
    if (isMore)
        folders = folders.first(most);
    for (QString &folder : folders)
        folder = ConnectionText::path(folder);
    if (isMore)
        folders.append(QStringLiteral("…"));
    return folders.join(QStringLiteral(", "));
}

} // namespace

QString ConnectionText::fault(SettingFault fault, const QString &client, const QString &detail)
{
    switch (fault) {
    case SettingFault::BrokenFile:
        return tr("%1 cannot read its configuration: it is broken at %2.").arg(client, detail);
    case SettingFault::TwoOfThem:
        return tr("The server \"clavitor\" stands in the file twice.");
    case SettingFault::AnotherKind:
        return tr("The server \"clavitor\" there is of another kind: neither reached over HTTP nor clavitor-mcp.");
    case SettingFault::TwoWays:
        return tr("The server \"clavitor\" there has both a program to start and what belongs to an address; %1 may take either, or not start at all.").arg(client);
    case SettingFault::NoAddress:
        return tr("The server \"clavitor\" there has no address.");
    case SettingFault::OtherAddress:
        return tr("It calls %1, which is not this vault.").arg(displayText(detail, 80));
    case SettingFault::IgnoredHeaders:
        return tr("The token stands in a table \"headers\", which %1 ignores without a word. It has to be \"http_headers\".").arg(client);
    case SettingFault::FatalBearerToken:
        return tr("The setting \"bearer_token\" keeps %1 from starting at all.").arg(client);
    case SettingFault::NoToken:
        return tr("There is no token in it, so every call is refused.");
    case SettingFault::MalformedToken:
        return tr("What stands there for a token is none of Clavitor's, or was mistyped: its checksum does not fit.");
    case SettingFault::WrongArguments:
        return tr("clavitor-mcp does not take what it is told there: it wants the id of a key, which has 8 characters, and at most --port with a number.");
    case SettingFault::OtherPort:
        return tr("clavitor-mcp is sent to the port %1 there, which is not this Clavitor's.").arg(displayText(detail, 10));
    case SettingFault::MissingCommand:
        return QDir::isAbsolutePath(detail) ? tr("The program in it is not there: %1.").arg(path(detail))
                                            : tr("The program in it, %1, is in no folder of PATH.").arg(displayText(detail, 80));
    case SettingFault::Sandboxed:
        return tr("%1 starts clavitor-mcp in a sandbox (\"sandboxEnabled\"), where it reaches neither the keychain nor Clavitor.").arg(client);
    case SettingFault::SwitchedOff:
        break;
    }
    return tr("The server \"clavitor\" is switched off in it.");
}

QString ConnectionText::faultOf(const ClientSetting &setting, const QString &client)
{
    return setting.faults.isEmpty() ? QString() : fault(setting.faults.first(), client, setting.detail);
}

QString ConnectionText::projects(const ClientSetting &setting, const QString &configFile)
{
    if (setting.projects.isEmpty())
        return {};
    if (setting.projects.size() == 1) {
        const ProjectServer &only = setting.projects.first();
        const QString file = path(only.file.isEmpty() ? configFile : only.file);
        return setting.isThere ? tr("The project %1 has a server \"clavitor\" of its own in %2, which is used there instead.").arg(path(only.folder), file)
                               : tr("The project %1 has a server \"clavitor\" in %2, and others have none.").arg(path(only.folder), file);
    }
    QStringList folders;
    for (const ProjectServer &project : setting.projects)
        folders.append(project.folder);
    const QString list = listOf(folders);
    return setting.isThere ? tr("Projects with a server \"clavitor\" of their own, which is used there instead: %1.").arg(list)
                           : tr("Projects with a server \"clavitor\", while others have none: %1.").arg(list);
}

QString ConnectionText::faultOfProjects(const ClientSetting &setting, const QString &client)
{
    for (const ProjectServer &project : setting.projects)
        if (!project.faults.isEmpty())
            return tr("In %1: %2").arg(path(project.folder), fault(project.faults.first(), client, project.detail));
    return {};
}

QString ConnectionText::unread(const ClientSetting &setting)
{
    if (setting.unreadFolders.isEmpty())
        return {};
    const QString list = listOf(setting.unreadFolders);
    return setting.unreadFolders.size() == 1 ? tr("The folder %1 did not answer, so whether it has a server \"clavitor\" of its own is not known.").arg(list)
                                             : tr("These folders did not answer or could not be looked into for it, so whether they have a server \"clavitor\" of their own is not known: %1.").arg(list);
}

QString ConnectionText::neighbour(const ClientSetting &setting, const QString &client)
{
    if (setting.wrongNeighbour.isEmpty())
        return {};
    return tr("%1's agent may pass over the whole file, and Clavitor with it, for the server \"%2\": its type is none it knows, or not all it says is text.")
        .arg(client, displayText(setting.wrongNeighbour, 40));
}

QString ConnectionText::backup(const SetupPlan &plan, const ClientPlaces &places)
{
    return plan.isInProject() ? tr("Nothing was written yet; a backup of it is kept in %1, where it is not committed.").arg(path(places.backups))
                              : tr("Nothing was written yet; a backup of it is kept beside it.");
}

QString ConnectionText::trouble(const Error &error, const QString &client)
{
    switch (error.code) {
    case ErrorCode::DamagedFile:
        return tr("The configuration of %1 is broken at %2, so it was left alone. Mend it, then try again.").arg(client, error.detail);
    case ErrorCode::Conflict:
    case ErrorCode::InvalidValue:
    case ErrorCode::ReadOnly:
    case ErrorCode::NotFound:
    case ErrorCode::Io:
    case ErrorCode::DiskFull:
        if (!error.detail.isEmpty())
            return displayText(error.detail, 400);
        break;
    default:
        break;
    }
    return ErrorText::of(error.code).sentence();
}

QString ConnectionText::keychain(ErrorCode code, const QString &keyId)
{
    switch (code) {
    case ErrorCode::KeychainNoItem:
    case ErrorCode::KeychainWrongItem:
    case ErrorCode::KeychainBrokenItem:
        return tr("The keychain holds no token of the key %1. Give the client a new token under Connection.").arg(keyId);
    case ErrorCode::KeychainElsewhere:
        return tr("The token of the key %1 lies in another keychain than the one this desktop uses. Give the client a new token under Connection.").arg(keyId);
    case ErrorCode::KeychainLocked:
        return tr("The keychain is locked. Unlock it, or log in to the desktop again.");
    case ErrorCode::KeychainDenied:
        return tr("The keychain did not let Clavitor read the token. Try again and allow it.");
    case ErrorCode::KeychainAbsent:
        return tr("There is no keychain running. Start the desktop's keyring, or put the token into the client's file under Connection.");
    case ErrorCode::KeychainTimeout:
        return tr("The keychain did not answer in ten seconds. Look for a window of it that waits for you.");
    default:
        return tr("The keychain could not be used.");
    }
}

QString ConnectionText::path(const QString &path)
{
    const QString home = QDir::homePath();
    return displayText(path.startsWith(home + u'/') ? QString(u'~' + path.mid(home.size())) : path, 200);
}

} // namespace clavitor::ui
