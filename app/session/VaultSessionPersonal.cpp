// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultSession that opens Personal, for a minute each time.
#include "app/session/VaultSessionParts.h"

#include "app/session/PasswordStrength.h"

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

Result<PasswordWork<crypto::PersonalKeyPair>> VaultSession::beginOpenPersonal(const crypto::SecretText &password)
{
    if (!m_open)
        return failLocked();
    return [header = m_headers.front(), password = normalisedPassword(password), stop = newStop()]() mutable {
        return personalKeysOf(header, std::move(password), *stop);
    };
}

Result<> VaultSession::finishOpenPersonal(crypto::PersonalKeyPair keys)
{
    if (!m_open)
        return failLocked();
    m_slot.keep(keys, vaultId());
    m_personal.open(std::move(keys), m_clock());
    return {};
}

Result<> VaultSession::reopenPersonal()
{
    if (!m_open)
        return failLocked();
    auto keys = m_slot.open(vaultId());
    if (!keys)
        return std::unexpected(keys.error());
    if (keys->publicKey != personalPublicKey()) {
        m_slot.forget(); // of before the keys were rotated
        return fail(ErrorCode::PersonalShut, u"the key kept is another one"_s);
    }
    m_personal.open(std::move(*keys), m_clock());
    return {};
}

Result<> VaultSession::openPersonal(const crypto::SecretText &password)
{
    auto work = beginOpenPersonal(password);
    if (!work)
        return std::unexpected(work.error());
    auto keys = (*work)();
    return keys ? finishOpenPersonal(std::move(*keys)) : std::unexpected(keys.error());
}

} // namespace clavitor
