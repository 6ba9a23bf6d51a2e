// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/AgentClient.h"
#include "app/connect/ClientSetting.h"

namespace clavitor {

/// How a client could come by a token that lies in the keychain, and not in its file.
enum class KeychainWay {
    None,               ///< clavitor-mcp is not installed, and it can run no command
    UntriedCommand,     ///< likewise, and whether this release runs a command is not known
    Command,            ///< `clavitor headers`
    Program,            ///< clavitor-mcp, which it starts
};

/// `version` is empty when nobody knows it, `present` what stands in its file now. The one place that decides for the set-up and
/// for the lines to put in by hand.
[[nodiscard]] KeychainWay keychainWayOf(AgentClient client, const QString &version, bool hasShim,
                                        ClientSetting::Token present = ClientSetting::Token::None);

} // namespace clavitor
