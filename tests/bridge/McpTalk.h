// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/McpEndpoint.h"
#include "tests/support/ScriptedKeeper.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <functional>
#include <optional>

/// One message to the MCP endpoint, with a keeper that answers from a script.
namespace clavitor::bridge {

using namespace Qt::StringLiterals;
using clavitor::tests::ScriptedKeeper;

struct Talk
{
    HttpResponse response;
    std::optional<link::Question> question; ///< what the keeper was asked, if it was
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(response.body).object(); }
    [[nodiscard]] QJsonObject result() const { return json().value("result"_L1).toObject(); }
    [[nodiscard]] int errorCode() const
    {
        return json().value("error"_L1).toObject().value("code"_L1).toInt();
    }
    /// The text block of a tool's result.
    [[nodiscard]] QByteArray text() const
    {
        return result().value("content"_L1).toArray().at(0).toObject().value("text"_L1).toString().toUtf8();
    }
};

using Fields = QList<HttpField>;
using Script = std::function<link::Answer(const link::Question &)>;

inline Talk talk(const QByteArray &body, const Fields &fields = {}, const QByteArray &token = ScriptedKeeper::Token,
          const Script &script = &ScriptedKeeper::plausible)
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

/// With seconds to wait, but for a token that is no good: of that they would mean that too many were tried.
inline Script saying(link::Status status, int seconds = 7)
{
    if (status == link::Status::Unauthorized && seconds == 7)
        seconds = 0;
    return [status, seconds](const link::Question &question) { return link::Answer{question.id, status, {}, {}, seconds}; };
}

inline QByteArray message(const QByteArray &method, const QByteArray &params = "{}"_ba,
                   const QByteArray &id = "1"_ba)
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params + "}";
}

inline constexpr char ModernMeta[] =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientInfo":{"name":"claude-code","version":"2.1.330"},)"
    R"("io.modelcontextprotocol/clientCapabilities":{}})";

/// A request of 2026-07-28 with the headers it must have. `params` without its braces.
inline Talk modern(const QByteArray &method, const QByteArray &params = {}, const QByteArray &name = {},
            const Script &script = &ScriptedKeeper::plausible, const Fields &repeated = {})
{
    Fields fields{{"mcp-protocol-version"_ba, "2026-07-28"_ba}, {"mcp-method"_ba, method}};
    if (!name.isEmpty())
        fields.append({"mcp-name"_ba, name});
    fields += repeated;
    return talk(message(method, "{" + params + (params.isEmpty() ? "" : ",") + ModernMeta + "}"), fields,
                ScriptedKeeper::Token, script);
}

} // namespace clavitor::bridge
