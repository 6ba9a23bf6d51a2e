// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/UnlockWay.h"

namespace clavitor {

using namespace Qt::StringLiterals;
using crypto::SlotKind;

QLatin1StringView wayWord(SlotKind kind)
{
    switch (kind) {
    case SlotKind::Keychain:
        return "keychain"_L1;
    case SlotKind::Recovery:
        return "recovery sheet"_L1;
    case SlotKind::SecurityKey:
        return "security key"_L1;
    case SlotKind::Tpm:
        return "TPM"_L1;
    case SlotKind::Password:
        break;
    }
    return "password"_L1;
}

} // namespace clavitor
