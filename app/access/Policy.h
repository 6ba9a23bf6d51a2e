// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "app/model/Agent.h"
#include "app/model/Entry.h"

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
/// The same without a particular action: is the key alive? For calls that read nothing.
[[nodiscard]] Decision decideAlive(const Agent &agent, qint64 now);

/// Out of scope is to be answered exactly like not existing.
[[nodiscard]] bool isInScope(const Scope &scope, const EntrySummary &entry);

/// Decides for one field of an entry in scope. A Personal field is Never, whatever is set; the answer redacts it.
[[nodiscard]] Delivery deliveryOf(const Agent &agent, EntryId entry, const FieldOutline &field);

} // namespace clavitor
