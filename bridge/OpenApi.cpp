// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/OpenApi.h"

#include "bridge/AnswerSchemas.h"
#include "bridge/Operations.h"
#include "bridge/ParameterSchema.h"

#include <QJsonArray>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

QJsonObject reference(const QString &name)
{
    return {{"$ref"_L1, QString(u"#/components/"_s + name)}};
}

QJsonObject jsonContent(const QJsonObject &schema)
{
    return {{"application/json"_L1, QJsonObject{{"schema"_L1, schema}}}};
}

QJsonObject response(QLatin1StringView description, const QJsonObject &schema)
{
    return {{"description"_L1, description}, {"content"_L1, jsonContent(schema)}};
}

QJsonObject retryAfter()
{
    return {{"Retry-After"_L1, QJsonObject{{"description"_L1, "Seconds to wait"_L1},
                                           {"schema"_L1, QJsonObject{{"type"_L1, "integer"_L1}}}}}};
}

QJsonObject parameterObject(const Operation &operation, const Parameter &parameter)
{
    const bool isInPath = placeOf(operation, parameter) == Place::Path;
    QJsonObject schema = schemaOf(parameter);
    const QJsonValue description = schema.take("description"_L1);
    return {{"name"_L1, isInPath ? parameter.name : parameter.nameInQuery()},
            {"in"_L1, isInPath ? "path"_L1 : "query"_L1},
            {"required"_L1, parameter.isRequired},
            {"description"_L1, description},
            {"schema"_L1, schema}};
}

QJsonObject responses(const Operation &operation)
{
    QJsonObject all{{"200"_L1, response("The answer"_L1, operation.answerSchema())},
                    {"4XX"_L1, reference(u"responses/Refused"_s)},
                    {"5XX"_L1, reference(u"responses/Refused"_s)}};
    if (operation.mayWait)
        all.insert("202"_L1, reference(u"responses/Pending"_s));
    if (!operation.isOpen)
        all.insert("401"_L1, reference(u"responses/Unauthorized"_s));
    return all;
}

QJsonObject operationObject(const Operation &operation)
{
    QJsonObject object{{"operationId"_L1, operation.name},
                       {"summary"_L1, operation.title},
                       {"description"_L1, operation.description},
                       {"responses"_L1, responses(operation)}};
    QJsonArray parameters;
    std::vector<Parameter> body;
    for (const Parameter &parameter : restParameters(operation)) {
        if (placeOf(operation, parameter) == Place::Body)
            body.push_back(parameter);
        else
            parameters.append(parameterObject(operation, parameter));
    }
    if (!parameters.isEmpty())
        object.insert("parameters"_L1, parameters);
    if (!body.empty())
        object.insert("requestBody"_L1, QJsonObject{{"required"_L1, true}, {"content"_L1, jsonContent(objectSchemaOf(body))}});
    if (operation.isOpen)
        object.insert("security"_L1, QJsonArray());
    return object;
}

QJsonObject components()
{
    QJsonObject pending = response("The person is being asked: make the same call again, or ask at `poll` how it stands"_L1, schemas::pending());
    pending.insert("headers"_L1, retryAfter());
    QJsonObject refused = response("What went wrong, and what to do next"_L1, schemas::error());
    refused.insert("headers"_L1, retryAfter());
    QJsonObject unauthorized = response("No valid key was sent"_L1, schemas::error());
    unauthorized.insert("headers"_L1, QJsonObject{{"WWW-Authenticate"_L1, QJsonObject{{"schema"_L1, QJsonObject{{"type"_L1, "string"_L1}}}}}});
    return {{"securitySchemes"_L1,
             QJsonObject{{"key"_L1, QJsonObject{{"type"_L1, "http"_L1},
                                                {"scheme"_L1, "bearer"_L1},
                                                {"description"_L1, "A key that the person made in Clavitor, for this agent"_L1}}}}},
            {"responses"_L1, QJsonObject{{"Pending"_L1, pending}, {"Refused"_L1, refused}, {"Unauthorized"_L1, unauthorized}}}};
}

} // namespace

QJsonObject openApi(const QString &base)
{
    QJsonObject paths;
    for (const Operation &operation : operations()) {
        if (operation.source == Operation::Source::Mcp)
            continue;
        const QString path = QString::fromLatin1(operation.path);
        QJsonObject item = paths.value(path).toObject();
        item.insert(QString::fromLatin1(operation.method).toLower(), operationObject(operation));
        paths.insert(path, item);
    }
    const QJsonObject info{{"title"_L1, "Clavitor"_L1},
                           {"version"_L1, QLatin1StringView(link::ApiVersion)},
                           {"summary"_L1, "The credentials a person shares with their agents"_L1},
                           {"description"_L1,
                            "Every call but /health needs a key in the header Authorization. Personal fields are always "
                            "[REDACTED]. Each decision is on record before its answer leaves."_L1}};
    return {{"openapi"_L1, "3.1.0"_L1},
            {"info"_L1, info},
            {"servers"_L1, QJsonArray{QJsonObject{{"url"_L1, base}}}},
            {"security"_L1, QJsonArray{QJsonObject{{"key"_L1, QJsonArray()}}}},
            {"paths"_L1, paths},
            {"components"_L1, components()}};
}

} // namespace clavitor::bridge
