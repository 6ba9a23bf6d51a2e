// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ClientSnippet.h"

#include "app/connect/AgentClient.h"
#include "app/connect/ClientSetting.h"
#include "app/link/Wipe.h"

namespace clavitor::ui {

using namespace Qt::StringLiterals;

QList<ClientSnippet::Client> ClientSnippet::allClients()
{
    return {Client::Codex, Client::ClaudeCode, Client::GeminiCli, Client::VsCode, Client::Cursor, Client::Curl};
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
    QString bearer = u"Bearer "_s + token;
    switch (client) {
    case Client::Codex:
        snippet.where = u"~/.codex/config.toml"_s;
        snippet.text = u"[mcp_servers.clavitor]\n"
                       u"url = \""_s + url + u"\"\n"
                       u"http_headers = { \"Authorization\" = \""_s + bearer + u"\" }\n"
                       u"default_tools_approval_mode = \"writes\"\n"_s;
        break;
    case Client::ClaudeCode:
        snippet.where = tr("in a terminal");
        snippet.text = u"claude mcp add --transport http --scope user \\\n  clavitor "_s + url
            + u" \\\n  --header \"Authorization: "_s + bearer + u"\"\n"_s;
        break;
    case Client::GeminiCli:
        snippet.where = u"~/.gemini/settings.json"_s;
        snippet.text = u"{\n  \"mcpServers\": {\n    \"clavitor\": {\n      \"httpUrl\": \""_s + url
            + u"\",\n      \"headers\": { \"Authorization\": \""_s + bearer + u"\" }\n    }\n  }\n}\n"_s;
        break;
    case Client::VsCode:
        snippet.where = u".vscode/mcp.json"_s;
        snippet.text = u"{\n  \"servers\": {\n    \"clavitor\": {\n      \"type\": \"http\",\n      \"url\": \""_s + url
            + u"\",\n      \"headers\": { \"Authorization\": \""_s + bearer + u"\" }\n    }\n  }\n}\n"_s;
        break;
    case Client::Cursor:
        snippet.where = u"~/.cursor/mcp.json"_s;
        snippet.text = u"{\n  \"mcpServers\": {\n    \"clavitor\": {\n      \"url\": \""_s + url
            + u"\",\n      \"headers\": { \"Authorization\": \""_s + bearer + u"\" }\n    }\n  }\n}\n"_s;
        break;
    case Client::Curl:
        snippet.where = tr("in a terminal");
        snippet.text = u"curl '"_s + base + u"/api/search?q=github' \\\n  -H 'Authorization: "_s + bearer + u"'\n"_s;
        break;
    }
    link::wipe(bearer);
    return snippet;
}

bool ClientSnippet::isFrom(Client client, const QString &clientText)
{
    switch (client) {
    case Client::Codex:
        return isSaidBy(AgentClient::Codex, clientText);
    case Client::ClaudeCode:
        return isSaidBy(AgentClient::ClaudeCode, clientText);
    case Client::GeminiCli:
        return isSaidBy(AgentClient::GeminiCli, clientText);
    case Client::VsCode:
        return isSaidBy(AgentClient::VsCode, clientText);
    case Client::Cursor:
        return isSaidBy(AgentClient::Cursor, clientText);
    case Client::Curl:
        break;
    }
    return clientText.startsWith("curl/"_L1, Qt::CaseInsensitive);
}

} // namespace clavitor::ui
