// SPDX-License-Identifier: GPL-3.0-or-later
// The part of OpenVault about what the person allows and is asked: approvals, grants, requests, reports.
#include "app/service/OpenVault.h"

#include "app/link/Utf8.h"

#include <algorithm>
#include <limits>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// After a yes, that long the same call is answered without asking, for a client that was told to come back.
constexpr qint64 kRetry = ms::minute;
constexpr int kSuggestAfter = 3;
constexpr int kAnswersCounted = 300;
constexpr int kLeaseEntries = 1000;
constexpr int kLeaseReads = 1000;

QString inWords(ApprovalAnswer answer)
{
    switch (answer) {
    case ApprovalAnswer::Once:
        return u"once"_s;
    case ApprovalAnswer::WhileUnlocked:
        return u"while unlocked"_s;
    case ApprovalAnswer::OneHour:
        return u"for an hour"_s;
    case ApprovalAnswer::Always:
        return u"always"_s;
    case ApprovalAnswer::Deny:
        return u"no"_s;
    case ApprovalAnswer::DenyAndPause:
        return u"no, and the key is paused"_s;
    }
    return {};
}

bool isYes(ApprovalAnswer answer)
{
    return answer != ApprovalAnswer::Deny && answer != ApprovalAnswer::DenyAndPause;
}

} // namespace

Grant OpenVault::grantOf(const ApprovalRequest &request, ApprovalAnswer answer, qsizetype calls) const
{
    const qint64 now = seen();
    Grant grant;
    grant.id = GrantId{newUuid(now)};
    grant.keyId = request.keyId;
    grant.entries = {request.entry};
    grant.actions = {request.action};
    if (!request.command.isEmpty())
        grant.command = {request.command, request.caller.folder};
    grant.madeAt = now;
    switch (answer) {
    case ApprovalAnswer::Once:
        // As many calls as were put to the person as this one question.
        grant.readsLeft = static_cast<int>(std::max<qsizetype>(1, calls));
        grant.until = now + kRetry;
        grant.endsWithLock = true;
        grant.overBudget = true;
        // Who asks is on the dialog, and a client that was told to come back does so by the same program.
        grant.program = request.caller.program;
        break;
    case ApprovalAnswer::WhileUnlocked:
        grant.endsWithLock = true;
        break;
    case ApprovalAnswer::OneHour:
        grant.until = now + ms::hour;
        break;
    default:
        break;
    }
    return grant;
}

Result<OpenVault::Answered> OpenVault::answerApproval(ApprovalId id, ApprovalAnswer answer)
{
    const QList<ApprovalRequest> waiting = m_gate.questions().waiting();
    const auto request = std::ranges::find(waiting, id, &ApprovalRequest::id);
    if (request == waiting.end())
        return fail(ErrorCode::NotFound, u"the question has ended"_s);
    // A command is allowed as it stands; what outlives the lock is stored, and no stored grant knows a command.
    if (request->action == Action::Use && (answer == ApprovalAnswer::OneHour || answer == ApprovalAnswer::Always))
        return fail(ErrorCode::InvalidValue, u"a command is allowed once or while unlocked"_s);
    const bool yes = isYes(answer);
    // An answer beyond this call holds also for the budget it was given in spite of, for this call: two grants.
    QList<Grant> grants;
    const qsizetype calls = m_gate.questions().callsOf(id.value);
    if (yes)
        grants.append(grantOf(*request, answer, calls));
    if (yes && answer != ApprovalAnswer::Once)
        grants.append(grantOf(*request, ApprovalAnswer::Once, calls));
    const Result<> done = audited([&]() -> Result<> {
        for (const Grant &grant : grants)
            if (const Result<> stored = m_grants.store(grant); !stored)
                return stored;
        if (answer == ApprovalAnswer::DenyAndPause)
            if (const Result<> paused = m_agents.setPaused(request->keyId, true); !paused)
                return paused;
        AuditEvent row = m_owner.row(yes ? "approve"_L1 : "deny"_L1, request->title, request->entry);
        row.keyId = request->keyId;
        row.why = QString(wireName(request->action)) + u", "_s + inWords(answer);
        row.reason = request->command;
        return m_audit.append(std::move(row));
    });
    if (!done)
        return std::unexpected(done.error());
    // A yes that is not on record is none.
    for (const Grant &grant : std::as_const(grants))
        m_grants.keep(grant, seen());
    const ApprovalRequest asked = *request;
    const auto ended = m_gate.questions().answer(id, yes, m_steady());
    if (!ended)
        return fail(ErrorCode::NotFound, u"the question has ended"_s);
    Answered answered{*ended, yes, std::nullopt, std::nullopt};
    if (!yes)
        answered.resting = recordRest(asked);
    // The rule that is suggested is one that outlives the lock, so an "always" needs none.
    if (yes && answer != ApprovalAnswer::Always && request->action != Action::Use
        && (request->because == AskedBecause::FirstTime || request->because == AskedBecause::SecondFactor)) {
        // Said no to, it comes again after as many more: nothing is suggested with every answer.
        const auto inRow = m_history.approvalsInRow(request->keyId, request->entry, request->action, kAnswersCounted);
        if (inRow && *inRow > 0 && *inRow % kSuggestAfter == 0)
            answered.suggestion = RuleSuggestion{request->keyId, request->keyName, request->entry, request->title, request->action};
    }
    return answered;
}

void OpenVault::recordUnanswered(const ApprovalRequest &request)
{
    AuditEvent row = m_owner.row(wireName(request.action), request.title, request.entry);
    row.actor = request.actor;
    row.keyId = request.keyId;
    row.outcome = Outcome::Denied;
    row.why = u"nobody answered"_s;
    row.reason = request.command.isEmpty() ? link::cutToUtf8(request.reason, AuditLog::agentTextLimit) : request.command;
    row.caller = request.caller;
    // Nothing was given, and nothing is by the row being there.
    (void)m_owner.record({std::move(row)});
}

std::optional<KeyAlert> OpenVault::recordRest(const ApprovalRequest &request)
{
    if (!m_gate.questions().takeNewRest(request.keyId))
        return std::nullopt;
    AuditEvent row = m_owner.row("key.rest"_L1, request.keyName);
    row.actor = u"app:clavitor"_s;
    row.keyId = request.keyId;
    row.why = u"five questions denied or not answered, stopped for ten minutes"_s;
    // It rests whether or not the disk takes the row.
    (void)m_owner.record({std::move(row)});
    return KeyAlert{KeyAlert::Kind::Resting, request.keyId, request.keyName, request.title, request.caller, m_clock()};
}

Result<> OpenVault::allowAlways(const QString &keyId, EntryId entry, Action action)
{
    const qint64 now = seen();
    const Grant grant{.id = GrantId{newUuid(now)}, .keyId = keyId, .entries = {entry}, .actions = {action}, .madeAt = now};
    const Result<> allowed = audited([&]() -> Result<> {
        const auto stored = m_agents.find(keyId);
        if (!stored)
            return std::unexpected(stored.error());
        const auto summary = m_catalog.find(entry);
        if (!summary)
            return std::unexpected(summary.error());
        if (action != Action::Read && action != Action::Totp)
            return fail(ErrorCode::InvalidValue, u"action"_s);
        if (stored->agent.isRevoked())
            return fail(ErrorCode::KeyRevoked);
        if (const Result<> added = m_grants.store(grant); !added)
            return added;
        AuditEvent row = m_owner.row("grant.make"_L1, summary->title, entry);
        row.keyId = keyId;
        row.why = QString(wireName(action)) + u", always"_s;
        return m_audit.append(std::move(row));
    });
    if (allowed)
        m_grants.keep(grant, now);
    return allowed;
}

Result<GrantId> OpenVault::addLease(const LeaseDraft &lease)
{
    const qint64 now = seen();
    if (lease.entries.isEmpty() || lease.entries.size() > kLeaseEntries)
        return fail(ErrorCode::InvalidValue, u"entries"_s);
    if (lease.reads < 1 || lease.reads > kLeaseReads)
        return fail(ErrorCode::InvalidValue, u"reads"_s);
    if (lease.until <= now || lease.until > now + ms::day)
        return fail(ErrorCode::InvalidValue, u"until"_s);
    Grant grant;
    grant.id = GrantId{newUuid(now)};
    grant.keyId = lease.keyId;
    grant.entries = lease.entries;
    grant.actions = lease.withCodes ? QList{Action::Read, Action::Totp} : QList{Action::Read};
    grant.isLease = true;
    grant.overBudget = true;
    grant.madeAt = now;
    grant.until = lease.until;
    grant.readsLeft = lease.reads;
    const Result<> made = audited([&]() -> Result<> {
        const auto stored = m_agents.find(lease.keyId);
        if (!stored)
            return std::unexpected(stored.error());
        if (stored->agent.isRevoked())
            return fail(ErrorCode::KeyRevoked);
        for (const EntryId entry : lease.entries)
            if (const auto summary = m_catalog.find(entry); !summary)
                return std::unexpected(summary.error());
        if (const Result<> added = m_grants.store(grant); !added)
            return added;
        AuditEvent row = m_owner.row("grant.make"_L1, stored->agent.name);
        row.keyId = lease.keyId;
        row.why = u"lease of %1 entries, %2 reads, until %3"_s.arg(lease.entries.size()).arg(lease.reads).arg(toIso8601(lease.until));
        return m_audit.append(std::move(row));
    });
    if (!made)
        return std::unexpected(made.error());
    const GrantId id = grant.id;
    m_grants.keep(std::move(grant), now);
    return id;
}

QList<LeaseStanding> OpenVault::leases() const
{
    QList<LeaseStanding> standing;
    if (m_gate.isPaused() || m_database.isFrozen())
        return standing;
    const qint64 now = seen();
    for (const Grant &grant : m_grants.list(now)) {
        if (!grant.isLease)
            continue;
        const auto stored = m_agents.find(grant.keyId);
        if (!stored || stored->agent.needsToken || !decideAlive(stored->agent, now).allowed || m_gate.isFrozen(grant.keyId) || m_gate.restsUntil(grant.keyId) != 0)
            continue;
        const qint64 keyEnd = stored->agent.expiresAt;
        standing.append({grant.id, stored->agent.name, static_cast<int>(grant.entries.size()), grant.readsLeft,
                         keyEnd == 0 ? grant.until : std::min(grant.until, keyEnd)});
    }
    return standing;
}

qint64 OpenVault::untilOver(const QList<LeaseStanding> &leases) const
{
    qint64 least = std::numeric_limits<qint64>::max();
    for (const LeaseStanding &lease : leases)
        least = std::min({least, lease.until - m_clock(), m_grants.steadyLeft(lease.id).value_or(least)});
    return least;
}

QString OpenVault::whyOver(const LeaseStanding &lease) const
{
    const Grant *const grant = m_grants.find(lease.id);
    if (!grant)
        return u"it was ended"_s;
    if (grant->readsLeft == 0)
        return u"its reads are used up"_s;
    if (seen() >= lease.until || !m_grants.list(seen()).contains(*grant))
        return u"its time is over"_s;
    return u"its key is stopped"_s;
}

namespace {

KeyAlert leaseOver(const Grant &grant, const QString &keyName, qint64 now)
{
    KeyAlert alert{KeyAlert::Kind::LeaseOver, grant.keyId, keyName, {}, {}, now};
    alert.reads = grant.used;
    alert.readsAllowed = grant.used + std::max(0, grant.readsLeft);
    return alert;
}

} // namespace

std::optional<KeyAlert> OpenVault::alertOver(const LeaseStanding &lease) const
{
    const Grant *const grant = m_grants.find(lease.id);
    if (!grant || (seen() < lease.until && m_grants.list(seen()).contains(*grant)))
        return std::nullopt;
    return leaseOver(*grant, lease.keyName, m_clock());
}

QList<std::pair<GrantId, KeyAlert>> OpenVault::takeEndedLeases()
{
    QList<std::pair<GrantId, KeyAlert>> alerts;
    for (const Grant &grant : m_grants.takeEndedLeases())
        if (const auto stored = m_agents.find(grant.keyId))
            alerts.append({grant.id, leaseOver(grant, stored->agent.name, m_clock())});
    return alerts;
}

Result<> OpenVault::endGrant(GrantId id)
{
    return audited([&]() -> Result<> {
        const QList<Grant> grants = m_grants.list(seen());
        const auto grant = std::ranges::find(grants, id, &Grant::id);
        if (grant == grants.end())
            return fail(ErrorCode::NotFound, id.toString());
        const auto stored = m_agents.find(grant->keyId);
        AuditEvent row = m_owner.row("grant.end"_L1, stored ? stored->agent.name : grant->keyId,
                                     grant->entries.size() == 1 ? grant->entries.first() : EntryId{});
        if (grant->entries.size() == 1)
            if (const auto entry = m_catalog.find(grant->entries.first()))
                row.subject = entry->title;
        row.keyId = grant->keyId;
        row.why = u"used %1 times"_s.arg(grant->used);
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return appended;
        return m_grants.end(id);
    });
}

Result<> OpenVault::releaseKey(const QString &keyId)
{
    const Result<> released = audited([&]() -> Result<> {
        const auto stored = m_agents.find(keyId);
        if (!stored)
            return std::unexpected(stored.error());
        if (const Result<> done = m_agents.release(keyId, m_clock()); !done)
            return done;
        AuditEvent row = m_owner.row("key.release"_L1, stored->agent.name);
        row.keyId = keyId;
        row.why = stored->agent.frozenWhy;
        return m_audit.append(std::move(row));
    });
    if (released)
        m_gate.release(keyId);
    return released;
}

Result<> OpenVault::setDecoy(EntryId id, bool decoy)
{
    return audited([&]() -> Result<> {
        const auto entry = m_catalog.find(id);
        if (!entry)
            return std::unexpected(entry.error());
        AuditEvent row = m_owner.row("update"_L1, entry->title, id);
        row.why = decoy ? u"made bait for agents"_s : u"no longer bait for agents"_s;
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return appended;
        return m_entries.setDecoy(id, decoy);
    });
}

Result<QList<Agent>> OpenVault::keys() const
{
    auto keys = m_agents.list();
    if (!keys)
        return keys;
    for (Agent &key : *keys)
        key.restsUntil = m_gate.restsUntil(key.keyId);
    return keys;
}

Result<KeyReceipt> OpenVault::receipt(const QString &keyId, qint64 from, qint64 to) const
{
    const auto stored = m_agents.find(keyId);
    if (!stored)
        return std::unexpected(stored.error());
    auto receipt = m_history.receipt(keyId, from, to);
    if (receipt)
        receipt->keyName = stored->agent.name;
    return receipt;
}

Result<> OpenVault::tickRotated(const QString &keyId, EntryId entry, bool ticked)
{
    // A mark for the person's own list: no access, so no row.
    return m_history.tick(keyId, entry, ticked, m_clock());
}

Result<> OpenVault::fulfilRequest(EntryRequestId id, EntryId entry, bool letIn)
{
    return audited([&]() -> Result<> {
        const auto request = m_requests.find(id);
        if (!request)
            return std::unexpected(request.error());
        const auto stored = m_agents.find(request->keyId);
        if (!stored)
            return std::unexpected(stored.error());
        const auto summary = m_catalog.find(entry);
        if (!summary)
            return std::unexpected(summary.error());
        if (const Result<> answered = m_requests.answer(id, EntryRequest::State::Added, entry); !answered)
            return answered;
        const Agent &agent = stored->agent;
        const bool widens = letIn && !agent.isRevoked() && !isInScope(agent.scope, *summary);
        if (widens) {
            AgentDraft draft{agent.name, agent.note, agent.scope, agent.actions, agent.expiresAt, agent.policy};
            draft.scope.entries.append(entry);
            if (const Result<> updated = m_agents.update(agent.keyId, draft); !updated)
                return updated;
        }
        AuditEvent row = m_owner.row("request.fulfil"_L1, summary->title, entry);
        row.keyId = request->keyId;
        row.why = widens ? u"now within the key's scope"_s : QString();
        return m_audit.append(std::move(row));
    });
}

Result<> OpenVault::declineRequest(EntryRequestId id)
{
    QString declinedOf;
    const Result<> declined = audited([&]() -> Result<> {
        const auto request = m_requests.find(id);
        if (!request)
            return std::unexpected(request.error());
        if (const Result<> answered = m_requests.answer(id, EntryRequest::State::Declined, {}); !answered)
            return answered;
        AuditEvent row = m_owner.row("request.decline"_L1, request->title);
        row.keyId = request->keyId;
        declinedOf = request->keyId;
        return m_audit.append(std::move(row));
    });
    if (declined)
        m_gate.questions().requestDeclined(declinedOf, m_steady());
    return declined;
}

} // namespace clavitor
