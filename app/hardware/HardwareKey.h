// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/SecretBytes.h"
#include "crypto/SecretText.h"

#include <QStringList>

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace clavitor {

/// What a person does while hardware works: they may stop it, and they are told when it waits for them.
struct HardwareCall {
    enum class Step {
        Working,    ///< nothing to do
        Touch,      ///< it waits for a touch
        TouchAgain, ///< and for one more: the first one registered, this one reads
    };
    std::stop_token stop;
    std::function<void(Step)> step; ///< on the thread that called; may be empty

    void tell(Step now) const
    {
        if (step)
            step(now);
    }
};

/// A piece of hardware that makes the 32-byte secret of a key slot, and makes the same one again when it is asked with what
/// it gave beside it.
///
/// Its calls block, for as long as a person takes: for a thread made for that, never the windows' or the vault's. One
/// call at a time. Holds no secret between calls. A call that fails has changed nothing of the vault's and can be repeated;
/// an enrolment stopped half-way leaves nothing behind on the hardware that takes room or opens anything.
class HardwareKey {
public:
    static constexpr std::size_t SecretSize = 32;
    /// Bytes that parameters have at most.
    static constexpr std::size_t LargestParameters = 4096;

    /// Public: they lie in the vault's header and are worth nothing without the hardware.
    using Parameters = std::vector<std::byte>;

    struct Enrolled {
        Parameters parameters;
        crypto::SecretBytes secret;
    };
    struct Opened {
        std::size_t way = 0; ///< which of the parameters it was
        crypto::SecretBytes secret;
    };

    HardwareKey() = default;
    HardwareKey(const HardwareKey &) = delete;
    HardwareKey &operator=(const HardwareKey &) = delete;
    virtual ~HardwareKey() = default;

    /// The names of what is there now, in a person's words; empty when nothing is. Quick: does not talk to the hardware.
    [[nodiscard]] virtual QStringList present() const = 0;

    /// A new secret. `label` is what the person calls it; the hardware may show it. Errors: those of the kind, Cancelled ·
    /// HardwareWrongPin · InvalidValue: a PIN that cannot be one.
    [[nodiscard]] virtual Result<Enrolled> enrol(const crypto::SecretText &pin, const QString &label,
                                                 const HardwareCall &call) = 0;

    /// The secret of the first of these `ways` that this hardware knows. Errors as before, and DamagedFile: parameters that
    /// this kind never made, or that were changed since.
    [[nodiscard]] virtual Result<Opened> open(std::span<const Parameters> ways, const crypto::SecretText &pin,
                                              const HardwareCall &call) = 0;
};

} // namespace clavitor
