// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/AuditEvent.h"

namespace clavitor {

using namespace Qt::StringLiterals;

QLatin1StringView wireName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Allowed:
        return "allowed"_L1;
    case Outcome::Denied:
        return "denied"_L1;
    case Outcome::Pending:
        return "pending"_L1;
    case Outcome::Locked:
        return "locked"_L1;
    case Outcome::Error:
        return "error"_L1;
    }
    return "error"_L1;
}

Outcome outcomeFromWireName(QStringView name)
{
    for (Outcome outcome : {Outcome::Allowed, Outcome::Denied, Outcome::Pending, Outcome::Locked})
        if (name == wireName(outcome))
            return outcome;
    return Outcome::Error;
}

bool AuditEvent::isGiven() const
{
    return outcome == Outcome::Allowed && givingActions().contains(action);
}

QStringList AuditEvent::givingActions()
{
    return {u"read"_s, u"totp"_s, u"use"_s};
}

bool AuditEvent::isByAgent() const
{
    return !keyId.isEmpty() && !actor.startsWith("app:"_L1);
}

} // namespace clavitor
