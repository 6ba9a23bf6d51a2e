// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <expected>

namespace clavitor::bridge {

/// Error codes of JSON-RPC 2.0 and of MCP (2026-07-28 "Error Codes").
namespace rpc {
inline constexpr int ParseError = -32700;
inline constexpr int InvalidRequest = -32600;
inline constexpr int MethodNotFound = -32601;
inline constexpr int InvalidParams = -32602;
inline constexpr int InternalError = -32603;
inline constexpr int LegacyResourceNotFound = -32002;
inline constexpr int HeaderMismatch = -32020;
inline constexpr int UnsupportedProtocolVersion = -32022;
} // namespace rpc

struct RpcError
{
    int code = rpc::InternalError;
    QString message;
    QJsonObject data = {};
    QByteArray id = {}; ///< serialised JSON; empty when it could not be read
};

/// One message from a client.
struct RpcMessage
{
    enum class Kind { Request, Notification, Response };
    Kind kind = Kind::Request;
    QByteArray id; ///< serialised JSON, for requests
    QString method;
    QJsonObject params;
};

/// An id as it is compared and repeated; empty for what may not be one.
[[nodiscard]] QByteArray rpcId(const QJsonValue &id);

/// Reads one JSON-RPC 2.0 message as MCP restricts it: no batches, ids are strings or whole numbers, params
/// are objects.
[[nodiscard]] std::expected<RpcMessage, RpcError> readRpc(QByteArrayView body);

/// `result` is a serialised object.
[[nodiscard]] QByteArray rpcResult(const QByteArray &id, QByteArrayView result);
[[nodiscard]] QByteArray rpcFailure(const RpcError &error);

/// `text` (valid UTF-8) as a JSON string with its quotes.
[[nodiscard]] QByteArray jsonString(QByteArrayView text);

} // namespace clavitor::bridge
