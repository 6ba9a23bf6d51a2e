// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AuditLog.h"
#include "app/store/Transaction.h"

namespace clavitor {

/// One durable step of the vault together with the rows that tell of it: both or neither.
///
/// Whatever was decided inside may only leave the vault after commit() returned a value. Without it, everything is
/// undone at the end of the scope. One at a time. Vault thread; database and log outlive it.
class AuditTransaction {
public:
    [[nodiscard]] static Result<AuditTransaction> begin(Database &database, AuditLog &log);

    AuditTransaction(AuditTransaction &&other) noexcept;
    AuditTransaction &operator=(AuditTransaction &&) = delete;
    AuditTransaction(const AuditTransaction &) = delete;
    AuditTransaction &operator=(const AuditTransaction &) = delete;
    ~AuditTransaction();

    [[nodiscard]] Result<> commit();

private:
    AuditTransaction(Transaction transaction, AuditLog &log);

    Transaction m_transaction;
    AuditLog *m_log;
};

} // namespace clavitor
