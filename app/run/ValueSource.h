// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"

#include <QString>

#include <chrono>
#include <expected>

namespace clavitor {

/// Gets values from the vault that runs on this computer, through the bridge's own door and with an agent's key. The vault answers
/// only who runs its own program, and may ask the person first: a call blocks until they have answered. One thread, without an event loop.
class ValueSource {
public:
    struct Parts {
        QString door;                                   ///< link::doorPath()
        crypto::SecretText token;
        QString reason;                                 ///< of the agent, for the person; may be empty
        std::chrono::milliseconds patience{90'000};     ///< for one value, the person's minute included
    };
    explicit ValueSource(Parts parts);

    /// Or what happened and what to do, in sentences.
    [[nodiscard]] std::expected<crypto::SecretText, QString> value(const QString &reference, const QString &command) const;

private:
    Parts m_parts;
};

} // namespace clavitor
