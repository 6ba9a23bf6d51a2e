// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "bridge/ErrorMap.h"
#include "bridge/HttpMessage.h"

#include <functional>
#include <variant>

namespace clavitor::bridge {

/// A question for the keeper and how its answer is worded.
struct KeeperCall
{
    link::Door door = link::Door::Rest;
    link::Query query;
    QString reason;
    QString client; ///< who says to be calling; untrusted
    /// Called once, with an answer of any status. May move the body out of it.
    std::function<HttpResponse(link::Answer &answer)> respond;
    QByteArray rpcId = {};   ///< of an MCP request: what a cancellation names
    QByteArray cancels = {}; ///< before it is answered itself, the open call of that id by the same caller ends unanswered
};

/// An answer that is the same for everybody with a key. The keeper is asked whether this is a key; while the vault is
/// locked it cannot tell, and the answer, which holds nothing of the vault, is given all the same.
[[nodiscard]] KeeperCall forAnyKey(link::Door door, const QString &requestId, const QString &client,
                                   HttpResponse response);

/// A request without a token. The keeper is told, so that a client that sends none is on record with the others; the answer is the
/// same whatever it says.
[[nodiscard]] KeeperCall withoutToken(link::Door door, const QString &requestId, const QString &client);

/// What an interface makes of a request: an answer at once, or a question.
using Outcome = std::variant<HttpResponse, KeeperCall>;

/// `said` cut to what a question may carry, without control characters.
[[nodiscard]] QString untrustedText(const QString &said, qsizetype most);

} // namespace clavitor::bridge
