// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/FieldKind.h"

#include <array>
#include <optional>
#include <span>

namespace clavitor {

/// How a Shared field reaches a key. A Personal field reaches none, whatever is set.
enum class Delivery {
    Show,       ///< the value is in the answer
    UseOnly,    ///< its name, for the person who uses it; never the value
    CodeOnly,   ///< one-time codes, never the seed they are made from
    Never,      ///< named, and nothing else
};

/// "show", "use-only", "code-only", "never": stored and sent.
[[nodiscard]] QLatin1StringView wireName(Delivery delivery);
[[nodiscard]] std::optional<Delivery> deliveryFromWireName(QStringView name);

/// What fits the kind: the seed of one-time codes is never shown, a passkey is of no use to an agent, and only a seed makes
/// codes. The nearest to `wanted` that does not give away more.
[[nodiscard]] Delivery fitting(Delivery wanted, FieldKind kind);

/// A kind whose value is a secret by itself, so that giving it counts: everything masked on screen, and notes, which hold
/// what people had no field for.
[[nodiscard]] bool isCredential(FieldKind kind);

} // namespace clavitor
