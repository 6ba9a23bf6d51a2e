// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Router.h"

#include <algorithm>
#include <array>
#include <optional>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

struct Row
{
    QByteArrayView path;    ///< a trailing {id} stands for one segment
    QByteArrayView methods; ///< as Allow lists them
    Endpoint endpoint;
    bool mayHavePrefix;
};

constexpr std::array Table{
    Row{"/health", "GET", Endpoint::Health, false},
    Row{"/api/status", "GET", Endpoint::Status, true},
    Row{"/api/entries", "GET", Endpoint::Entries, true},
    Row{"/api/entries/{id}", "GET", Endpoint::Entry, true},
    Row{"/api/search", "GET", Endpoint::Search, true},
    Row{"/api/ext/totp/{id}", "GET", Endpoint::Totp, true},
    Row{"/api/generate", "GET", Endpoint::Generate, true},
    Row{"/mcp", "POST", Endpoint::Mcp, true},
};

constexpr qsizetype VaultIdSize = 12;
constexpr qsizetype MaxEntryId = 64;

bool isVaultId(QByteArrayView text)
{
    // Crockford's base32 in lower case: no i, l, o, u.
    return text.size() == VaultIdSize && std::all_of(text.begin(), text.end(), [](char c) {
               return QByteArrayView("0123456789abcdefghjkmnpqrstvwxyz").contains(c);
           });
}

bool isEntryId(QByteArrayView text)
{
    return !text.isEmpty() && text.size() <= MaxEntryId && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

/// What {id} stands for, empty for a path without one; nullopt when the path is another.
std::optional<QByteArrayView> match(const Row &row, QByteArrayView path)
{
    constexpr QByteArrayView placeholder = "{id}";
    if (!row.path.endsWith(placeholder))
        return path == row.path ? std::optional(QByteArrayView()) : std::nullopt;
    const QByteArrayView fixed = row.path.chopped(placeholder.size());
    if (!path.startsWith(fixed) || !isEntryId(path.sliced(fixed.size())))
        return std::nullopt;
    return path.sliced(fixed.size());
}

bool allows(QByteArrayView methods, QByteArrayView method)
{
    return methods == method;
}

} // namespace

Routing route(QByteArrayView method, QByteArrayView path)
{
    QByteArrayView prefix;
    if (path.size() > VaultIdSize + 1 && path[VaultIdSize + 1] == '/' &&
        isVaultId(path.sliced(1, VaultIdSize))) {
        prefix = path.sliced(1, VaultIdSize);
        path = path.sliced(VaultIdSize + 1);
    }
    for (const Row &row : Table) {
        const std::optional<QByteArrayView> id = match(row, path);
        if (!id || (!prefix.isEmpty() && !row.mayHavePrefix))
            continue;
        if (!allows(row.methods, method))
            return NoSuchMethod{row.methods.toByteArray()};
        return Route{row.endpoint, QString::fromLatin1(prefix), QString::fromLatin1(*id)};
    }
    return NoSuchPath{};
}

} // namespace clavitor::bridge
