// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace clavitor::shim {

/// What has to be known of a client's message to carry it on: the message itself goes to the bridge byte for byte, which judges it.
/// Of anything that is no message every member is empty. A value; any thread.
struct RpcLine
{
    QByteArray id;      ///< as JSON text; empty when no answer is due
    QString method;
    QString name;       ///< what the header Mcp-Name repeats, where the method has one
    QString type;       ///< what link::repeated::Field repeats of a call that has the argument
    QString version;    ///< of `_meta`: the modern era; empty: legacy, or no message
    QByteArray cancels; ///< the id a notifications/cancelled names
    QString client;     ///< "name/version" as initialize tells it

    [[nodiscard]] static RpcLine of(const QByteArray &line);
};

/// A header's value: as it is, or in the form `=?base64?…?=` when it is no plain text (MCP 2026-07-28, Streamable HTTP).
[[nodiscard]] QByteArray headerValue(const QString &text);

/// A JSON-RPC error (-32603) for the message of that id, or of none. One line without its end.
[[nodiscard]] QByteArray rpcFailure(const QByteArray &id, const QString &message, const QJsonObject &data = {});

} // namespace clavitor::shim
