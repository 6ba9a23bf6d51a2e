// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Functions.h"

#include "bridge/Operations.h"
#include "bridge/ParameterSchema.h"

#include <QJsonArray>

namespace clavitor::bridge::functions {

using namespace Qt::StringLiterals;

namespace {

/// https://platform.openai.com/docs/guides/function-calling. Not strict: that would make every argument required.
QJsonObject forOpenAi(const Operation &operation, const QJsonObject &schema)
{
    return {{"type"_L1, "function"_L1},
            {"name"_L1, operation.name},
            {"description"_L1, operation.description},
            {"parameters"_L1, schema},
            {"strict"_L1, false}};
}

/// https://docs.anthropic.com/en/docs/agents-and-tools/tool-use
QJsonObject forAnthropic(const Operation &operation, const QJsonObject &schema)
{
    return {{"name"_L1, operation.name}, {"description"_L1, operation.description}, {"input_schema"_L1, schema}};
}

/// https://ai.google.dev/api/caching#FunctionDeclaration. Its `parameters` know a part of OpenAPI 3.0 only, its
/// `parametersJsonSchema` all of JSON Schema.
QJsonObject forGemini(const Operation &operation, const QJsonObject &schema)
{
    return {{"name"_L1, operation.name},
            {"description"_L1, operation.description},
            {"parametersJsonSchema"_L1, schema}};
}

QString placeName(const Operation &operation, const Parameter &parameter)
{
    switch (placeOf(operation, parameter)) {
    case Place::Path:
        return u"path"_s;
    case Place::Query:
        return u"query:"_s + parameter.nameInQuery();
    case Place::Body:
        return u"body"_s;
    }
    return {};
}

QJsonObject callOf(const Operation &operation, const QString &base)
{
    QJsonObject places;
    for (const Parameter &parameter : toolParameters(operation))
        places.insert(parameter.name, placeName(operation, parameter));
    return {{"method"_L1, QString::fromLatin1(operation.method)},
            {"url"_L1, QString(base + QString::fromLatin1(operation.path))},
            {"place"_L1, places}};
}

} // namespace

QJsonObject definitions(QStringView format, const QString &base)
{
    QJsonArray tools;
    QJsonObject calls;
    for (const Operation &operation : operations()) {
        if (!operation.isTool())
            continue;
        const QJsonObject schema = objectSchemaOf(toolParameters(operation));
        if (format == "openai"_L1)
            tools.append(forOpenAi(operation, schema));
        else if (format == "anthropic"_L1)
            tools.append(forAnthropic(operation, schema));
        else
            tools.append(forGemini(operation, schema));
        calls.insert(operation.name, callOf(operation, base));
    }
    if (format == "gemini"_L1)
        tools = {QJsonObject{{"functionDeclarations"_L1, tools}}};
    return {{"format"_L1, format.toString()}, {"tools"_L1, tools}, {"calls"_L1, calls}};
}

} // namespace clavitor::bridge::functions
