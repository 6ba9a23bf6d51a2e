// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"

#include <cstdint>

namespace clavitor::crypto {

/// What the vault key is used for, one key each. The numbers are part of the format.
enum class SubKey : std::uint64_t {
    Database = 1, ///< SQLCipher's raw key
    Token = 2,    ///< pepper of the agents' token digests
    Manifest = 3, ///< MACs: header, Personal records, row manifest; each with its own label
    Export = 4,   ///< reserved for encrypted exports
    Checkpoint = 5, ///< seed of the Ed25519 key that signs checkpoints of the audit log
};

/// 32 bytes by crypto_kdf (BLAKE2b, context "CLVAULT_") of a 32-byte vault key; another size is
/// std::invalid_argument.
[[nodiscard]] SecretBytes deriveSubKey(const SecretBytes &vaultKey, SubKey purpose);

} // namespace clavitor::crypto
