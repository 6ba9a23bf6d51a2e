// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ClientSetting.h"

#include "app/base/SecretString.h"
#include "app/connect/ServerFields.h"
#include "app/connect/StdioServer.h"
#include "app/link/Wipe.h"
#include "crypto/AgentToken.h"

#include <QRegularExpression>
#include <QUrl>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kBearer = "Bearer "_L1;

bool needsNoQuotes(const QString &text)
{
    static const QRegularExpression plain(u"\\A[A-Za-z0-9_/.+-]+\\z"_s);
    return plain.match(text).hasMatch();
}

QString quoted(QString text)
{
    if (needsNoQuotes(text))
        return text;
    return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\'';
}

QByteArray headerValue(const Wiring &wiring)
{
    QByteArray value = kBearer.data();
    value.reserve(128);
    const std::string_view token = wiring.token.view();
    value.append(token.data(), static_cast<qsizetype>(token.size()));
    return value;
}

} // namespace

QString bridgeAddress(quint16 port)
{
    return u"http://localhost:"_s + QString::number(port);
}

bool isBridgeUrl(const QString &text, quint16 port)
{
    const QUrl url(text, QUrl::StrictMode);
    const QString host = url.host();
    const bool isHere = host == "localhost"_L1 || host == "127.0.0.1"_L1 || host == "::1"_L1;
    static const QRegularExpression path(u"\\A(/[0-9a-hjkmnp-tv-z]{12})?/mcp\\z"_s);
    return url.isValid() && url.scheme() == "http"_L1 && isHere && url.port(80) == port && url.userInfo().isEmpty()
        && path.match(url.path()).hasMatch() && !url.hasQuery();
}

QString headersCommand(const QString &program, const QString &keyId)
{
    return shellLine(program, {u"headers"_s, keyId});
}

QString shellLine(const QString &program, const QStringList &arguments)
{
    QString line = quoted(program);
    for (const QString &argument : arguments)
        line += u' ' + quoted(argument);
    return line;
}

QString programIn(const QString &command)
{
    QString program;
    bool isQuoted = false;
    for (qsizetype at = 0; at < command.size(); ++at) {
        const QChar character = command.at(at);
        if (character == u'\'') {
            isQuoted = !isQuoted;
        } else if (!isQuoted && character == u'\\' && at + 1 < command.size()) {
            program += command.at(++at);
        } else if (!isQuoted && character.isSpace()) {
            break;
        } else {
            program += character;
        }
    }
    return program;
}

QString keyIdIn(const QString &command)
{
    static const QRegularExpression shape(u"clavitor'? headers ([0-9A-Za-z]{8})\\s*\\z"_s);
    return shape.match(command).captured(1);
}

ProjectServer ProjectServer::of(const QString &folder, const QString &file, ClientSetting &&setting)
{
    const bool holdsToken = !setting.token.isEmpty();
    return {folder, file, setting.faults, setting.detail, setting.keyId, holdsToken, setting.how, setting.programToRun(),
            holdsToken ? std::make_shared<const crypto::SecretText>(std::move(setting.token)) : nullptr};
}

QString ClientSetting::programToRun() const
{
    if (how == Token::ByProgram)
        return program;
    return how == Token::ByCommand && !keyId.isEmpty() ? programIn(command) : QString();
}

QString ClientSetting::onlyKeyId() const
{
    QStringList keys;
    if (isThere)
        keys.append(keyId);
    for (const ProjectServer &project : projects)
        if (project.file.isEmpty())
            keys.append(project.keyId);
    keys.removeDuplicates();
    return keys.size() == 1 ? keys.first() : QString();
}

ServerFields::~ServerFields()
{
    for (ServerField &field : wanted)
        link::wipe(field.value);
}

ServerFields ServerFields::of(AgentClient client, const Wiring &wiring)
{
    ServerFields fields;
    if (wiring.server)
        return ofProgram(client, *wiring.server);
    using Kind = ServerField::Kind;
    const auto add = [&fields](const QString &name, QByteArray value, Kind kind = Kind::Text) {
        fields.wanted.append({name, std::move(value), kind, {}});
    };
    const bool byCommand = !wiring.command.isEmpty();
    const auto addToken = [&](const QString &commandName, const QString &headersName) {
        if (byCommand)
            add(commandName, wiring.command.toUtf8());
        else
            add(headersName, headerValue(wiring), Kind::Headers);
        fields.unwanted.append(byCommand ? headersName : commandName);
    };
    fields.unwanted = {u"command"_s, u"args"_s, u"env"_s, u"cwd"_s};
    switch (client) {
    case AgentClient::Codex:
        add(u"url"_s, wiring.url.toUtf8());
        addToken(u"http_headers_helper"_s, u"http_headers"_s);
        fields.unwanted += {u"headers"_s, u"bearer_token"_s, u"bearer_token_env_var"_s, u"env_http_headers"_s, u"env_vars"_s, u"auth"_s,
                            u"oauth"_s, u"enabled"_s};
        break;
    case AgentClient::ClaudeCode:
        add(u"type"_s, "http"_ba);
        add(u"url"_s, wiring.url.toUtf8());
        addToken(u"headersHelper"_s, u"headers"_s);
        break;
    case AgentClient::GeminiCli:
        add(u"httpUrl"_s, wiring.url.toUtf8());
        add(u"headers"_s, headerValue(wiring), Kind::Headers);
        fields.unwanted += {u"url"_s, u"tcp"_s, u"type"_s};
        break;
    case AgentClient::VsCode:
        add(u"type"_s, "http"_ba);
        [[fallthrough]];
    case AgentClient::Cursor:
        add(u"url"_s, wiring.url.toUtf8());
        add(u"headers"_s, headerValue(wiring), Kind::Headers);
        fields.unwanted += {u"envFile"_s, u"disabled"_s, u"auth"_s};
        fields.unwanted.append(client == AgentClient::Cursor ? u"type"_s : u"sandboxEnabled"_s); // of a program; an address needs none
        break;
    }
    return fields;
}

ServerFields ServerFields::ofProgram(AgentClient client, const StdioServer &server)
{
    ServerFields fields;
    // Gemini CLI tells the ways apart by their fields, and so does Codex, which takes no other.
    if (client == AgentClient::ClaudeCode || client == AgentClient::VsCode || client == AgentClient::Cursor)
        fields.wanted.append({u"type"_s, "stdio"_ba, ServerField::Kind::Text, {}});
    else
        fields.unwanted.append(u"type"_s);
    fields.wanted.append({u"command"_s, server.program.toUtf8(), ServerField::Kind::Text, {}});
    fields.wanted.append({u"args"_s, {}, ServerField::Kind::List, server.arguments()});
    // An address, and what belongs to one: Codex does not start with both, Gemini CLI and others take the address.
    fields.unwanted += {u"url"_s, u"httpUrl"_s, u"tcp"_s, u"headers"_s, u"headersHelper"_s, u"oauth"_s, u"auth"_s};
    fields.ofPrograms = {u"env"_s, u"cwd"_s};
    switch (client) {
    case AgentClient::Codex:
        fields.unwanted += {u"http_headers"_s, u"http_headers_helper"_s, u"env_http_headers"_s, u"bearer_token"_s, u"bearer_token_env_var"_s,
                            u"oauth_resource"_s, u"enabled"_s};
        fields.ofPrograms.append(u"env_vars"_s);
        break;
    case AgentClient::VsCode:
        // A sandbox without Unix sockets, so without the keychain and the bridge's own door.
        fields.unwanted.append(u"sandboxEnabled"_s);
        [[fallthrough]];
    case AgentClient::Cursor:
        fields.unwanted.append(u"disabled"_s);
        fields.ofPrograms.append(u"envFile"_s);
        break;
    case AgentClient::ClaudeCode:
    case AgentClient::GeminiCli:
        break;
    }
    return fields;
}

QStringList ServerFields::goneFrom(const QString &command) const
{
    return StdioServer::isOurs(command) ? unwanted : unwanted + ofPrograms;
}

QString serverGroup(AgentClient client)
{
    return client == AgentClient::VsCode ? u"servers"_s : u"mcpServers"_s;
}

void judgeAddress(ClientSetting &setting, const QString &url, quint16 port)
{
    if (url.isEmpty()) {
        setting.faults.append(SettingFault::NoAddress);
    } else if (!isBridgeUrl(url, port)) {
        setting.faults.append(SettingFault::OtherAddress);
        setting.detail = QUrl(url).toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery).left(200);
    }
}

void judgeHeader(ClientSetting &setting, const QString &header)
{
    const QString text = header.trimmed();
    setting.how = ClientSetting::Token::InFile;
    if (!text.startsWith(kBearer, Qt::CaseInsensitive)) {
        setting.faults.append(SettingFault::MalformedToken);
        return;
    }
    // What a client fills in by itself: ${input:…}, ${env:…}, $NAME.
    QString value = text.sliced(kBearer.size()).trimmed();
    if (value.startsWith(u'$')) {
        setting.how = ClientSetting::Token::FromEnvironment;
        return;
    }
    crypto::SecretText token = takeSecret(std::move(value));
    const auto parsed = crypto::AgentToken::parse(token.view());
    if (!parsed) {
        setting.faults.append(SettingFault::MalformedToken);
        return;
    }
    setting.keyId = QString::fromStdString(parsed->id);
    setting.token = std::move(token);
}

void judgeCommand(ClientSetting &setting, const QString &command)
{
    setting.how = ClientSetting::Token::ByCommand;
    setting.command = command;
    setting.keyId = keyIdIn(command);
}

void judgeProgram(ClientSetting &setting, const QString &program, const std::optional<QStringList> &arguments, quint16 port)
{
    setting.how = ClientSetting::Token::ByProgram;
    setting.program = program;
    const std::optional<StdioServer> server = arguments ? StdioServer::read(program, *arguments) : std::nullopt;
    if (!server) {
        setting.faults.append(SettingFault::WrongArguments);
        return;
    }
    setting.keyId = server->keyId;
    if (server->port != port) {
        setting.faults.append(SettingFault::OtherPort);
        setting.detail = QString::number(server->port);
    }
}

ClientSetting readSetting(AgentClient client, const QByteArray &bytes, quint16 port)
{
    return client == AgentClient::Codex ? readTomlSetting(bytes, port) : readJsonSetting(client, bytes, port);
}

Result<QByteArray> withServer(AgentClient client, const QByteArray &bytes, const Wiring &wiring)
{
    const ServerFields fields = ServerFields::of(client, wiring);
    return client == AgentClient::Codex ? withTomlServer(bytes, fields) : withJsonServer(client, bytes, fields);
}

Result<QByteArray> withoutServer(AgentClient client, const QByteArray &bytes)
{
    return client == AgentClient::Codex ? withoutTomlServer(bytes) : withoutJsonServer(client, bytes);
}

QByteArray linesToPaste(AgentClient client, const Wiring &wiring)
{
    const ServerFields fields = ServerFields::of(client, wiring);
    return client == AgentClient::Codex ? tomlLines(fields) : jsonLines(client, fields);
}

} // namespace clavitor
