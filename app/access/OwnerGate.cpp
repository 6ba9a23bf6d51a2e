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

Result<crypto::SecretText> OwnerGate::handOut(AuditEvent row, EntryId entry, int field, const Reading &read)
{
    // A vault that is only looked at has nowhere to put it on record, and looking is what the person is to do. One whose keys
    // are being replaced has, in a moment.
    if (const auto &frozen = m_database.frozenBy())
        return frozen->code == ErrorCode::ChangedOutside ? read(authoriseUnrecorded(entry, {field}))
                                                         : Result<crypto::SecretText>(std::unexpected(*frozen));
    const auto untold = [](const Error &error) { return fail(ErrorCode::AuditUnavailable, error.detail); };
    auto transaction = AuditTransaction::begin(m_database, m_log);
    if (!transaction)
        return untold(transaction.error());
    auto value = read(authoriseUnrecorded(entry, {field}));
    if (!value)
        return value;
    if (const Result<> appended = m_log.append(std::move(row)); !appended)
        return untold(appended.error());
    if (const Result<> committed = transaction->commit(); !committed)
        return untold(committed.error());
    return value;
}

Authorization OwnerGate::authoriseUnrecorded(EntryId entry, QList<int> fields) const
{
    return Authorization(entry, std::move(fields), Authorization::Holder::Owner);
}

Result<> OwnerGate::record(const QList<AuditEvent> &rows)
{
    auto transaction = AuditTransaction::begin(m_database, m_log);
    if (!transaction)
        return std::unexpected(transaction.error());
    for (const AuditEvent &row : rows)
        if (const Result<> appended = m_log.append(row); !appended)
            return appended;
    return transaction->commit();
}

} // namespace clavitor
