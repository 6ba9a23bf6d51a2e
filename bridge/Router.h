// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <variant>

namespace clavitor::bridge {

enum class Endpoint { Health, Status, Entries, Entry, Search, Totp, Generate, Mcp };

struct Route
{
    Endpoint endpoint = Endpoint::Health;
    QString vaultPrefix; ///< the /<vault_id>/ in front, empty for the short form
    QString entryId;     ///< what stands for {id}, if the path has one
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

/// The paths of CONTRACT and nothing else. Compared byte by byte as sent: a percent sign, a dot segment, a
/// double or a trailing slash make an unknown path. A pure function.
[[nodiscard]] Routing route(QByteArrayView method, QByteArrayView path);

} // namespace clavitor::bridge
