// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Router.h"

#include <algorithm>
#include <optional>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype VaultIdSize = 12;
constexpr qsizetype MaxId = 64;

bool isVaultId(QByteArrayView text)
{
    // Crockford's base32 in lower case: no i, l, o, u.
    return text.size() == VaultIdSize && std::all_of(text.begin(), text.end(), [](char c) {
               return QByteArrayView("0123456789abcdefghjkmnpqrstvwxyz").contains(c);
           });
}

/// What {id} stands for, empty for a path without one; nullopt when the path is another.
std::optional<QByteArrayView> match(const Operation &operation, QByteArrayView path)
{
    constexpr QByteArrayView placeholder = "{id}";
    if (!operation.hasIdInPath())
        return path == operation.path ? std::optional(QByteArrayView()) : std::nullopt;
    const QByteArrayView fixed = operation.path.chopped(placeholder.size());
    if (!path.startsWith(fixed) || !isId(path.sliced(fixed.size())))
        return std::nullopt;
    return path.sliced(fixed.size());
}

} // namespace

bool isId(QByteArrayView text)
{
    return !text.isEmpty() && text.size() <= MaxId && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

Routing route(QByteArrayView method, QByteArrayView path)
{
    QByteArrayView prefix;
    if (path.size() > VaultIdSize + 1 && path[VaultIdSize + 1] == '/' &&
        isVaultId(path.sliced(1, VaultIdSize))) {
        prefix = path.sliced(1, VaultIdSize);
        path = path.sliced(VaultIdSize + 1);
    }
    QByteArray allowed;
    for (const Operation &operation : operations()) {
        const std::optional<QByteArrayView> id = match(operation, path);
        if (!id || (!prefix.isEmpty() && operation.isOpen))
            continue;
        if (operation.method == method)
            return Route{&operation, QString::fromLatin1(prefix), QString::fromLatin1(*id)};
        allowed.append(allowed.isEmpty() ? "" : ", ").append(operation.method);
    }
    if (!allowed.isEmpty())
        return NoSuchMethod{allowed};
    return NoSuchPath{};
}

} // namespace clavitor::bridge
