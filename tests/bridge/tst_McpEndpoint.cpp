// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpCatalog.h"
#include "tests/bridge/McpTalk.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bridge;
using clavitor::tests::ScriptedKeeper;

class tst_McpEndpoint : public QObject
{
    Q_OBJECT
private slots:
    void shakesHands_data();
    void shakesHands();
    void discoversForModernClients();
    void takesALogLevelOfLegacyClients();
    void keepsItsInstructionsShort();
    void answersPingAndNotifications();
    void wantsAValidKeyForEverything_data();
    void wantsAValidKeyForEverything();
    void tellsWhoTriesTooManyKeysToWait_data() { wantsAValidKeyForEverything_data(); }
    void tellsWhoTriesTooManyKeysToWait();
    void answersWhatIsTheSameForAllWhileLocked();
    void knowsNoPathOfAnotherVault();
    void offersResources();
    void knowsOnePrompt();
    void refusesBrokenMessages_data();
    void refusesBrokenMessages();
    void echoesIdsAsTheyWere_data();
    void echoesIdsAsTheyWere();
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
             QStringList({u"completions"_s, u"logging"_s, u"prompts"_s, u"resources"_s, u"tools"_s}));
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
    QCOMPARE(result.value("capabilities"_L1).toObject().keys(),
             QStringList({u"completions"_s, u"prompts"_s, u"resources"_s, u"tools"_s}));
}

void tst_McpEndpoint::takesALogLevelOfLegacyClients()
{
    for (const char *level : {"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"}) {
        const QByteArray params = R"({"level":")"_ba + level + R"("})";
        QCOMPARE(talk(message("logging/setLevel"_ba, params)).json().value("result"_L1), QJsonValue(QJsonObject()));
    }
    for (const char *params : {"{}", R"({"level":"loud"})", R"({"level":"DEBUG"})", R"({"level":7})", R"({"level":""})"})
        QCOMPARE(talk(message("logging/setLevel"_ba, params)).errorCode(), -32602);
}

void tst_McpEndpoint::keepsItsInstructionsShort()
{
    QVERIFY(mcp::instructions().size() <= 512);
    for (const QString &word : {u"REDACTED"_s, u"approval_pending"_s, u"reason"_s, u"request_entry"_s, u"unlock"_s, u"clavitor run"_s})
        QVERIFY2(mcp::instructions().contains(word), qPrintable(word));
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

void tst_McpEndpoint::wantsAValidKeyForEverything_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *method : {"initialize", "ping", "tools/list", "resources/list",
                               "resources/templates/list", "prompts/list", "prompts/get", "completion/complete", "unheard/of"})
        QTest::newRow(method) << message(method);
    QTest::newRow("tools/call") << message("tools/call"_ba,
                                           R"({"name":"search","arguments":{"query":"x"}})"_ba);
    QTest::newRow("completion/complete of a title")
        << message("completion/complete"_ba,
                   R"({"ref":{"type":"ref/prompt","name":"use-credential"},"argument":{"name":"service","value":"g"}})"_ba);
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
        QCOMPARE(challenge, token.isEmpty() ? R"(Bearer realm="clavitor")"_ba : R"(Bearer realm="clavitor", error="invalid_token")"_ba);
        QVERIFY(!talked.response.body.contains("oauth-"));
        // Also one without any is put on record, by the keeper.
        QVERIFY(talked.question.has_value());
        QCOMPARE(talked.question->token, token);
    }
}

void tst_McpEndpoint::tellsWhoTriesTooManyKeysToWait()
{
    QFETCH(QByteArray, body);
    const Talk talked = talk(body, {}, ScriptedKeeper::Token, saying(link::Status::Unauthorized, 42));
    QCOMPARE(talked.response.status, 429);
    QCOMPARE(fieldValue(talked.response.fields, "Retry-After"), "42"_ba);
    QVERIFY(fieldValue(talked.response.fields, "WWW-Authenticate").isEmpty());
    const QJsonObject error = talked.json().value("error"_L1).toObject();
    QCOMPARE(error.value("code"_L1).toString(), u"rate_limited"_s);
    QCOMPARE(error.value("retry_after"_L1).toInt(), 42);
    QVERIFY(error.value("hint"_L1).toString().contains(u"42 seconds"));
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
    const Talk talked = talk(body, {{"user-agent"_ba, "test/1"_ba}});
    QCOMPARE(talked.response.status, status);
    QCOMPARE(talked.errorCode(), code);
    QVERIFY(std::holds_alternative<link::AuthenticateQuery>(talked.question->query));
    QCOMPARE(talked.question->client, u"test/1"_s);
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

QTEST_GUILESS_MAIN(tst_McpEndpoint)
#include "tst_McpEndpoint.moc"
