// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpEndpoint.h"

#include "bridge/McpCatalog.h"
#include "bridge/McpTools.h"
#include "tests/support/ScriptedKeeper.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bridge;
using clavitor::tests::ScriptedKeeper;

namespace {

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

Talk talk(const QByteArray &body, const Fields &fields = {}, const QByteArray &token = ScriptedKeeper::Token,
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

Script saying(link::Status status)
{
    return [status](const link::Question &question) { return link::Answer{question.id, status, {}, {}, 7}; };
}

QByteArray message(const QByteArray &method, const QByteArray &params = "{}"_ba,
                   const QByteArray &id = "1"_ba)
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params + "}";
}

constexpr char ModernMeta[] =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientInfo":{"name":"claude-code","version":"2.1.330"},)"
    R"("io.modelcontextprotocol/clientCapabilities":{}})";

/// A request of 2026-07-28 with the headers it must have. `params` without its braces.
Talk modern(const QByteArray &method, const QByteArray &params = {}, const QByteArray &name = {},
            const Script &script = &ScriptedKeeper::plausible)
{
    Fields fields{{"mcp-protocol-version"_ba, "2026-07-28"_ba}, {"mcp-method"_ba, method}};
    if (!name.isEmpty())
        fields.append({"mcp-name"_ba, name});
    return talk(message(method, "{" + params + (params.isEmpty() ? "" : ",") + ModernMeta + "}"), fields,
                ScriptedKeeper::Token, script);
}

/// Every schema: an object, no combinators at the top, arrays with items.
void checkSchema(const QJsonObject &schema)
{
    for (const QLatin1StringView banned : {"anyOf"_L1, "oneOf"_L1, "allOf"_L1, "$ref"_L1, "x-mcp-header"_L1})
        QVERIFY(!schema.contains(banned));
    const QJsonValue type = schema.value("type"_L1);
    if (type == "array"_L1)
        QVERIFY(schema.value("items"_L1).isObject());
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (const QJsonValue &property : properties)
        checkSchema(property.toObject());
    for (const QJsonValue &required : schema.value("required"_L1).toArray())
        QVERIFY(properties.contains(required.toString()));
    if (schema.contains("items"_L1))
        checkSchema(schema.value("items"_L1).toObject());
}

/// A small validator, enough for our own schemas.
bool conforms(const QJsonValue &value, const QJsonObject &schema)
{
    const QJsonValue type = schema.value("type"_L1);
    const auto is = [&](const QString &name) {
        return (name == "object"_L1 && value.isObject()) || (name == "array"_L1 && value.isArray()) ||
               (name == "string"_L1 && value.isString()) || (name == "boolean"_L1 && value.isBool()) ||
               (name == "null"_L1 && value.isNull()) || (name == "number"_L1 && value.isDouble()) ||
               (name == "integer"_L1 && value.isDouble() && std::floor(value.toDouble()) == value.toDouble());
    };
    bool fits = type.isString() && is(type.toString());
    for (const QJsonValue &one : type.toArray())
        fits = fits || is(one.toString());
    for (const QJsonValue &required : schema.value("required"_L1).toArray())
        fits = fits && value.toObject().contains(required.toString());
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member)
        if (properties.contains(member.key()))
            fits = fits && conforms(member.value(), properties.value(member.key()).toObject());
    for (const QJsonValue &item : value.toArray())
        fits = fits && conforms(item, schema.value("items"_L1).toObject());
    return fits;
}

} // namespace

class tst_McpEndpoint : public QObject
{
    Q_OBJECT
private slots:
    void shakesHands_data();
    void shakesHands();
    void discoversForModernClients();
    void keepsItsInstructionsShort();
    void answersPingAndNotifications();
    void listsToolsOnOnePage();
    void describesToolsAsClientsNeedThem();
    void callsEveryTool_data();
    void callsEveryTool();
    void saysWhatIsWrongWithArguments_data();
    void saysWhatIsWrongWithArguments();
    void turnsFailuresIntoResultsAgentsCanActOn_data();
    void turnsFailuresIntoResultsAgentsCanActOn();
    void wantsAValidKeyForEverything_data();
    void wantsAValidKeyForEverything();
    void answersWhatIsTheSameForAllWhileLocked();
    void knowsNoPathOfAnotherVault();
    void passesReasonAndClientOn();
    void offersResources();
    void knowsOnePrompt();
    void checksModernHeaders_data();
    void checksModernHeaders();
    void decodesEncodedNames();
    void completesModernResults();
    void tellsErasApart_data();
    void tellsErasApart();
    void refusesBrokenMessages_data();
    void refusesBrokenMessages();
    void echoesIdsAsTheyWere_data();
    void echoesIdsAsTheyWere();
    void keepsTheTextAndTheStructureAlike();
};

void tst_McpEndpoint::shakesHands_data()
{
    QTest::addColumn<QByteArray>("requested");
    QTest::addColumn<QString>("answered");
    QTest::newRow("Codex, Gemini CLI") << "2025-06-18"_ba << u"2025-06-18"_s;
    QTest::newRow("Claude Code's fallback") << "2025-11-25"_ba << u"2025-11-25"_s;
    for (const char *other : {"2025-03-26", "2024-11-05", "2026-07-28", "2099-01-01", "", "nonsense"})
        QTest::newRow(other) << QByteArray(other) << u"2025-11-25"_s;
}

void tst_McpEndpoint::shakesHands()
{
    QFETCH(QByteArray, requested);
    QFETCH(QString, answered);
    const Talk talked = talk(message(
        "initialize"_ba,
        R"({"protocolVersion":")" + requested +
            R"(","capabilities":{"elicitation":{"form":{},"url":{}}},"clientInfo":{"name":"codex","version":"1"}})"));
    QCOMPARE(talked.response.status, 200);
    const QJsonObject result = talked.result();
    QCOMPARE(result.value("protocolVersion"_L1).toString(), answered);
    QCOMPARE(result.value("capabilities"_L1).toObject().keys(),
             QStringList({u"prompts"_s, u"resources"_s, u"tools"_s}));
    QCOMPARE(result.value("serverInfo"_L1).toObject().value("name"_L1).toString(), u"clavitor"_s);
    QVERIFY(!result.contains("resultType"_L1));
    QCOMPARE(talked.response.contentType, "application/json"_ba);
    for (const HttpField &field : talked.response.fields)
        QVERIFY(field.name.toLower() != "mcp-session-id");
}

void tst_McpEndpoint::discoversForModernClients()
{
    const QJsonObject result = modern("server/discover"_ba).result();
    QVERIFY(result.value("supportedVersions"_L1).toArray().contains(u"2026-07-28"_s));
    QCOMPARE(result.value("resultType"_L1).toString(), u"complete"_s);
    QCOMPARE(result.value("ttlMs"_L1), QJsonValue(0));
    QCOMPARE(result.value("cacheScope"_L1).toString(), u"private"_s);
    QVERIFY(result.value("_meta"_L1).toObject().contains("io.modelcontextprotocol/serverInfo"_L1));
    QVERIFY(!result.value("instructions"_L1).toString().isEmpty());
}

void tst_McpEndpoint::keepsItsInstructionsShort()
{
    QVERIFY(mcp::instructions().size() <= 512);
    QVERIFY(mcp::instructions().contains(u"REDACTED"));
}

void tst_McpEndpoint::answersPingAndNotifications()
{
    QCOMPARE(talk(message("ping"_ba)).json().value("result"_L1), QJsonValue(QJsonObject()));
    for (const char *method :
         {"notifications/initialized", "notifications/cancelled", "notifications/unheard_of"}) {
        const Talk talked =
            talk(R"({"jsonrpc":"2.0","method":")"_ba + method + R"(","params":{"requestId":1}})");
        QCOMPARE(talked.response.status, 202);
        QVERIFY(talked.response.body.isEmpty());
    }
    QCOMPARE(talk(R"({"jsonrpc":"2.0","id":1,"result":{}})"_ba).response.status, 202);
    QCOMPARE(talk(R"({"jsonrpc":"2.0","method":"notifications/cancelled"})"_ba,
                  {{"mcp-protocol-version"_ba, "2026-07-28"_ba}})
                 .response.status,
             202);
}

void tst_McpEndpoint::listsToolsOnOnePage()
{
    const Talk talked = talk(message("tools/list"_ba, R"({"_meta":{"progressToken":0}})"_ba));
    QStringList names;
    for (const QJsonValue &tool : talked.result().value("tools"_L1).toArray())
        names.append(tool.toObject().value("name"_L1).toString());
    QCOMPARE(names, QStringList({u"search"_s, u"list_entries"_s, u"get_entry"_s, u"get_totp"_s,
                                 u"generate_password"_s, u"vault_status"_s}));
    QVERIFY(!talked.result().contains("nextCursor"_L1));
    QCOMPARE(talk(message("tools/list"_ba, R"({"cursor":"x"})"_ba)).errorCode(), -32602);
    QCOMPARE(talk(message("tools/list"_ba)).response.body, talk(message("tools/list"_ba)).response.body);
}

void tst_McpEndpoint::describesToolsAsClientsNeedThem()
{
    const QJsonArray tools = mcp::toolList().value("tools"_L1).toArray();
    for (const QJsonValue &value : tools) {
        const QJsonObject tool = value.toObject();
        QVERIFY(QRegularExpression(u"^[a-z_]{1,64}$"_s).match(tool.value("name"_L1).toString()).hasMatch());
        QVERIFY(!tool.value("title"_L1).toString().isEmpty());
        QVERIFY(tool.value("description"_L1).toString().size() > 30);
        for (const QLatin1StringView schema : {"inputSchema"_L1, "outputSchema"_L1}) {
            QCOMPARE(tool.value(schema).toObject().value("type"_L1).toString(), u"object"_s);
            checkSchema(tool.value(schema).toObject());
        }
        const QJsonObject annotations = tool.value("annotations"_L1).toObject();
        QCOMPARE(annotations.value("readOnlyHint"_L1), QJsonValue(true));
        QCOMPARE(annotations.value("destructiveHint"_L1), QJsonValue(false));
        QCOMPARE(annotations.value("openWorldHint"_L1), QJsonValue(false));
        const QJsonObject properties =
            tool.value("inputSchema"_L1).toObject().value("properties"_L1).toObject();
        for (auto property = properties.begin(); property != properties.end(); ++property) {
            const QJsonObject schema = property.value().toObject();
            const QString description = schema.value("description"_L1).toString();
            QVERIFY(!description.isEmpty());
            // Clients drop these keywords, so the description must say them too.
            if (schema.contains("maximum"_L1))
                QVERIFY2(description.contains(QString::number(schema.value("maximum"_L1).toInt())),
                         qPrintable(property.key()));
            if (property.key() == u"reason")
                QVERIFY(description.contains(u"300"));
        }
    }
}

void tst_McpEndpoint::callsEveryTool_data()
{
    QTest::addColumn<QByteArray>("tool");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<int>("query");
    const auto row = [](const char *tool, const QByteArray &arguments, link::Query query) {
        QTest::addRow("%s %s", tool, arguments.constData())
            << QByteArray(tool) << arguments << static_cast<int>(query.index());
    };
    const QByteArray id = R"({"id":")"_ba + ScriptedKeeper::EntryId + R"("})";
    row("search", R"({"query":"github"})"_ba, link::SearchQuery{});
    row("search", R"({"query":"github","limit":20,"reason":null})"_ba, link::SearchQuery{});
    row("list_entries", R"({})"_ba, link::ListQuery{});
    row("list_entries", R"({"type":"login","tag":"","cursor":null})"_ba, link::ListQuery{});
    row("get_entry", id, link::ReadQuery{});
    row("get_totp", id, link::TotpQuery{});
    row("generate_password", R"({"length":64,"symbols":false})"_ba, link::GenerateQuery{});
    row("generate_password", R"({"words":6,"separator":" "})"_ba, link::GenerateQuery{});
    row("vault_status", R"({})"_ba, link::StatusQuery{});
}

void tst_McpEndpoint::callsEveryTool()
{
    QFETCH(QByteArray, tool);
    QFETCH(QByteArray, arguments);
    QFETCH(int, query);
    const QByteArray params = R"("name":")" + tool + R"(","arguments":)" + arguments;
    for (const Talk &talked :
         {talk(message("tools/call"_ba, "{" + params + "}")), modern("tools/call"_ba, params, tool)}) {
        QCOMPARE(talked.response.status, 200);
        QVERIFY(talked.question.has_value());
        QCOMPARE(static_cast<int>(talked.question->query.index()), query);
        QVERIFY(talked.question->door == link::Door::Mcp);
        QCOMPARE(talked.result().value("isError"_L1), QJsonValue(false));
        const QJsonObject structured = talked.result().value("structuredContent"_L1).toObject();
        QVERIFY(!structured.isEmpty());
        QCOMPARE(QJsonDocument::fromJson(talked.text()).object(), structured);
        QVERIFY(conforms(structured, findTool(QString::fromUtf8(tool))->outputSchema()));
    }
}

void tst_McpEndpoint::saysWhatIsWrongWithArguments_data()
{
    QTest::addColumn<QByteArray>("tool");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *tool, const QByteArray &arguments, const QString &said) {
        QTest::addRow("%s %s", tool, arguments.left(60).constData()) << QByteArray(tool) << arguments << said;
    };
    row("search", R"({})"_ba, u"'query' is missing"_s);
    row("search", R"({"query":""})"_ba, u"from 1 to 200"_s);
    row("search", R"({"query":null})"_ba, u"'query' is missing"_s);
    row("search", R"({"query":5})"_ba, u"'query' must be a string"_s);
    row("search", R"({"query":")" + QByteArray(201, 'x') + R"("})", u"from 1 to 200"_s);
    row("search", R"({"query":"a\u0000b"})"_ba, u"control"_s);
    row("search", R"({"query":"a","limit":0})"_ba, u"from 1 to 20"_s);
    row("search", R"({"query":"a","limit":21})"_ba, u"from 1 to 20"_s);
    row("search", R"({"query":"a","limit":2.5})"_ba, u"whole number"_s);
    row("search", R"({"query":"a","limit":"5"})"_ba, u"whole number"_s);
    row("search", R"({"query":"a","limit":1e300})"_ba, u"from 1 to 20"_s);
    row("search", R"({"q":"a"})"_ba, u"'q' is unknown here. Known: query, limit, reason"_s);
    row("search", R"({"query":"a","reason":")" + QByteArray(301, 'x') + R"("})", u"from 1 to 300"_s);
    row("search", R"({"query":"a","reason":")" + "\xF0\x9F\x98\x80"_ba.repeated(301) + R"("})", u"from 1 to 300"_s);
    row("list_entries", R"({"limit":5})"_ba, u"Known: type, tag, cursor"_s);
    row("get_entry", R"({})"_ba, u"'id' is missing"_s);
    row("get_entry", R"({"id":["a"]})"_ba, u"must be a string"_s);
    row("generate_password", R"({"length":7})"_ba, u"from 8 to 256"_s);
    row("generate_password", R"({"length":257})"_ba, u"from 8 to 256"_s);
    row("generate_password", R"({"symbols":"yes"})"_ba, u"true or false"_s);
    row("generate_password", R"({"words":2})"_ba, u"from 3 to 20"_s);
    row("generate_password", R"({"words":6,"length":20})"_ba, u"does not go with 'length'"_s);
    row("generate_password", R"({"separator":"-"})"_ba, u"goes with 'words'"_s);
    row("generate_password", R"({"symbols":false,"digits":false,"upper":false,"lower":false})"_ba,
        u"At least one"_s);
    row("vault_status", R"({"x":1})"_ba, u"Known: none"_s);
}

void tst_McpEndpoint::saysWhatIsWrongWithArguments()
{
    QFETCH(QByteArray, tool);
    QFETCH(QByteArray, arguments);
    QFETCH(QString, said);
    const Talk talked =
        talk(message("tools/call"_ba, R"({"name":")" + tool + R"(","arguments":)" + arguments + "}"));
    QCOMPARE(talked.response.status, 200);
    QCOMPARE(talked.result().value("isError"_L1), QJsonValue(true));
    QVERIFY(!talked.result().contains("structuredContent"_L1));
    const QJsonObject error = QJsonDocument::fromJson(talked.text()).object().value("error"_L1).toObject();
    QCOMPARE(error.value("code"_L1).toString(), u"bad_request"_s);
    QVERIFY2(error.value("message"_L1).toString().contains(said),
             qPrintable(error.value("message"_L1).toString()));
    // The key is checked, and nothing is read.
    QVERIFY(std::holds_alternative<link::AuthenticateQuery>(talked.question->query));
}

void tst_McpEndpoint::turnsFailuresIntoResultsAgentsCanActOn_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](link::Status status, const char *code) {
        QTest::newRow(code) << static_cast<int>(status) << QString::fromLatin1(code);
    };
    row(link::Status::Locked, "locked");
    row(link::Status::NotFound, "not_found");
    row(link::Status::BadRequest, "bad_request");
    row(link::Status::ActionNotAllowed, "action_not_allowed");
    row(link::Status::KeyPaused, "key_paused");
    row(link::Status::KeyFrozen, "key_frozen");
    row(link::Status::RateLimited, "rate_limited");
    row(link::Status::BudgetExceeded, "budget_exceeded");
    row(link::Status::AuditUnavailable, "audit_unavailable");
    row(link::Status::KeeperUnavailable, "keeper_unavailable");
    row(link::Status::Internal, "internal");
}

void tst_McpEndpoint::turnsFailuresIntoResultsAgentsCanActOn()
{
    QFETCH(int, status);
    QFETCH(QString, code);
    const Talk talked = talk(message("tools/call"_ba, R"({"name":"search","arguments":{"query":"x"}})"_ba),
                             {}, ScriptedKeeper::Token, saying(static_cast<link::Status>(status)));
    QCOMPARE(talked.response.status, 200);
    QCOMPARE(talked.result().value("isError"_L1), QJsonValue(true));
    const QJsonObject error = QJsonDocument::fromJson(talked.text()).object().value("error"_L1).toObject();
    QCOMPARE(error.value("code"_L1).toString(), code);
    QCOMPARE(error.value("request_id"_L1).toString(), u"req_test"_s);
    QVERIFY(error.value("hint"_L1).toString().size() > 10);
}

void tst_McpEndpoint::wantsAValidKeyForEverything_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *method : {"initialize", "ping", "tools/list", "resources/list",
                               "resources/templates/list", "prompts/list", "prompts/get", "unheard/of"})
        QTest::newRow(method) << message(method);
    QTest::newRow("tools/call") << message("tools/call"_ba,
                                           R"({"name":"search","arguments":{"query":"x"}})"_ba);
    QTest::newRow("tools/call with bad arguments")
        << message("tools/call"_ba, R"({"name":"search","arguments":{}})"_ba);
    QTest::newRow("tools/call of an unknown tool") << message("tools/call"_ba, R"({"name":"x"})"_ba);
    QTest::newRow("resources/read") << message("resources/read"_ba, R"({"uri":"clavitor://status"})"_ba);
    QTest::newRow("resources/read of nothing")
        << message("resources/read"_ba, R"({"uri":"file:///etc/passwd"})"_ba);
    QTest::newRow("a notification") << R"({"jsonrpc":"2.0","method":"notifications/initialized"})"_ba;
    QTest::newRow("no JSON") << "{"_ba;
    QTest::newRow("a batch") << "[]"_ba;
}

void tst_McpEndpoint::wantsAValidKeyForEverything()
{
    QFETCH(QByteArray, body);
    for (const QByteArray &token : {QByteArray(), "clavitor_wrong"_ba}) {
        const Talk talked = talk(body, {}, token);
        QCOMPARE(talked.response.status, 401);
        QVERIFY(talked.response.body.contains("unauthorized"));
        QByteArray challenge;
        for (const HttpField &field : talked.response.fields)
            if (field.name == "WWW-Authenticate")
                challenge = field.value;
        QCOMPARE(challenge, R"(Bearer realm="clavitor", error="invalid_token")"_ba);
        QVERIFY(!talked.response.body.contains("oauth-"));
        QCOMPARE(talked.question.has_value(), !token.isEmpty());
    }
}

void tst_McpEndpoint::answersWhatIsTheSameForAllWhileLocked()
{
    const QByteArray token = ScriptedKeeper::Token;
    for (const char *method : {"initialize", "ping", "tools/list", "resources/list", "prompts/list"}) {
        const Talk talked = talk(message(method), {}, token, saying(link::Status::Locked));
        QCOMPARE(talked.response.status, 200);
        QVERIFY(talked.json().contains("result"_L1));
    }
    for (const link::Status status :
         {link::Status::KeeperUnavailable, link::Status::AuditUnavailable, link::Status::Internal,
          link::Status::RateLimited, link::Status::NotFound}) {
        const Talk talked = talk(message("tools/list"_ba), {}, token, saying(status));
        QCOMPARE(talked.response.status, apiError(status).status);
        QVERIFY(!talked.response.body.contains("inputSchema"));
    }
}

void tst_McpEndpoint::knowsNoPathOfAnotherVault()
{
    const QByteArray token = ScriptedKeeper::Token;
    for (const auto &[method, params] :
         {std::pair{"tools/list"_ba, "{}"_ba},
          std::pair{"tools/call"_ba, R"({"name":"search","arguments":{"query":"x"}})"_ba},
          std::pair{"resources/read"_ba, R"({"uri":"clavitor://entries"})"_ba}}) {
        const Talk talked = talk(message(method, params), {}, token, saying(link::Status::WrongVault));
        QCOMPARE(talked.response.status, 404);
        QVERIFY(!talked.json().contains("result"_L1));
        QCOMPARE(talked.json().value("error"_L1).toObject().value("code"_L1).toString(), u"not_found"_s);
    }
}

void tst_McpEndpoint::passesReasonAndClientOn()
{
    const QByteArray params =
        R"("name":"search","arguments":{"query":"github","reason":"deploy \u2192 staging"})"_ba;
    const Talk legacy = talk(message("tools/call"_ba, "{" + params + "}"),
                             {{"user-agent"_ba, "codex-mcp-client/0.169.0"_ba}});
    QCOMPARE(legacy.question->reason, u"deploy \u2192 staging"_s);
    QCOMPARE(legacy.question->client, u"codex-mcp-client/0.169.0"_s);
    QCOMPARE(modern("tools/call"_ba, params, "search"_ba).question->client, u"claude-code/2.1.330"_s);
    const Talk hostile = talk(message("tools/call"_ba, "{" + params + "}"),
                              {{"user-agent"_ba, QByteArray(5000, 'x') + "\xff"}});
    QVERIFY(hostile.question->client.size() <= link::MaxClient);
}

void tst_McpEndpoint::offersResources()
{
    QCOMPARE(talk(message("resources/list"_ba)).result().value("resources"_L1).toArray().size(), 2);
    const QJsonArray templates =
        talk(message("resources/templates/list"_ba)).result().value("resourceTemplates"_L1).toArray();
    QCOMPARE(templates.at(0).toObject().value("uriTemplate"_L1).toString(), u"clavitor://entries/{id}"_s);

    const QByteArray entry = "clavitor://entries/"_ba + ScriptedKeeper::EntryId;
    for (const QByteArray &uri : {"clavitor://status"_ba, "clavitor://entries"_ba, entry}) {
        const QByteArray params = R"("uri":")" + uri + R"(")";
        const Talk talked = modern("resources/read"_ba, params, uri);
        const QJsonObject contents = talked.result().value("contents"_L1).toArray().at(0).toObject();
        QCOMPARE(contents.value("uri"_L1).toString(), QString::fromLatin1(uri));
        QVERIFY(QJsonDocument::fromJson(contents.value("text"_L1).toString().toUtf8()).isObject());
        QVERIFY(!talked.response.body.contains("octo"));
        QCOMPARE(talked.result().value("ttlMs"_L1), QJsonValue(0));
        QVERIFY(talk(message("resources/read"_ba, "{" + params + "}")).json().contains("result"_L1));
    }
    const Talk read = talk(message("resources/read"_ba, R"({"uri":")" + entry + R"("})"));
    QVERIFY(std::get<link::ReadQuery>(read.question->query).metadataOnly);

    for (const char *uri :
         {"clavitor://entries/", "clavitor://entries/a/b", "clavitor://entries/a?x", "clavitor://entries/%61",
          "clavitor://", "clavitor://status/", "CLAVITOR://status", "file:///etc/passwd",
          "https://example.com", "", "clavitor://entries/0"}) {
        const QByteArray params = R"("uri":")"_ba + uri + R"(")";
        QCOMPARE(talk(message("resources/read"_ba, "{" + params + "}")).errorCode(), -32002);
        if (*uri)
            QCOMPARE(modern("resources/read"_ba, params, uri).errorCode(), -32602);
    }
    const Talk locked = talk(message("resources/read"_ba, R"({"uri":"clavitor://entries"})"_ba), {},
                             ScriptedKeeper::Token, saying(link::Status::Locked));
    QCOMPARE(locked.errorCode(), -32603);
    QCOMPARE(
        locked.json().value("error"_L1).toObject().value("data"_L1).toObject().value("code"_L1).toString(),
        u"locked"_s);
}

void tst_McpEndpoint::knowsOnePrompt()
{
    QCOMPARE(talk(message("prompts/list"_ba))
                 .result()
                 .value("prompts"_L1)
                 .toArray()
                 .at(0)
                 .toObject()
                 .value("name"_L1)
                 .toString(),
             u"use-credential"_s);
    const Talk talked = talk(
        message("prompts/get"_ba,
                R"({"name":"use-credential","arguments":{"service":"github.com","task":"push a tag"}})"_ba));
    const QJsonObject first = talked.result().value("messages"_L1).toArray().at(0).toObject();
    QVERIFY(first.value("content"_L1)
                .toObject()
                .value("text"_L1)
                .toString()
                .contains(u"github.com to push a tag"));
    for (const char *params : {R"({"name":"other"})", R"({"name":"use-credential"})",
                               R"({"name":"use-credential","arguments":{"service":""}})",
                               R"({"name":"use-credential","arguments":{"service":1}})",
                               R"({"name":"use-credential","arguments":{"service":"x","y":"z"}})", "{}"})
        QCOMPARE(talk(message("prompts/get"_ba, params)).errorCode(), -32602);
}

void tst_McpEndpoint::checksModernHeaders_data()
{
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<int>("code");
    const HttpField version{"mcp-protocol-version"_ba, "2026-07-28"_ba};
    const HttpField method{"mcp-method"_ba, "tools/call"_ba};
    const HttpField name{"mcp-name"_ba, "vault_status"_ba};
    const QByteArray call = R"({"name":"vault_status",)"_ba + ModernMeta + "}";
    const auto row = [](const char *title, const Fields &fields, const QByteArray &params, int code) {
        QTest::newRow(title) << fields << params << code;
    };
    row("all there", {version, method, name}, call, 0);
    row("no version header", {method, name}, call, -32020);
    row("another version header", {{"mcp-protocol-version"_ba, "2025-11-25"_ba}, method, name}, call, -32020);
    row("no method header", {version, name}, call, -32020);
    row("another method header", {version, {"mcp-method"_ba, "tools/list"_ba}, name}, call, -32020);
    row("method header in capitals", {version, {"mcp-method"_ba, "TOOLS/CALL"_ba}, name}, call, -32020);
    row("no name header", {version, method}, call, -32020);
    row("another name header", {version, method, {"mcp-name"_ba, "search"_ba}}, call, -32020);
    row("broken encoded name", {version, method, {"mcp-name"_ba, "=?base64?###?="_ba}}, call, -32020);
    row("no name in the body", {version, method, name}, "{"_ba + ModernMeta + "}", -32020);
    row("version header without _meta", {version, method, name}, R"({"name":"vault_status"})"_ba, -32602);
    row("no capabilities", {version, method, name},
        R"({"name":"vault_status","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}})"_ba,
        -32602);
    row("version not a string", {version, method, name},
        R"({"name":"vault_status","_meta":{"io.modelcontextprotocol/protocolVersion":5}})"_ba, -32602);
    row("unknown version", {{"mcp-protocol-version"_ba, "2027-01-01"_ba}, method, name},
        R"({"name":"vault_status","_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01"}})"_ba,
        -32022);
    row("legacy version in _meta", {{"mcp-protocol-version"_ba, "2025-11-25"_ba}, method, name},
        R"({"name":"vault_status","_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25"}})"_ba,
        -32022);
    row("unknown version header alone", {{"mcp-protocol-version"_ba, "2031-01-01"_ba}},
        R"({"name":"vault_status"})"_ba, -32022);
}

void tst_McpEndpoint::checksModernHeaders()
{
    QFETCH(Fields, fields);
    QFETCH(QByteArray, params);
    QFETCH(int, code);
    const Talk talked = talk(message("tools/call"_ba, params), fields);
    QCOMPARE(talked.errorCode(), code);
    QCOMPARE(talked.response.status, code == 0 ? 200 : 400);
    QCOMPARE(talked.json().value("id"_L1), QJsonValue(1));
    if (code == -32022)
        QVERIFY(talked.json()
                    .value("error"_L1)
                    .toObject()
                    .value("data"_L1)
                    .toObject()
                    .value("supported"_L1)
                    .toArray()
                    .contains(u"2026-07-28"_s));
}

void tst_McpEndpoint::decodesEncodedNames()
{
    const QByteArray encoded = "=?base64?" + QByteArray("vault_status").toBase64() + "?=";
    QCOMPARE(modern("tools/call"_ba, R"("name":"vault_status")"_ba, encoded).errorCode(), 0);
    // A name that looks encoded must itself be encoded.
    const QByteArray odd = "=?base64?x?="_ba;
    QCOMPARE(modern("tools/call"_ba, R"("name":"=?base64?x?=")"_ba, odd).errorCode(), -32020);
    QCOMPARE(modern("tools/call"_ba, R"("name":"=?base64?x?=")"_ba, "=?base64?" + odd.toBase64() + "?=")
                 .errorCode(),
             -32602);
}

void tst_McpEndpoint::completesModernResults()
{
    struct Row
    {
        const char *method;
        QByteArray params;
        QByteArray name;
        bool isCacheable;
    };
    for (const Row &row :
         {Row{"server/discover", {}, {}, true}, Row{"tools/list", {}, {}, true},
          Row{"resources/list", {}, {}, true}, Row{"resources/templates/list", {}, {}, true},
          Row{"prompts/list", {}, {}, true},
          Row{"resources/read", R"("uri":"clavitor://status")"_ba, "clavitor://status"_ba, true},
          Row{"tools/call", R"("name":"vault_status")"_ba, "vault_status"_ba, false},
          Row{"prompts/get", R"("name":"use-credential","arguments":{"service":"x"})"_ba, "use-credential"_ba,
              false}}) {
        const QJsonObject result = modern(row.method, row.params, row.name).result();
        QCOMPARE(result.value("resultType"_L1).toString(), u"complete"_s);
        QVERIFY(result.value("_meta"_L1).toObject().contains("io.modelcontextprotocol/serverInfo"_L1));
        QCOMPARE(result.contains("ttlMs"_L1), row.isCacheable);
        if (row.isCacheable)
            QCOMPARE(result.value("cacheScope"_L1).toString(), u"private"_s);
    }
    // Removed in 2026-07-28, or never there.
    for (const char *method : {"initialize", "ping", "logging/setLevel", "resources/subscribe",
                               "subscriptions/listen", "tasks/get"}) {
        const Talk talked = modern(method);
        QCOMPARE(talked.response.status, 404);
        QCOMPARE(talked.errorCode(), -32601);
    }
}

void tst_McpEndpoint::tellsErasApart_data()
{
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    const auto version = [](const char *value) {
        return Fields{{"mcp-protocol-version"_ba, QByteArray(value)}};
    };
    QTest::newRow("no header, as Gemini CLI") << Fields{} << "tools/list"_ba << 200 << 0;
    QTest::newRow("2025-03-26") << version("2025-03-26") << "tools/list"_ba << 200 << 0;
    QTest::newRow("2025-06-18") << version("2025-06-18") << "tools/list"_ba << 200 << 0;
    QTest::newRow("2025-11-25") << version("2025-11-25") << "tools/list"_ba << 200 << 0;
    QTest::newRow("a version nobody has") << version("1900-01-01") << "tools/list"_ba << 400 << -32022;
    QTest::newRow("no version") << version("nonsense") << "tools/list"_ba << 400 << -32022;
    QTest::newRow("handshake with any header") << version("nonsense") << "initialize"_ba << 200 << 0;
    QTest::newRow("discover of a legacy client") << Fields{} << "server/discover"_ba << 200 << -32601;
    QTest::newRow("unknown method, legacy") << version("2025-11-25") << "tasks/list"_ba << 200 << -32601;
    QTest::newRow("a stale session is of no interest")
        << Fields{{"mcp-session-id"_ba, "x"_ba}} << "tools/list"_ba << 200 << 0;
}

void tst_McpEndpoint::tellsErasApart()
{
    QFETCH(Fields, fields);
    QFETCH(QByteArray, method);
    QFETCH(int, status);
    QFETCH(int, code);
    const Talk talked = talk(message(method), fields);
    QCOMPARE(talked.response.status, status);
    QCOMPARE(talked.errorCode(), code);
    QVERIFY(!talked.result().contains("resultType"_L1));
}

void tst_McpEndpoint::refusesBrokenMessages_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    const auto row = [](const char *name, const QByteArray &body, int status, int code) {
        QTest::newRow(name) << body << status << code;
    };
    row("nothing", ""_ba, 400, -32700);
    row("half", R"({"jsonrpc":"2.0",)"_ba, 400, -32700);
    row("a key twice", R"({"jsonrpc":"2.0","id":1,"id":2,"method":"ping"})"_ba, 400, -32700);
    row("too deep",
        R"({"jsonrpc":"2.0","id":1,"method":"ping","params":)" + QByteArray(R"({"a":)").repeated(40) + "1" +
            QByteArray(41, '}'),
        400, -32700);
    row("a batch", "[" + message("ping"_ba) + "]", 400, -32600);
    row("an empty batch", "[]"_ba, 400, -32600);
    row("no version", R"({"id":1,"method":"ping"})"_ba, 400, -32600);
    row("version 1.0", R"({"jsonrpc":"1.0","id":1,"method":"ping"})"_ba, 400, -32600);
    row("no method", R"({"jsonrpc":"2.0","id":1})"_ba, 400, -32600);
    row("method not text", R"({"jsonrpc":"2.0","id":1,"method":5})"_ba, 400, -32600);
    row("id null", message("ping"_ba, "{}"_ba, "null"_ba), 400, -32600);
    row("id a fraction", message("ping"_ba, "{}"_ba, "1.5"_ba), 400, -32600);
    row("id an object", message("ping"_ba, "{}"_ba, "{}"_ba), 400, -32600);
    row("id very long", message("ping"_ba, "{}"_ba, '"' + QByteArray(300, 'x') + '"'), 400, -32600);
    row("params a list", message("ping"_ba, "[]"_ba), 400, -32600);
    row("unknown tool", message("tools/call"_ba, R"({"name":"rm_rf"})"_ba), 200, -32602);
    row("tool without a name", message("tools/call"_ba), 200, -32602);
    row("arguments a list", message("tools/call"_ba, R"({"name":"search","arguments":[]})"_ba), 200, -32602);
}

void tst_McpEndpoint::refusesBrokenMessages()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(int, code);
    const Talk talked = talk(body);
    QCOMPARE(talked.response.status, status);
    QCOMPARE(talked.errorCode(), code);
    QVERIFY(std::holds_alternative<link::AuthenticateQuery>(talked.question->query));
}

void tst_McpEndpoint::echoesIdsAsTheyWere_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const char *id :
         {"0", "1", "-7", "9007199254740991", R"("abc")", R"("")", R"("a\"b\\c")", "\"\xc3\xa9\""})
        QTest::newRow(id) << QByteArray(id);
}

void tst_McpEndpoint::echoesIdsAsTheyWere()
{
    QFETCH(QByteArray, id);
    QVERIFY(talk(message("ping"_ba, "{}"_ba, id)).response.body.contains(QByteArray(R"("id":)" + id + ",")));
}

void tst_McpEndpoint::keepsTheTextAndTheStructureAlike()
{
    const QByteArray awkward = R"({"a":"quote \" backslash \\ newline \n unicode )"
                               "\xc3\xa9\xf0\x9f\x94\x91"
                               R"( \u0001","b":[1,2.5,null]})";
    const Talk talked = talk(message("tools/call"_ba, R"({"name":"vault_status"})"_ba), {},
                             ScriptedKeeper::Token, [&](const link::Question &question) {
                                 return link::Answer{question.id, link::Status::Ok, awkward, {}, 0};
                             });
    QCOMPARE(talked.text(), awkward);
    QVERIFY(talked.response.body.contains(QByteArray(R"("structuredContent":)" + awkward)));
}

QTEST_GUILESS_MAIN(tst_McpEndpoint)
#include "tst_McpEndpoint.moc"
