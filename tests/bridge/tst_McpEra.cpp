// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/McpTalk.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bridge;
using clavitor::tests::ScriptedKeeper;

class tst_McpEra : public QObject
{
    Q_OBJECT
private slots:
    void checksModernHeaders_data();
    void checksModernHeaders();
    void decodesEncodedNames();
    void comparesTheArgumentThatIsRepeated_data();
    void comparesTheArgumentThatIsRepeated();
    void completesModernResults();
    void tellsErasApart_data();
    void tellsErasApart();
};

void tst_McpEra::checksModernHeaders_data()
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
    row("encoded, all three",
        {{"mcp-protocol-version"_ba, "=?base64?MjAyNi0wNy0yOA==?="_ba}, {"mcp-method"_ba, "=?base64?dG9vbHMvY2FsbA==?="_ba},
         {"mcp-name"_ba, "=?base64?dmF1bHRfc3RhdHVz?="_ba}}, call, 0);
    row("encoded another method", {version, {"mcp-method"_ba, "=?base64?dG9vbHMvbGlzdA==?="_ba}, name}, call, -32020);
    row("encoded another version", {{"mcp-protocol-version"_ba, "=?base64?MjAyNS0xMS0yNQ==?="_ba}, method, name}, call, -32020);
    row("encoded, not UTF-8", {version, method, {"mcp-name"_ba, "=?base64?/w==?="_ba}}, call, -32020);
    row("encoded, without an end", {version, method, {"mcp-name"_ba, "=?base64?dmF1bHRfc3RhdHVz"_ba}}, call, -32020);
    row("encoded, in capitals", {version, method, {"mcp-name"_ba, "=?BASE64?dmF1bHRfc3RhdHVz?="_ba}}, call, -32020);
    row("name not UTF-8", {version, method, {"mcp-name"_ba, "vault_status\xff"_ba}}, call, -32020);
    row("name header empty", {version, method, {"mcp-name"_ba, {}}}, call, -32020);
    row("name with a blank inside", {version, method, {"mcp-name"_ba, "vault_ status"_ba}}, call, -32020);
    row("name in the body not text", {version, method, name}, R"({"name":["vault_status"],)"_ba + ModernMeta + "}", -32020);
    row("capabilities a list", {version, method, name},
        R"({"name":"vault_status","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}})"_ba,
        -32602);
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

void tst_McpEra::checksModernHeaders()
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

void tst_McpEra::decodesEncodedNames()
{
    const QByteArray encoded = "=?base64?" + QByteArray("vault_status").toBase64() + "?=";
    QCOMPARE(modern("tools/call"_ba, R"("name":"vault_status")"_ba, encoded).errorCode(), 0);
    // A byte order mark is a character like any other.
    QCOMPARE(modern("tools/call"_ba, R"("name":"vault_status")"_ba, "\xef\xbb\xbfvault_status"_ba).errorCode(), -32020);
    QCOMPARE(modern("tools/call"_ba, R"("name":"vault_status")"_ba, "=?base64?" + QByteArray("\xef\xbb\xbfvault_status").toBase64() + "?=")
                 .errorCode(),
             -32020);
    // A name that looks encoded must itself be encoded.
    const QByteArray odd = "=?base64?x?="_ba;
    QCOMPARE(modern("tools/call"_ba, R"("name":"=?base64?x?=")"_ba, odd).errorCode(), -32020);
    QCOMPARE(modern("tools/call"_ba, R"("name":"=?base64?x?=")"_ba, "=?base64?" + odd.toBase64() + "?=")
                 .errorCode(),
             -32602);
}

void tst_McpEra::comparesTheArgumentThatIsRepeated_data()
{
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("code");
    const auto row = [](const char *title, const QByteArray &arguments, const QByteArray &header, int code) {
        QTest::newRow(title) << arguments << header << code;
    };
    row("neither", "{}"_ba, {}, 0);
    row("the same", R"({"type":"login"})"_ba, "login"_ba, 0);
    row("no header", R"({"type":"login"})"_ba, {}, -32020);
    row("another", R"({"type":"login"})"_ba, "card"_ba, -32020);
    row("in capitals", R"({"type":"login"})"_ba, "LOGIN"_ba, -32020);
    row("a header alone", "{}"_ba, "login"_ba, -32020);
    row("a header for null", R"({"type":null})"_ba, "login"_ba, -32020);
    row("null", R"({"type":null})"_ba, {}, 0);
    row("empty", R"({"type":""})"_ba, {}, 0);
    row("encoded", R"({"type":"login"})"_ba, "=?base64?bG9naW4=?="_ba, 0);
    row("encoded, without its padding", R"({"type":"login"})"_ba, "=?base64?bG9naW4?="_ba, -32020);
    row("encoded, with what is not of the alphabet", R"({"type":"login"})"_ba, "=?base64?bG9!!!naW4=?="_ba, -32020);
    row("as it would be encoded, without the beginning", R"({"type":"bG9naW4="})"_ba, "bG9naW4="_ba, 0);
    row("as it would be encoded, without the end", R"({"type":"=?base64?bG9naW4="})"_ba, "=?base64?bG9naW4="_ba, 0);
    row("no text: the arguments are refused", R"({"type":7})"_ba, {}, 0);
    row("no arguments", "null"_ba, {}, 0);
    row("a list of arguments is refused as such", R"(["type"])"_ba, {}, -32602);
}

void tst_McpEra::comparesTheArgumentThatIsRepeated()
{
    QFETCH(QByteArray, arguments);
    QFETCH(QByteArray, header);
    QFETCH(int, code);
    const QByteArray params = R"({"name":"list_entries","arguments":)" + arguments + "," + ModernMeta + "}";
    Fields fields{{"mcp-protocol-version"_ba, "2026-07-28"_ba}, {"mcp-method"_ba, "tools/call"_ba}, {"mcp-name"_ba, "list_entries"_ba}};
    if (!header.isEmpty())
        fields.append({"mcp-param-type"_ba, header});
    const Talk talked = talk(message("tools/call"_ba, params), fields);
    QCOMPARE(talked.errorCode(), code);
    QCOMPARE(talked.response.status, code == -32020 ? 400 : 200);
    // Clients of the other era repeat nothing, and a header that is there all the same says nothing to them.
    const Talk legacy = talk(message("tools/call"_ba, params.left(params.indexOf(R"(,"_meta")")) + "}"), {{"mcp-param-type"_ba, header}});
    QVERIFY(legacy.errorCode() != -32020);
}

void tst_McpEra::completesModernResults()
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
              false},
          Row{"completion/complete",
              R"("ref":{"type":"ref/prompt","name":"use-credential"},"argument":{"name":"service","value":"g"})"_ba, {}, false}}) {
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

void tst_McpEra::tellsErasApart_data()
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

void tst_McpEra::tellsErasApart()
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

QTEST_GUILESS_MAIN(tst_McpEra)
#include "tst_McpEra.moc"
