// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TemporaryVault.h"

#include <QTest>

#include <optional>

namespace clavitor::test {

/// Something of everything a vault can hold: Shared and Personal fields, earlier versions of both, an entry in the trash, keys
/// with a policy, what one of them was allowed. Personal is left as it was.
Result<> fillForReplacement(OpenVault &open, int entries);

/// Everything in it that a person or an agent could get, as text; `personal` opens what is Personal.
QStringList everythingIn(OpenVault &open, const crypto::PersonalKeyPair *personal);

/// The answer of Vault::replaceKeys(), which takes the event loop.
Result<KeysReplaced> replaceKeys(Vault &vault, const crypto::SecretText &password = TemporaryVault::password());

/// The verdict on the whole log; Personal is open.
LogVerdict verifiedLog(Vault &vault, const QByteArray &notes = {});

} // namespace clavitor::test
