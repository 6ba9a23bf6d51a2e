// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/RestApi.h"

#include "bridge/Operations.h"

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

const Operation *operationOf(Endpoint endpoint)
{
    switch (endpoint) {
    case Endpoint::Status:
        return &operations::Status;
    case Endpoint::Entries:
        return &operations::List;
    case Endpoint::Entry:
        return &operations::Read;
    case Endpoint::Search:
        return &operations::Search;
    case Endpoint::Totp:
        return &operations::Totp;
    case Endpoint::Generate:
        return &operations::Generate;
    case Endpoint::Health:
    case Endpoint::Mcp:
        break;
    }
    return nullptr;
}

/// The arguments of the query, and the one that stands in the path.
std::expected<Arguments, QString> argumentsOf(const Route &route, const HttpRequest &request,
                                              const Operation &operation)
{
    if (route.entryId.isEmpty())
        return argumentsFromQuery(request.query(), operation.parameters);
    std::expected<Arguments, QString> arguments = argumentsFromQuery(request.query(), {});
    if (arguments)
        arguments->set("id"_L1, route.entryId);
    return arguments;
}

} // namespace

Outcome restOutcome(const Route &route, const HttpRequest &request, const QString &requestId)
{
    KeeperCall call;
    call.door = link::Door::Rest;
    call.client = untrustedText(QString::fromUtf8(request.field("user-agent")), link::MaxClient);
    call.respond = [requestId](link::Answer &answer) {
        if (answer.status == link::Status::Ok)
            return HttpResponse::json(std::move(answer.body));
        return errorResponse(apiError(answer.status, answer.detail, answer.retryAfterSeconds), requestId);
    };
    const auto refuse = [&requestId](Refusal refusal) { return errorResponse(apiError(refusal), requestId); };

    const Operation *const operation = operationOf(route.endpoint);
    if (!operation) {
        if (!request.query().isEmpty())
            return refuse({Problem::BadRequest, u"This path takes no parameters."_s});
        call.query = link::HealthQuery{};
        return call;
    }
    if (request.token.isEmpty())
        return refuse({Problem::Unauthorized, {}});
    const std::expected<Arguments, QString> arguments = argumentsOf(route, request, *operation);
    if (!arguments)
        return refuse({Problem::BadRequest, arguments.error()});
    std::expected<link::Query, QString> query = operation->question(*arguments);
    if (!query)
        return refuse({Problem::BadRequest, query.error()});
    call.query = std::move(*query);
    return call;
}

} // namespace clavitor::bridge
