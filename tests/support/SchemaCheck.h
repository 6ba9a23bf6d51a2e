// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <cmath>

namespace clavitor::test {

/// Whether a value is what a JSON schema says: types, enumerations, required members, items, and `anyOf`, which is all our own
/// schemas are made of. Stricter than JSON Schema in one: a member that an object's properties do not name does not conform,
/// since an answer that has more than is described is described wrongly.
[[nodiscard]] inline bool conforms(const QJsonValue &value, const QJsonObject &schema)
{
    using namespace Qt::StringLiterals;
    const QJsonValue type = schema.value("type"_L1);
    const auto is = [&](const QString &name) {
        return (name == "object"_L1 && value.isObject()) || (name == "array"_L1 && value.isArray()) ||
               (name == "string"_L1 && value.isString()) || (name == "boolean"_L1 && value.isBool()) ||
               (name == "null"_L1 && value.isNull()) || (name == "number"_L1 && value.isDouble()) ||
               (name == "integer"_L1 && value.isDouble() && std::floor(value.toDouble()) == value.toDouble());
    };
    bool fits = type.isString() && is(type.toString());
    for (const QJsonValue &one : schema.value("anyOf"_L1).toArray())
        fits = fits || conforms(value, one.toObject());
    if (const QJsonArray choices = schema.value("enum"_L1).toArray(); !choices.isEmpty())
        fits = fits && choices.contains(value);
    for (const QJsonValue &required : schema.value("required"_L1).toArray())
        fits = fits && value.toObject().contains(required.toString());
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end() && !properties.isEmpty(); ++member)
        fits = fits && properties.contains(member.key()) && conforms(member.value(), properties.value(member.key()).toObject());
    for (const QJsonValue &item : value.toArray())
        fits = fits && conforms(item, schema.value("items"_L1).toObject());
    return fits;
}

} // namespace clavitor::test
