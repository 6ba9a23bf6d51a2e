// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Approval.h"

#include <QList>

namespace clavitor {

class Database;

/// What agents asked for and was not in the vault. Vault thread; the Database outlives it.
class EntryRequestStore {
public:
    /// Of answered ones, as many are remembered.
    static constexpr int keptAnswered = 200;

    explicit EntryRequestStore(Database &database);

    [[nodiscard]] Result<> insert(const EntryRequest &request);
    /// Conflict when it is answered already; NotFound.
    [[nodiscard]] Result<> answer(EntryRequestId id, EntryRequest::State state, EntryId entry);
    [[nodiscard]] Result<> moveToKey(const QString &keyId, const QString &newKeyId);

    /// NotFound when there is none.
    [[nodiscard]] Result<EntryRequest> find(EntryRequestId id) const;
    /// The last one of the key under that title, case apart.
    [[nodiscard]] Result<std::optional<EntryRequest>> findByTitle(const QString &keyId, const QString &title) const;
    [[nodiscard]] Result<int> countOpen(const QString &keyId) const;
    /// Open ones first, newest first within each. The key's name is filled in.
    [[nodiscard]] Result<QList<EntryRequest>> list() const;

private:
    Database &m_database;
};

} // namespace clavitor
