// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/session/HiddenKey.h"
#include "crypto/PersonalKey.h"
#include "crypto/Random.h"

#include <QString>

#include <memory>

namespace clavitor {

/// The Personal key between two views: after a secret of the person's opened Personal once, a presence check opens it again
/// while the program runs (SECURITY.md §5.3). Wrapped with a fresh key each time; the ciphertext lies in guarded memory and
/// the wrapping key out of it (HiddenKey), so that what reads the memory finds neither.
///
/// Not thread safe; vault thread. Nothing of it is ever written to a disk.
class SessionSlot {
public:
    explicit SessionSlot(crypto::RandomSource random = crypto::systemRandom(), HiddenKey::Maker hide = &HiddenKey::hide);

    /// Off: forgets, and keeps nothing. On by default.
    void setEnabled(bool enabled);
    /// In place of what it kept. Keeps nothing where there is no place to hide a key.
    void keep(const crypto::PersonalKeyPair &keys, const QString &vaultId);
    [[nodiscard]] bool holds() const { return m_key != nullptr; }
    /// PersonalShut: it holds nothing, or what it held was lost. Keeps it for the next time.
    [[nodiscard]] Result<crypto::PersonalKeyPair> open(const QString &vaultId);
    void forget();

private:
    crypto::RandomSource m_random;
    HiddenKey::Maker m_hide;
    bool m_isEnabled = true;
    crypto::SecretBytes m_box;
    std::unique_ptr<HiddenKey> m_key;
};

} // namespace clavitor
