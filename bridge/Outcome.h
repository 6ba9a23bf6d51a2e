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
};

/// What an interface makes of a request: an answer at once, or a question.
using Outcome = std::variant<HttpResponse, KeeperCall>;

/// `said` cut to what a question may carry, without control characters.
[[nodiscard]] QString untrustedText(const QString &said, qsizetype most);

} // namespace clavitor::bridge
