// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/PersonalSeal.h"
#include "crypto/SecretBytes.h"

#include <cstdint>
#include <string>

namespace clavitor {

/// What an open vault needs to write Personal fields, and to tell whether a stored one is its own. Reading them takes
/// the PersonalKeyPair, which is not here. `manifestKey` is owned by the session and outlives the stores.
struct SealingKeys {
    std::string vaultId;
    std::uint32_t epoch = 1;    ///< VaultHeader::epoch
    crypto::PersonalPublicKey personalKey;
    const crypto::SecretBytes *manifestKey = nullptr;
};

} // namespace clavitor
