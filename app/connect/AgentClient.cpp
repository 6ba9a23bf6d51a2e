// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/AgentClient.h"

#include <QVersionNumber>

#include <array>
#include <optional>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array kClients{AgentClient::Codex, AgentClient::ClaudeCode, AgentClient::GeminiCli, AgentClient::VsCode,
                              AgentClient::Cursor};
constexpr int kLongestVersion = 24;

bool isOfVersion(QChar character)
{
    return character == u'.' || character == u'-' || (character < u'\x80' && character.isLetterOrNumber());
}

/// The first release with which it was seen to work. Earlier ones may know the setting too; nobody tried.
std::optional<QVersionNumber> firstWithHeadersCommand(AgentClient client)
{
    switch (client) {
    case AgentClient::Codex:
        return QVersionNumber(0, 169);
    case AgentClient::ClaudeCode:
        return QVersionNumber(2, 1, 197);
    case AgentClient::GeminiCli:
    case AgentClient::VsCode:
    case AgentClient::Cursor:
        break;
    }
    return std::nullopt;
}

} // namespace

std::span<const AgentClient> allAgentClients()
{
    return kClients;
}

QString nameOf(AgentClient client)
{
    switch (client) {
    case AgentClient::Codex:
        return u"Codex"_s;
    case AgentClient::ClaudeCode:
        return u"Claude Code"_s;
    case AgentClient::GeminiCli:
        return u"Gemini CLI"_s;
    case AgentClient::VsCode:
        return u"VS Code"_s;
    case AgentClient::Cursor:
        break;
    }
    return u"Cursor"_s;
}

bool isSaidBy(AgentClient client, const QString &said)
{
    const auto starts = [&said](QLatin1StringView start) { return said.startsWith(start, Qt::CaseInsensitive); };
    switch (client) {
    case AgentClient::Codex:
        return starts("codex"_L1);
    case AgentClient::ClaudeCode:
        return starts("claude"_L1);
    case AgentClient::GeminiCli:
        return starts("gemini"_L1);
    case AgentClient::VsCode:
        // Through clavitor-mcp, whose User-Agent has no room for spaces, and the editions by their own names.
        return starts("visual studio code"_L1) || starts("visual-studio-code"_L1) || starts("vscode"_L1) || starts("vscodium"_L1)
            || starts("code - oss"_L1) || starts("code---oss"_L1);
    case AgentClient::Cursor:
        break;
    }
    return starts("cursor"_L1);
}

QString versionSaid(const QString &said)
{
    // "name/1.2.3 (more)" and "name 1.2.3": the first run of its characters that begins with a digit.
    qsizetype start = 0;
    while (start < said.size()) {
        const bool begins = said.at(start) >= u'0' && said.at(start) <= u'9'
            && (start == 0 || said.at(start - 1) == u'/' || said.at(start - 1) == u' ' || said.at(start - 1) == u'v');
        if (begins)
            break;
        ++start;
    }
    qsizetype end = start;
    while (end < said.size() && end - start < kLongestVersion && isOfVersion(said.at(end)))
        ++end;
    return said.mid(start, end - start);
}

bool canRunHeadersCommand(AgentClient client, const QString &version)
{
    const std::optional<QVersionNumber> first = firstWithHeadersCommand(client);
    const QVersionNumber own = QVersionNumber::fromString(version);
    return first && !own.isNull() && own >= *first;
}

bool knowsHeadersCommand(AgentClient client)
{
    return firstWithHeadersCommand(client).has_value();
}

} // namespace clavitor
