// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <span>

namespace clavitor {

/// A program that calls agents' tools over MCP and keeps the addresses of its servers in a file of the person.
enum class AgentClient { Codex, ClaudeCode, GeminiCli, VsCode, Cursor };

[[nodiscard]] std::span<const AgentClient> allAgentClients();
/// "Claude Code": a name, not to be translated.
[[nodiscard]] QString nameOf(AgentClient client);
/// Whether what a caller says of itself ("codex-mcp-client/0.169.0", User-Agent or clientInfo, untrusted) is this client's.
[[nodiscard]] bool isSaidBy(AgentClient client, const QString &said);
/// The version in the same text: "0.169.0"; empty when there is none. At most 24 characters of digits, dots, letters, dashes.
[[nodiscard]] QString versionSaid(const QString &said);

/// Whether this release of the client can run a command that prints the headers, so that no token has to lie in its file.
/// False for an unknown version: a client that does not know the setting would say nothing and send no token.
[[nodiscard]] bool canRunHeadersCommand(AgentClient client, const QString &version);
/// Whether any release can.
[[nodiscard]] bool knowsHeadersCommand(AgentClient client);

} // namespace clavitor
