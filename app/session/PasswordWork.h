// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/session/UnlockWay.h"
#include "app/session/WorkStop.h"
#include "crypto/KeySlots.h"
#include "crypto/PasswordHash.h"
#include "crypto/PersonalKey.h"
#include "crypto/Random.h"
#include "crypto/SecretBytes.h"
#include "crypto/SecretText.h"
#include "crypto/VaultHeader.h"

#include <functional>
#include <vector>

/// What a master password takes: Argon2id, about a second each time. Pure functions of copies, so that any thread may run
/// them while the vault's own thread goes on answering. Passwords come normalised (PasswordStrength.h).
namespace clavitor {

/// The Argon2id cost of a new vault. Passed in, so that tests need not calibrate.
using PasswordCost =
    std::function<std::expected<crypto::Calibration, crypto::CryptoError>(const crypto::RandomSource &random)>;

/// About a second on this machine (SECURITY.md §5.1).
[[nodiscard]] PasswordCost calibratedCost();

/// Work to run once, on any thread. It holds its secrets and wipes them with itself.
template<typename T>
using PasswordWork = std::move_only_function<Result<T>()>;

/// A header and the vault key it wraps.
struct HeaderAndKey {
    crypto::VaultHeader header;
    crypto::SecretBytes vaultKey;
};

using HeaderKey = std::function<std::expected<crypto::SecretBytes, crypto::CryptoError>(const crypto::VaultHeader &)>;
/// The first header that `keyOf` opens, newest first. Those that somebody without the key has changed are passed over, but not one
/// that is genuine and does not open any more: what was changed or taken away stays so when a copy was left behind.
[[nodiscard]] Result<HeaderAndKey> openFirst(const std::vector<crypto::VaultHeader> &headers, const HeaderKey &keyOf,
                                             ErrorCode wrongKey);

[[nodiscard]] Result<HeaderAndKey> makeKeys(const QString &name, crypto::SecretText password, const PasswordCost &cost,
                                            const crypto::RandomSource &random);

// What works on a vault that is there ends with Locked once `stop` was stopped: looked at after each run of Argon2id, and before a
// key is opened. So that no key is in memory while a run takes its second, all of them come first; a password is wiped when it has
// had its run.
/// By the password, as openFirst().
[[nodiscard]] Result<HeaderAndKey> openFirstWithPassword(const std::vector<crypto::VaultHeader> &headers, crypto::SecretText password,
                                                         const WorkStop &stop);
/// Whether the password's slot of `header` gives these keys to `hash`. A slot that memory or processor spoiled would shut the vault for
/// good, so the ones below are opened before they are handed on. Internal.
[[nodiscard]] Result<> provePassword(const crypto::VaultHeader &header, const crypto::SecretBytes &hash, const crypto::OpenedKeys &keys);
/// The header with `next` in the place of the password that waits in `stop`, at the same cost; at `cost` when the old one was set
/// with less memory than usual and more can be had now. The new password is hashed once: the second run that would prove the hash itself
/// is left out, as a change takes two runs already.
[[nodiscard]] Result<crypto::VaultHeader> withPassword(crypto::VaultHeader header, WorkStop &stop, crypto::SecretText next,
                                                       const PasswordCost &cost, const crypto::RandomSource &random);
/// The header with one more way, which the password's keys are wrapped for; its secret waits in `stop`.
[[nodiscard]] Result<crypto::VaultHeader> withWay(crypto::VaultHeader header, crypto::SecretSlot slot, WorkStop &stop,
                                                  crypto::SecretText password, const crypto::RandomSource &random);
/// The header with `next` in the place of whatever password it had, wrapped with the keys that the secret in `stop` opens `by` this
/// way. `wrongSecret` when it does not. The password is hashed twice, and comes out the same.
[[nodiscard]] Result<crypto::VaultHeader> withNewPassword(crypto::VaultHeader header, WayName by, WorkStop &stop,
                                                          crypto::SecretText next, const PasswordCost &cost,
                                                          const crypto::RandomSource &random, ErrorCode wrongSecret);
/// What replaces all keys of a vault, and the Personal keys that what there is was sealed with.
struct NextKeys {
    crypto::VaultHeader before;
    crypto::VaultHeader header;
    crypto::SecretBytes vaultKey;           ///< of `header`
    crypto::PersonalKeyPair personalKeys;   ///< of `before`
};
/// At the cost of the password there is, or at `cost` as withPassword() tells. The new header was opened once when it returns, with
/// a hash of the password that came out the same twice.
[[nodiscard]] Result<NextKeys> nextKeys(crypto::VaultHeader header, crypto::SecretText password, const PasswordCost &cost,
                                        const crypto::RandomSource &random, const WorkStop &stop);
[[nodiscard]] Result<crypto::PersonalKeyPair> personalKeysOf(const crypto::VaultHeader &header, crypto::SecretText password,
                                                             const WorkStop &stop);

} // namespace clavitor
