// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Grants.h"

#include <algorithm>

namespace clavitor {

namespace {

// ms: what two clocks differ by in a day.
constexpr qint64 kNotWorthAWrite = 2'000;

} // namespace

Grants::Grants(GrantStore &store, Clock steady)
    : m_store(store)
    , m_steady(std::move(steady))
{
}

Result<> Grants::load(qint64 now)
{
    const auto stored = m_store.list();
    if (!stored)
        return std::unexpected(stored.error());
    m_grants.clear();
    for (auto grant = stored->crbegin(); grant != stored->crend(); ++grant) {
        if (!grant->isOver(now)) {
            keep(*grant, now);
            continue;
        }
        if (const Result<> removed = m_store.remove(grant->id); !removed)
            return removed;
        if (grant->isLease)
            m_ended.append(*grant);
    }
    return {};
}

bool Grants::isOver(const Kept &kept, qint64 now) const
{
    return kept.grant.isOver(now) || (kept.steadyUntil != 0 && m_steady() >= kept.steadyUntil);
}

QList<Grants::Kept>::iterator Grants::find(GrantId id)
{
    return std::ranges::find(m_grants, id, [](const Kept &kept) { return kept.grant.id; });
}

const Grant *Grants::covering(const QString &keyId, EntryId entry, Action action, qint64 now, bool overBudget,
                              const QString *program, const Command &command) const
{
    const Grant *best = nullptr;
    for (const Kept &kept : m_grants) {
        const Grant &grant = kept.grant;
        if (!grant.covers(keyId, entry, action, now) || isOver(kept, now) || (overBudget && !grant.overBudget))
            continue;
        if (program && !grant.program.isEmpty() && grant.program != *program)
            continue;
        if (grant.command != command || (action == Action::Use && command.isEmpty()))
            continue;
        if (grant.readsLeft < 0)
            return &grant;
        if (!best)
            best = &grant;
    }
    return best;
}

Result<> Grants::spend(GrantId id)
{
    const auto kept = find(id);
    if (kept == m_grants.end())
        return fail(ErrorCode::NotFound, id.toString());
    Grant &grant = kept->grant;
    ++grant.used;
    if (grant.readsLeft > 0)
        --grant.readsLeft;
    return grant.endsWithLock ? Result<>() : m_store.update(grant);
}

Result<> Grants::store(const Grant &grant)
{
    return grant.endsWithLock ? Result<>() : m_store.insert(grant);
}

void Grants::keep(Grant grant, qint64 now)
{
    const qint64 steadyUntil = grant.until == 0 ? 0 : m_steady() + std::max<qint64>(1, grant.until - now);
    m_grants.prepend({std::move(grant), steadyUntil});
}

Result<> Grants::end(GrantId id)
{
    const auto kept = find(id);
    if (kept == m_grants.end())
        return fail(ErrorCode::NotFound, id.toString());
    if (!kept->grant.endsWithLock)
        if (const Result<> removed = m_store.remove(id); !removed && removed.error().code != ErrorCode::NotFound)
            return removed;
    m_grants.erase(kept);
    return {};
}

Result<> Grants::endAll(const QString &keyId)
{
    m_grants.removeIf([&](const Kept &kept) { return kept.grant.keyId == keyId; });
    return m_store.removeOf(keyId);
}

Result<> Grants::settleTimes(qint64 seen, qint64 now)
{
    for (Kept &kept : m_grants) {
        if (!isOver(kept, seen)) {
            const qint64 until = now + kept.steadyUntil - m_steady();
            if (kept.grant.until == 0 || until > kept.grant.until - kNotWorthAWrite)
                continue;
            kept.grant.until = until;
            if (const Result<> stored = kept.grant.endsWithLock ? Result<>() : m_store.update(kept.grant); !stored)
                return stored;
            continue;
        }
        kept.steadyUntil = std::max<qint64>(1, m_steady());
        if (kept.grant.endsWithLock)
            continue;
        if (const Result<> removed = m_store.remove(kept.grant.id); !removed && removed.error().code != ErrorCode::NotFound)
            return removed;
    }
    return {};
}

Result<> Grants::moveToKey(const QString &keyId, const QString &newKeyId)
{
    if (const Result<> moved = m_store.moveToKey(keyId, newKeyId); !moved)
        return moved;
    for (Kept &kept : m_grants)
        if (kept.grant.keyId == keyId)
            kept.grant.keyId = newKeyId;
    return {};
}

void Grants::keepOnlyLeases()
{
    m_grants.removeIf([](const Kept &kept) { return !kept.grant.isLease; });
}

const Grant *Grants::find(GrantId id) const
{
    const auto kept = std::ranges::find(m_grants, id, [](const Kept &one) { return one.grant.id; });
    return kept == m_grants.end() ? nullptr : &kept->grant;
}

std::optional<qint64> Grants::steadyLeft(GrantId id) const
{
    const auto kept = std::ranges::find(m_grants, id, [](const Kept &one) { return one.grant.id; });
    if (kept == m_grants.end() || kept->steadyUntil == 0)
        return std::nullopt;
    return kept->steadyUntil - m_steady();
}

QList<Grant> Grants::list(qint64 now) const
{
    QList<Grant> all;
    for (const Kept &kept : m_grants)
        if (!isOver(kept, now))
            all.append(kept.grant);
    return all;
}

} // namespace clavitor
