// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>

/// The one argument of a tool that clients of MCP 2026-07-28 repeat in a header of HTTP (Streamable HTTP, "Custom Headers from Tool
/// Parameters"), so that what stands between can tell a list of logins from a list of cards without reading the body. Which type of
/// entries is asked for says nothing of the vault; titles, tags and reasons are repeated nowhere. The bridge announces and checks it; the
/// shim writes it for clients that speak over standard input, where there are no headers.
namespace clavitor::link::repeated {

inline constexpr QLatin1StringView Tool{"list_entries"};
inline constexpr QLatin1StringView Argument{"type"};
inline constexpr QLatin1StringView Name{"Type"};        ///< as `x-mcp-header` has it
inline constexpr char Field[] = "mcp-param-type";       ///< field names are the same in any case (RFC 9110 §5.1)

} // namespace clavitor::link::repeated
