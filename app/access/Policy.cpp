// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Policy.h"

#include "app/model/RefusalReasons.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

Decision decideAlive(const Agent &agent, qint64 now)
{
    // A revoked or expired key is told no more than a wrong token is.
    if (agent.isRevoked())
        return {false, link::Status::Unauthorized, reason::KeyRevoked};
    if (agent.isExpired(now))
        return {false, link::Status::Unauthorized, reason::KeyExpired};
    if (agent.isFrozen())
        return {false, link::Status::KeyFrozen, reason::KeyFrozen};
    if (agent.paused)
        return {false, link::Status::KeyPaused, reason::KeyPaused};
    return {true, link::Status::Ok, {}};
}

Decision decide(const Agent &agent, Action action, qint64 now)
{
    const Decision alive = decideAlive(agent, now);
    return alive.allowed ? decideAction(agent, action) : alive;
}

Decision decideAction(const Agent &agent, Action action)
{
    if (!agent.actions.contains(action))
        return {false, link::Status::ActionNotAllowed, u"action not allowed for this key"_s};
    return {true, link::Status::Ok, {}};
}

bool isInScope(const Scope &scope, const EntrySummary &entry)
{
    if (entry.trashed)
        return false;
    if (scope.everything || scope.entries.contains(entry.id) || scope.types.contains(entry.type))
        return true;
    return std::ranges::any_of(entry.tags, [&](const QString &tag) { return scope.tags.contains(tag); });
}

Verdict judge(const KeyPolicy &policy, Action action, bool givesCredential, const Standing &standing)
{
    const Budget &budget = policy.budget;
    const bool isNew = givesCredential && !standing.hasHad;
    const bool isAllowed = standing.isGranted && standing.isOverBudget;
    if (isNew && !isAllowed) {
        if (budget.freezeAt > 0 && standing.inHour + 1 >= budget.freezeAt)
            return {Access::Refused, true, AskedBecause::HourBudget, standing.inHour + 1,
                    u"%1 credentials within an hour"_s.arg(standing.inHour + 1)};
        if (budget.perMinute > 0 && standing.inMinute + 1 > budget.perMinute)
            return {Access::Asks, false, AskedBecause::MinuteBudget, standing.inMinute + 1,
                    u"over %1 credentials a minute"_s.arg(budget.perMinute)};
        if (budget.perHour > 0 && standing.inHour + 1 > budget.perHour)
            return {Access::Asks, false, AskedBecause::HourBudget, standing.inHour + 1,
                    u"over %1 credentials an hour"_s.arg(budget.perHour)};
    }
    if (standing.isGranted)
        return {Access::Given, false, AskedBecause::FirstTime, 0, {}};
    // A command can do anything with what it gets: each one is put to the person, whatever else the key may.
    if (action == Action::Use && (standing.isKeptBack || policy.asking == Asking::FirstTime))
        return {Access::Asks, false, AskedBecause::Command, 0, u"asks for each command"_s};
    if (action == Action::Totp && policy.codeNeedsTap && standing.hasPassword)
        return {Access::Asks, false, AskedBecause::SecondFactor, 0, u"it has the password already"_s};
    if ((action == Action::Read || action == Action::Use) && policy.codeNeedsTap && standing.hasCode)
        return {Access::Asks, false, AskedBecause::SecondFactor, 0, u"it has a code already"_s};
    if (policy.asking == Asking::FirstTime)
        return {Access::Asks, false, AskedBecause::FirstTime, 0, u"asks the first time"_s};
    return {Access::Given, false, AskedBecause::FirstTime, 0, {}};
}

Decision decideWhere(const Pin &pin, const QStringList &leadsTo, const QStringList &programs, const QString &folder)
{
    const auto isPinned = [&](const QString &program) { return program == pin.program || leadsTo.contains(program); };
    if (!pin.program.isEmpty() && std::ranges::none_of(programs, isPinned))
        return {false, link::Status::CallerRefused,
                programs.isEmpty() ? reason::UnknownProgram : reason::OtherProgram};
    const QString within = pin.folder.endsWith(u'/') ? pin.folder : QString(pin.folder + u'/');
    if (!pin.folder.isEmpty() && folder != pin.folder && !folder.startsWith(within))
        return {false, link::Status::CallerRefused,
                folder.isEmpty() ? reason::UnknownFolder : reason::OtherFolder};
    return {true, link::Status::Ok, {}};
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
