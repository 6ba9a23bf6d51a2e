// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ClientSnippet.h"

#include "app/base/SecretString.h"
#include "app/connect/ClientSetting.h"
#include "app/connect/InstalledClient.h"
#include "app/connect/KeychainWay.h"
#include "app/link/Wipe.h"

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

/// How the set-up would put it into a file of a release nobody knows.
Wiring wiringOf(AgentClient agent, const OurSide &ours, const QString &keyId, const QString &token)
{
    Wiring wiring{bridgeAddress(ours.port) + u"/mcp"_s, {}, {}};
    if (keychainWayOf(agent, {}, !ours.shim.isEmpty()) == KeychainWay::Program)
        wiring.server = StdioServer{ours.shim, keyId, ours.port};
    else
        wiring.token = takeSecret(token.toUtf8());
    return wiring;
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

QString ClientSnippet::keyIdPlaceholder()
{
    return u"KEY"_s;
}

ClientSnippet ClientSnippet::make(Client client, const OurSide &ours, const QString &keyId, const QString &token)
{
    ClientSnippet snippet{client, nameOf(client), tr("in a terminal"), {}};
    if (client == Client::Curl) {
        snippet.holdsToken = true;
        QString bearer = u"Bearer "_s + token;
        snippet.text = u"curl '"_s + bridgeAddress(ours.port) + u"/api/search?q=github' \\\n  -H 'Authorization: "_s + bearer + u"'\n"_s;
        link::wipe(bearer);
        return snippet;
    }
    if (client == Client::Stdio) {
        snippet.where = tr("in the list of servers of a client that starts them");
        const StdioServer server{ours.shim.isEmpty() ? OurSide().shim : ours.shim, keyId, ours.port};
        snippet.text = QString::fromUtf8(linesToPaste(AgentClient::GeminiCli, {{}, {}, {}, server})); // which says no more than all take
        return snippet;
    }
    const AgentClient agent = *agentOf(client);
    const Wiring wiring = wiringOf(agent, ours, keyId, token);
    snippet.holdsToken = !wiring.server;
    if (client == Client::ClaudeCode) {
        // Its file is a large one that it writes all the time, so it is told by its own command.
        snippet.text = u"claude mcp add --scope user "_s;
        if (wiring.server) {
            snippet.text += u"clavitor \\\n  -- "_s + shellLine(wiring.server->program, wiring.server->arguments()) + u'\n';
        } else {
            QString bearer = u"Bearer "_s + token;
            snippet.text += u"--transport http \\\n  clavitor "_s + wiring.url + u" \\\n  --header \"Authorization: "_s + bearer + u"\"\n"_s;
            link::wipe(bearer);
        }
        return snippet;
    }
    // The places as a person writes them.
    snippet.where = configFileOf(agent, ClientPlaces::of({}, u"~"_s));
    QByteArray lines = linesToPaste(agent, wiring);
    snippet.text = QString::fromUtf8(lines);
    link::wipe(lines);
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
