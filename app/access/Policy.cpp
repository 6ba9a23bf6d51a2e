// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Policy.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

Decision decideAlive(const Agent &agent, qint64 now)
{
    // A revoked or expired key is told no more than a wrong token is.
    if (agent.isRevoked())
        return {false, link::Status::Unauthorized, u"key revoked"_s};
    if (agent.isExpired(now))
        return {false, link::Status::Unauthorized, u"key expired"_s};
    if (agent.isFrozen())
        return {false, link::Status::KeyFrozen, u"key frozen"_s};
    if (agent.paused)
        return {false, link::Status::KeyPaused, u"key paused"_s};
    return {true, link::Status::Ok, {}};
}

Decision decide(const Agent &agent, Action action, qint64 now)
{
    const Decision alive = decideAlive(agent, now);
    if (!alive.allowed)
        return alive;
    if (!agent.actions.contains(action))
        return {false, link::Status::ActionNotAllowed, u"action not allowed for this key"_s};
    return alive;
}

bool isInScope(const Scope &scope, const EntrySummary &entry)
{
    if (entry.trashed)
        return false;
    if (scope.everything || scope.entries.contains(entry.id) || scope.types.contains(entry.type))
        return true;
    return std::ranges::any_of(entry.tags, [&](const QString &tag) { return scope.tags.contains(tag); });
}

Delivery deliveryOf(const Agent &agent, EntryId entry, const FieldOutline &field)
{
    if (field.tier == Tier::Personal)
        return Delivery::Never;
    const Delivery delivery = agent.policy.deliveryOf(entry, field.kind);
    if (delivery == Delivery::CodeOnly && !agent.actions.contains(Action::Totp))
        return Delivery::Never;
    return delivery;
}

} // namespace clavitor
