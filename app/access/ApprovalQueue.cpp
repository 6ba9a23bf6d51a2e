// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/ApprovalQueue.h"

#include <algorithm>
#include <utility>

namespace clavitor {

ApprovalQueue::ApprovalQueue(Times times)
    : m_times(times)
{
}

std::optional<ApprovalId> ApprovalQueue::open(const QString &keyId, EntryId entry, Action action, const Caller &caller,
                                              const QString &command) const
{
    for (const Open &one : m_open)
        if (one.request.keyId == keyId && one.request.entry == entry && one.request.action == action && one.request.caller.pid == caller.pid
            && one.request.caller.program == caller.program && one.request.command == command)
            return one.request.id;
    return std::nullopt;
}

bool ApprovalQueue::isFull(const QString &keyId) const
{
    return std::ranges::count(m_open, keyId, [](const Open &one) { return one.request.keyId; }) >= perKey;
}

qsizetype ApprovalQueue::callsOf(QUuid what) const
{
    return std::ranges::count_if(m_held, [what](const Waiting &held) { return held.what == what; });
}

std::optional<ApprovalRequest> ApprovalQueue::find(QUuid what) const
{
    for (const Open &open : m_open) {
        if (open.request.id.value != what)
            continue;
        ApprovalRequest request = open.request;
        request.calls = static_cast<int>(std::max<qsizetype>(1, callsOf(what)));
        return request;
    }
    return std::nullopt;
}

void ApprovalQueue::add(ApprovalRequest request, qint64 now)
{
    m_open.append({std::move(request), now + m_times.unseen, false, false});
    beginFirst(now);
}

void ApprovalQueue::beginFirst(qint64 now)
{
    if (m_open.isEmpty() || std::exchange(m_open.first().isFirst, true))
        return;
    Open &first = m_open.first();
    // By the clock of the request, however long it was behind others by ours.
    const qint64 behind = now - (first.until - m_times.unseen);
    first.request.askedAt += behind;
    first.request.until += behind;
    first.until = now + m_times.answer;
}

bool ApprovalQueue::hold(quint64 call, const QString &keyId, QUuid what, qint64 since)
{
    if (std::ranges::count_if(m_held, [&](const Waiting &one) { return one.keyId == keyId; }) >= heldPerKey) {
        promise(what);
        return false;
    }
    m_held.insert(call, {keyId, what, since + m_times.hold});
    return true;
}

void ApprovalQueue::promise(QUuid what)
{
    for (Open &open : m_open)
        open.isPromised = open.isPromised || open.request.id.value == what;
}

std::optional<ApprovalQueue::Ended> ApprovalQueue::leave(quint64 call, qint64 now)
{
    const auto held = m_held.constFind(call);
    if (held == m_held.constEnd())
        return std::nullopt;
    const QUuid what = held->what;
    m_held.erase(held);
    if (callsOf(what) > 0)
        return std::nullopt;
    for (qsizetype i = 0; i < m_open.size(); ++i) {
        if (m_open[i].request.id.value != what || m_open[i].isPromised)
            continue;
        Ended ended{std::move(m_open[i].request), ApprovalEnd::AgentLeft, {}};
        m_open.removeAt(i);
        abandoned(ended.request.keyId, now);
        beginFirst(now);
        return ended;
    }
    return std::nullopt;
}

void ApprovalQueue::abandoned(const QString &keyId, qint64 now)
{
    QList<qint64> &times = m_denials[keyId].abandoned;
    times.removeIf([&](qint64 time) { return time <= now - m_times.rest; });
    times.append(now);
    // Asking and hanging up over and over is a way to wear the person down.
    if (times.size() > abandonedFree)
        denied(keyId, now);
}

QList<quint64> ApprovalQueue::take(QUuid what)
{
    QList<quint64> calls;
    for (auto held = m_held.begin(); held != m_held.end();) {
        if (held->what == what) {
            calls.append(held.key());
            held = m_held.erase(held);
        } else {
            ++held;
        }
    }
    // In the order they came, since numbers grow.
    std::ranges::sort(calls);
    return calls;
}

ApprovalQueue::Ended ApprovalQueue::end(qsizetype index, ApprovalEnd how, State state, qint64 now)
{
    Ended ended{std::move(m_open[index].request), how, {}};
    m_open.removeAt(index);
    ended.calls = take(ended.request.id.value);
    m_past.removeIf([&](const Past &past) { return past.at <= now - m_times.remembered; });
    if (m_past.size() >= rememberedEnds)
        m_past.removeFirst();
    m_past.append({ended.request.id, ended.request.keyId, state, now});
    return ended;
}

void ApprovalQueue::denied(const QString &keyId, qint64 now)
{
    Denials &denials = m_denials[keyId];
    if (++denials.count < denialsBeforeRest)
        return;
    denials = {0, now + m_times.rest, true, {}};
}

std::optional<ApprovalQueue::Ended> ApprovalQueue::answer(ApprovalId id, bool isYes, qint64 now)
{
    for (qsizetype i = 0; i < m_open.size(); ++i) {
        if (m_open[i].request.id != id)
            continue;
        const QString keyId = m_open[i].request.keyId;
        if (isYes)
            m_denials.remove(keyId);
        else
            denied(keyId, now);
        Ended ended = end(i, ApprovalEnd::Answered, isYes ? State::Allowed : State::Denied, now);
        beginFirst(now);
        return ended;
    }
    return std::nullopt;
}

QList<quint64> ApprovalQueue::release(QUuid what)
{
    return take(what);
}

QList<ApprovalQueue::Held> ApprovalQueue::heldTooLong(qint64 now)
{
    QList<Held> tooLong;
    for (auto held = m_held.begin(); held != m_held.end();) {
        if (held->until > now) {
            ++held;
            continue;
        }
        tooLong.append({held.key(), held->what});
        promise(held->what);
        held = m_held.erase(held);
    }
    std::ranges::sort(tooLong, {}, &Held::call);
    return tooLong;
}

QList<ApprovalQueue::Ended> ApprovalQueue::expire(qint64 now)
{
    QList<Ended> ended;
    for (qsizetype i = 0; i < m_open.size();) {
        if (m_open[i].until > now) {
            ++i;
            continue;
        }
        if (m_open[i].isFirst)
            denied(m_open[i].request.keyId, now);
        ended.append(end(i, ApprovalEnd::TimedOut, State::Expired, now));
    }
    beginFirst(now);
    return ended;
}

QList<ApprovalQueue::Ended> ApprovalQueue::drop(const QString &keyId, qint64 now)
{
    QList<Ended> ended;
    for (qsizetype i = 0; i < m_open.size();) {
        if (keyId.isEmpty() || m_open[i].request.keyId == keyId)
            ended.append(end(i, ApprovalEnd::Locked, State::Denied, now));
        else
            ++i;
    }
    beginFirst(now);
    return ended;
}

QStringList ApprovalQueue::resting(qint64 now) const
{
    QStringList keys;
    for (auto denied = m_denials.cbegin(); denied != m_denials.cend(); ++denied)
        if (denied->restsUntil > now)
            keys.append(denied.key());
    return keys;
}

std::optional<qint64> ApprovalQueue::restsUntil(const QString &keyId, qint64 now) const
{
    const qint64 until = m_denials.value(keyId).restsUntil;
    return until > now ? std::optional(until) : std::nullopt;
}

bool ApprovalQueue::takeNewRest(const QString &keyId)
{
    const auto denials = m_denials.find(keyId);
    return denials != m_denials.end() && std::exchange(denials->isNew, false);
}

void ApprovalQueue::endRest(const QString &keyId)
{
    m_denials.remove(keyId);
    m_declines.remove(keyId);
}

void ApprovalQueue::requestDeclined(const QString &keyId, qint64 now)
{
    Declines &declines = m_declines[keyId];
    declines.times.removeIf([&](qint64 time) { return time <= now - m_times.rest; });
    declines.times.append(now);
    if (declines.times.size() >= denialsBeforeRest)
        declines = {{}, now + m_times.rest};
}

std::optional<qint64> ApprovalQueue::requestsRestUntil(const QString &keyId, qint64 now) const
{
    const qint64 until = m_declines.value(keyId).restsUntil;
    return until > now ? std::optional(until) : std::nullopt;
}

std::optional<ApprovalQueue::State> ApprovalQueue::stateOf(ApprovalId id, const QString &keyId, qint64 now) const
{
    for (const Open &open : m_open)
        if (open.request.id == id && open.request.keyId == keyId)
            return State::Pending;
    for (const Past &past : m_past)
        if (past.id == id && past.keyId == keyId && past.at > now - m_times.remembered)
            return past.state;
    return std::nullopt;
}

QList<ApprovalRequest> ApprovalQueue::waiting() const
{
    QList<ApprovalRequest> all;
    for (const Open &open : m_open)
        if (auto request = find(open.request.id.value))
            all.append(std::move(*request));
    return all;
}

std::optional<qint64> ApprovalQueue::nextDue() const
{
    std::optional<qint64> next;
    const auto consider = [&next](qint64 at) { next = next ? std::min(*next, at) : at; };
    for (const Open &open : m_open)
        consider(open.until);
    for (const auto &held : m_held)
        consider(held.until);
    return next;
}

} // namespace clavitor
