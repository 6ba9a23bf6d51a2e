// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareKey.h"
#include "app/hardware/SecurityKeyPort.h"
#include "crypto/Random.h"

namespace clavitor {

class SecurityKeyWire;

/// A FIDO2 security key with the extension hmac-secret (CTAP 2.1, §12.5).
///
/// A slot is a credential of its own that is not resident, so it takes no room on the key and the key lists it to nobody, and a
/// random salt. The key's HMAC over the salt, hashed with our label, is the secret. Where the key has a PIN at enrolment
/// the credential is protected by it (credProtect 3): without the PIN the key does not answer to it. A key that has a PIN and
/// cannot do that is unsuited, as it gives the same secret without. A key without a PIN opens by a touch: who holds it and the file
/// opens the vault; a PIN typed for it is SecurityKeyNoPin.
///
/// With several ways the key is asked without a touch which is its own. The PIN may be empty: SecurityKeyPinNeeded says when
/// that does not do. Errors beside HardwareKey's: all of SecurityKey….
class SecurityKey : public HardwareKey {
public:
    explicit SecurityKey(std::unique_ptr<SecurityKeyPort> port, crypto::RandomSource random = crypto::systemRandom());
    /// How long a person has for a touch; for tests.
    SecurityKey(std::unique_ptr<SecurityKeyPort> port, crypto::RandomSource random, std::chrono::milliseconds touchTime);
    ~SecurityKey() override;

    [[nodiscard]] QStringList present() const override;
    [[nodiscard]] Result<Enrolled> enrol(const crypto::SecretText &pin, const QString &label, const HardwareCall &call) override;
    [[nodiscard]] Result<Opened> open(std::span<const Parameters> ways, const crypto::SecretText &pin,
                                      const HardwareCall &call) override;

private:
    [[nodiscard]] Result<std::unique_ptr<SecurityKeyLine>> theOnlyKey();
    [[nodiscard]] Result<std::unique_ptr<SecurityKeyWire>> reach(const crypto::SecretText &pin, const HardwareCall &call);

    std::unique_ptr<SecurityKeyPort> m_port;
    crypto::RandomSource m_random;
    std::chrono::milliseconds m_touchTime;
};

} // namespace clavitor
