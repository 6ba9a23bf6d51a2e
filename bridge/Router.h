// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/Operations.h"

#include <QByteArray>

#include <variant>

namespace clavitor::bridge {

struct Route
{
    const Operation *operation = nullptr; ///< of operations(), never null
    QString vaultPrefix;                  ///< the /<vault_id>/ in front, empty for the short form
    QString id;                           ///< what stands for {id}, if the path has one
    bool operator==(const Route &) const = default;
};

struct NoSuchPath
{
    bool operator==(const NoSuchPath &) const = default;
};
struct NoSuchMethod
{
    QByteArray allow; ///< value for the Allow field
    bool operator==(const NoSuchMethod &) const = default;
};

using Routing = std::variant<Route, NoSuchPath, NoSuchMethod>;

/// The paths of operations() and nothing else. Compared byte by byte as sent: a percent sign, a dot segment, a
/// double or a trailing slash make an unknown path. A pure function.
[[nodiscard]] Routing route(QByteArrayView method, QByteArrayView path);

/// What may stand for {id}: 1 to 64 of A–Z, a–z, 0–9, - and _.
[[nodiscard]] bool isId(QByteArrayView text);

} // namespace clavitor::bridge
