// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/LoopbackAddress.h"
#include "app/link/PortUser.h"
#include "crypto/SecretText.h"

#include <QString>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>

namespace clavitor {

/// Gets values from the vault that runs on this computer, by the port agents use and with an agent's key. The vault answers
/// only who runs its own program, and may ask the person first: a call blocks until they have answered. One thread, without an event loop.
class ValueSource {
public:
    struct Parts {
        std::uint16_t port = 1984;
        crypto::SecretText token;
        QString reason;                                 ///< of the agent, for the person; may be empty
        std::chrono::milliseconds patience{90'000};     ///< for one value, the person's minute included
        std::function<std::optional<link::PortUser>(link::LoopbackAddress, std::uint16_t)> whoListens = &link::userOfPort;
    };
    explicit ValueSource(Parts parts);

    /// Or what happened and what to do, in sentences.
    [[nodiscard]] std::expected<crypto::SecretText, QString> value(const QString &reference, const QString &command) const;

private:
    Parts m_parts;
};

} // namespace clavitor
