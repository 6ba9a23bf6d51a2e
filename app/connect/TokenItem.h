// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/Keychain.h"
#include "crypto/SecretText.h"

#include <QString>

namespace clavitor {

/// A key's token in the desktop's keychain, for clients that run a command for their headers: then it lies in no file. The item
/// is of our service, under the key's id, and holds the secret of the token; the rest of it can be worked out again.
///
/// UI thread, as the Keychain; every callback runs once, later.
namespace tokenItem {

using Found = std::move_only_function<void(Result<crypto::SecretText>)>;

/// The whole token. InvalidValue: that is no key's id; else as Keychain::read().
void read(Keychain &keychain, const QString &keyId, Found found);
/// Keeps the token under the id it names, in place of an earlier one of the same key. InvalidValue: it is no token; else as
/// Keychain::write().
void keep(Keychain &keychain, crypto::SecretText token, Keychain::Done done);
/// Also well when there was none: for a key that was revoked, or whose token now lies elsewhere.
void forget(Keychain &keychain, const QString &keyId, Keychain::Done done);
/// The same, of a token that works no more or that nobody is to fetch: what keeps it there goes to the log.
void forgetEnded(Keychain &keychain, const QString &keyId);

} // namespace tokenItem

} // namespace clavitor
