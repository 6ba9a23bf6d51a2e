// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Vault about the questions that wait for the person.
#include "app/service/Vault.h"

#include "app/service/BridgeChannel.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// A timer that fired a moment early would find nothing due and be set for the rest of that moment, over and over.
constexpr qint64 kShortestWait = 1;
constexpr qint64 kLongestWait = 60'000;

} // namespace

Result<> Vault::answerApproval(ApprovalId id, ApprovalAnswer answer)
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    auto answered = m_open->answerApproval(id, answer);
    if (!answered)
        return std::unexpected(answered.error());
    tellWaiting(); // first: the next one's time has begun
    emit approvalEnded(id, ApprovalEnd::Answered);
    if (m_bridge) {
        if (answered->isYes)
            m_bridge->askAgain(answered->ended.calls);
        else
            m_bridge->conclude(answered->ended.calls, AccessGate::Conclusion::Denied, id.value);
    }
    if (answered->isYes)
        announceGrants();
    if (answered->suggestion)
        emit ruleSuggested(*answered->suggestion);
    if (answered->resting)
        emit keyAlert(*answered->resting);
    // A key that is stopped has nothing more to ask.
    if (answer == ApprovalAnswer::DenyAndPause || answered->resting)
        dropQuestions(answered->ended.request.keyId);
    if (answer == ApprovalAnswer::DenyAndPause || answered->resting)
        announceAgents();
    tendQuestions();
    return {};
}

void Vault::dropQuestions(const QString &keyId)
{
    if (!m_open)
        return;
    const QList<ApprovalQueue::Ended> dropped = m_open->gate().questions().drop(keyId, m_steady());
    tellWaiting();
    for (const ApprovalQueue::Ended &ended : dropped) {
        emit approvalEnded(ended.request.id, ended.how);
        if (m_bridge)
            m_bridge->askAgain(ended.calls);
    }
    tendQuestions();
}

void Vault::releaseCalls(QUuid waitedFor)
{
    if (m_open && m_bridge)
        m_bridge->askAgain(m_open->gate().questions().release(waitedFor));
    emit entryRequestsChanged();
    tendQuestions();
}

void Vault::callerLeft(quint64 call)
{
    if (!m_open)
        return;
    const auto left = m_open->gate().questions().leave(call, m_steady());
    tellWaiting();
    if (left) {
        emit approvalEnded(left->request.id, left->how);
        restAfterDenial(left->request);
    }
    tendQuestions();
}

void Vault::tellWaiting()
{
    for (const ApprovalRequest &request : m_open->gate().questions().waiting())
        emit approvalAsked(request);
}

void Vault::restAfterDenial(const ApprovalRequest &request)
{
    const auto resting = m_open ? m_open->recordRest(request) : std::nullopt;
    if (!resting)
        return;
    emit keyAlert(*resting);
    dropQuestions(request.keyId);
    announceAgents();
}

void Vault::tendQuestions()
{
    if (!m_open) {
        m_questionTimer.stop();
        if (!m_leased)
            return;
        const AccessGate::News news = m_leased->gate().takeNews();
        for (KeyAlert alert : news.alerts) {
            alert.subject.clear(); // an entry's title, and the screen is locked
            emit keyAlert(alert);
        }
        if (const auto unwritten = m_leased->gate().unwrittenDue())
            wakeForQuestions(*unwritten);
        tendLeases();
        return;
    }
    const AccessGate::News news = m_open->gate().takeNews();
    for (const ApprovalRequest &request : news.asked)
        emit approvalAsked(request);
    for (const EntryRequest &request : news.requested)
        emit entryRequested(request);
    for (const KeyAlert &alert : news.alerts)
        emit keyAlert(alert);
    if (!news.requested.isEmpty())
        emit entryRequestsChanged();
    for (const QString &keyId : news.stopped)
        dropQuestions(keyId);
    if (!m_open)
        return;
    if (news.agentsChanged)
        announceAgents();
    if (news.grantsChanged)
        announceGrants();
    auto due = m_open->gate().questions().nextDue();
    if (const auto unwritten = m_open->gate().unwrittenDue(); unwritten && !isDistrusted())
        due = due ? std::min(*due, *unwritten) : *unwritten;
    if (!due)
        m_questionTimer.stop();
    else
        wakeForQuestions(*due);
}

void Vault::wakeForQuestions(qint64 due)
{
    m_questionTimer.start(static_cast<int>(std::clamp(due - m_steady(), kShortestWait, kLongestWait)));
}

void Vault::questionsDue()
{
    if (m_leased) {
        if (const auto unwritten = m_leased->gate().unwrittenDue(); unwritten && *unwritten <= m_steady())
            tell(m_leased->recordUnwritten());
        return tendQuestions();
    }
    // What it writes has to wait, and is looked at again at the end of the replacement.
    if (!m_open || m_session.isReplacing())
        return;
    const qint64 now = m_steady();
    // First those whose time is over: their calls are denied and not told to come back.
    const QList<ApprovalQueue::Ended> expired = m_open->gate().questions().expire(now);
    if (!expired.isEmpty())
        tellWaiting();
    for (const ApprovalQueue::Ended &ended : expired) {
        emit approvalEnded(ended.request.id, ended.how);
        if (m_bridge)
            m_bridge->conclude(ended.calls, AccessGate::Conclusion::TimedOut, ended.request.id.value);
        // Each call that waits leaves its row; nobody may, after they were told to come back.
        if (ended.calls.isEmpty())
            m_open->recordUnanswered(ended.request);
        restAfterDenial(ended.request);
    }
    if (!m_open)
        return;
    for (const ApprovalQueue::Held &held : m_open->gate().questions().heldTooLong(now))
        if (m_bridge)
            m_bridge->conclude({held.call}, AccessGate::Conclusion::Pending, held.what);
    if (const auto unwritten = m_open->gate().unwrittenDue(); unwritten && *unwritten <= now && !isDistrusted())
        tell(m_open->recordUnwritten());
    tellWaiting();
    tendQuestions();
}

} // namespace clavitor
