// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/InstalledClient.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStandardPaths>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargestPackageFile = 1 << 20;
constexpr int kPackageDepth = 4;
constexpr qint64 kLargestState = 8 << 20; ///< what an editor keeps of its windows is in it, too
constexpr qsizetype kMostProfiles = 50;
constexpr qsizetype kLongestProfile = 30; ///< characters of its name

/// One edition to look for.
struct Candidate {
    AgentClient client;
    QString name;
    QStringList programs;
    QStringList traces;         ///< any of them is there: it was used here
    QString configFile;
    QStringList packages;       ///< names in a package.json that is its own
};

QList<Candidate> candidates(const ClientPlaces &places)
{
    const QString claude = places.claudeFolder + u"/.claude.json"_s;
    QList<Candidate> list{
        {AgentClient::Codex, nameOf(AgentClient::Codex), {u"codex"_s}, {places.codexHome},
         places.codexHome + u"/config.toml"_s, {u"@openai/codex"_s}},
        {AgentClient::ClaudeCode, nameOf(AgentClient::ClaudeCode), {u"claude"_s}, {claude, places.home + u"/.claude"_s}, claude,
         {u"@anthropic-ai/claude-code"_s}},
        {AgentClient::GeminiCli, nameOf(AgentClient::GeminiCli), {u"gemini"_s}, {places.home + u"/.gemini"_s},
         places.home + u"/.gemini/settings.json"_s, {u"@google/gemini-cli"_s}},
    };
    const QList<std::pair<QString, QString>> editions{{u"Code"_s, u"code"_s},
                                                      {u"Code - Insiders"_s, u"code-insiders"_s},
                                                      {u"Code - OSS"_s, u"code-oss"_s},
                                                      {u"VSCodium"_s, u"codium"_s}};
    for (const auto &[folder, program] : editions) {
        const QString user = places.configHome + u'/' + folder + u"/User"_s;
        QString name = folder;
        if (folder.startsWith("Code"_L1))
            name = u"VS "_s + folder;
        list.append({AgentClient::VsCode, name, {program}, {user}, user + u"/mcp.json"_s, {folder, program, u"code-oss-dev"_s}});
    }
    const QString cursor = places.home + u"/.cursor"_s;
    list.append({AgentClient::Cursor, nameOf(AgentClient::Cursor), {u"cursor"_s, u"cursor-agent"_s}, {cursor}, cursor + u"/mcp.json"_s,
                 {u"Cursor"_s, u"cursor"_s}});
    return list;
}

/// On one line, and nothing in it that is not seen: whoever shares a profile has named it.
QString shownName(const QString &name)
{
    QString shown;
    qsizetype length = 0;
    for (const char32_t c : name.simplified().toUcs4()) {
        if (!QChar::isPrint(c))
            continue;
        if (++length > kLongestProfile) {
            shown = shown.trimmed() + u'…';
            break;
        }
        shown += QString::fromUcs4(&c, 1);
    }
    return shown.simplified();
}

/// A named profile of an editor, which may have servers of its own.
struct Profile {
    QString name;               ///< as the person gave it; empty when that is not to be had
    bool usesDefaultServers = false;
};

/// By its folder's name.
QHash<QString, Profile> knownProfiles(const QString &user)
{
    QHash<QString, Profile> profiles;
    QFile file(user + u"/globalStorage/storage.json"_s);
    if (!QFileInfo(file).isFile() || file.size() > kLargestState || !file.open(QIODevice::ReadOnly))
        return profiles;
    const QJsonObject state = QJsonDocument::fromJson(file.read(kLargestState)).object();
    for (const QJsonValue &value : state.value("userDataProfiles"_L1).toArray()) {
        const QJsonObject profile = value.toObject();
        const QJsonValue place = profile.value("location"_L1);
        const QString path = place.isObject() ? place.toObject().value("path"_L1).toString() : place.toString();
        profiles.insert(path.section(u'/', -1), {shownName(profile.value("name"_L1).toString()),
                                                 profile.value("useDefaultFlags"_L1).toObject().value("mcp"_L1).toBool()});
    }
    return profiles;
}

/// Those that have a file with servers and read it.
QList<Candidate> profilesOf(const Candidate &edition)
{
    QList<Candidate> list;
    const QString user = QFileInfo(edition.configFile).path();
    const QDir folder(user + u"/profiles"_s);
    if (!folder.exists()) // the usual case: nothing is to be read
        return list;
    const QHash<QString, Profile> known = knownProfiles(user);
    for (const QString &id : folder.entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name)) {
        const Profile profile = known.value(id);
        const QString servers = folder.filePath(id + u"/mcp.json"_s);
        if (profile.usesDefaultServers || !QFileInfo::exists(servers))
            continue;
        Candidate one = edition;
        one.name += u" (%1)"_s.arg(profile.name.isEmpty() ? shownName(id) : profile.name);
        one.traces = QStringList{servers};
        one.configFile = servers;
        list.append(std::move(one));
        if (list.size() == kMostProfiles)
            break;
    }
    return list;
}

QString findProgram(const QStringList &names, const QStringList &folders)
{
    for (const QString &name : names) {
        const QString found = folders.isEmpty() ? QString() : QStandardPaths::findExecutable(name, folders);
        if (!found.isEmpty())
            return found;
    }
    return {};
}

QString versionIn(const QString &packageFile, const QStringList &packages)
{
    QFile file(packageFile);
    if (file.size() > kLargestPackageFile || !file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject package = QJsonDocument::fromJson(file.read(kLargestPackageFile)).object();
    return packages.contains(package.value("name"_L1).toString()) ? versionSaid(package.value("version"_L1).toString()) : QString();
}

/// npm and the editors put a package.json some folders above the program; Claude's own installer names the program by its
/// version.
QString versionOf(const QString &program, const QStringList &packages)
{
    const QFileInfo real(QFileInfo(program).canonicalFilePath());
    static const QRegularExpression isVersion(u"^\\d+(\\.\\d+)+$"_s);
    if (isVersion.match(real.fileName()).hasMatch())
        return versionSaid(real.fileName());
    QDir folder = real.dir();
    for (int up = 0; up < kPackageDepth; ++up) {
        for (const QString &place : {u"package.json"_s, u"resources/app/package.json"_s})
            if (const QString version = versionIn(folder.filePath(place), packages); !version.isEmpty())
                return version;
        if (!folder.cdUp())
            break;
    }
    return {};
}

} // namespace

ClientPlaces ClientPlaces::of(const QProcessEnvironment &environment, const QString &home)
{
    const auto absolute = [&environment](const QString &name, const QString &otherwise) {
        const QString value = environment.value(name);
        return QDir::isAbsolutePath(value) ? QDir::cleanPath(value) : otherwise;
    };
    ClientPlaces places;
    places.home = home;
#ifdef Q_OS_MACOS
    places.configHome = home + u"/Library/Application Support"_s;
    places.backups = places.configHome + u"/clavitor/backups"_s;
#else
    places.configHome = absolute(u"XDG_CONFIG_HOME"_s, home + u"/.config"_s);
    places.backups = absolute(u"XDG_DATA_HOME"_s, home + u"/.local/share"_s) + u"/clavitor/backups"_s;
#endif
    places.codexHome = absolute(u"CODEX_HOME"_s, home + u"/.codex"_s);
    places.claudeFolder = absolute(u"CLAUDE_CONFIG_DIR"_s, home);
    for (const QString &folder : environment.value(u"PATH"_s).split(QDir::listSeparator(), Qt::SkipEmptyParts))
        if (QDir::isAbsolutePath(folder))
            places.programFolders.append(folder);
    return places;
}

QString configFileOf(AgentClient client, const ClientPlaces &places)
{
    const QList<Candidate> all = candidates(places);
    const auto found = std::find_if(all.begin(), all.end(), [client](const Candidate &candidate) { return candidate.client == client; });
    return found == all.end() ? QString() : found->configFile;
}

QList<InstalledClient> findClients(const ClientPlaces &places)
{
    QList<InstalledClient> found;
    QList<Candidate> all;
    for (const Candidate &candidate : candidates(places)) {
        all.append(candidate);
        if (candidate.client == AgentClient::VsCode)
            all.append(profilesOf(candidate));
    }
    for (const Candidate &candidate : std::as_const(all)) {
        const QString program = findProgram(candidate.programs, places.programFolders);
        const bool isUsed = std::any_of(candidate.traces.begin(), candidate.traces.end(),
                                        [](const QString &trace) { return QFileInfo::exists(trace); });
        if (program.isEmpty() && !isUsed)
            continue;
        found.append({candidate.client, candidate.name, program, program.isEmpty() ? QString() : versionOf(program, candidate.packages),
                      candidate.configFile});
    }
    return found;
}

} // namespace clavitor
