// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/RepeatedArgument.h"
#include "bridge/McpEndpoint.h"
#include "bridge/Operations.h"
#include "bridge/RestApi.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <functional>

/// An agent's call through the bridge's own parsers, up to the question the keeper gets; and the keeper's answer as that door words it.
namespace clavitor::test {

using namespace Qt::StringLiterals;

struct DoorCall {
    link::Question question;
    std::function<bridge::HttpResponse(link::Answer &)> respond;
};

/// As bridge/Gateway asks it.
[[nodiscard]] inline DoorCall callOf(bridge::Outcome outcome, const QByteArray &token)
{
    auto *const call = std::get_if<bridge::KeeperCall>(&outcome);
    if (!call)
        qFatal("the bridge answered by itself: %s", std::get<bridge::HttpResponse>(outcome).body.constData());
    DoorCall made;
    made.question.id = 7;
    made.question.token = token;
    made.question.requestId = u"req-1"_s;
    made.question.door = call->door;
    made.question.query = std::move(call->query);
    made.question.reason = std::move(call->reason);
    made.question.client = std::move(call->client);
    made.respond = std::move(call->respond);
    return made;
}

/// A tool's call as the REST request it is.
[[nodiscard]] inline DoorCall byRest(const QString &tool, const QJsonObject &arguments, const QByteArray &token)
{
    const bridge::Operation &operation = *bridge::findTool(tool);
    QByteArray path = operation.path.toByteArray();
    QByteArrayList query;
    QJsonObject body;
    for (const bridge::Parameter &parameter : bridge::restParameters(operation)) {
        if (!arguments.contains(parameter.name))
            continue;
        const QJsonValue value = arguments.value(parameter.name);
        const QByteArray text = QUrl::toPercentEncoding(value.toVariant().toString());
        switch (bridge::placeOf(operation, parameter)) {
        case bridge::Place::Path:
            path.replace("{id}", text);
            break;
        case bridge::Place::Query:
            query.append(QByteArray(parameter.nameInQuery().data(), parameter.nameInQuery().size()) + '=' + text);
            break;
        case bridge::Place::Body:
            body.insert(parameter.name, value);
            break;
        }
    }
    bridge::HttpRequest request;
    request.method = operation.method.toByteArray();
    request.target = query.isEmpty() ? path : path + '?' + query.join('&');
    request.host = "localhost:1984";
    request.token = token;
    request.fields = {{"user-agent"_ba, "agent/1"_ba}};
    if (request.method == "POST")
        request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    const bridge::Routing routing = bridge::route(request.method, request.path());
    return callOf(bridge::restOutcome(std::get<bridge::Route>(routing), request, u"req-1"_s), token);
}

enum class Era { Legacy, Modern };

/// One message to /mcp. `name` is what a modern one repeats in a header.
[[nodiscard]] inline DoorCall byMcp(const QString &method, QJsonObject params, const QString &name, const QByteArray &token, Era era)
{
    bridge::HttpRequest request;
    request.method = "POST";
    request.target = "/mcp";
    request.token = token;
    request.fields = {{"user-agent"_ba, "agent/1"_ba}};
    if (era == Era::Modern) {
        params.insert("_meta"_L1, QJsonObject{{"io.modelcontextprotocol/protocolVersion"_L1, "2026-07-28"_L1},
                                              {"io.modelcontextprotocol/clientInfo"_L1, QJsonObject{{"name"_L1, "agent"_L1}, {"version"_L1, "1"_L1}}},
                                              {"io.modelcontextprotocol/clientCapabilities"_L1, QJsonObject()}});
        request.fields += {{"mcp-protocol-version"_ba, "2026-07-28"_ba}, {"mcp-method"_ba, method.toUtf8()}, {"mcp-name"_ba, name.toUtf8()}};
        if (const QString type = params["arguments"_L1].toObject().value(link::repeated::Argument).toString(); name == link::repeated::Tool && !type.isEmpty())
            request.fields.append({link::repeated::Field, type.toUtf8()});
    }
    const QJsonObject message{{"jsonrpc"_L1, "2.0"_L1}, {"id"_L1, 1}, {"method"_L1, method}, {"params"_L1, params}};
    request.body = QJsonDocument(message).toJson(QJsonDocument::Compact);
    return callOf(bridge::mcpOutcome(request, u"req-1"_s), token);
}

[[nodiscard]] inline DoorCall byTool(const QString &tool, const QJsonObject &arguments, const QByteArray &token, Era era = Era::Legacy)
{
    return byMcp(u"tools/call"_s, {{"name"_L1, tool}, {"arguments"_L1, arguments}}, tool, token, era);
}

[[nodiscard]] inline QJsonObject bodyOf(const bridge::HttpResponse &response)
{
    return QJsonDocument::fromJson(response.body).object();
}

/// Of a tool's result the text block, as an object; empty when there is none.
[[nodiscard]] inline QJsonObject toolText(const bridge::HttpResponse &response)
{
    const QJsonObject result = bodyOf(response).value("result"_L1).toObject();
    return QJsonDocument::fromJson(result.value("content"_L1).toArray().first().toObject().value("text"_L1).toString().toUtf8()).object();
}

} // namespace clavitor::test
