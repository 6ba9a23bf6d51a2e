// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Grant.h"

#include <QList>

namespace clavitor {

class Database;

/// The grants that outlive a lock. Vault thread; the Database outlives it.
class GrantStore {
public:
    explicit GrantStore(Database &database);

    [[nodiscard]] Result<> insert(const Grant &grant);
    /// `used`, `readsLeft` and `until` as they are now; meant to ride in the transaction of the row about the read.
    [[nodiscard]] Result<> update(const Grant &grant);
    /// NotFound when it is gone already.
    [[nodiscard]] Result<> remove(GrantId id);
    /// After a rotation: the key's grants follow it.
    [[nodiscard]] Result<> moveToKey(const QString &keyId, const QString &newKeyId);
    [[nodiscard]] Result<> removeOf(const QString &keyId);
    /// Newest first.
    [[nodiscard]] Result<QList<Grant>> list() const;

private:
    Database &m_database;
};

} // namespace clavitor
