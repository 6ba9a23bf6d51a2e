// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/JsonRpc.h"
#include "bridge/McpEndpoint.h"

namespace clavitor::bridge {

/// One MCP request being answered, and the forms its answers take. Pure functions; any thread.
struct McpCall
{
    RpcMessage message;
    McpEra era = McpEra::Legacy;
    QString requestId; ///< of the HTTP request, for errors and the audit log
    QString client;    ///< who says to be calling; untrusted
};

/// The transport's part of an error (2026-07-28, "Streamable HTTP"): what is wrong with the message itself is an HTTP
/// error, a method that failed is not.
[[nodiscard]] HttpResponse rpcErrorResponse(const RpcError &error, McpEra era);

/// `result` is a serialised object; it gets what its era asks for. Lists, discovery and resources are cacheable, and
/// say that nobody may.
[[nodiscard]] HttpResponse success(const McpCall &call, QByteArray result, bool isCacheable = false);
[[nodiscard]] HttpResponse success(const McpCall &call, const QJsonObject &result, bool isCacheable = false);
[[nodiscard]] HttpResponse failure(const McpCall &call, int code, QString message, QJsonObject data = {});
/// Of a method other than tools/call that the keeper did not answer: about the caller an HTTP error, else -32603 with
/// the error object.
[[nodiscard]] HttpResponse keeperFailure(const McpCall &call, const link::Answer &answer);

[[nodiscard]] KeeperCall forAnyKey(const McpCall &call, HttpResponse response);
[[nodiscard]] KeeperCall ask(const McpCall &call, link::Query query, QString reason,
                             std::function<HttpResponse(link::Answer &)> respond);

/// Refused before the method mattered: an HTTP error, as the transport has it.
[[nodiscard]] bool isAboutTheCaller(link::Status status);

// ---- the methods with a file of their own
[[nodiscard]] Outcome callTool(const McpCall &call);
[[nodiscard]] Outcome readResource(const McpCall &call);
[[nodiscard]] Outcome complete(const McpCall &call);

} // namespace clavitor::bridge
