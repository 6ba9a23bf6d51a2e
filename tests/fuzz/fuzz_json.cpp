// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/JsonGuard.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace clavitor::bridge;

namespace {

void must(bool holds)
{
    if (!holds)
        std::abort();
}

struct Shape {
    int depth = 0;
    int nodes = 0;
};

void measure(const QJsonValue &value, int depth, Shape &shape)
{
    ++shape.nodes;
    if (value.isArray() || value.isObject())
        shape.depth = std::max(shape.depth, depth + 1);
    if (value.isString())
        must(value.toString().isValidUtf16());
    for (const QJsonValue &item : value.toArray())
        measure(item, depth + 1, shape);
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        must(member.key().isValidUtf16());
        measure(member.value(), depth + 1, shape);
    }
}

QByteArray written(const QJsonValue &value)
{
    return (value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject())).toJson(QJsonDocument::Compact);
}

} // namespace

/// Hostile bytes as a body: what is let in is within the limits, is what QJsonDocument reads, and reads the same written anew.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const JsonLimits limits;
    const auto checked = checkJson(text);
    const auto parsed = parseJson(text);
    if (!checked) {
        must(!checked.error().isEmpty() && !parsed);
        return 0;
    }
    if (!parsed)
        return 0; // neither an object nor an array
    must(text.isValidUtf8() && !text.startsWith("\xef\xbb\xbf"));
    must(!QJsonDocument::fromJson(text).isNull());
    Shape shape;
    measure(*parsed, 0, shape);
    must(shape.depth <= limits.depth && shape.nodes <= limits.nodes);
    const auto again = parseJson(written(*parsed));
    must(again.has_value() && *again == *parsed);
    // A tighter limit refuses and does not cut off.
    if (shape.nodes > 1)
        must(!checkJson(text, {limits.depth, shape.nodes - 1}));
    must(checkJson(text, {shape.depth, shape.nodes}).has_value());
    if (shape.depth > 0)
        must(!checkJson(text, {shape.depth - 1, limits.nodes}));
    return 0;
}
