// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/SecretBytes.h"

#include <functional>

namespace clavitor {

/// The desktop's keychain as far as a vault needs it: one secret of 32 bytes for each set of a vault's keys, by its name.
///
/// Lives on the UI thread. Every call is asynchronous: its callback runs once, later, on the UI thread, and not at all
/// when the Keychain has been destroyed before. Nothing is ever written as a consequence of a failed read (P9): a locked
/// or absent keychain is reported and left alone.
class Keychain {
public:
    /// Bytes in the secret; anything of another size in the keychain is KeychainBrokenItem.
    static constexpr std::size_t SecretSize = 32;

    using Found = std::move_only_function<void(Result<crypto::SecretBytes>)>;
    using Done = std::move_only_function<void(Result<>)>;

    Keychain() = default;
    Keychain(const Keychain &) = delete;
    Keychain &operator=(const Keychain &) = delete;
    virtual ~Keychain() = default;

    /// KeychainNoItem only when the keychain is open and has none; KeychainElsewhere when another one beside it has or may have it; KeychainLocked, KeychainAbsent, KeychainDenied,
    /// KeychainBrokenItem, KeychainTimeout (10 s), KeychainFailed otherwise.
    virtual void read(const QString &item, Found found) = 0;
    /// Succeeds when the secret was read back and is the same. Another one that is there already stays:
    /// KeychainWrongItem; one that cannot be read (locked …) is that error. One elsewhere is left there.
    virtual void write(const QString &item, crypto::SecretBytes secret, Done done) = 0;
    /// Succeeds also when there was none.
    virtual void remove(const QString &item, Done done) = 0;
    /// Has the desktop ask the person for what opens a locked keychain, in a window of the desktop's own, and waits for them:
    /// KeychainStaysLocked when they close it, KeychainDenied when it refuses, KeychainTimeout after two minutes, KeychainAbsent, KeychainFailed. Reads nothing.
    virtual void open(const QString &item, Done done) = 0;
};

} // namespace clavitor
