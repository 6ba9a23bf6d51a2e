// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultSession about a lock that keeps a lease: the file stays open, and no key that a lease does not need.
#include "app/session/VaultSessionParts.h"

#include "crypto/SubKeys.h"

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

Result<> VaultSession::narrow()
{
    if (!m_open)
        return failLocked();
    stopWork();
    cancelReplacement();
    shutPersonal();
    forgetPersonal();
    m_open->vaultKey.wipe();
    m_open->signingKey.reset();
    // From here on it is read from the disk, where another program may have put back what was.
    m_open->database.forgetPages();
    if (const Result<> unchanged = compareAgain(*m_open); !unchanged)
        return unchanged;
    // Pages that were read have entries on them which no lease is about.
    m_open->database.forgetPages();
    if (!m_open->contents.wrong.isEmpty())
        return fail(ErrorCode::ChangedOutside, u"not as it was left"_s);
    m_narrowed = std::move(m_open);
    return {};
}

Result<> VaultSession::widen(crypto::SecretBytes vaultKey)
{
    if (!m_narrowed->manifestKey.equals(crypto::deriveSubKey(vaultKey, crypto::SubKey::Manifest).bytes()))
        return fail(ErrorCode::DamagedFile, u"vault.db does not belong to vault.keys"_s);
    if (const Result<> compared = compareAgain(*m_narrowed); !compared)
        return compared;
    m_narrowed->signingKey = crypto::SigningKey::of(vaultKey);
    m_narrowed->vaultKey = std::move(vaultKey);
    m_open = std::move(m_narrowed);
    return {};
}

} // namespace clavitor
