// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/Signature.h"

#include <vector>

namespace clavitor {

class Database;

/// A key that signed the log's checkpoints until all keys of the vault were replaced. It counts for the rows there were then
/// and for no later one: who has found the old keys since can sign with them.
struct FormerSigner {
    crypto::VerifyingKey key{};
    qint64 upTo = 0;            ///< the last row it may speak of
    bool operator==(const FormerSigner &) const = default;
};

/// Oldest first; none in most vaults. Vault thread. DamagedFile when they cannot be read.
[[nodiscard]] Result<std::vector<FormerSigner>> formerSigners(Database &database);
[[nodiscard]] Result<> addFormerSigner(Database &database, const FormerSigner &signer);

} // namespace clavitor
