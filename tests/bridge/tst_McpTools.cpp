// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/AnswerSchemas.h"
#include "bridge/McpCatalog.h"
#include "bridge/McpTools.h"
#include "bridge/RequestGuard.h"
#include "tests/bridge/McpTalk.h"
#include "tests/support/SchemaCheck.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bridge;
using clavitor::test::conforms;
using clavitor::tests::ScriptedKeeper;

namespace {

/// Every schema: an object, no combinators but for what may be null, one type each, arrays with items.
void checkSchema(const QJsonObject &schema)
{
    for (const QLatin1StringView banned : {"oneOf"_L1, "allOf"_L1, "$ref"_L1, "x-mcp-header"_L1})
        QVERIFY(!schema.contains(banned));
    const QJsonValue type = schema.value("type"_L1);
    if (schema.contains("anyOf"_L1)) {
        QCOMPARE(schema.keys(), QStringList{u"anyOf"_s});
        QCOMPARE(schema.value("anyOf"_L1).toArray().last(), QJsonValue(QJsonObject{{"type"_L1, "null"_L1}}));
        return;
    }
    QVERIFY(type.isString());
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

} // namespace

class tst_McpTools : public QObject
{
    Q_OBJECT
private slots:
    void listsToolsOnOnePage();
    void describesToolsAsClientsNeedThem();
    void saysWhichArgumentIsRepeatedToTheEraThatRepeatsIt();
    void callsEveryTool_data();
    void callsEveryTool();
    void saysWhatIsWrongWithArguments_data();
    void saysWhatIsWrongWithArguments();
    void turnsFailuresIntoResultsAgentsCanActOn_data();
    void turnsFailuresIntoResultsAgentsCanActOn();
    void saysWhatACallWaitsFor();
    void showsWhyAFieldHasNoValue();
    void passesTheLabelsOfARequestOn();
    void passesReasonAndClientOn();
    void keepsTheTextAndTheStructureAlike();
};

void tst_McpTools::listsToolsOnOnePage()
{
    const Talk talked = talk(message("tools/list"_ba, R"({"_meta":{"progressToken":0}})"_ba));
    QStringList names;
    for (const QJsonValue &tool : talked.result().value("tools"_L1).toArray())
        names.append(tool.toObject().value("name"_L1).toString());
    QCOMPARE(names, QStringList({u"search"_s, u"list_entries"_s, u"get_entry"_s, u"get_totp"_s,
                                 u"generate_password"_s, u"request_entry"_s, u"vault_status"_s}));
    QVERIFY(!talked.result().contains("nextCursor"_L1));
    QCOMPARE(talk(message("tools/list"_ba, R"({"cursor":"x"})"_ba)).errorCode(), -32602);
    QCOMPARE(talk(message("tools/list"_ba)).response.body, talk(message("tools/list"_ba)).response.body);
}

void tst_McpTools::saysWhichArgumentIsRepeatedToTheEraThatRepeatsIt()
{
    QStringList repeated;
    for (const QJsonValue &tool : mcp::toolList(McpEra::Modern).value("tools"_L1).toArray()) {
        const QJsonObject properties = tool["inputSchema"_L1].toObject().value("properties"_L1).toObject();
        for (auto property = properties.begin(); property != properties.end(); ++property) {
            const QString header = property.value()["x-mcp-header"_L1].toString();
            if (header.isEmpty())
                continue;
            QCOMPARE(property.value()["type"_L1].toString(), u"string"_s);
            QVERIFY2(RequestGuard::passedOn().contains("mcp-param-" + header.toLower().toLatin1()), qPrintable(header));
            repeated.append(tool["name"_L1].toString() + u' ' + property.key() + u' ' + header);
        }
    }
    QCOMPARE(repeated, QStringList{u"list_entries type Type"_s});
    QVERIFY(!QJsonDocument(mcp::toolList(McpEra::Legacy)).toJson().contains("x-mcp-header"));
}

void tst_McpTools::describesToolsAsClientsNeedThem()
{
    const QJsonArray tools = mcp::toolList(McpEra::Legacy).value("tools"_L1).toArray();
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
        QCOMPARE(annotations.value("readOnlyHint"_L1), QJsonValue(tool.value("name"_L1) != "request_entry"_L1));
        QCOMPARE(annotations.value("idempotentHint"_L1), QJsonValue(true));
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
            if (schema.contains("maxItems"_L1))
                QVERIFY(description.contains(u"10") && description.contains(u"60"));
        }
    }
}

void tst_McpTools::callsEveryTool_data()
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
    row("request_entry", R"({"title":"Stripe test API","why":"the checkout test needs it"})"_ba, link::RequestQuery{});
    row("request_entry", R"({"title":"Stripe","why":"tests","fields":["API key","webhook secret"]})"_ba, link::RequestQuery{});
    row("vault_status", R"({})"_ba, link::StatusQuery{});
}

void tst_McpTools::callsEveryTool()
{
    QFETCH(QByteArray, tool);
    QFETCH(QByteArray, arguments);
    QFETCH(int, query);
    const QByteArray params = R"("name":")" + tool + R"(","arguments":)" + arguments;
    const QByteArray type = QJsonDocument::fromJson(arguments).object().value("type"_L1).toString().toUtf8();
    const Fields repeated = type.isEmpty() ? Fields() : Fields{{"mcp-param-type"_ba, type}};
    for (const Talk &talked :
         {talk(message("tools/call"_ba, "{" + params + "}")), modern("tools/call"_ba, params, tool, &ScriptedKeeper::plausible, repeated)}) {
        QCOMPARE(talked.response.status, 200);
        QVERIFY(talked.question.has_value());
        QCOMPARE(static_cast<int>(talked.question->query.index()), query);
        QVERIFY(talked.question->door == link::Door::Mcp);
        QCOMPARE(talked.result().value("isError"_L1), QJsonValue(false));
        const QJsonObject structured = talked.result().value("structuredContent"_L1).toObject();
        QVERIFY(!structured.isEmpty());
        QCOMPARE(QJsonDocument::fromJson(talked.text()).object(), structured);
        QVERIFY(conforms(structured, findTool(QString::fromUtf8(tool))->answerSchema()));
    }
}

void tst_McpTools::saysWhatIsWrongWithArguments_data()
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
    row("request_entry", R"({"title":"x"})"_ba, u"'why' is missing"_s);
    row("request_entry", R"({"title":"","why":"x"})"_ba, u"'title' must have from 1 to 100"_s);
    row("request_entry", R"({"title":")" + QByteArray(101, 'x') + R"(","why":"x"})", u"from 1 to 100"_s);
    row("request_entry", R"({"title":"x","why":")" + QByteArray(301, 'x') + R"("})", u"from 1 to 300"_s);
    row("request_entry", R"({"title":"x\ny","why":"x"})"_ba, u"control"_s);
    row("request_entry", R"({"title":"x","why":"x","fields":"API key"})"_ba, u"'fields' must be a list of strings"_s);
    row("request_entry", R"({"title":"x","why":"x","fields":[1]})"_ba, u"'fields' must be a list of strings"_s);
    row("request_entry", R"({"title":"x","why":"x","fields":[""]})"_ba, u"Each of 'fields' must have from 1 to 60"_s);
    row("request_entry", R"({"title":"x","why":"x","fields":[")" + QByteArray(61, 'x') + R"("]})", u"from 1 to 60"_s);
    row("request_entry", R"({"title":"x","why":"x","fields":["a\u001b"]})"_ba, u"control"_s);
    row("request_entry", R"({"title":"x","why":"x","fields":["1","2","3","4","5","6","7","8","9","10","11"]})"_ba,
        u"'fields' must have from 0 to 10 items"_s);
    row("request_entry", R"({"title":"x","why":"x","url":"https://example.com"})"_ba, u"'url' is unknown here. Known: title, why, fields"_s);
    row("request_entry", R"({"title":"x","why":"x","value":"secret"})"_ba, u"unknown here"_s);
}

void tst_McpTools::saysWhatIsWrongWithArguments()
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

void tst_McpTools::turnsFailuresIntoResultsAgentsCanActOn_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](link::Status status, const char *code) {
        QTest::newRow(code) << static_cast<int>(status) << QString::fromLatin1(code);
    };
    row(link::Status::Locked, "locked");
    row(link::Status::NotFound, "not_found");
    row(link::Status::BadRequest, "bad_request");
    row(link::Status::CallerRefused, "caller_refused");
    row(link::Status::ApprovalDenied, "approval_denied");
    row(link::Status::Pending, "approval_pending");
    row(link::Status::ActionNotAllowed, "action_not_allowed");
    row(link::Status::KeyPaused, "key_paused");
    row(link::Status::KeyFrozen, "key_frozen");
    row(link::Status::VaultChanged, "vault_changed");
    row(link::Status::RateLimited, "rate_limited");
    row(link::Status::BudgetExceeded, "budget_exceeded");
    row(link::Status::AuditUnavailable, "audit_unavailable");
    row(link::Status::KeeperUnavailable, "keeper_unavailable");
    row(link::Status::Internal, "internal");
}

void tst_McpTools::turnsFailuresIntoResultsAgentsCanActOn()
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
    // A tool's result has no header, so the number is in the error, where waiting helps.
    const bool waits = code == u"rate_limited" || code == u"budget_exceeded" || code == u"approval_pending" || code == u"key_paused";
    QCOMPARE(error.value("retry_after"_L1).toInt(), waits ? 7 : 0);
    QCOMPARE(error.contains("retry_after"_L1), waits);
    if (code == u"rate_limited")
        QVERIFY(error.value("hint"_L1).toString().contains(u"7 seconds"));
    QVERIFY(conforms(QJsonDocument::fromJson(talked.text()).object(), schemas::error()));
}

void tst_McpTools::saysWhatACallWaitsFor()
{
    const QByteArray id = ScriptedKeeper::EntryId;
    for (const QByteArray &kind : {"approval"_ba, "request"_ba}) {
        const QByteArray body = R"({")" + kind + R"(":{"id":")" + id + R"(","status":"pending","poll":"/api/approvals/)" + id +
                                R"(","retry_after":2}})";
        const Script script = [&body](const link::Question &question) {
            return link::Answer{question.id, link::Status::Pending, body, {}, 2};
        };
        const QByteArray params = R"("name":"get_totp","arguments":{"id":"x"})"_ba;
        for (const Talk &talked : {talk(message("tools/call"_ba, "{" + params + "}"), {}, ScriptedKeeper::Token, script),
                                   modern("tools/call"_ba, params, "get_totp"_ba, script)}) {
            QCOMPARE(talked.response.status, 200);
            QCOMPARE(talked.result().value("isError"_L1), QJsonValue(true));
            QVERIFY(!talked.result().contains("structuredContent"_L1));
            const QJsonObject error = QJsonDocument::fromJson(talked.text()).object().value("error"_L1).toObject();
            QCOMPARE(error.value("code"_L1).toString(), u"approval_pending"_s);
            QVERIFY(error.value("hint"_L1).toString().contains(u"again"));
            QCOMPARE(error.value("hint"_L1).toString().contains(u"minute"), kind == "approval");
            QCOMPARE(QJsonValue(QJsonObject{{QString::fromLatin1(kind), error.value(QLatin1StringView(kind))}}),
                     QJsonValue(QJsonDocument::fromJson(body).object()));
        }
    }
}

void tst_McpTools::showsWhyAFieldHasNoValue()
{
    const QByteArray field = R"("fields":[{"id":"f3","label":"one-time code","kind":"totp","delivery":"code-only"},)"
                             R"({"id":"f4","label":"deploy token","kind":"token","delivery":"use-only",)"
                             R"("ref":"clavitor://github.com/deploy token"},{"label":"pin","kind":"pin","delivery":"never"}])"_ba;
    const QByteArray summary = R"({"id":"a","title":"t","type":"login","fields":[{"label":"password","kind":"password"}],"ask":true})"_ba;
    const QByteArray entry = R"({"id":"a","title":"t","type":"login",)"_ba + field + "}";
    const QByteArray found = R"({"query":"t","entries":[)" + entry + R"(],"more":[)" + summary + R"(],"total":2})";
    for (const auto &[tool, body] : {std::pair("get_entry"_L1, entry), std::pair("search"_L1, found)}) {
        const QJsonObject schema = findTool(QString(tool))->answerSchema();
        QVERIFY(conforms(QJsonDocument::fromJson(body).object(), schema));
        // A delivery nobody knows does not.
        QVERIFY(!conforms(QJsonDocument::fromJson(QByteArray(body).replace("use-only", "sometimes")).object(), schema));
    }
}

void tst_McpTools::passesTheLabelsOfARequestOn()
{
    const Talk talked = talk(message("tools/call"_ba,
        R"({"name":"request_entry","arguments":{"title":"Stripe","why":"\u202etests","fields":["API key","\ud83d\ude00"]}})"_ba));
    const link::RequestQuery expected{u"Stripe"_s, u"\u202etests"_s, {u"API key"_s, u"\U0001f600"_s}};
    QVERIFY(std::get<link::RequestQuery>(talked.question->query) == expected);
}

void tst_McpTools::passesReasonAndClientOn()
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

void tst_McpTools::keepsTheTextAndTheStructureAlike()
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

QTEST_GUILESS_MAIN(tst_McpTools)
#include "tst_McpTools.moc"
