// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AuditTransaction.h"

#include <utility>

namespace clavitor {

Result<AuditTransaction> AuditTransaction::begin(Database &database, AuditLog &log)
{
    auto transaction = Transaction::begin(database);
    if (!transaction)
        return std::unexpected(transaction.error());
    return AuditTransaction(std::move(*transaction), log);
}

AuditTransaction::AuditTransaction(Transaction transaction, AuditLog &log)
    : m_transaction(std::move(transaction))
    , m_log(&log)
{
}

AuditTransaction::AuditTransaction(AuditTransaction &&other) noexcept
    : m_transaction(std::move(other.m_transaction))
    , m_log(std::exchange(other.m_log, nullptr))
{
}

AuditTransaction::~AuditTransaction()
{
    if (m_log)
        m_log->settle(false);
}

Result<> AuditTransaction::commit()
{
    Result<> result = m_log->seal();
    if (const auto sealed = std::exchange(m_log->sealed, nullptr); result && sealed)
        sealed();
    if (result)
        result = m_transaction.commit();
    else
        m_transaction.rollback();
    std::exchange(m_log, nullptr)->settle(result.has_value());
    return result;
}

} // namespace clavitor
