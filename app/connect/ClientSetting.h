// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/connect/AgentClient.h"
#include "app/connect/StdioServer.h"
#include "crypto/SecretText.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace clavitor {

/// Why a client with this setting does not reach the vault, or not with a key.
enum class SettingFault {
    BrokenFile,         ///< the client cannot read it; ClientSetting::detail says where
    TwoOfThem,          ///< the same name stands in it twice
    AnotherKind,        ///< the server of our name is another program to start, or of a transport that is not ours
    TwoWays,            ///< both a program to start and what belongs to an address: Codex does not start, others take either
    NoAddress,
    OtherAddress,       ///< not this computer's bridge
    IgnoredHeaders,     ///< Codex: the table `headers` is read by nobody
    FatalBearerToken,   ///< Codex: with `bearer_token` it does not start at all
    NoToken,
    MalformedToken,     ///< not one of our tokens, or mistyped: the checksum says so
    SwitchedOff,
    Sandboxed,          ///< VS Code: clavitor-mcp reaches neither the keychain nor the bridge from there
    WrongArguments,     ///< clavitor-mcp does not take what it is told
    OtherPort,          ///< clavitor-mcp is sent to another port than ours; `detail` names it
    MissingCommand,     ///< what it is to run, for its token or as its server, is not there; only judgePresence() looks
};

/// How a client comes by its token. ByCommand: it runs `clavitor headers`, or another's, for its headers. ByProgram: it starts
/// clavitor-mcp, which fetches it.
enum class TokenWay { None, InFile, ByCommand, ByProgram, FromEnvironment };

struct ClientSetting;

/// Our server where a client has one for one folder alone, which it takes there in place of the one for all: Claude Code. Copies, and
/// with them the token, which is shared.
struct ProjectServer {
    QString folder;
    QString file;               ///< of that folder, which others may share; empty: in the client's own file
    QList<SettingFault> faults; ///< as in ClientSetting, with `detail`
    QString detail;
    QString keyId;              ///< likewise
    bool holdsToken = false;    ///< as plain text
    TokenWay how = TokenWay::None;
    QString program = {};       ///< as ClientSetting::programToRun()
    std::shared_ptr<const crypto::SecretText> token = {};   ///< what holdsToken is about; null for none, and where it is not kept

    [[nodiscard]] static ProjectServer of(const QString &folder, const QString &file, ClientSetting &&setting);
    bool operator==(const ProjectServer &) const = default;

    /// Another program under our name is nobody's to take out but the person's who put it there.
    [[nodiscard]] bool isOurs() const { return !faults.contains(SettingFault::AnotherKind); }
};

/// What the configuration of a client says about our server, "clavitor".
struct ClientSetting {
    using Token = TokenWay;

    bool isThere = false;
    QList<SettingFault> faults; ///< empty: set up, as far as the file tells
    QString detail;             ///< English: where the file is broken, the other address or port, or the missing program
    Token how = Token::None;
    QString command;            ///< of ByCommand, as a shell reads it
    QString program;            ///< of ByProgram: a path, or a name the client looks for
    QString keyId;              ///< of the token, or what the command or program asks for; empty when unknown
    crypto::SecretText token;   ///< in the file and well-formed, wherever it stands; empty otherwise
    QList<ProjectServer> projects;  ///< beside it, or where it is not; those of other files are added by lookIntoProjects()
    QStringList folders;        ///< that the client was used in, as its file tells: each may have such a file
    QString wrongNeighbour;     ///< another server, for which Cursor's agent passes over the whole file, ours with it; empty for none
    QStringList unreadFolders;  ///< of these, as lookIntoProjects() found: nobody knows what they have

    [[nodiscard]] bool isRight() const { return isThere && faults.isEmpty(); }
    /// What it runs, as far as that is ours: of another command it cannot be told from its first word. Empty for none.
    [[nodiscard]] QString programToRun() const;
    /// The one key of all that is of our server in this file, projects with it; empty when there are several or none.
    [[nodiscard]] QString onlyKeyId() const;
};

/// What to write: how the client reaches us, and how it comes by its token. Exactly one of `command`, `token` and `server` is set.
struct Wiring {
    QString url;                ///< "http://localhost:1984/mcp"; not written with `server`
    QString command;            ///< what prints the headers, as a shell reads it
    crypto::SecretText token;
    std::optional<StdioServer> server = {}; ///< what the client is to start
};

/// The bridge's address as every snippet and configuration has it. The name is safe because the bridge takes both loopback
/// addresses or neither: nobody else can answer on the one it does not hold.
[[nodiscard]] QString bridgeAddress(quint16 port);
/// Whether an MCP client that is given this address reaches our bridge on this port, with the vault's id in front or without.
[[nodiscard]] bool isBridgeUrl(const QString &url, quint16 port);
/// The command for Wiring::command: `<program> headers <key id>`, quoted where a shell needs it.
[[nodiscard]] QString headersCommand(const QString &program, const QString &keyId);
/// `program` with its arguments as a shell reads them, quoted where it needs it.
[[nodiscard]] QString shellLine(const QString &program, const QStringList &arguments);
/// The program in such a command, without the quotes.
[[nodiscard]] QString programIn(const QString &command);
/// The key id in such a command; empty when it is another one.
[[nodiscard]] QString keyIdIn(const QString &command);

/// Reads a configuration; any thread. A missing file is an empty `bytes`.
[[nodiscard]] ClientSetting readSetting(AgentClient client, const QByteArray &bytes, quint16 port);

/// The configuration with our server in it and nothing else changed: comments, order and line ends stay, and so do the options of
/// our own server that are not about reaching it. Equal to `bytes` when there is nothing to do. The result was parsed and is the
/// old document plus our server. DamagedFile: the file is broken, `detail` says where · Conflict: it is written in a way that
/// cannot be changed safely.
[[nodiscard]] Result<QByteArray> withServer(AgentClient client, const QByteArray &bytes, const Wiring &wiring);
/// The configuration without our server, for all and for each project, and nothing else changed; equal to `bytes` when it is not in it.
/// The group it stood in stays, empty, where it has words of its own. Proved as with withServer(), and the same errors.
[[nodiscard]] Result<QByteArray> withoutServer(AgentClient client, const QByteArray &bytes);
/// The lines to put in by hand where withServer() refuses. With a token in the wiring a secret: the caller wipes it.
[[nodiscard]] QByteArray linesToPaste(AgentClient client, const Wiring &wiring);

} // namespace clavitor
