// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <QString>
#include <QUuid>

#include <optional>

namespace clavitor {

/// An opaque 128-bit identifier that cannot be mixed up with another kind of id. UUIDv7 (RFC 9562 §5.7): sorts by
/// time of creation, the rest is random.
template<typename Tag>
struct Id {
    QUuid value;

    [[nodiscard]] bool isNull() const { return value.isNull(); }
    /// Lower case, with dashes, without braces: the wire form.
    [[nodiscard]] QString toString() const { return value.toString(QUuid::WithoutBraces); }
    [[nodiscard]] QByteArray toBytes() const { return value.toRfc4122(); }
    [[nodiscard]] static Id fromBytes(QByteArrayView bytes) { return {QUuid::fromRfc4122(bytes)}; }
    /// Accepts the wire form exactly as toString() writes it; anything else is nullopt.
    [[nodiscard]] static std::optional<Id> fromString(QStringView text)
    {
        Id id{QUuid::fromString(text)};
        if (id.isNull() || id.toString() != text)
            return std::nullopt;
        return id;
    }

    friend bool operator==(const Id &a, const Id &b) { return a.value == b.value; }
    friend bool operator<(const Id &a, const Id &b) { return a.value < b.value; }
    friend size_t qHash(const Id &id, size_t seed = 0) { return ::qHash(id.value, seed); }
};

using EntryId = Id<struct EntryTag>;
using ImportId = Id<struct ImportTag>;
using GrantId = Id<struct GrantTag>;
using ApprovalId = Id<struct ApprovalTag>;
using EntryRequestId = Id<struct EntryRequestTag>;

/// A fresh UUIDv7 from the system's randomness. `unixMilliseconds` is its time part.
[[nodiscard]] QUuid newUuid(qint64 unixMilliseconds);

} // namespace clavitor
