// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/JsonText.h"
#include "app/connect/ServerFields.h"
#include "app/connect/StdioServer.h"
#include "app/link/Wipe.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kServerName("clavitor");

JsonDialect dialectOf(AgentClient client)
{
    switch (client) {
    case AgentClient::GeminiCli:
        return JsonDialect::Comments;
    case AgentClient::VsCode:
    case AgentClient::Cursor:
        return JsonDialect::CommentsAndCommas;
    case AgentClient::Codex:
    case AgentClient::ClaudeCode:
        break;
    }
    return JsonDialect::Strict;
}

QString authorizationOf(const QJsonObject &headers)
{
    for (auto header = headers.begin(); header != headers.end(); ++header)
        if (header.key().compare("authorization"_L1, Qt::CaseInsensitive) == 0)
            return header.value().toString();
    return {};
}

/// A value on one line.
QByteArray compact(const QJsonValue &value)
{
    QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return list.sliced(1, list.size() - 2);
}

QByteArray jsonValue(const ServerField &field)
{
    if (field.kind == ServerField::Kind::List) {
        QByteArrayList texts;
        for (const QString &text : field.list)
            texts.append(jsonString(text.toUtf8()));
        return '[' + texts.join(", ") + ']';
    }
    return field.kind == ServerField::Kind::Headers ? "{ \"Authorization\": " + jsonString(field.value) + " }" : jsonString(field.value);
}

QByteArray serverText(const ServerFields &fields, const QJsonObject &wanted)
{
    QByteArray text = "{\n";
    for (const ServerField &field : fields.wanted)
        text += "  " + jsonString(field.name.toUtf8()) + ": " + jsonValue(field) + ",\n";
    for (auto option = wanted.begin(); option != wanted.end(); ++option) {
        const auto isOurs = [&option](const ServerField &field) { return field.name == option.key(); };
        if (std::none_of(fields.wanted.begin(), fields.wanted.end(), isOurs))
            text += "  " + jsonString(option.key().toUtf8()) + ": " + compact(option.value()) + ",\n";
    }
    text.chop(2);
    return text + "\n}";
}

QJsonObject withFields(QJsonObject server, const ServerFields &fields)
{
    for (const QString &name : fields.goneFrom(server.value("command"_L1).toString()))
        server.remove(name);
    for (const ServerField &field : fields.wanted) {
        const QString value = QString::fromUtf8(field.value);
        switch (field.kind) {
        case ServerField::Kind::Text:
            server.insert(field.name, value);
            break;
        case ServerField::Kind::Headers:
            server.insert(field.name, QJsonObject{{u"Authorization"_s, value}});
            break;
        case ServerField::Kind::List:
            server.insert(field.name, QJsonArray::fromStringList(field.list));
            break;
        }
    }
    return server;
}

std::optional<QStringList> textsOf(const QJsonValue &list)
{
    if (list.isUndefined())
        return QStringList();
    if (!list.isArray())
        return std::nullopt;
    QStringList texts;
    for (const QJsonValue &text : list.toArray()) {
        if (!text.isString())
            return std::nullopt;
        texts.append(text.toString());
    }
    return texts;
}

/// The client starts clavitor-mcp.
void judgeStdio(ClientSetting &setting, AgentClient client, const QJsonObject &server, quint16 port)
{
    const QString type = server.value("type"_L1).toString();
    if (server.contains("url"_L1) || server.contains("httpUrl"_L1))
        setting.faults.append(SettingFault::TwoWays);
    else if (client != AgentClient::GeminiCli && !type.isEmpty() && type != "stdio"_L1) // which Gemini asks of addresses only
        setting.faults.append(SettingFault::AnotherKind);
    if (client == AgentClient::VsCode && server.value("sandboxEnabled"_L1).toBool())
        setting.faults.append(SettingFault::Sandboxed);
    judgeProgram(setting, server.value("command"_L1).toString(), textsOf(server.value("args"_L1)), port);
}

void judgeHttp(ClientSetting &setting, AgentClient client, const QJsonObject &server, quint16 port)
{
    const QString type = server.value("type"_L1).toString();
    const bool isGemini = client == AgentClient::GeminiCli;
    const bool hasHttpUrl = isGemini && !server.value("httpUrl"_L1).toString().isEmpty();
    const QString url = server.value(hasHttpUrl ? "httpUrl"_L1 : "url"_L1).toString();
    const bool needsType = client == AgentClient::ClaudeCode;
    const bool isOtherType = needsType ? type != "http"_L1 && type != "streamable-http"_L1 : !type.isEmpty() && type != "http"_L1;
    // Gemini takes "httpUrl" first, whatever the type. Without a type "url" is to older ones the transport of events, which we do not speak.
    const bool isOtherKind = !isGemini ? isOtherType : !hasHttpUrl && server.contains("url"_L1) && type != "http"_L1;
    if (server.contains("command"_L1) || isOtherKind)
        setting.faults.append(SettingFault::AnotherKind);
    else
        judgeAddress(setting, url, port);
    const QString header = authorizationOf(server.value("headers"_L1).toObject());
    if (client == AgentClient::ClaudeCode && !server.value("headersHelper"_L1).toString().isEmpty())
        judgeCommand(setting, server.value("headersHelper"_L1).toString());
    else if (!header.isEmpty())
        judgeHeader(setting, header);
    else
        setting.faults.append(SettingFault::NoToken);
}

void judgeServer(ClientSetting &setting, AgentClient client, const QJsonObject &server, quint16 port)
{
    if (StdioServer::isOurs(server.value("command"_L1).toString()))
        judgeStdio(setting, client, server, port);
    else
        judgeHttp(setting, client, server, port);
    // VS Code keeps that elsewhere, and starts it whatever the file says.
    if (client != AgentClient::VsCode && server.value("disabled"_L1).toBool())
        setting.faults.append(SettingFault::SwitchedOff);
}

bool isOfTexts(const QJsonValue &value)
{
    if (value.isUndefined() || !value.isObject())
        return value.isUndefined();
    const QJsonObject object = value.toObject();
    return std::all_of(object.begin(), object.end(), [](const QJsonValue &one) { return one.isString(); });
}

/// As the agent in Cursor's SDK 1.0.32 takes a server; what it minds in none is not looked at.
bool isForCursor(const QJsonValue &value)
{
    const QJsonObject server = value.toObject();
    const QJsonValue type = server.value("type"_L1);
    const bool isKnown = type.isUndefined() || QStringList{u"stdio"_s, u"http"_s, u"sse"_s}.contains(type.toString());
    return value.isObject() && isKnown && textsOf(server.value("args"_L1)) && isOfTexts(server.value("env"_L1)) && isOfTexts(server.value("headers"_L1));
}

QString neighbourNotForCursor(const QJsonObject &servers)
{
    for (auto server = servers.begin(); server != servers.end(); ++server)
        if (server.key() != kServerName && !isForCursor(server.value()))
            return server.key();
    return {};
}

/// What Claude Code keeps of each folder it was used in, by the folder.
constexpr QLatin1StringView kProjects("projects");

QJsonValue serverOfProject(const QJsonValue &project)
{
    return project.toObject().value(serverGroup(AgentClient::ClaudeCode)).toObject().value(kServerName);
}

QList<ProjectServer> serversOfProjects(const QJsonObject &projects, quint16 port)
{
    QList<ProjectServer> servers;
    for (auto project = projects.begin(); project != projects.end(); ++project) {
        const QJsonValue server = serverOfProject(project.value());
        if (server.isUndefined())
            continue;
        ClientSetting judged;
        if (server.isObject())
            judgeServer(judged, AgentClient::ClaudeCode, server.toObject(), port);
        else
            judged.faults.append(SettingFault::AnotherKind);
        servers.append(ProjectServer::of(project.key(), {}, std::move(judged)));
    }
    return servers;
}

void readProjects(ClientSetting &setting, const QJsonObject &root, quint16 port)
{
    const QJsonObject projects = root.value(kProjects).toObject();
    setting.folders = projects.keys();
    setting.projects = serversOfProjects(projects, port);
}

/// The paths to our server: the one for all, and those of projects that are ours.
QList<QStringList> placesIn(AgentClient client, const QJsonObject &root)
{
    const QString group = serverGroup(client);
    QList<QStringList> places;
    if (root.value(group).toObject().contains(kServerName))
        places.append({group, kServerName});
    if (client != AgentClient::ClaudeCode)
        return places;
    for (const ProjectServer &server : serversOfProjects(root.value(kProjects).toObject(), link::DefaultPort))
        if (server.isOurs())
            places.append({kProjects, server.folder, group, kServerName});
    return places;
}

QJsonObject without(QJsonObject object, const QStringList &path)
{
    if (path.size() == 1)
        object.remove(path.first());
    else
        object.insert(path.first(), without(object.value(path.first()).toObject(), path.sliced(1)));
    return object;
}

std::unexpected<Error> refuseJson()
{
    return fail(ErrorCode::Conflict, u"Its servers are written in a way Clavitor cannot change safely."_s);
}

} // namespace

ClientSetting readJsonSetting(AgentClient client, const QByteArray &bytes, quint16 port)
{
    ClientSetting setting;
    const Result<JsonText> json = JsonText::read(bytes, dialectOf(client));
    if (!json) {
        setting.faults = {SettingFault::BrokenFile};
        setting.detail = json.error().detail;
        return setting;
    }
    if (client == AgentClient::ClaudeCode)
        readProjects(setting, json->root(), port);
    const QJsonValue group = json->root().value(serverGroup(client));
    const QJsonValue server = group.toObject().value(kServerName);
    setting.isThere = !server.isUndefined();
    if (!setting.isThere)
        return setting;
    if (client == AgentClient::Cursor)
        setting.wrongNeighbour = neighbourNotForCursor(group.toObject());
    if (json->isAmbiguous(serverGroup(client), kServerName))
        setting.faults.append(SettingFault::TwoOfThem);
    if (server.isObject())
        judgeServer(setting, client, server.toObject(), port);
    else
        setting.faults.append(SettingFault::AnotherKind);
    return setting;
}

Result<QByteArray> withJsonServer(AgentClient client, const QByteArray &bytes, const ServerFields &fields)
{
    const Result<JsonText> old = JsonText::read(bytes, dialectOf(client));
    if (!old)
        return std::unexpected(old.error());
    const QString groupName = serverGroup(client);
    const QJsonValue group = old->root().value(groupName);
    if (!group.isUndefined() && !group.isObject())
        return refuseJson();
    QJsonObject servers = group.toObject();
    const QJsonObject server = withFields(servers.value(kServerName).toObject(), fields);
    servers.insert(kServerName, server);
    QJsonObject wanted = old->root();
    wanted.insert(groupName, servers);
    if (wanted == old->root() && !old->isAmbiguous(groupName, kServerName))
        return bytes;

    std::optional<QByteArray> result = old->withMember(groupName, kServerName, serverText(fields, server));
    if (!result)
        return refuseJson();
    // The proof: whatever was done to the text, it says what the old one said, and our server.
    const Result<JsonText> proof = JsonText::read(*result, dialectOf(client));
    if (!proof || proof->root() != wanted) {
        link::wipe(*result);
        return refuseJson();
    }
    return std::move(*result);
}

Result<QByteArray> withoutJsonServer(AgentClient client, const QByteArray &bytes)
{
    const Result<JsonText> old = JsonText::read(bytes, dialectOf(client));
    if (!old)
        return std::unexpected(old.error());
    const QList<QStringList> places = placesIn(client, old->root());
    if (places.isEmpty())
        return bytes;
    QJsonObject wanted = old->root();
    for (const QStringList &place : places)
        wanted = without(std::move(wanted), place);
    std::optional<QByteArray> result = old->withoutMembers(places);
    if (!result)
        return refuseJson();
    const Result<JsonText> proof = JsonText::read(*result, dialectOf(client));
    if (!proof || proof->root() != wanted) {
        link::wipe(*result);
        return refuseJson();
    }
    return std::move(*result);
}

QByteArray jsonLines(AgentClient client, const ServerFields &fields)
{
    const auto empty = JsonText::read({}, JsonDialect::Strict);
    return empty->withMember(serverGroup(client), kServerName, serverText(fields, {})).value_or(QByteArray());
}

} // namespace clavitor
