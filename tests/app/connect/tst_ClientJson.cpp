// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ClientSetting.h"

#include "tests/support/WiringSamples.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_ClientJson : public QObject {
    Q_OBJECT
private slots:
    void writesWhatEachClientReads_data();
    void writesWhatEachClientReads();
    void givesClaudeCodeACommand();
    void givesEachClientAProgramToStart_data();
    void givesEachClientAProgramToStart();
    void keepsHowClavitorMcpIsStartedAndNotHowAnotherProgramWas();
    void takesClavitorMcpOutOfTheSandbox();
    void keepsEverythingElse();
    void putsItIntoOneLine_data();
    void putsItIntoOneLine();
    void keepsTheOptionsOfThePerson();
    void judgesWhatIsThere_data();
    void judgesWhatIsThere();
    void namesAServerForWhichCursorPassesOverAll_data();
    void namesAServerForWhichCursorPassesOverAll();
    void knowsTheKeyOfAClientThatStartsClavitorMcp();
    void refusesABrokenFileAndSaysWhere();
    void refusesServersThatAreNoObject();
    void takesOurServerOutAndNothingElse_data();
    void takesOurServerOutAndNothingElse();
    void takesNothingOutWhereItCannotBeProved_data();
    void takesNothingOutWhereItCannotBeProved();
    void seesTheServersOfProjects();
    void takesTheServersOfProjectsOutAsWell_data();
    void takesTheServersOfProjectsOutAsWell();
    void leavesAnotherProgramOfAProjectAlone();
    void looksForThoseOfProjectsInAFileOfMegabytesAtOnce();
    void copesWithALargeFile();
    void neverWritesWhatItCannotRead();
};

void tst_ClientJson::writesWhatEachClientReads_data()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("type");
    QTest::newRow("Claude Code") << int(AgentClient::ClaudeCode) << u"mcpServers"_s << u"url"_s << u"http"_s;
    QTest::newRow("Gemini CLI") << int(AgentClient::GeminiCli) << u"mcpServers"_s << u"httpUrl"_s << QString();
    QTest::newRow("VS Code") << int(AgentClient::VsCode) << u"servers"_s << u"url"_s << u"http"_s;
    QTest::newRow("Cursor") << int(AgentClient::Cursor) << u"mcpServers"_s << u"url"_s << QString();
}

void tst_ClientJson::writesWhatEachClientReads()
{
    QFETCH(int, client);
    QFETCH(QString, group);
    QFETCH(QString, url);
    QFETCH(QString, type);
    const auto which = static_cast<AgentClient>(client);
    for (const QByteArray &before : QByteArrayList{""_ba, "{}"_ba, "{\"" + group.toUtf8() + "\": {\"clavitor\": {\"command\": \"npx\", \"args\": []}}}"}) {
        const auto result = withServer(which, before, tokenWiring());
        QVERIFY(result);
        const QJsonObject server = QJsonDocument::fromJson(*result).object().value(group).toObject().value("clavitor"_L1).toObject();
        QCOMPARE(server.value(url).toString(), u"http://localhost:1984/mcp"_s);
        QCOMPARE(server.value("type"_L1).toString(), type);
        QCOMPARE(server.value("headers"_L1).toObject().value("Authorization"_L1).toString(), QString::fromLatin1("Bearer " + sampleToken()));
        QCOMPARE(server.size(), type.isEmpty() ? 2 : 3);
        const ClientSetting setting = readSetting(which, *result, 1984);
        QVERIFY(setting.isRight());
        QCOMPARE(setting.keyId, sampleKeyId());
        const auto again = withServer(which, *result, tokenWiring());
        QVERIFY(again);
        QCOMPARE(*again, *result);
    }
    QVERIFY(readSetting(which, linesToPaste(which, tokenWiring()), 1984).isRight());
}

void tst_ClientJson::givesClaudeCodeACommand()
{
    const auto result = withServer(AgentClient::ClaudeCode, "{\n  \"numStartups\": 12\n}\n"_ba, commandWiring());
    QVERIFY(result);
    QCOMPARE(*result, "{\n  \"numStartups\": 12,\n  \"mcpServers\": {\n    \"clavitor\": {\n      \"type\": \"http\",\n"
                      "      \"url\": \"http://localhost:1984/mcp\",\n"
                      "      \"headersHelper\": \"/usr/bin/clavitor headers Kq7ZrT2k\"\n    }\n  }\n}\n"_ba);
    const ClientSetting setting = readSetting(AgentClient::ClaudeCode, *result, 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.how, ClientSetting::Token::ByCommand);
    QCOMPARE(setting.keyId, u"Kq7ZrT2k"_s);
}

void tst_ClientJson::givesEachClientAProgramToStart_data()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<QByteArray>("server");
    const QByteArray program = "\"command\": \"/usr/bin/clavitor-mcp\",\n      \"args\": [\"Kq7ZrT2k\"]\n    }\n  }\n}\n";
    QTest::newRow("Claude Code") << int(AgentClient::ClaudeCode) << "{\n  \"mcpServers\": {\n    \"clavitor\": {\n      \"type\": \"stdio\",\n      " + program;
    QTest::newRow("Gemini CLI") << int(AgentClient::GeminiCli) << "{\n  \"mcpServers\": {\n    \"clavitor\": {\n      " + program;
    QTest::newRow("VS Code") << int(AgentClient::VsCode) << "{\n  \"servers\": {\n    \"clavitor\": {\n      \"type\": \"stdio\",\n      " + program;
    QTest::newRow("Cursor") << int(AgentClient::Cursor) << "{\n  \"mcpServers\": {\n    \"clavitor\": {\n      \"type\": \"stdio\",\n      " + program;
}

void tst_ClientJson::givesEachClientAProgramToStart()
{
    QFETCH(int, client);
    QFETCH(QByteArray, server);
    const auto which = static_cast<AgentClient>(client);
    const auto result = withServer(which, {}, programWiring());
    QVERIFY(result);
    QCOMPARE(*result, server);
    const ClientSetting setting = readSetting(which, *result, 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.how, ClientSetting::Token::ByProgram);
    QCOMPARE(setting.keyId, u"Kq7ZrT2k"_s);
    QCOMPARE(*withServer(which, *result, programWiring()), *result);
    QVERIFY(readSetting(which, linesToPaste(which, programWiring()), 1984).isRight());
    // There and back, and nothing of the other way stays.
    const auto keys = [which](const QByteArray &text) {
        return QJsonDocument::fromJson(text).object().value(which == AgentClient::VsCode ? "servers"_L1 : "mcpServers"_L1).toObject().value("clavitor"_L1).toObject().keys();
    };
    const auto http = withServer(which, {}, tokenWiring());
    const auto there = withServer(which, *http, programWiring());
    QCOMPARE(keys(*there), keys(*result));
    QVERIFY(readSetting(which, *there, 1984).isRight());
    QVERIFY(!there->contains("clavitor_"));
    const auto back = withServer(which, *there, tokenWiring());
    QCOMPARE(keys(*back), keys(*http));
    QVERIFY(readSetting(which, *back, 1984).isRight());
}

void tst_ClientJson::keepsHowClavitorMcpIsStartedAndNotHowAnotherProgramWas()
{
    const auto serverOf = [](const QByteArray &command) {
        const auto result = withServer(AgentClient::Cursor, "{\"mcpServers\": {\"clavitor\": {\"command\": \"" + command + "\", \"args\": [\"x\"], \"env\": {\"A\": \"b\"}, "
                                       "\"envFile\": \"c\", \"note\": 1}}}", programWiring());
        return result ? QJsonDocument::fromJson(*result).object().value("mcpServers"_L1).toObject().value("clavitor"_L1).toObject() : QJsonObject();
    };
    QCOMPARE(serverOf("/old/clavitor-mcp").keys(), (QStringList{u"args"_s, u"command"_s, u"env"_s, u"envFile"_s, u"note"_s, u"type"_s}));
    QCOMPARE(serverOf("npx").keys(), (QStringList{u"args"_s, u"command"_s, u"note"_s, u"type"_s}));
}

void tst_ClientJson::takesClavitorMcpOutOfTheSandbox()
{
    const QByteArray before = "{\"servers\": {\"clavitor\": {\"command\": \"/old/clavitor-mcp\", \"args\": [\"x\"], \"sandboxEnabled\": true, \"dev\": {}}}}";
    for (const Wiring &wiring : {programWiring(), tokenWiring()}) {
        const auto result = withServer(AgentClient::VsCode, before, wiring);
        QVERIFY(result);
        QVERIFY(result->contains("\"dev\""));
        QVERIFY(!result->contains("sandbox"));
        QVERIFY(readSetting(AgentClient::VsCode, *result, 1984).isRight());
    }
}

void tst_ClientJson::keepsEverythingElse()
{
    const QByteArray before = "// my servers\n{\n\t\"inputs\": [], // none\n\t\"servers\": {\n\t\t/* docs */\n\t\t\"docs\": { \"command\": \"npx\", \"args\": [ \"-y\" ] },\n\t},\n}\n";
    const auto result = withServer(AgentClient::VsCode, before, tokenWiring());
    QVERIFY(result);
    QByteArray rest = *result;
    const qsizetype begin = rest.indexOf("\n\t\t\"clavitor\"");
    QVERIFY(begin > 0);
    const qsizetype end = rest.indexOf("\n\t},\n}", begin);
    QCOMPARE(rest.remove(begin, end - begin), before);
}

void tst_ClientJson::putsItIntoOneLine_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<QByteArray>("end");
    const auto row = [](const char *name, const QByteArray &before, const QByteArray &start, const QByteArray &end) { QTest::newRow(name) << before << start << end; };
    row("beside another", R"({"servers": {"docs": {}}})", R"({"servers": {"docs": {}, "clavitor": {)", "}}}");
    row("after a last comma", R"({"servers": {"docs": {},}})", R"({"servers": {"docs": {}, "clavitor": {)", "}}}");
    row("after a last comma and a space", R"({"servers": {"docs": {}, }})", R"({"servers": {"docs": {}, "clavitor": {)", "} }}");
    row("after a last comma and a comment", R"({"servers": {"docs": {}, /* mine */ }})", R"({"servers": {"docs": {}, /* mine */ "clavitor": {)", "} }}");
    row("after a comment with a comma", R"({"servers": {"docs": {} /* a, b */ }})", R"({"servers": {"docs": {} /* a, b */, "clavitor": {)", "} }}");
    row("the group, after a last comma", R"({"inputs": [], })", R"({"inputs": [], "servers": { "clavitor": {)", "} } }");
}

void tst_ClientJson::putsItIntoOneLine()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, start);
    QFETCH(QByteArray, end);
    const auto result = withServer(AgentClient::VsCode, before, programWiring());
    QVERIFY2(result, "it is written as its client takes it");
    QVERIFY2(result->startsWith(start), result->constData());
    QVERIFY2(result->endsWith(end), result->constData());
    QVERIFY(!result->contains('\n'));
}

void tst_ClientJson::keepsTheOptionsOfThePerson()
{
    const auto result = withServer(AgentClient::GeminiCli, "{\"mcpServers\": {\"clavitor\": {\"url\": \"x\", \"trust\": true, \"includeTools\": [\"search\"]}}}"_ba, tokenWiring());
    QVERIFY(result);
    const QJsonObject server = QJsonDocument::fromJson(*result).object().value("mcpServers"_L1).toObject().value("clavitor"_L1).toObject();
    QVERIFY(server.value("trust"_L1).toBool());
    QCOMPARE(server.value("includeTools"_L1).toArray().size(), 1);
    QVERIFY(!server.contains("url"_L1));
}

void tst_ClientJson::judgesWhatIsThere_data()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<QByteArray>("server");
    QTest::addColumn<QList<int>>("faults");
    const auto faults = [](std::initializer_list<SettingFault> list) {
        QList<int> numbers;
        for (SettingFault fault : list)
            numbers.append(static_cast<int>(fault));
        return numbers;
    };
    const QByteArray url = "\"url\": \"http://localhost:1984/mcp\"";
    const QByteArray headers = "\"headers\": {\"Authorization\": \"Bearer " + sampleToken() + "\"}";
    const auto row = [](const char *name, AgentClient client) -> QTestData & { return QTest::newRow(name) << int(client); };
    row("right", AgentClient::ClaudeCode) << "{\"type\": \"http\", " + url + ", " + headers + "}" << faults({});
    row("Claude without a type", AgentClient::ClaudeCode) << "{" + url + ", " + headers + "}" << faults({SettingFault::AnotherKind});
    row("VS Code without a type", AgentClient::VsCode) << "{" + url + ", " + headers + "}" << faults({});
    row("events", AgentClient::VsCode) << "{\"type\": \"sse\", " + url + ", " + headers + "}" << faults({SettingFault::AnotherKind});
    row("Gemini's older transport", AgentClient::GeminiCli) << "{" + url + ", " + headers + "}" << faults({SettingFault::AnotherKind});
    row("Gemini by its own command", AgentClient::GeminiCli) << "{" + url + ", \"type\": \"http\", " + headers + "}" << faults({});
    row("Gemini's events by name", AgentClient::GeminiCli) << "{" + url + ", \"type\": \"sse\", " + headers + "}" << faults({SettingFault::AnotherKind});
    row("Gemini with both addresses", AgentClient::GeminiCli)
        << "{\"httpUrl\": \"http://localhost:1984/mcp\", \"url\": \"https://elsewhere/mcp\", " + headers + "}" << faults({});
    row("asked for", AgentClient::VsCode) << "{" + url + ", \"headers\": {\"authorization\": \"Bearer ${input:clavitor}\"}}" << faults({});
    row("no token", AgentClient::Cursor) << "{" + url + "}" << faults({SettingFault::NoToken});
    row("placeholder", AgentClient::Cursor) << "{" + url + ", \"headers\": {\"Authorization\": \"Bearer clavitor_…\"}}" << faults({SettingFault::MalformedToken});
    row("no object", AgentClient::Cursor) << "[]"_ba << faults({SettingFault::AnotherKind});
    row("other address", AgentClient::Cursor) << "{\"url\": \"https://localhost:1984/mcp\", " + headers + "}" << faults({SettingFault::OtherAddress});
    const QByteArray shim = "\"command\": \"/usr/bin/clavitor-mcp\", \"args\": [\"Kq7ZrT2k\"]";
    row("clavitor-mcp in Claude Code", AgentClient::ClaudeCode) << "{\"type\": \"stdio\", " + shim + ", \"env\": {}}" << faults({});
    row("clavitor-mcp in Claude Code without a type", AgentClient::ClaudeCode) << "{" + shim + "}" << faults({});
    row("clavitor-mcp in Gemini CLI", AgentClient::GeminiCli) << "{" + shim + "}" << faults({});
    row("clavitor-mcp in VS Code", AgentClient::VsCode) << "{\"type\": \"stdio\", " + shim + "}" << faults({});
    row("clavitor-mcp in Cursor", AgentClient::Cursor) << "{" + shim + "}" << faults({});
    row("clavitor-mcp as an address", AgentClient::VsCode) << "{\"type\": \"http\", " + shim + "}" << faults({SettingFault::AnotherKind});
    row("clavitor-mcp beside an address", AgentClient::Cursor) << "{" + shim + ", " + url + "}" << faults({SettingFault::TwoWays});
    row("clavitor-mcp beside Gemini's address", AgentClient::GeminiCli) << "{" + shim + ", \"httpUrl\": \"http://localhost:1984/mcp\"}" << faults({SettingFault::TwoWays});
    row("clavitor-mcp without a key", AgentClient::GeminiCli) << "{\"command\": \"clavitor-mcp\"}"_ba << faults({SettingFault::WrongArguments});
    row("clavitor-mcp with a number", AgentClient::GeminiCli) << "{\"command\": \"clavitor-mcp\", \"args\": [1]}"_ba << faults({SettingFault::WrongArguments});
    row("clavitor-mcp for another port", AgentClient::Cursor)
        << "{\"command\": \"C:\\\\Clavitor\\\\clavitor-mcp.exe\", \"args\": [\"Kq7ZrT2k\", \"--port\", \"2984\"]}"_ba << faults({SettingFault::OtherPort});
    row("clavitor-mcp, switched off", AgentClient::Cursor) << "{\"disabled\": true, " + shim + "}" << faults({SettingFault::SwitchedOff});
    row("clavitor-mcp, switched off as VS Code does not know it", AgentClient::VsCode) << "{\"disabled\": true, " + shim + "}" << faults({});
    row("clavitor-mcp in a sandbox", AgentClient::VsCode) << "{\"sandboxEnabled\": true, " + shim + "}" << faults({SettingFault::Sandboxed});
    row("clavitor-mcp in no sandbox", AgentClient::VsCode) << "{\"sandboxEnabled\": false, " + shim + "}" << faults({});
    row("an address in no sandbox", AgentClient::VsCode) << "{\"sandboxEnabled\": true, " + url + ", " + headers + "}" << faults({});
    row("another client's sandbox", AgentClient::Cursor) << "{\"sandboxEnabled\": true, " + shim + "}" << faults({});
    row("switched off", AgentClient::Cursor) << "{\"disabled\": true, " + url + ", " + headers + "}" << faults({SettingFault::SwitchedOff});
}

void tst_ClientJson::judgesWhatIsThere()
{
    QFETCH(int, client);
    QFETCH(QByteArray, server);
    QFETCH(QList<int>, faults);
    const auto which = static_cast<AgentClient>(client);
    const QByteArray group = which == AgentClient::VsCode ? "servers" : "mcpServers";
    const ClientSetting setting = readSetting(which, "{\"" + group + "\": {\"clavitor\": " + server + "}}", 1984);
    QList<int> found;
    for (SettingFault fault : setting.faults)
        found.append(static_cast<int>(fault));
    QCOMPARE(found, faults);
    QVERIFY(setting.isThere);
}

void tst_ClientJson::namesAServerForWhichCursorPassesOverAll_data()
{
    QTest::addColumn<QByteArray>("other");
    QTest::addColumn<bool>("isWrong");
    QTest::newRow("a program") << R"({"command": "npx", "args": ["-y", "docs"], "env": {"A": "b"}, "envFile": ".env"})"_ba << false;
    QTest::newRow("an address") << R"({"type": "http", "url": "https://docs.example", "headers": {"A": "b"}})"_ba << false;
    QTest::newRow("nothing at all") << "{}"_ba << false;
    QTest::newRow("another name of a type") << R"({"type": "streamable-http", "url": "https://docs.example"})"_ba << true;
    QTest::newRow("a type that is a number") << R"({"type": 1, "url": "https://docs.example"})"_ba << true;
    QTest::newRow("a number in the environment") << R"({"command": "npx", "env": {"PORT": 80}})"_ba << true;
    QTest::newRow("a number among the arguments") << R"({"command": "npx", "args": [80]})"_ba << true;
    QTest::newRow("a header that is none") << R"({"url": "https://docs.example", "headers": {"A": null}})"_ba << true;
    QTest::newRow("a list") << "[]"_ba << true;
}

void tst_ClientJson::namesAServerForWhichCursorPassesOverAll()
{
    QFETCH(QByteArray, other);
    QFETCH(bool, isWrong);
    const QByteArray ours = "\"clavitor\": {\"command\": \"/usr/bin/clavitor-mcp\", \"args\": [\"Kq7ZrT2k\"]}";
    const QByteArray bytes = "{\"mcpServers\": {" + ours + ", \"docs\": " + other + "}}";
    const ClientSetting setting = readSetting(AgentClient::Cursor, bytes, 1984);
    QCOMPARE(setting.wrongNeighbour, isWrong ? u"docs"_s : QString());
    QVERIFY2(setting.isRight(), "ours is");
    QVERIFY(readSetting(AgentClient::ClaudeCode, bytes, 1984).wrongNeighbour.isEmpty());
    QVERIFY(readSetting(AgentClient::Cursor, "{\"mcpServers\": {\"docs\": " + other + "}}", 1984).wrongNeighbour.isEmpty());
}

void tst_ClientJson::knowsTheKeyOfAClientThatStartsClavitorMcp()
{
    const ClientSetting setting = readSetting(AgentClient::GeminiCli, "{\"mcpServers\": {\"clavitor\": {\"command\": \"clavitor-mcp\", \"args\": [\"Kq7ZrT2k\"]}}}"_ba, 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.how, ClientSetting::Token::ByProgram);
    QCOMPARE(setting.program, u"clavitor-mcp"_s);
    QCOMPARE(setting.keyId, u"Kq7ZrT2k"_s);
    QVERIFY(setting.token.isEmpty());
}

void tst_ClientJson::refusesABrokenFileAndSaysWhere()
{
    // Claude Code reads no comments.
    const QByteArray text = "{\n  // mine\n  \"mcpServers\": {}\n}";
    QCOMPARE(withServer(AgentClient::ClaudeCode, text, tokenWiring()).error(), (Error{ErrorCode::DamagedFile, u"line 2"_s}));
    QCOMPARE(readSetting(AgentClient::ClaudeCode, text, 1984).faults, QList{SettingFault::BrokenFile});
    QVERIFY(withServer(AgentClient::VsCode, text, tokenWiring()));
}

void tst_ClientJson::refusesServersThatAreNoObject()
{
    QCOMPARE(withServer(AgentClient::Cursor, "{\"mcpServers\": []}"_ba, tokenWiring()).error().code, ErrorCode::Conflict);
    QCOMPARE(withServer(AgentClient::Cursor, "{\"mcpServers\": {\"clavitor\": {}, \"clavitor\": {}}}"_ba, tokenWiring()).error().code, ErrorCode::Conflict);
    QCOMPARE(readSetting(AgentClient::Cursor, "{\"mcpServers\": {\"clavitor\": {}, \"clavitor\": {}}}"_ba, 1984).faults.first(), SettingFault::TwoOfThem);
}

void tst_ClientJson::takesOurServerOutAndNothingElse_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("not in it") << "{ \"servers\": {} } // mine\n"_ba << "{ \"servers\": {} } // mine\n"_ba;
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("alone") << "{\n  \"servers\": {\n    \"clavitor\": {\n      \"url\": \"x\"\n    }\n  }\n}\n"_ba << "{\n  \"servers\": {\n  }\n}\n"_ba;
    QTest::newRow("alone on one line") << "{\"a\":1,\"servers\":{\"clavitor\":{}}}"_ba << "{\"a\":1,\"servers\":{}}"_ba;
    QTest::newRow("first on one line") << "{\"servers\": {\"clavitor\": {}, \"b\": {}}}"_ba << "{\"servers\": { \"b\": {}}}"_ba;
    QTest::newRow("last on one line") << "{\"servers\": {\"b\": {}, \"clavitor\": {}}}"_ba << "{\"servers\": {\"b\": {}}}"_ba;
    QTest::newRow("in the middle") << "{\n \"servers\": {\n  \"a\": {}, // one\n  \"clavitor\": {},\n  /* two */ \"b\": {}\n }\n}\n"_ba
                                   << "{\n \"servers\": {\n  \"a\": {}, // one\n  /* two */ \"b\": {}\n }\n}\n"_ba;
    QTest::newRow("last, with a comma after it") << "{\n\t\"servers\": {\n\t\t\"a\": {},\n\t\t\"clavitor\": {},\n\t},\n}\n"_ba << "{\n\t\"servers\": {\n\t\t\"a\": {},\n\t},\n}\n"_ba;
    QTest::newRow("last, after a comment with a comma") << "{\n \"servers\": {\n  \"a\": {} /* a, b */, // c, d\n  \"clavitor\": {}\n }\n}\n"_ba
                                                        << "{\n \"servers\": {\n  \"a\": {} /* a, b */ // c, d\n }\n}\n"_ba;
    QTest::newRow("with a comment of its own") << "{\n \"servers\": {\n  \"a\": {},\n  \"clavitor\": {} // ours\n }\n}\n"_ba
                                               << "{\n \"servers\": {\n  \"a\": {}\n // ours\n }\n}\n"_ba;
    QTest::newRow("windows") << "{\r\n \"servers\": {\r\n  \"a\": {},\r\n  \"clavitor\": {}\r\n }\r\n}\r\n"_ba << "{\r\n \"servers\": {\r\n  \"a\": {}\r\n }\r\n}\r\n"_ba;
    QTest::newRow("no object") << "{\"servers\": {\"clavitor\": [1, 2]}}"_ba << "{\"servers\": {}}"_ba;
}

void tst_ClientJson::takesOurServerOutAndNothingElse()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const auto result = withoutServer(AgentClient::VsCode, before);
    QVERIFY(result);
    QCOMPARE(*result, after);
    QVERIFY(!readSetting(AgentClient::VsCode, *result, 1984).isThere);
    QCOMPARE(*withoutServer(AgentClient::VsCode, *result), *result);
    if (before == after)
        return;
    // What set-up puts in comes out again.
    const auto again = withServer(AgentClient::VsCode, after, programWiring());
    QVERIFY(again);
    const auto out = withoutServer(AgentClient::VsCode, *again);
    QVERIFY(out && !readSetting(AgentClient::VsCode, *out, 1984).isThere);
}

void tst_ClientJson::takesNothingOutWhereItCannotBeProved_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("broken") << "{\"servers\": {\"clavitor\": }}"_ba << ErrorCode::DamagedFile;
    QTest::newRow("twice") << "{\"servers\": {\"clavitor\": {}, \"clavitor\": {}}}"_ba << ErrorCode::Conflict;
}

void tst_ClientJson::takesNothingOutWhereItCannotBeProved()
{
    QFETCH(QByteArray, before);
    QFETCH(ErrorCode, code);
    const auto result = withoutServer(AgentClient::VsCode, before);
    QVERIFY(!result);
    QCOMPARE(result.error().code, code);
}

void tst_ClientJson::seesTheServersOfProjects()
{
    const QByteArray token = sampleToken();
    const QByteArray text = R"({
  "projects": {
    "/home/octo/api": { "mcpServers": { "clavitor": { "type": "http", "url": "http://localhost:1984/mcp", "headers": { "Authorization": "Bearer )" + token + R"(" } } } },
    "/home/octo/docs": { "mcpServers": { "docs": { "command": "npx" } } },
    "/home/octo/shop": { "mcpServers": { "clavitor": { "type": "stdio", "command": "clavitor-mcp", "args": ["Kq7ZrT2k", "--port", "2000"] } } },
    "/home/octo/odd": { "mcpServers": { "clavitor": 1 } }
  }
})";
    ClientSetting setting = readSetting(AgentClient::ClaudeCode, text, 1984);
    QVERIFY(!setting.isThere);
    QCOMPARE(setting.folders.size(), 4);
    const auto found = std::exchange(setting.projects.first().token, nullptr);
    QVERIFY(found && QByteArrayView(found->view().data(), qsizetype(found->size())) == sampleToken());
    QCOMPARE(setting.projects, (QList<ProjectServer>{
                                   {u"/home/octo/api"_s, {}, {}, {}, sampleKeyId(), true, TokenWay::InFile, {}},
                                   {u"/home/octo/odd"_s, {}, {SettingFault::AnotherKind}, {}, {}, false},
                                   {u"/home/octo/shop"_s, {}, {SettingFault::OtherPort}, u"2000"_s, u"Kq7ZrT2k"_s, false, TokenWay::ByProgram, u"clavitor-mcp"_s},
                               }));
    QCOMPARE(setting.onlyKeyId(), QString());
    // The other clients have no such part.
    QVERIFY(readSetting(AgentClient::Cursor, text, 1984).projects.isEmpty());
}

void tst_ClientJson::takesTheServersOfProjectsOutAsWell_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const QByteArray ours = R"("clavitor": { "type": "stdio", "command": "clavitor-mcp", "args": ["Kq7ZrT2k"] })";
    const auto row = [](const char *name, const QByteArray &before, const QByteArray &after) { QTest::newRow(name) << before << after; };
    row("of one project", R"({"projects": {"/a": {"allowedTools": [], "mcpServers": {)" + ours + R"(}}}, "userID": "x"})",
        R"({"projects": {"/a": {"allowedTools": [], "mcpServers": {}}}, "userID": "x"})");
    row("of two, and for all", R"({"mcpServers": {)" + ours + R"(, "docs": {}}, "projects": {"/a": {"mcpServers": {"docs": {}, )" + ours
            + R"(}}, "/b": {"mcpServers": {)" + ours + R"(}}}})",
        R"({"mcpServers": { "docs": {}}, "projects": {"/a": {"mcpServers": {"docs": {}}}, "/b": {"mcpServers": {}}}})");
    row("on lines of its own", "{\n  \"projects\": {\n    \"/a\": {\n      \"mcpServers\": {\n        " + ours + "\n      }\n    }\n  },\n  \"mcpServers\": {\n    "
            + ours + "\n  }\n}\n",
        "{\n  \"projects\": {\n    \"/a\": {\n      \"mcpServers\": {\n      }\n    }\n  },\n  \"mcpServers\": {\n  }\n}\n");
}

void tst_ClientJson::takesTheServersOfProjectsOutAsWell()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QCOMPARE(readSetting(AgentClient::ClaudeCode, before, 1984).onlyKeyId(), u"Kq7ZrT2k"_s);
    const auto result = withoutServer(AgentClient::ClaudeCode, before);
    QVERIFY(result);
    QCOMPARE(*result, after);
    QVERIFY(readSetting(AgentClient::ClaudeCode, *result, 1984).projects.isEmpty());
    QCOMPARE(*withoutServer(AgentClient::ClaudeCode, *result), *result);
    // Whoever sets it up again gets the one for all alone.
    QVERIFY(readSetting(AgentClient::ClaudeCode, *withServer(AgentClient::ClaudeCode, *result, commandWiring()), 1984).isRight());
}

void tst_ClientJson::leavesAnotherProgramOfAProjectAlone()
{
    const QByteArray theirs = "{\"projects\": {\"/a\": {\"mcpServers\": {\"clavitor\": {\"command\": \"node\", \"args\": [\"my-clavitor\"]}}}}";
    const QByteArray after = theirs + ", \"mcpServers\": {}}";
    const QByteArray before = theirs + ", \"mcpServers\": {\"clavitor\": {\"type\": \"stdio\", \"command\": \"clavitor-mcp\", \"args\": [\"Kq7ZrT2k\"]}}}";
    const ClientSetting setting = readSetting(AgentClient::ClaudeCode, before, 1984);
    QCOMPARE(setting.projects.size(), 1);
    QVERIFY(!setting.projects.first().isOurs());
    const auto result = withoutServer(AgentClient::ClaudeCode, before);
    QVERIFY(result);
    QCOMPARE(*result, after);
}

void tst_ClientJson::looksForThoseOfProjectsInAFileOfMegabytesAtOnce()
{
    QByteArray text = "{\n  \"projects\": {\n";
    constexpr int count = 400;
    for (int i = 0; i < count; ++i) {
        text += "    \"/home/octo/p" + QByteArray::number(i) + "\": {\n      \"history\": [\"" + QByteArray(20'000, 'x') + "\"],\n      \"mcpServers\": {";
        if (i % 100 == 0)
            text += "\n        \"clavitor\": {\n          \"command\": \"clavitor-mcp\",\n          \"args\": [\n            \"Kq7ZrT2k\"\n          ]\n        }\n      ";
        text += i + 1 < count ? "}\n    },\n"_ba : "}\n    }\n"_ba;
    }
    text += "  }\n}\n";
    QElapsedTimer timer;
    timer.start();
    const ClientSetting setting = readSetting(AgentClient::ClaudeCode, text, 1984);
    const qint64 seen = timer.restart();
    QCOMPARE(setting.projects.size(), 4);
    const auto result = withoutServer(AgentClient::ClaudeCode, text);
    const qint64 takenOut = timer.elapsed();
    QVERIFY(result);
    QCOMPARE(result->count("clavitor"), 0);
    QCOMPARE(result->count("mcpServers"), count);
    qInfo("%lld MB: seen in %lld ms, taken out in %lld ms", text.size() >> 20, seen, takenOut);
    QVERIFY2(seen < 2'000 && takenOut < 10'000, "with sanitizers and other programs beside it");
}

void tst_ClientJson::copesWithALargeFile()
{
    QByteArray text = "{\n  \"projects\": {";
    for (int i = 0; text.size() < 1'000'000; ++i)
        text += (i ? ",\n    \"/p" : "\n    \"/p") + QByteArray::number(i) + "\": {\"history\": [\"say \\\"hi\\\" {\", 1.5, 12345678901]}";
    text += "\n  }\n}\n";
    const auto result = withServer(AgentClient::ClaudeCode, text, commandWiring());
    QVERIFY(result);
    QVERIFY(result->startsWith(text.chopped(4)));
    QVERIFY(readSetting(AgentClient::ClaudeCode, *result, 1984).isRight());
}

void tst_ClientJson::neverWritesWhatItCannotRead()
{
    // Whatever becomes of a file, the answer is a refusal or a file that says what is wanted and is left alone from then on.
    const QByteArray whole = "// mine\n{\n  \"inputs\": [], // none\n  \"servers\": {\n    \"docs\": { \"command\": \"npx\" }, /* two */\n    \"clavitor\": { \"url\": \"x\", \"headers\": {} },\n  },\n}\n";
    const QByteArray pieces("[]{}\"'=.,#/*\\\n\r\t ax1\0\xff\xc3", 23);
    QRandomGenerator random(11);
    int written = 0;
    for (int round = 0; round < 3000; ++round) {
        QByteArray text = whole;
        for (int change = random.bounded(4); change >= 0; --change) {
            const auto at = random.bounded(static_cast<int>(text.size()));
            if (random.bounded(2))
                text[at] = pieces.at(random.bounded(static_cast<int>(pieces.size())));
            else
                text.remove(at, random.bounded(6));
        }
        const auto wiring = round % 2 ? &tokenWiring : &programWiring;
        const auto result = withServer(AgentClient::VsCode, text, wiring());
        if (!result)
            continue;
        ++written;
        QVERIFY2(readSetting(AgentClient::VsCode, *result, 1984).isRight(), text.constData());
        const auto again = withServer(AgentClient::VsCode, *result, wiring());
        QVERIFY2(again && *again == *result, text.constData());
        const auto out = withoutServer(AgentClient::VsCode, *result);
        QVERIFY2(!out || !readSetting(AgentClient::VsCode, *out, 1984).isThere, text.constData());
    }
    QVERIFY2(written > 200, "most files were refused: the changes are too wild to show anything");
}

QTEST_GUILESS_MAIN(tst_ClientJson)
#include "tst_ClientJson.moc"
