// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Id.h"
#include "app/model/Agent.h"
#include "app/model/Command.h"

#include <QList>

namespace clavitor {

/// What a person allowed a key beforehand: these entries, these calls, until it ends. It replaces the question, never the
/// scope or the delivery.
struct Grant {
    GrantId id;
    QString keyId;
    QList<EntryId> entries;     ///< one, or the ones of a lease
    QList<Action> actions;      ///< of Read and Totp, or Use alone
    bool isLease = false;       ///< made beforehand for an unattended run
    bool overBudget = false;    ///< said yes to also when the budget was used up
    bool endsWithLock = false;  ///< kept in memory only
    qint64 madeAt = 0;          ///< ms since the epoch, UTC
    qint64 until = 0;           ///< 0 = no end in time
    int readsLeft = -1;         ///< -1 = any number
    int used = 0;
    QString program{};          ///< path of the only program it is for; empty: any. Not stored, so only with endsWithLock
    Command command{};          ///< of Use: the only one it is for. Not stored either
    bool operator==(const Grant &) const = default;

    [[nodiscard]] bool isOver(qint64 now) const { return (until != 0 && now >= until) || readsLeft == 0; }
    [[nodiscard]] bool covers(const QString &key, EntryId entry, Action action, qint64 now) const
    {
        return keyId == key && !isOver(now) && entries.contains(entry) && actions.contains(action);
    }
};

/// A lease in force, of a key that is alive, as it is told to the person.
struct LeaseStanding {
    GrantId id;
    QString keyName;
    int entries = 0;
    int readsLeft = 0;
    qint64 until = 0;           ///< ms since the epoch: the lease's end, or its key's
    bool operator==(const LeaseStanding &) const = default;
};

/// A night lease on its way: these entries, so many reads together, until a time.
struct LeaseDraft {
    QString keyId;
    QList<EntryId> entries;
    bool withCodes = false;
    int reads = 10;             ///< 1–1000
    qint64 until = 0;           ///< ms since the epoch, at most 24 h ahead
};

} // namespace clavitor
