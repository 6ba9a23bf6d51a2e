// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/OwnerGate.h"

namespace clavitor {

using namespace Qt::StringLiterals;

OwnerGate::OwnerGate(Database &database, AuditLog &log, Clock clock)
    : m_database(database)
    , m_log(log)
    , m_clock(std::move(clock))
{
}

AuditEvent OwnerGate::row(QLatin1StringView action, const QString &subject, EntryId entry) const
{
    AuditEvent event;
    event.time = m_clock();
    event.action = QString(action);
    event.subject = subject;
    event.entry = entry;
    event.actor = u"app:owner"_s;
    return event;
}

Result<Authorization> OwnerGate::authorise(AuditEvent row, EntryId entry, QList<int> fields)
{
    const Result<> recorded = record(std::move(row));
    if (!recorded)
        return fail(ErrorCode::AuditUnavailable, recorded.error().detail);
    return authoriseUnrecorded(entry, std::move(fields));
}

Authorization OwnerGate::authoriseUnrecorded(EntryId entry, QList<int> fields) const
{
    return Authorization(entry, std::move(fields), Authorization::Holder::Owner);
}

Result<> OwnerGate::record(AuditEvent row)
{
    auto transaction = AuditTransaction::begin(m_database, m_log);
    if (!transaction)
        return std::unexpected(transaction.error());
    const Result<> appended = m_log.append(std::move(row));
    if (!appended)
        return appended;
    return transaction->commit();
}

} // namespace clavitor
