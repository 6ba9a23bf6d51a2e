// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ClientSnippet.h"

#include "app/base/SecretString.h"
#include "app/connect/ClientSetting.h"
#include "app/connect/InstalledClient.h"
#include "app/link/LocalDoor.h"
#include "app/link/Wipe.h"
#include "crypto/AgentToken.h"

#include <optional>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

/// Nothing for what is no MCP client.
std::optional<AgentClient> agentOf(ClientSnippet::Client client)
{
    switch (client) {
    case ClientSnippet::Client::Codex:
        return AgentClient::Codex;
    case ClientSnippet::Client::ClaudeCode:
        return AgentClient::ClaudeCode;
    case ClientSnippet::Client::GeminiCli:
        return AgentClient::GeminiCli;
    case ClientSnippet::Client::VsCode:
        return AgentClient::VsCode;
    case ClientSnippet::Client::Cursor:
        return AgentClient::Cursor;
    case ClientSnippet::Client::Stdio:
    case ClientSnippet::Client::Curl:
        break;
    }
    return std::nullopt;
}

/// What is not secret in a token, and all that clavitor-mcp is told.
QString keyIdOf(const QString &token)
{
    constexpr qsizetype prefix = qsizetype(crypto::AgentToken::prefix.size());
    const QString id = token.mid(prefix, qsizetype(crypto::AgentToken::idLength));
    return token.size() > prefix + id.size() ? id : u"KEY"_s;
}

QString stdioServer(const QString &keyId, const QString &port)
{
    QString arguments = u'"' + keyId + u'"';
    if (port != QString::number(link::DefaultPort))
        arguments += u", \"--port\", \""_s + port + u'"';
    return u"{\n  \"mcpServers\": {\n    \"clavitor\": {\n      \"command\": \"clavitor-mcp\",\n      \"args\": ["_s + arguments + u"]\n    }\n  }\n}\n"_s;
}

} // namespace

QList<ClientSnippet::Client> ClientSnippet::allClients()
{
    return {Client::Codex, Client::ClaudeCode, Client::GeminiCli, Client::VsCode, Client::Cursor, Client::Stdio, Client::Curl};
}

QString ClientSnippet::nameOf(Client client)
{
    switch (client) {
    case Client::Codex:
        return u"Codex"_s;
    case Client::ClaudeCode:
        return u"Claude Code"_s;
    case Client::GeminiCli:
        return u"Gemini CLI"_s;
    case Client::VsCode:
        return u"VS Code"_s;
    case Client::Cursor:
        return u"Cursor"_s;
    case Client::Stdio:
        return u"clavitor-mcp"_s;
    case Client::Curl:
        break;
    }
    return u"curl"_s;
}

QString ClientSnippet::baseAddress(quint16 port)
{
    return bridgeAddress(port);
}

QString ClientSnippet::tokenPlaceholder()
{
    return u"clavitor_…"_s;
}

ClientSnippet ClientSnippet::make(Client client, const QString &base, const QString &token)
{
    ClientSnippet snippet{client, nameOf(client), {}, {}};
    const QString url = base + u"/mcp"_s;
    if (const std::optional<AgentClient> agent = agentOf(client); agent && client != Client::ClaudeCode) {
        // The same as the set-up writes; the places as a person writes them.
        snippet.where = configFileOf(*agent, ClientPlaces::of({}, u"~"_s));
        QByteArray lines = linesToPaste(*agent, {url, {}, takeSecret(token.toUtf8())});
        snippet.text = QString::fromUtf8(lines);
        link::wipe(lines);
        return snippet;
    }
    if (client == Client::Stdio) {
        snippet.where = tr("in the list of servers of a client that starts them, after \"clavitor keep\" took the token");
        snippet.text = stdioServer(keyIdOf(token), base.mid(base.lastIndexOf(u':') + 1));
        return snippet;
    }
    snippet.where = tr("in a terminal");
    QString bearer = u"Bearer "_s + token;
    if (client == Client::ClaudeCode)
        snippet.text = u"claude mcp add --transport http --scope user \\\n  clavitor "_s + url
            + u" \\\n  --header \"Authorization: "_s + bearer + u"\"\n"_s;
    else
        snippet.text = u"curl '"_s + base + u"/api/search?q=github' \\\n  -H 'Authorization: "_s + bearer + u"'\n"_s;
    link::wipe(bearer);
    return snippet;
}

bool ClientSnippet::isFrom(Client client, const QString &clientText)
{
    if (const std::optional<AgentClient> agent = agentOf(client))
        return isSaidBy(*agent, clientText);
    if (client == Client::Stdio)
        return clientText.contains("clavitor-mcp/"_L1);
    return clientText.startsWith("curl/"_L1, Qt::CaseInsensitive);
}

} // namespace clavitor::ui
