// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Vault about a lock that keeps a lease going: locked for people and for every other agent, with the file open.
#include "app/service/Vault.h"

#include "app/service/BridgeChannel.h"

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// The steady clock stands still while the computer sleeps, and the one on the wall may be set: looked at this often, in milliseconds.
constexpr qint64 kLeaseLook = 15'000;

QString keptInWords(LockCause cause, const QList<LeaseStanding> &leases)
{
    QStringList parts;
    if (const QString why = inWords(cause); !why.isEmpty())
        parts.append(why);
    for (const LeaseStanding &lease : leases)
        parts.append(u"keeping the lease of %1 (entries: %2, reads left: %3) until %4"_s.arg(lease.keyName).arg(lease.entries)
                         .arg(lease.readsLeft).arg(toIso8601(lease.until)));
    return parts.join(u"; "_s);
}

} // namespace

QString inWords(LockCause cause)
{
    switch (cause) {
    case LockCause::Asked:
        return {};
    case LockCause::Idle:
        return u"nobody was there"_s;
    case LockCause::Screen:
        return u"the screen was locked"_s;
    case LockCause::OtherUser:
        return u"another user took the screen"_s;
    case LockCause::Lid:
        return u"the lid was closed"_s;
    case LockCause::Sleep:
        return u"the computer goes to sleep"_s;
    case LockCause::Quit:
        return u"Clavitor ends"_s;
    }
    return {};
}

Result<> Vault::lockKeepingLeases(LockCause cause)
{
    m_session.wantLock(false);
    m_session.stopWork();
    if (m_session.isUnfinished())
        return lock(cause);
    if (m_leased || !m_open) {
        ++m_turns;
        showState();
        return {};
    }
    endReplacement(fail(ErrorCode::Locked, u"locked meanwhile"_s));
    const auto lockInstead = [&](ErrorCode code, const QString &detail) -> Result<> {
        const Result<> locked = lock(cause);
        return locked ? fail(code, detail) : locked;
    };
    if (isDistrusted())
        return lockInstead(ErrorCode::ChangedOutside, u"it is only looked at"_s);
    if (isMirrorOwed())
        return lockInstead(ErrorCode::Busy, u"what is remembered of it outside was not told yet"_s);
    const QList<LeaseStanding> leases = m_open->leases();
    if (leases.isEmpty())
        return lockInstead(ErrorCode::NotFound, u"no lease is in force"_s);
    // Where no row can be written nothing would be given, so there is nothing to keep it open for.
    if (const Result<> recorded = m_open->recordLock(keptInWords(cause, leases)); !recorded) {
        (void)lock(cause);
        return recorded;
    }
    ++m_turns;
    const QStringList stopped = m_open->gate().stoppedKeys();
    const QList<ApprovalQueue::Ended> ended = leaveOpen();
    Result<> kept = m_session.narrow();
    if (kept) {
        auto leased = makeOpen(true);
        if (leased) {
            m_leased = std::move(*leased);
            m_leased->gate().stop(stopped);
        } else {
            kept = std::unexpected(leased.error());
        }
    }
    if (!kept) {
        m_note.clear();
        tell(m_session.lock());
    }
    tellLocked(ended);
    if (m_leased)
        tellEndedLeases(*m_leased);
    return kept;
}

Result<> Vault::endKeptLeases()
{
    if (!m_leased)
        return {};
    Result<> ended;
    for (const LeaseStanding &lease : m_leased->leases())
        if (const Result<> one = m_leased->endGrant(lease.id); !one && ended)
            ended = one;
    const Result<> locked = endKeeping(u"the lease was stopped"_s, false);
    emit grantsChanged();
    return ended ? locked : ended;
}

Result<> Vault::endKeeping(const QString &why, bool byItself)
{
    const Result<> recorded = m_leased->recordLock(why, byItself);
    tellMirror();
    m_mirrorTimer.stop();
    m_note.clear();
    m_leased.reset();
    const Result<> closed = m_session.lock();
    tellLocked({});
    return recorded ? closed : recorded;
}

void Vault::tellLeaseOver(GrantId lease, const KeyAlert &alert)
{
    // It is found to be over again when the vault is opened the next time.
    if (m_leasesTold.contains(lease))
        return;
    m_leasesTold.insert(lease);
    emit keyAlert(alert);
}

void Vault::tellEndedLeases(OpenVault &open)
{
    for (const auto &[lease, alert] : open.takeEndedLeases())
        tellLeaseOver(lease, alert);
}

void Vault::announceGrants()
{
    emit grantsChanged();
    tendLeases();
}

void Vault::tendLeases()
{
    if (!m_open && !m_leased) {
        m_leaseTimer.stop();
        return;
    }
    const QList<LeaseStanding> before = std::exchange(m_facts.leases, m_open ? m_open->leases() : m_leased->leases());
    const QList<LeaseStanding> &leases = m_facts.leases;
    const OpenVault &now = m_open ? *m_open : *m_leased;
    for (const LeaseStanding &lease : before) {
        if (std::ranges::find(leases, lease.id, &LeaseStanding::id) != leases.end())
            continue;
        if (const auto alert = now.alertOver(lease))
            tellLeaseOver(lease.id, *alert);
    }
    if (m_leased && leases.isEmpty()) {
        const QString why = before.isEmpty() ? QString() : m_leased->whyOver(before.last());
        tell(endKeeping(u"the lease is over: "_s + why, true));
        return;
    }
    // While it opens, its state is told with them.
    if (before != leases && (m_leased || m_facts.state == LockState::Unlocked))
        emit factsChanged(m_facts);
    if (leases.isEmpty()) {
        m_leaseTimer.stop();
        return;
    }
    m_leaseTimer.start(static_cast<int>(std::clamp<qint64>(now.untilOver(leases), 1, kLeaseLook)));
}

} // namespace clavitor
