// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QList>
#include <QString>

namespace clavitor::ui {

/// What the lines name of ours: the bridge's port, and our programs as a client of this computer is to run them.
struct OurSide {
    quint16 port = 1984;
    QString program = QStringLiteral("clavitor");
    QString shim = QStringLiteral("clavitor-mcp");  ///< empty where it is no way for a client
};

/// The ready-made configuration of one client (MCP.md §5, §6): what to put where. Text to copy, not to translate.
///
/// It is what the set-up writes for a release nobody knows: where a client can start clavitor-mcp, the token is not in it and lies in
/// the keychain. When `token` is a real one and holdsToken, `text` is a secret: whoever holds it last wipes it (link::wipe).
class ClientSnippet {
    Q_DECLARE_TR_FUNCTIONS(ClientSnippet)
public:
    enum class Client { Curl, Codex, ClaudeCode, GeminiCli, VsCode, Cursor, Stdio };

    Client client = Client::Curl;
    QString name;               ///< "Codex"
    QString where;              ///< "~/.codex/config.toml", never a file of a project, which others get to see; or "in a terminal"
    QString text;
    bool holdsToken = false;    ///< or what stands for it; else `clavitor keep` has to be given it

    [[nodiscard]] static QList<Client> allClients();
    /// `keyId` is the token's.
    [[nodiscard]] static ClientSnippet make(Client client, const OurSide &ours, const QString &keyId, const QString &token);
    /// The client that names itself so in its User-Agent or clientInfo, for the "last call" line.
    [[nodiscard]] static bool isFrom(Client client, const QString &clientText);
    [[nodiscard]] static QString nameOf(Client client);

    /// The address as the published guide, the Connection page and the demonstration write it: bridgeAddress().
    [[nodiscard]] static QString baseAddress(quint16 port);
    /// Stands for the token everywhere but right after its creation.
    [[nodiscard]] static QString tokenPlaceholder();
    /// Likewise for the id of its key.
    [[nodiscard]] static QString keyIdPlaceholder();
};

} // namespace clavitor::ui
