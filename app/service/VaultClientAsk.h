// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/Vault.h"
#include "app/service/VaultClient.h"

#include <utility>

/// What the sources of VaultClient share; for no one else.
namespace clavitor {

template<typename T, typename Work>
void VaultClient::ask(Reply<Result<T>> reply, Work work)
{
    post(m_vault, [vault = m_vault, reply = std::move(reply), work = std::move(work)]() mutable {
        if (!vault->open()) {
            reply(fail(ErrorCode::Locked));
            return;
        }
        reply(work(*vault, *vault->open()));
    });
}

/// After an owner's change: what it touched is announced when it succeeded.
template<typename T>
void announceEntries(Vault &vault, const Result<T> &result)
{
    if (result)
        vault.announceEntries();
}

/// After one that touched many.
template<typename T>
void announceMany(Vault &vault, LongWork work, const Result<T> &result)
{
    announceEntries(vault, result);
    if (!result && result.error().code == ErrorCode::Locked)
        vault.announceStopped(work);
}

template<typename T>
void announceAgents(Vault &vault, const Result<T> &result)
{
    if (result)
        vault.announceAgents();
}

} // namespace clavitor
