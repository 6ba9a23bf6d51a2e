// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Grants.h"

#include <algorithm>

namespace clavitor {

Grants::Grants(GrantStore &store)
    : m_store(store)
{
}

Result<> Grants::load(qint64 now)
{
    auto stored = m_store.list();
    if (!stored)
        return std::unexpected(stored.error());
    for (const Grant &grant : *stored)
        if (grant.isOver(now))
            if (const Result<> removed = m_store.remove(grant.id); !removed)
                return removed;
    stored->removeIf([now](const Grant &grant) { return grant.isOver(now); });
    m_grants = std::move(*stored);
    return {};
}

const Grant *Grants::covering(const QString &keyId, EntryId entry, Action action, qint64 now, bool overBudget) const
{
    const Grant *best = nullptr;
    for (const Grant &grant : m_grants) {
        if (!grant.covers(keyId, entry, action, now) || (overBudget && !grant.overBudget))
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
    const auto grant = std::ranges::find(m_grants, id, &Grant::id);
    if (grant == m_grants.end())
        return fail(ErrorCode::NotFound, id.toString());
    ++grant->used;
    if (grant->readsLeft > 0)
        --grant->readsLeft;
    return grant->endsWithLock ? Result<>() : m_store.update(*grant);
}

Result<> Grants::add(Grant grant)
{
    if (!grant.endsWithLock)
        if (const Result<> stored = m_store.insert(grant); !stored)
            return stored;
    m_grants.prepend(std::move(grant));
    return {};
}

Result<> Grants::end(GrantId id)
{
    const auto grant = std::ranges::find(m_grants, id, &Grant::id);
    if (grant == m_grants.end())
        return fail(ErrorCode::NotFound, id.toString());
    if (!grant->endsWithLock)
        if (const Result<> removed = m_store.remove(id); !removed && removed.error().code != ErrorCode::NotFound)
            return removed;
    m_grants.erase(grant);
    return {};
}

Result<> Grants::endAll(const QString &keyId)
{
    m_grants.removeIf([&](const Grant &grant) { return grant.keyId == keyId; });
    return m_store.removeOf(keyId);
}

Result<> Grants::moveToKey(const QString &keyId, const QString &newKeyId)
{
    if (const Result<> moved = m_store.moveToKey(keyId, newKeyId); !moved)
        return moved;
    for (Grant &grant : m_grants)
        if (grant.keyId == keyId)
            grant.keyId = newKeyId;
    return {};
}

QList<Grant> Grants::list(qint64 now) const
{
    QList<Grant> all = m_grants;
    all.removeIf([now](const Grant &grant) { return grant.isOver(now); });
    return all;
}

} // namespace clavitor
