// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SubKeys.h"

#include "crypto/KeyDerivation.h"

namespace clavitor::crypto {

SecretBytes deriveSubKey(const SecretBytes &vaultKey, SubKey purpose)
{
    return deriveKey(vaultKey, static_cast<std::uint64_t>(purpose), "CLVAULT_");
}

} // namespace clavitor::crypto
