// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/RestApi.h"

#include "bridge/Functions.h"
#include "bridge/JsonGuard.h"
#include "bridge/OpenApi.h"

#include <QJsonDocument>

#include <algorithm>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

using ArgumentsOrReason = std::expected<Arguments, QString>;

ArgumentsOrReason argumentsFromBody(const HttpRequest &request, std::span<const Parameter> parameters)
{
    if (!request.query().isEmpty())
        return std::unexpected(u"This path takes its arguments in the body, not in the query."_s);
    const std::expected<QJsonValue, QString> body = parseJson(request.body);
    if (!body)
        return std::unexpected(body.error());
    if (!body->isObject())
        return std::unexpected(u"The body must be a JSON object."_s);
    return argumentsFromJson(body->toObject(), parameters);
}

/// Each from its place, and the one that stands in the path.
ArgumentsOrReason argumentsOf(const Route &route, const HttpRequest &request)
{
    const Operation &operation = *route.operation;
    std::vector<Parameter> parameters = restParameters(operation);
    const auto inPath = std::ranges::find(parameters, Place::Path, [&operation](const Parameter &parameter) {
        return placeOf(operation, parameter);
    });
    if (inPath == parameters.end())
        return operation.method == "POST" ? argumentsFromBody(request, parameters)
                                          : argumentsFromQuery(request.query(), parameters);
    const Parameter named = *inPath;
    parameters.erase(inPath);
    ArgumentsOrReason arguments = argumentsFromQuery(request.query(), parameters);
    std::expected<ArgumentValue, QString> id = argumentFromText(named, route.id);
    if (!id)
        return std::unexpected(std::move(id.error()));
    if (arguments)
        arguments->set(named.name, std::move(*id));
    return arguments;
}

/// Where this request came in, as it would name it itself.
QString baseOf(const Route &route, const HttpRequest &request)
{
    const QString server = u"http://"_s + QString::fromLatin1(request.host).toLower();
    return route.vaultPrefix.isEmpty() ? server : server + u'/' + route.vaultPrefix;
}

HttpResponse document(const QJsonObject &object)
{
    return HttpResponse::json(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

HttpResponse answered(link::Answer &answer, const QString &requestId)
{
    switch (answer.status) {
    case link::Status::Ok:
        return HttpResponse::json(std::move(answer.body));
    case link::Status::Pending: {
        HttpResponse response = HttpResponse::json(std::move(answer.body), 202);
        response.fields.append({"Retry-After"_ba, QByteArray::number(answer.retryAfterSeconds)});
        return response;
    }
    default:
        return errorResponse(apiError(answer.status, answer.detail, answer.retryAfterSeconds), requestId);
    }
}

} // namespace

Outcome restOutcome(const Route &route, const HttpRequest &request, const QString &requestId)
{
    const Operation &operation = *route.operation;
    const QString client = untrustedText(QString::fromUtf8(request.field("user-agent")), link::MaxClient);
    if (!operation.isOpen && request.token.isEmpty())
        return withoutToken(link::Door::Rest, requestId, client);
    const ArgumentsOrReason arguments = argumentsOf(route, request);
    std::expected<link::Query, QString> query = arguments ? operation.question(*arguments) : std::unexpected(arguments.error());
    if (!query) {
        HttpResponse refusal = errorResponse(apiError(Refusal{Problem::BadRequest, query.error()}), requestId);
        // What is wrong with the arguments is told to whoever has a key; else keys could be tried without being counted.
        if (operation.isOpen)
            return refusal;
        return forAnyKey(link::Door::Rest, requestId, client, std::move(refusal));
    }
    switch (operation.source) {
    case Operation::Source::OpenApi:
        return forAnyKey(link::Door::Rest, requestId, client, document(openApi(baseOf(route, request))));
    case Operation::Source::Functions:
        return forAnyKey(
            link::Door::Rest, requestId, client,
            document(functions::definitions(arguments->text("format"_L1), baseOf(route, request))));
    case Operation::Source::Keeper:
    case Operation::Source::Mcp:
        break;
    }
    return KeeperCall{link::Door::Rest, std::move(*query), arguments->text(ReasonParameter.name), client,
                      [requestId](link::Answer &answer) { return answered(answer, requestId); }};
}

} // namespace clavitor::bridge
