// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/ClientSetting.h"

#include <QStringList>

#include <optional>
#include <utility>

namespace clavitor {

/// One of our server's settings.
struct ServerField {
    enum class Kind {
        Text,
        Headers,                ///< an object of one pair: `value` is the Authorization header
        List,                   ///< of texts: `list`
    };
    QString name;
    QByteArray value;           ///< UTF-8; may hold the token
    Kind kind = Kind::Text;
    QStringList list;
};

/// What our server has to say in this client's file. The values may hold a token: wiped by wipe().
struct ServerFields {
    QList<ServerField> wanted;
    QStringList unwanted;       ///< taken away where they stand: other transports, other ways to a token, and what switches it off
    QStringList ofPrograms;     ///< how a program is started; a person's own choice where that is clavitor-mcp already

    ServerFields() = default;
    ServerFields(ServerFields &&) = default;
    ServerFields &operator=(ServerFields &&) = default;
    ~ServerFields();
    [[nodiscard]] static ServerFields of(AgentClient client, const Wiring &wiring);
    /// What of `unwanted` and `ofPrograms` goes from a server that starts `command` now; empty for none.
    [[nodiscard]] QStringList goneFrom(const QString &command) const;

private:
    [[nodiscard]] static ServerFields ofProgram(AgentClient client, const StdioServer &server);
};

/// The name under which a client's JSON file lists its servers.
[[nodiscard]] QString serverGroup(AgentClient client);

/// Judges what the two formats have in common.
void judgeAddress(ClientSetting &setting, const QString &url, quint16 port);
/// `header` is the value of Authorization.
void judgeHeader(ClientSetting &setting, const QString &header);
void judgeCommand(ClientSetting &setting, const QString &command);
/// `program` is clavitor-mcp by its name; nullopt for arguments that are no list of texts.
void judgeProgram(ClientSetting &setting, const QString &program, const std::optional<QStringList> &arguments, quint16 port);

/// The two formats' halves of readSetting(), withServer(), withoutServer().
[[nodiscard]] ClientSetting readTomlSetting(const QByteArray &bytes, quint16 port);
[[nodiscard]] Result<QByteArray> withTomlServer(const QByteArray &bytes, const ServerFields &fields);
[[nodiscard]] Result<QByteArray> withoutTomlServer(const QByteArray &bytes);
[[nodiscard]] QByteArray tomlLines(const ServerFields &fields);
[[nodiscard]] ClientSetting readJsonSetting(AgentClient client, const QByteArray &bytes, quint16 port);
[[nodiscard]] Result<QByteArray> withJsonServer(AgentClient client, const QByteArray &bytes, const ServerFields &fields);
[[nodiscard]] Result<QByteArray> withoutJsonServer(AgentClient client, const QByteArray &bytes);
[[nodiscard]] QByteArray jsonLines(AgentClient client, const ServerFields &fields);

} // namespace clavitor
