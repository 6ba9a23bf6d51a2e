// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/McpTalk.h"

namespace clavitor::bridge {

int Talk::errorCode() const
{
    return json().value("error"_L1).toObject().value("code"_L1).toInt();
}

QByteArray Talk::text() const
{
    return result().value("content"_L1).toArray().at(0).toObject().value("text"_L1).toString().toUtf8();
}

Talk talk(const QByteArray &body, const Fields &fields, const QByteArray &token, const Script &script)
{
    HttpRequest request;
    request.method = "POST"_ba;
    request.target = "/mcp"_ba;
    request.body = body;
    request.fields = fields;
    request.token = token;
    Outcome outcome = mcpOutcome(request, u"req_test"_s);
    if (auto *response = std::get_if<HttpResponse>(&outcome))
        return {std::move(*response), std::nullopt};
    KeeperCall &call = std::get<KeeperCall>(outcome);
    link::Question question;
    question.door = call.door;
    question.token = token;
    question.reason = call.reason;
    question.client = call.client;
    question.query = call.query;
    link::Answer answer = script(question);
    return {call.respond(answer), question};
}

Script saying(link::Status status, int seconds)
{
    if (status == link::Status::Unauthorized && seconds == 7)
        seconds = 0;
    return [status, seconds](const link::Question &question) { return link::Answer{question.id, status, {}, {}, seconds}; };
}

QByteArray message(const QByteArray &method, const QByteArray &params, const QByteArray &id)
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params + "}";
}

Talk modern(const QByteArray &method, const QByteArray &params, const QByteArray &name, const Script &script, const Fields &repeated)
{
    Fields fields{{"mcp-protocol-version"_ba, "2026-07-28"_ba}, {"mcp-method"_ba, method}};
    if (!name.isEmpty())
        fields.append({"mcp-name"_ba, name});
    fields += repeated;
    return talk(message(method, "{" + params + (params.isEmpty() ? "" : ",") + ModernMeta + "}"), fields,
                ScriptedKeeper::Token, script);
}

} // namespace clavitor::bridge
