// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpEndpoint.h"

#include "app/link/Wipe.h"
#include "bridge/McpCatalog.h"
#include "bridge/McpTools.h"
#include "bridge/McpVersions.h"

#include <QJsonDocument>

#include <optional>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// One message being answered.
struct Call
{
    RpcMessage message;
    McpEra era = McpEra::Legacy;
    QString requestId;
    QString client;
};

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// The members every modern result has, as the tail of an object that already has others.
const QByteArray &modernTail()
{
    static const QByteArray tail = [] {
        const QByteArray meta = compact({{mcp::MetaServerInfo, mcp::serverInfo()}});
        return QByteArray(R"(,"resultType":"complete","_meta":)" + meta);
    }();
    return tail;
}
/// Of lists, discovery and resources: an answer is nobody else's and is never kept.
constexpr QByteArrayView CacheTail = R"(,"ttlMs":0,"cacheScope":"private")";

/// `result` (a serialised object with members) completed for its era.
QByteArray completed(QByteArray result, McpEra era, bool isCacheable)
{
    if (era == McpEra::Legacy)
        return result;
    result.chop(1);
    if (result.size() == 1)
        return result.append(modernTail().sliced(1))
            .append(isCacheable ? CacheTail : QByteArrayView())
            .append('}');
    return result.append(modernTail()).append(isCacheable ? CacheTail : QByteArrayView()).append('}');
}

HttpResponse success(const Call &call, QByteArray result, bool isCacheable = false)
{
    return HttpResponse::json(
        rpcResult(call.message.id, completed(std::move(result), call.era, isCacheable)));
}

/// The transport's part of an error (2026-07-28, "Streamable HTTP"): what is wrong with the message itself is
/// an HTTP error, a method that failed is not.
HttpResponse failure(RpcError error, McpEra era)
{
    int status = 200;
    switch (error.code) {
    case rpc::ParseError:
    case rpc::InvalidRequest:
    case rpc::HeaderMismatch:
    case rpc::UnsupportedProtocolVersion:
        status = 400;
        break;
    case rpc::MethodNotFound:
        status = era == McpEra::Modern ? 404 : 200;
        break;
    default:
        break;
    }
    return HttpResponse::json(rpcFailure(error), status);
}

HttpResponse failure(const Call &call, int code, QString message, QJsonObject data = {})
{
    return failure(RpcError{code, std::move(message), std::move(data), call.message.id}, call.era);
}

/// An answer that is the same for everybody with a key. The keeper is asked whether this is a key; while it
/// is locked it cannot tell, and the answer gives nothing away.
KeeperCall forAnyKey(const QString &requestId, const QString &client, HttpResponse response)
{
    KeeperCall keeper;
    keeper.door = link::Door::Mcp;
    keeper.query = link::AuthenticateQuery{};
    keeper.client = client;
    keeper.respond = [requestId, response = std::move(response)](link::Answer &answer) -> HttpResponse {
        switch (answer.status) {
        case link::Status::Ok:
        case link::Status::Locked:
        case link::Status::KeyPaused:
        case link::Status::KeyFrozen:
        case link::Status::ActionNotAllowed:
            return response;
        default:
            return errorResponse(apiError(answer.status, answer.detail, answer.retryAfterSeconds), requestId);
        }
    };
    return keeper;
}

KeeperCall forAnyKey(const Call &call, HttpResponse response)
{
    return forAnyKey(call.requestId, call.client, std::move(response));
}

/// Refused before the method mattered: an HTTP error, as the transport has it.
bool isAboutTheCaller(link::Status status)
{
    return status == link::Status::Unauthorized || status == link::Status::WrongVault;
}

KeeperCall ask(const Call &call, link::Query query, QString reason,
               std::function<HttpResponse(link::Answer &)> respond)
{
    return {link::Door::Mcp, std::move(query), std::move(reason), call.client, std::move(respond)};
}

// ---- tools
// --------------------------------------------------------------------------------------------------------

/// What the agent can act on: the error object as text, and no structured content, which would have to fit
/// the schema.
HttpResponse toolFailure(const Call &call, const ApiError &error)
{
    const QByteArray text = compact({{"error"_L1, errorObject(error, call.requestId)}});
    return success(call,
                   R"({"content":[{"type":"text","text":)" + jsonString(text) + R"(}],"isError":true})");
}

HttpResponse toolSuccess(const Call &call, const QByteArray &body)
{
    QByteArray text = jsonString(body);
    QByteArray result;
    result.reserve(text.size() + body.size() + 512);
    result.append(R"({"content":[{"type":"text","text":)").append(text);
    result.append(R"(}],"structuredContent":)").append(body).append(R"(,"isError":false})");
    link::wipe(text);
    return success(call, std::move(result));
}

Outcome callTool(const Call &call)
{
    const QJsonObject &params = call.message.params;
    const McpTool *const tool = findTool(params.value("name"_L1).toString());
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
        const ApiError error = apiError(answer.status, answer.detail, answer.retryAfterSeconds);
        if (isAboutTheCaller(answer.status))
            return errorResponse(error, call.requestId);
        return toolFailure(call, error);
    });
}

// ---- resources
// ----------------------------------------------------------------------------------------------------

std::optional<link::Query> resourceQuery(const QString &uri)
{
    if (uri == mcp::StatusUri)
        return link::StatusQuery{};
    if (uri == mcp::EntriesUri)
        return link::ListQuery{{}, {}, {}, 100};
    const QString prefix = mcp::EntriesUri + u'/';
    const QString id = uri.startsWith(prefix) ? uri.sliced(prefix.size()) : QString();
    if (id.isEmpty() || id.size() > 64 || id.contains(u'/') || id.contains(u'?') || id.contains(u'#') ||
        id.contains(u'%'))
        return std::nullopt;
    return link::ReadQuery{id, true};
}

HttpResponse noSuchResource(const Call &call)
{
    return failure(call, call.era == McpEra::Modern ? rpc::InvalidParams : rpc::LegacyResourceNotFound,
                   u"Resource not found"_s,
                   {{"uri"_L1, call.message.params.value("uri"_L1).toString().left(200)}});
}

Outcome readResource(const Call &call)
{
    const QString uri = call.message.params.value("uri"_L1).toString();
    std::optional<link::Query> query = resourceQuery(uri);
    if (!query)
        return forAnyKey(call, noSuchResource(call));
    return ask(call, std::move(*query), {}, [call, uri](link::Answer &answer) {
        if (answer.status == link::Status::Ok) {
            const QByteArray contents = R"({"contents":[{"uri":)" + jsonString(uri.toUtf8()) +
                                        R"(,"mimeType":"application/json","text":)" +
                                        jsonString(answer.body) + "}]}";
            return success(call, contents, true);
        }
        const ApiError error = apiError(answer.status, answer.detail, answer.retryAfterSeconds);
        if (isAboutTheCaller(answer.status))
            return errorResponse(error, call.requestId);
        if (answer.status == link::Status::NotFound)
            return noSuchResource(call);
        return failure(call, rpc::InternalError, error.message, errorObject(error, call.requestId));
    });
}

// ---- the rest
// -----------------------------------------------------------------------------------------------------

Outcome list(const Call &call, const QJsonObject &all)
{
    const QJsonValue cursor = call.message.params.value("cursor"_L1);
    if (!cursor.isUndefined() && !cursor.isNull())
        return forAnyKey(call,
                         failure(call, rpc::InvalidParams, u"There is one page; leave the cursor out."_s));
    return forAnyKey(call, success(call, compact(all), true));
}

Outcome initialize(const Call &call)
{
    const QString requested = call.message.params.value("protocolVersion"_L1).toString();
    const bool isOffered = requested == mcp::LatestLegacy || requested == mcp::EarlierLegacy;
    return forAnyKey(
        call,
        success(call, compact({{"protocolVersion"_L1, isOffered ? requested : QString(mcp::LatestLegacy)},
                               {"capabilities"_L1, mcp::capabilities()},
                               {"serverInfo"_L1, mcp::serverInfo()},
                               {"instructions"_L1, mcp::instructions()}})));
}

Outcome discover(const Call &call)
{
    return forAnyKey(call, success(call,
                                   compact({{"supportedVersions"_L1, mcp::supportedVersions()},
                                            {"capabilities"_L1, mcp::capabilities()},
                                            {"instructions"_L1, mcp::instructions()}}),
                                   true));
}

Outcome ping(const Call &call)
{
    return forAnyKey(call, success(call, "{}"_ba));
}
Outcome listTools(const Call &call)
{
    return list(call, mcp::toolList());
}
Outcome listResources(const Call &call)
{
    return list(call, mcp::resourceList());
}
Outcome listTemplates(const Call &call)
{
    return list(call, mcp::resourceTemplateList());
}
Outcome listPrompts(const Call &call)
{
    return list(call, mcp::promptList());
}

Outcome getPrompt(const Call &call)
{
    const std::expected<QJsonObject, QString> prompt =
        mcp::prompt(call.message.params.value("name"_L1).toString(),
                    call.message.params.value("arguments"_L1).toObject());
    return forAnyKey(call, prompt ? success(call, compact(*prompt))
                                  : failure(call, rpc::InvalidParams, prompt.error()));
}

struct Method
{
    QLatin1StringView name;
    bool isLegacy;
    bool isModern;
    Outcome (*answer)(const Call &);
};

constexpr Method Methods[]{
    {"initialize"_L1, true, false, initialize},
    {"server/discover"_L1, false, true, discover},
    {"ping"_L1, true, false, ping},
    {"tools/list"_L1, true, true, listTools},
    {"tools/call"_L1, true, true, callTool},
    {"resources/list"_L1, true, true, listResources},
    {"resources/templates/list"_L1, true, true, listTemplates},
    {"resources/read"_L1, true, true, readResource},
    {"prompts/list"_L1, true, true, listPrompts},
    {"prompts/get"_L1, true, true, getPrompt},
};

QString clientOf(const RpcMessage &message, const HttpRequest &request)
{
    const QJsonObject info =
        message.params.value("_meta"_L1).toObject().value(mcp::MetaClientInfo).toObject();
    const QString name = info.value("name"_L1).toString();
    if (name.isEmpty())
        return untrustedText(QString::fromUtf8(request.field("user-agent")), link::MaxClient);
    return untrustedText(name + u'/' + info.value("version"_L1).toString(), link::MaxClient);
}

} // namespace

Outcome mcpOutcome(const HttpRequest &request, const QString &requestId)
{
    if (request.token.isEmpty())
        return errorResponse(apiError(Refusal{Problem::Unauthorized, {}}), requestId);
    if (!request.query().isEmpty())
        return errorResponse(apiError(Refusal{Problem::BadRequest, u"This path takes no parameters."_s}),
                             requestId);

    std::expected<RpcMessage, RpcError> message = readRpc(request.body);
    if (!message)
        return forAnyKey(requestId, {}, failure(std::move(message.error()), McpEra::Legacy));
    const std::expected<McpEra, RpcError> era = eraOf(*message, request.fields);
    if (!era) {
        HttpResponse refused = failure(era.error(), McpEra::Modern);
        refused.status = 400;
        return forAnyKey(requestId, {}, std::move(refused));
    }
    Call call{std::move(*message), *era, requestId, {}};
    call.client = clientOf(call.message, request);
    if (call.message.kind != RpcMessage::Kind::Request)
        return forAnyKey(call, HttpResponse{202, {}, {}, {}});
    for (const Method &method : Methods)
        if (call.message.method == method.name &&
            (call.era == McpEra::Legacy ? method.isLegacy : method.isModern))
            return method.answer(call);
    return forAnyKey(call, failure(call, rpc::MethodNotFound, u"Method not found"_s));
}

} // namespace clavitor::bridge
