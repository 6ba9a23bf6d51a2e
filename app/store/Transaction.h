// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/store/Database.h"

namespace clavitor {

/// All or nothing, for one scope: rolls back unless commit() returned a value.
///
/// The outermost one is BEGIN IMMEDIATE and its commit is one fsync; one inside another is a savepoint. So every store
/// guards its own writes, and a service that holds an outer transaction commits many of them, or many agents' audit
/// rows, at the price of one. Ends in the reverse order of beginning. Vault thread; must not outlive the Database.
class Transaction {
public:
    [[nodiscard]] static Result<Transaction> begin(Database &database);
    /// For a long run of writes that is nothing unless it is whole: within another transaction it is a part of that one, without a
    /// savepoint, for which SQLite keeps every page that is changed a second time in memory and goes through all of them at each
    /// statement. When it is given up, nothing can be committed that it is a part of.
    [[nodiscard]] static Result<Transaction> join(Database &database);

    Transaction(Transaction &&other) noexcept;
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    Transaction &operator=(Transaction &&) = delete;
    ~Transaction();

    /// On an error nothing of this transaction is stored: DiskFull, ReadOnly, Io, DamagedFile. When a write inside
    /// failed so badly that SQLite gave up the whole transaction, that failure is returned here too, even if the caller
    /// overlooked it.
    [[nodiscard]] Result<> commit();
    void rollback() noexcept;

private:
    Transaction(Connection &connection, int depth, bool isPart = false);
    [[nodiscard]] static Result<> canBegin(Connection &connection);

    Connection *m_connection;
    int m_depth;                ///< 0 for the outermost
    bool m_isPart;              ///< of the one around it
};

} // namespace clavitor
