// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/JsonRpc.h"
#include "bridge/Outcome.h"

#include <expected>

namespace clavitor::bridge {

/// Two eras on one endpoint, told apart by each message: a `_meta` with a protocol version is modern
/// (2026-07-28, stateless), everything else is legacy (2025-06-18 and 2025-11-25, also without sessions). See
/// README.md.
enum class McpEra { Legacy, Modern };

/// MCP over Streamable HTTP: one message a POST, JSON answers. Every method needs a valid key, also those
/// whose answer is the same for all; while the vault is locked, when no key can be checked, those are
/// answered all the same and hold nothing of the vault. Pure functions of the request; lives on any thread.
[[nodiscard]] Outcome mcpOutcome(const HttpRequest &request, const QString &requestId);

/// Which era a message is of, or why neither.
[[nodiscard]] std::expected<McpEra, RpcError> eraOf(const RpcMessage &message,
                                                    const QList<HttpField> &fields);

} // namespace clavitor::bridge
