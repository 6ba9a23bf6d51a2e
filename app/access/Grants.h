// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/store/GrantStore.h"

#include <QList>

#include <optional>
#include <utility>

namespace clavitor {

/// What the person allowed beforehand and is still in force: the stored grants, and those that end with the lock, which live
/// here only and go with this object. Vault thread; the store outlives it.
///
/// Changes of stored ones join the caller's transaction. One that is undone leaves a grant here that allows less than it
/// did, never more: what is new is kept after it was committed.
class Grants {
public:
    /// `steady`: ms that never go back, so that a clock that is set back makes no grant last.
    Grants(GrantStore &store, Clock steady);

    /// Reads the stored ones; those that are over are dropped.
    [[nodiscard]] Result<> load(qint64 now);
    /// Leases that load() found to be over; once.
    [[nodiscard]] QList<Grant> takeEndedLeases() { return std::exchange(m_ended, {}); }

    /// The one to use, or nothing. One without a number of reads is preferred, so that counted ones last; with `overBudget`
    /// only those that hold then. `program`: of the caller, empty when it is not known; null asks what any would get.
    /// `command`: of a use, which a grant is for that names it, and for no other.
    [[nodiscard]] const Grant *covering(const QString &keyId, EntryId entry, Action action, qint64 now, bool overBudget,
                                        const QString *program, const Command &command = {}) const;
    /// One read of it is used.
    [[nodiscard]] Result<> spend(GrantId id);

    /// Writes it down, if it outlives a lock; in the transaction of the row that tells of it.
    [[nodiscard]] Result<> store(const Grant &grant);
    /// From now on it holds: only once it, and its row, are on record. `now` as its times are counted.
    void keep(Grant grant, qint64 now);
    /// NotFound.
    [[nodiscard]] Result<> end(GrantId id);
    [[nodiscard]] Result<> endAll(const QString &keyId);
    /// Before a lock, and before another clock counts: so that no clock wakes or prolongs one at the next unlock. Those that are over
    /// by `seen` leave the file (here they stay, over by the steady clock, which nobody sets); the others have until `now` and what is
    /// left of them by the steady clock, never longer than they had.
    [[nodiscard]] Result<> settleTimes(qint64 seen, qint64 now);
    [[nodiscard]] Result<> moveToKey(const QString &keyId, const QString &newKeyId);

    /// From here on there are only the leases; what else is stored is left as it is.
    void keepOnlyLeases();
    /// Also one that is over; null when it was ended.
    [[nodiscard]] const Grant *find(GrantId id) const;
    /// Milliseconds until it is over by the steady clock, whatever the other one says; nullopt when it was ended or has no end in time.
    [[nodiscard]] std::optional<qint64> steadyLeft(GrantId id) const;

    /// In force, newest first.
    [[nodiscard]] QList<Grant> list(qint64 now) const;

private:
    struct Kept {
        Grant grant;
        qint64 steadyUntil = 0;     ///< 0 = no end in time
    };
    [[nodiscard]] bool isOver(const Kept &kept, qint64 now) const;
    [[nodiscard]] QList<Kept>::iterator find(GrantId id);

    GrantStore &m_store;
    Clock m_steady;
    QList<Kept> m_grants;       ///< newest first
    QList<Grant> m_ended;       ///< leases, since load()
};

} // namespace clavitor
