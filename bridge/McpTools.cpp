// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpTools.h"

#include "app/link/Wipe.h"
#include "bridge/McpCall.h"
#include "bridge/ParameterSchema.h"

#include <QJsonDocument>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// What the agent can act on: the error object as text, and no structured content, which would have to fit
/// the schema.
HttpResponse toolFailure(const McpCall &call, const QJsonObject &error)
{
    const QByteArray text = QJsonDocument(QJsonObject{{"error"_L1, error}}).toJson(QJsonDocument::Compact);
    return success(call, R"({"content":[{"type":"text","text":)" + jsonString(text) + R"(}],"isError":true})");
}

HttpResponse toolFailure(const McpCall &call, const ApiError &error)
{
    return toolFailure(call, errorObject(error, call.requestId));
}

/// With what waits and where, so that an agent that can also speak REST may ask there.
HttpResponse stillWaiting(const McpCall &call, const link::Answer &answer)
{
    const QJsonObject waiting = QJsonDocument::fromJson(answer.body).object();
    const ApiError pending = waiting.contains("request"_L1) ? requestPending(answer.retryAfterSeconds)
                                                            : apiError(answer.status, answer.detail, answer.retryAfterSeconds);
    QJsonObject error = errorObject(pending, call.requestId);
    for (auto member = waiting.begin(); member != waiting.end(); ++member)
        error.insert(member.key(), member.value());
    return toolFailure(call, error);
}

HttpResponse toolSuccess(const McpCall &call, const QByteArray &body)
{
    QByteArray text = jsonString(body);
    QByteArray result;
    result.reserve(text.size() + body.size() + 512);
    result.append(R"({"content":[{"type":"text","text":)").append(text);
    result.append(R"(}],"structuredContent":)").append(body).append(R"(,"isError":false})");
    link::wipe(text);
    return success(call, std::move(result));
}

/// Says which arguments are repeated: `x-mcp-header` of Streamable HTTP, "Custom Headers from Tool Parameters".
QJsonObject withHeaders(QJsonObject schema, std::span<const Parameter> parameters)
{
    QJsonObject properties = schema.value("properties"_L1).toObject();
    for (const Parameter &parameter : parameters) {
        if (parameter.header.isEmpty())
            continue;
        QJsonObject property = properties.value(parameter.name).toObject();
        property.insert("x-mcp-header"_L1, parameter.header);
        properties.insert(parameter.name, property);
    }
    schema.insert("properties"_L1, properties);
    return schema;
}

} // namespace

QJsonObject describeTool(const Operation &tool, McpEra era)
{
    const std::vector<Parameter> parameters = toolParameters(tool);
    const QJsonObject annotations{{"title"_L1, tool.title},
                                  {"readOnlyHint"_L1, tool.isReadOnly},
                                  {"destructiveHint"_L1, false},
                                  {"idempotentHint"_L1, true},
                                  {"openWorldHint"_L1, false}};
    return {{"name"_L1, tool.name},
            {"title"_L1, tool.title},
            {"description"_L1, tool.description},
            {"inputSchema"_L1, era == McpEra::Modern ? withHeaders(objectSchemaOf(parameters), parameters) : objectSchemaOf(parameters)},
            {"outputSchema"_L1, tool.answerSchema()},
            {"annotations"_L1, annotations}};
}

std::expected<ToolQuestion, QString> toolQuestion(const Operation &tool, const QJsonObject &arguments)
{
    const std::vector<Parameter> parameters = toolParameters(tool);
    const std::expected<Arguments, QString> checked = argumentsFromJson(arguments, parameters);
    if (!checked)
        return std::unexpected(checked.error());
    std::expected<link::Query, QString> query = tool.question(*checked);
    if (!query)
        return std::unexpected(std::move(query.error()));
    return ToolQuestion{std::move(*query), checked->text(ReasonParameter.name)};
}

Outcome callTool(const McpCall &call)
{
    const QJsonObject &params = call.message.params;
    const Operation *const tool = findTool(params.value("name"_L1).toString());
    if (!tool)
        return forAnyKey(call, failure(call, rpc::InvalidParams, u"Unknown tool"_s));
    const QJsonValue arguments = params.value("arguments"_L1);
    if (!arguments.isUndefined() && !arguments.isNull() && !arguments.isObject())
        return forAnyKey(call, failure(call, rpc::InvalidParams, u"\"arguments\" must be an object."_s));
    std::expected<ToolQuestion, QString> question = toolQuestion(*tool, arguments.toObject());
    if (!question)
        return forAnyKey(call, toolFailure(call, apiError(Refusal{Problem::BadRequest, question.error()})));
    return ask(call, std::move(question->query), std::move(question->reason), [call](link::Answer &answer) {
        if (answer.status == link::Status::Ok)
            return toolSuccess(call, answer.body);
        if (answer.status == link::Status::Pending)
            return stillWaiting(call, answer);
        const ApiError error = apiError(answer.status, answer.detail, answer.retryAfterSeconds);
        if (isAboutTheCaller(answer.status))
            return errorResponse(error, call.requestId);
        return toolFailure(call, error);
    });
}

} // namespace clavitor::bridge
