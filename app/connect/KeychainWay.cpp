// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/KeychainWay.h"

namespace clavitor {

KeychainWay keychainWayOf(AgentClient client, const QString &version, bool hasShim, ClientSetting::Token present)
{
    // Who was given the program keeps it: it is the safer of the two.
    if (hasShim && present == ClientSetting::Token::ByProgram)
        return KeychainWay::Program;
    if (canRunHeadersCommand(client, version))
        return KeychainWay::Command;
    if (hasShim)
        return KeychainWay::Program;
    return knowsHeadersCommand(client) ? KeychainWay::UntriedCommand : KeychainWay::None;
}

} // namespace clavitor
