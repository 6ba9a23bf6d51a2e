// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QString>

namespace clavitor::bridge::mcp {

inline constexpr QLatin1StringView Modern{"2026-07-28"};
inline constexpr QLatin1StringView LatestLegacy{"2025-11-25"};
inline constexpr QLatin1StringView EarlierLegacy{"2025-06-18"};
/// Never offered; what a client without a version header is taken to speak. It works with the answers of
/// EarlierLegacy.
inline constexpr QLatin1StringView AssumedLegacy{"2025-03-26"};

inline constexpr QLatin1StringView MetaProtocolVersion{"io.modelcontextprotocol/protocolVersion"};
inline constexpr QLatin1StringView MetaClientCapabilities{"io.modelcontextprotocol/clientCapabilities"};
inline constexpr QLatin1StringView MetaClientInfo{"io.modelcontextprotocol/clientInfo"};
inline constexpr QLatin1StringView MetaServerInfo{"io.modelcontextprotocol/serverInfo"};

/// May stand in the header MCP-Protocol-Version of a legacy message.
[[nodiscard]] inline bool isLegacy(QStringView version)
{
    return version == LatestLegacy || version == EarlierLegacy || version == AssumedLegacy;
}

[[nodiscard]] inline QJsonArray supportedVersions()
{
    return {Modern, LatestLegacy, EarlierLegacy};
}

} // namespace clavitor::bridge::mcp
