// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QList>
#include <QString>

namespace clavitor::ui {

/// The ready-made configuration of one client (MCP.md §5, §6): what to put where. Text to copy, not to translate.
///
/// When `token` is a real one, `text` is a secret: whoever holds it last wipes it (link::wipe).
class ClientSnippet {
    Q_DECLARE_TR_FUNCTIONS(ClientSnippet)
public:
    enum class Client { Curl, Codex, ClaudeCode, GeminiCli, VsCode, Cursor, Stdio };

    Client client = Client::Curl;
    QString name;               ///< "Codex"
    QString where;              ///< "~/.codex/config.toml", never a file of a project, which others get to see; or "in a terminal"
    QString text;

    [[nodiscard]] static QList<Client> allClients();
    /// `base` is the bridge's address without a slash at its end, see baseAddress().
    [[nodiscard]] static ClientSnippet make(Client client, const QString &base, const QString &token);
    /// The client that names itself so in its User-Agent or clientInfo, for the "last call" line.
    [[nodiscard]] static bool isFrom(Client client, const QString &clientText);
    [[nodiscard]] static QString nameOf(Client client);

    /// The address as the published guide, the Connection page and the demonstration write it: bridgeAddress().
    [[nodiscard]] static QString baseAddress(quint16 port);
    /// Stands for the token everywhere but right after its creation.
    [[nodiscard]] static QString tokenPlaceholder();
};

} // namespace clavitor::ui
