// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/LockedCalls.h"

#include "app/access/AuditLog.h"
#include "app/access/QueryAction.h"
#include "app/link/Utf8.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

std::optional<LockedCall> LockedCalls::note(const link::Question &question, const QString &keyId, qint64 now, Caller caller)
{
    const bool known = m_knownKeys.contains(keyId);
    AuditEvent row;
    row.time = now;
    row.action = QString(actionOf(question.query));
    row.actor = known ? actorOf(question.door, m_knownKeys.value(keyId)) : actorOf(question.door);
    row.keyId = keyId;
    row.outcome = Outcome::Locked;
    row.why = u"vault locked; the key was not checked"_s;
    row.reason = link::cutToUtf8(question.reason, AuditLog::agentTextLimit);
    row.requestId = question.requestId;
    row.caller = std::move(caller);
    row.caller.client = question.client;

    const LockedCall call{row.actor, row.action, row.caller};
    const auto same = std::ranges::find_if(m_calls, [&](const Call &one) {
        return one.row.keyId == row.keyId && one.row.action == row.action && one.row.actor == row.actor;
    });
    if (same != m_calls.end()) {
        ++same->count;
    } else if (known || m_unknown < keptUnknown) {
        m_unknown += known ? 0 : 1;
        m_calls.append({std::move(row), 1});
    } else {
        ++m_unkept;
    }

    const QString teller = known ? keyId : QString();
    const auto told = m_told.constFind(teller);
    // A clock that was set back must not silence anybody.
    if (told != m_told.constEnd() && now >= *told && now - *told < toldEvery)
        return std::nullopt;
    m_told.insert(teller, now);
    return call;
}

QList<AuditEvent> LockedCalls::rows() const
{
    QList<AuditEvent> rows;
    for (const Call &call : m_calls) {
        rows.append(call.row);
        if (call.count > 1)
            rows.last().why += u"; %1 times"_s.arg(call.count);
    }
    if (m_unkept > 0)
        rows.last().why += u"; %1 other calls without a known key"_s.arg(m_unkept);
    return rows;
}

void LockedCalls::clear()
{
    m_calls.clear();
    m_told.clear();
    m_unknown = 0;
    m_unkept = 0;
}

} // namespace clavitor
