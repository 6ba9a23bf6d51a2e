// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareKey.h"
#include "crypto/Random.h"

#include <string>

namespace clavitor {

/// The TPM 2.0 of this computer: 32 random bytes sealed by it under a PIN (TPM 2.0 Library, Part 3: TPM2_Create, TPM2_Unseal).
///
/// The parent is an ECC primary of the owner hierarchy made anew each time from a fixed template, so nothing is stored in the
/// TPM. The PIN is the object's authorisation and counts towards the TPM's own protection against guessing. Secrets and PIN
/// cross to the chip encrypted, in a session salted to the primary whose name is in the parameters: a listener on the bus
/// reads neither, and another chip in its place is noticed. Not bound to what the computer booted.
///
/// Errors beside HardwareKey's: TpmAbsent, TpmDenied, TpmForeign, TpmLockout, TpmFailed. Any one thread at a time.
class TpmKey : public HardwareKey {
public:
    static constexpr std::size_t ShortestPin = 6; ///< characters
    /// The kernel's resource manager, which gives each program a TPM of its own.
    static constexpr const char *SystemTpm = "device:/dev/tpmrm0";

    /// `connection` as tss2's loader takes it.
    explicit TpmKey(std::string connection = SystemTpm, crypto::RandomSource random = crypto::systemRandom());

    [[nodiscard]] QStringList present() const override;
    [[nodiscard]] Result<Enrolled> enrol(const crypto::SecretText &pin, const QString &label, const HardwareCall &call) override;
    [[nodiscard]] Result<Opened> open(std::span<const Parameters> ways, const crypto::SecretText &pin,
                                      const HardwareCall &call) override;

private:
    std::string m_connection;
    crypto::RandomSource m_random;
};

} // namespace clavitor
