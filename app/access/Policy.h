// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "app/model/Agent.h"
#include "app/model/Approval.h"
#include "app/model/Entry.h"
#include "app/model/KeyReport.h"

/// What a key may have, as pure functions of values: no clock, no I/O, no state. Tested as a table.
namespace clavitor {

struct Decision {
    bool allowed = false;
    link::Status status = link::Status::Ok;     ///< why not, for the agent
    QString why;                                ///< the rule that decided, for the audit row; empty when allowed
    bool operator==(const Decision &) const = default;
};

/// Whether the key may make this kind of call at all at this moment (`now`: ms since the epoch, and not before what was seen
/// already).
[[nodiscard]] Decision decide(const Agent &agent, Action action, qint64 now);
/// Of that alone whether it is one of the key's actions.
[[nodiscard]] Decision decideAction(const Agent &agent, Action action);
/// The same without a particular action: is the key alive? For calls that read nothing.
[[nodiscard]] Decision decideAlive(const Agent &agent, qint64 now);

/// Out of scope is to be answered exactly like not existing.
[[nodiscard]] bool isInScope(const Scope &scope, const EntrySummary &entry);

/// Decides for one field of an entry in scope. A Personal field is Never, whatever is set; the answer redacts it.
[[nodiscard]] Delivery deliveryOf(const Agent &agent, EntryId entry, const FieldOutline &field);

/// What is known of a key and an entry at the moment it asks.
struct Standing {
    bool isGranted = false;     ///< the person allowed this beforehand
    bool isOverBudget = false;  ///< and also when the budget is used up
    bool hasHad = false;        ///< one of the credentials counted already: again costs nothing
    bool hasPassword = false;   ///< it was shown the password of this entry
    bool hasCode = false;       ///< it has a code of it that may still be good, and would be shown the password
    bool isKeptBack = false;    ///< of a use: the key may not see it, or not without a tap
    int inMinute = 0;           ///< distinct credentials of the last minute, without this one
    int inHour = 0;
};

/// What becomes of a read or a code of an entry in scope.
struct Verdict {
    Access access = Access::Refused;
    bool freezes = false;       ///< refused, and the key is stopped
    AskedBecause because = AskedBecause::FirstTime;
    int distinct = 0;           ///< for a budget: which credential in that time this would be
    QString why;                ///< the rule, for the audit row and the person; empty when given
    bool operator==(const Verdict &) const = default;
};

/// `action` is Read, Totp or Use and allowed; `givesCredential`: the answer would hold a secret.
[[nodiscard]] Verdict judge(const KeyPolicy &policy, Action action, bool givesCredential, const Standing &standing);

/// Whether the key may be used from there: `programs` are the caller and its parents, nearest first; the pin's program is what it
/// names, or one of what that `leadsTo` (ProgramLinks). Pinned to what is not known is refused.
[[nodiscard]] Decision decideWhere(const Pin &pin, const QStringList &leadsTo, const QStringList &programs, const QString &folder);

} // namespace clavitor
