// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/VaultSession.h"
#include "app/store/ReencryptedCopy.h"

/// What the sources of VaultSession share; for no one else.
namespace clavitor {

[[nodiscard]] inline std::unexpected<Error> failLocked()
{
    return fail(ErrorCode::Locked, QStringLiteral("the vault is locked"));
}

struct VaultSession::Opened {
    crypto::SecretBytes vaultKey;
    crypto::SecretBytes tokenKey;
    crypto::SecretBytes manifestKey;
    Database database;
    Manifest::Report contents;
    std::optional<crypto::SigningKey> signingKey = crypto::SigningKey::of(vaultKey);
    bool isByFormerKeys = false; ///< by the header of before, in the place of two copies that could not be read
    bool isHeaderOwed = false;  ///< the database could not be told of the header in use
};

/// All keys on their way from one set to the next.
struct VaultSession::Replacement {
    crypto::VaultHeader header;             ///< the next
    crypto::SecretBytes vaultKey;           ///< the next; gone once `other` has it
    crypto::SecretBytes manifestKey;        ///< the next
    crypto::PersonalKeyPair personalKeys;   ///< those of before
    std::optional<Database> database;       ///< the next, while it is filled
    std::optional<ReencryptedCopy> copy;    ///< gone before both databases are
    qint64 total = 0;
    bool passedHalf = false;
    std::unique_ptr<Opened> other;          ///< the next once it is written; after the switch the one of before
    bool isProved = false;                  ///< `other` was read back
    std::vector<crypto::VaultHeader> headers;   ///< of before, after the switch
    bool isPlaceOurs = false;               ///< what lay where the new file goes is aside
};

} // namespace clavitor
