// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpEndpoint.h"

#include "bridge/McpCall.h"
#include "bridge/McpCatalog.h"
#include "bridge/McpVersions.h"

#include <algorithm>
#include <array>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

Outcome list(const McpCall &call, const QJsonObject &all)
{
    const QJsonValue cursor = call.message.params.value("cursor"_L1);
    if (!cursor.isUndefined() && !cursor.isNull())
        return forAnyKey(call,
                         failure(call, rpc::InvalidParams, u"There is one page; leave the cursor out."_s));
    return forAnyKey(call, success(call, all, true));
}

Outcome initialize(const McpCall &call)
{
    const QString requested = call.message.params.value("protocolVersion"_L1).toString();
    const bool isOffered = requested == mcp::LatestLegacy || requested == mcp::EarlierLegacy;
    return forAnyKey(
        call,
        success(call, QJsonObject{{"protocolVersion"_L1, isOffered ? requested : QString(mcp::LatestLegacy)},
                                  {"capabilities"_L1, mcp::capabilities(call.era)},
                                  {"serverInfo"_L1, mcp::serverInfo()},
                                  {"instructions"_L1, mcp::instructions()}}));
}

Outcome discover(const McpCall &call)
{
    return forAnyKey(call, success(call,
                                   QJsonObject{{"supportedVersions"_L1, mcp::supportedVersions()},
                                               {"capabilities"_L1, mcp::capabilities(call.era)},
                                               {"instructions"_L1, mcp::instructions()}},
                                   true));
}

Outcome ping(const McpCall &call)
{
    return forAnyKey(call, success(call, "{}"_ba));
}
Outcome listTools(const McpCall &call)
{
    return list(call, mcp::toolList(call.era));
}
Outcome listResources(const McpCall &call)
{
    return list(call, mcp::resourceList());
}
Outcome listTemplates(const McpCall &call)
{
    return list(call, mcp::resourceTemplateList());
}
Outcome listPrompts(const McpCall &call)
{
    return list(call, mcp::promptList());
}

Outcome getPrompt(const McpCall &call)
{
    const std::expected<QJsonObject, QString> prompt =
        mcp::prompt(call.message.params.value("name"_L1).toString(),
                    call.message.params.value("arguments"_L1).toObject());
    return forAnyKey(call, prompt ? success(call, *prompt)
                                  : failure(call, rpc::InvalidParams, prompt.error()));
}

/// Of RFC 5424, the values of LoggingLevel.
constexpr std::array LogLevels{"debug"_L1, "info"_L1, "notice"_L1, "warning"_L1, "error"_L1, "critical"_L1, "alert"_L1, "emergency"_L1};

Outcome setLogLevel(const McpCall &call)
{
    const QString level = call.message.params.value("level"_L1).toString();
    const bool isKnown = std::ranges::any_of(LogLevels, [&level](QLatin1StringView known) { return level == known; });
    return forAnyKey(call, isKnown ? success(call, "{}"_ba) : failure(call, rpc::InvalidParams, u"Unknown log level"_s));
}

struct Method
{
    QLatin1StringView name;
    bool isLegacy;
    bool isModern;
    Outcome (*answer)(const McpCall &);
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
    {"completion/complete"_L1, true, true, complete},
    {"logging/setLevel"_L1, true, false, setLogLevel},
};

QString clientOf(const HttpRequest &request)
{
    return untrustedText(QString::fromUtf8(request.field("user-agent")), link::MaxClient);
}

QString clientOf(const RpcMessage &message, const HttpRequest &request)
{
    const QJsonObject info =
        message.params.value("_meta"_L1).toObject().value(mcp::MetaClientInfo).toObject();
    const QString name = info.value("name"_L1).toString();
    if (name.isEmpty())
        return clientOf(request);
    return untrustedText(name + u'/' + info.value("version"_L1).toString(), link::MaxClient);
}

} // namespace

Outcome mcpOutcome(const HttpRequest &request, const QString &requestId)
{
    if (request.token.isEmpty())
        return withoutToken(link::Door::Mcp, requestId, clientOf(request));
    if (!request.query().isEmpty())
        return errorResponse(apiError(Refusal{Problem::BadRequest, u"This path takes no parameters."_s}),
                             requestId);

    std::expected<RpcMessage, RpcError> message = readRpc(request.body);
    if (!message)
        return forAnyKey(link::Door::Mcp, requestId, clientOf(request), rpcErrorResponse(message.error(), McpEra::Legacy));
    const std::expected<McpEra, RpcError> era = eraOf(*message, request.fields);
    if (!era) {
        HttpResponse refused = rpcErrorResponse(era.error(), McpEra::Modern);
        refused.status = 400;
        return forAnyKey(link::Door::Mcp, requestId, clientOf(request), std::move(refused));
    }
    McpCall call{std::move(*message), *era, requestId, {}};
    call.client = clientOf(call.message, request);
    if (call.message.kind != RpcMessage::Kind::Request) {
        KeeperCall taken = forAnyKey(call, HttpResponse{202, {}, {}, {}});
        if (call.message.method == "notifications/cancelled"_L1)
            taken.cancels = rpcId(call.message.params.value("requestId"_L1));
        return taken;
    }
    for (const Method &method : Methods)
        if (call.message.method == method.name &&
            (call.era == McpEra::Legacy ? method.isLegacy : method.isModern))
            return method.answer(call);
    return forAnyKey(call, failure(call, rpc::MethodNotFound, u"Method not found"_s));
}

} // namespace clavitor::bridge
