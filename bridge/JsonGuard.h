// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QJsonValue>
#include <QString>

#include <expected>

namespace clavitor::bridge {

struct JsonLimits
{
    int depth = 32;     ///< arrays and objects within each other
    int nodes = 10'000; ///< values of any kind
};

/// Checks that `text` is one JSON value that has a single reading (RFC 8259, and of RFC 7493 what makes it
/// so): UTF-8 throughout and without a byte order mark, no lone surrogates, no key twice in an object, finite
/// numbers, nothing behind the value, within the limits. QJsonDocument lets all of these pass (F8), so it
/// only sees what passed here. The error is a sentence with the offset in bytes.
[[nodiscard]] std::expected<void, QString> checkJson(QByteArrayView text, const JsonLimits &limits = {});

/// checkJson() and then parsing. Accepts objects and arrays.
[[nodiscard]] std::expected<QJsonValue, QString> parseJson(QByteArrayView text,
                                                           const JsonLimits &limits = {});

} // namespace clavitor::bridge
