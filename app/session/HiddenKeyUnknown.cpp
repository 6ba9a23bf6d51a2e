// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/HiddenKey.h"

namespace clavitor {

std::unique_ptr<HiddenKey> HiddenKey::inKeyring(const crypto::SecretBytes &)
{
    return nullptr;
}

std::unique_ptr<HiddenKey> HiddenKey::inSecretMemory(const crypto::SecretBytes &)
{
    return nullptr;
}

std::unique_ptr<HiddenKey> HiddenKey::hide(const crypto::SecretBytes &)
{
    return nullptr;
}

} // namespace clavitor
