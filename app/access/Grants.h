// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/store/GrantStore.h"

#include <QList>

namespace clavitor {

/// What the person allowed beforehand and is still in force: the stored grants, and those that end with the lock, which live
/// here only and go with this object. Vault thread; the store outlives it.
///
/// Changes of stored ones join the caller's transaction. One that is undone leaves a grant here that allows less than it
/// did, never more.
class Grants {
public:
    explicit Grants(GrantStore &store);

    /// Reads the stored ones; those that are over are dropped.
    [[nodiscard]] Result<> load(qint64 now);

    /// The one to use, or nothing. One without a number of reads is preferred, so that counted ones last; with `overBudget`
    /// only those that hold then.
    [[nodiscard]] const Grant *covering(const QString &keyId, EntryId entry, Action action, qint64 now, bool overBudget) const;
    /// One read of it is used.
    [[nodiscard]] Result<> spend(GrantId id);

    [[nodiscard]] Result<> add(Grant grant);
    /// NotFound.
    [[nodiscard]] Result<> end(GrantId id);
    [[nodiscard]] Result<> endAll(const QString &keyId);
    [[nodiscard]] Result<> moveToKey(const QString &keyId, const QString &newKeyId);

    /// In force, newest first.
    [[nodiscard]] QList<Grant> list(qint64 now) const;

private:
    GrantStore &m_store;
    QList<Grant> m_grants;      ///< newest first
};

} // namespace clavitor
