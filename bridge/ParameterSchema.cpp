// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/ParameterSchema.h"

#include <QJsonArray>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

QJsonObject schemaOf(const Parameter &parameter)
{
    QJsonObject schema{{"description"_L1, parameter.description}};
    switch (parameter.kind) {
    case Parameter::Kind::Text: {
        schema.insert("type"_L1, "string"_L1);
        schema.insert("maxLength"_L1, parameter.most);
        QJsonArray choices;
        for (const QLatin1StringView choice : parameter.choices)
            choices.append(choice);
        if (!choices.isEmpty())
            schema.insert("enum"_L1, choices);
        break;
    }
    case Parameter::Kind::Texts:
        schema.insert("type"_L1, "array"_L1);
        schema.insert("items"_L1, QJsonObject{{"type"_L1, "string"_L1}, {"maxLength"_L1, parameter.mostEach}});
        schema.insert("maxItems"_L1, parameter.most);
        break;
    case Parameter::Kind::Number:
        schema.insert("type"_L1, "integer"_L1);
        schema.insert("minimum"_L1, parameter.least);
        schema.insert("maximum"_L1, parameter.most);
        break;
    case Parameter::Kind::Flag:
        schema.insert("type"_L1, "boolean"_L1);
        break;
    }
    return schema;
}

QJsonObject objectSchemaOf(std::span<const Parameter> parameters)
{
    QJsonObject properties;
    QJsonArray required;
    for (const Parameter &parameter : parameters) {
        properties.insert(parameter.name, schemaOf(parameter));
        if (parameter.isRequired)
            required.append(parameter.name);
    }
    QJsonObject schema{
        {"type"_L1, "object"_L1}, {"properties"_L1, properties}, {"additionalProperties"_L1, false}};
    if (!required.isEmpty())
        schema.insert("required"_L1, required);
    return schema;
}

} // namespace clavitor::bridge
