// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/LocalDoor.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>

namespace clavitor::link {

/// What clavitor-mcp is told: whose token to fetch, and which Clavitor to call. It reads them, and whoever writes or judges a client's
/// file does with the same. Holds no secret. A value.
struct ShimArguments {
    QString keyId;
    std::uint16_t port = DefaultPort;

    /// nullopt for what clavitor-mcp does not take.
    [[nodiscard]] static std::optional<ShimArguments> read(const QStringList &arguments);
    /// The port is named only where it is not the usual one.
    [[nodiscard]] QStringList list() const;
    bool operator==(const ShimArguments &) const = default;
};

constexpr qsizetype KeyIdLength = 8;
/// Whether `text` can be the id of a key, the part of its token that is not secret: 8 characters of base62.
[[nodiscard]] bool isKeyId(QStringView text);

} // namespace clavitor::link
