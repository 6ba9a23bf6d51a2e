// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ClientSetting.h"

#include "tests/support/WiringSamples.h"

#include <QRandomGenerator>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_CodexToml : public QObject {
    Q_OBJECT
private slots:
    void putsItsTableAtTheEnd_data();
    void putsItsTableAtTheEnd();
    void putsTheTokenInWhereNoCommandIsKnown();
    void doesNothingTheSecondTime_data();
    void doesNothingTheSecondTime();
    void mendsWhatIsThere_data();
    void mendsWhatIsThere();
    void keepsTheOptionsOfThePerson();
    void goesFromEachWayToEachOtherAndLeavesNothingOfIt_data();
    void goesFromEachWayToEachOtherAndLeavesNothingOfIt();
    void writesAProgramToStart();
    void keepsHowClavitorMcpIsStartedAndNotHowAnotherProgramWas();
    void judgesWhatIsThere_data();
    void judgesWhatIsThere();
    void takesOurServerOutAndNothingElse_data();
    void takesOurServerOutAndNothingElse();
    void takesNothingOutWhereItCannotBeProved();
    void offersTheTokenOfTheIgnoredTable();
    void refusesABrokenFileAndSaysWhere_data();
    void refusesABrokenFileAndSaysWhere();
    void refusesWhatItCannotChangeSafely_data();
    void refusesWhatItCannotChangeSafely();
    void quotesWhatACommandMayHold();
    void copesWithALargeFile();
    void survivesHostileText();
    void neverWritesWhatItCannotRead();

private:
    static ClientSetting read(const QByteArray &bytes) { return readSetting(AgentClient::Codex, bytes, 1984); }
    static Result<QByteArray> with(const QByteArray &bytes, const Wiring &wiring) { return withServer(AgentClient::Codex, bytes, wiring); }
};

namespace {

const QByteArray kTable = "[mcp_servers.clavitor]\n"
                          "url = \"http://localhost:1984/mcp\"\n"
                          "http_headers_helper = \"/usr/bin/clavitor headers Kq7ZrT2k\"\n"
                          "default_tools_approval_mode = \"writes\"\n";

QByteArray withWindowsEnds(QByteArray text)
{
    return text.replace("\n", "\r\n");
}

} // namespace

void tst_CodexToml::putsItsTableAtTheEnd_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const QByteArray other = "# mine\nmodel = \"gpt-5\"  # keep\n\n[mcp_servers.docs]\ncommand = \"npx\"\n";
    QTest::newRow("missing or empty") << QByteArray() << kTable;
    QTest::newRow("blank") << "\n  \n"_ba << "\n  \n" + kTable;
    QTest::newRow("other servers") << other << other + '\n' + kTable;
    QTest::newRow("no last line end") << other.chopped(1) << other + '\n' + kTable;
    QTest::newRow("windows") << withWindowsEnds(other) << withWindowsEnds(other + '\n' + kTable);
    QTest::newRow("byte order mark") << "\xEF\xBB\xBF" + other << "\xEF\xBB\xBF" + other + '\n' + kTable;
    QTest::newRow("byte order mark alone") << "\xEF\xBB\xBF"_ba << "\xEF\xBB\xBF" + kTable;
    QTest::newRow("only comments") << "# nothing yet"_ba << "# nothing yet\n\n" + kTable;
    QTest::newRow("an array of tables last") << "[[x]]\na = 1\n"_ba << "[[x]]\na = 1\n\n" + kTable;
}

void tst_CodexToml::putsItsTableAtTheEnd()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const auto result = with(before, commandWiring());
    QVERIFY(result);
    QCOMPARE(*result, after);
    const ClientSetting setting = read(*result);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.how, ClientSetting::Token::ByCommand);
    QCOMPARE(setting.keyId, u"Kq7ZrT2k"_s);
}

void tst_CodexToml::putsTheTokenInWhereNoCommandIsKnown()
{
    const auto result = with({}, tokenWiring());
    QVERIFY(result);
    const QByteArray line = "http_headers = { \"Authorization\" = \"Bearer " + sampleToken() + "\" }\n";
    QVERIFY(result->contains(line));
    const ClientSetting setting = read(*result);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.how, ClientSetting::Token::InFile);
    QCOMPARE(setting.keyId, sampleKeyId());
    QVERIFY(setting.token.equals({sampleToken().constData(), static_cast<std::size_t>(sampleToken().size())}));
}

void tst_CodexToml::doesNothingTheSecondTime_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::newRow("new") << QByteArray();
    QTest::newRow("dotted") << "mcp_servers.clavitor.url = \"x\"\n"_ba;
    QTest::newRow("inline") << "[mcp_servers]\nclavitor = { url = \"x\", tool_timeout_sec = 90 }\n"_ba;
    QTest::newRow("windows") << "[mcp_servers.clavitor]\r\nheaders = { a = \"b\" }\r\n"_ba;
}

void tst_CodexToml::doesNothingTheSecondTime()
{
    QFETCH(QByteArray, before);
    for (const auto &wiring : {&commandWiring, &tokenWiring, &programWiring}) {
        const auto first = with(before, wiring());
        QVERIFY(first);
        QVERIFY(*first != before);
        const auto second = with(*first, wiring());
        QVERIFY(second);
        QCOMPARE(*second, *first);
    }
}

void tst_CodexToml::mendsWhatIsThere_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const QByteArray helper = "http_headers_helper = \"/usr/bin/clavitor headers Kq7ZrT2k\"\n";
    QTest::newRow("the table of the published guide")
        << "model = \"x\"\n\n[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n\n[mcp_servers.clavitor.headers]\n"
           "Authorization = \"Bearer clavitor_x\"\n\n[other]\na = 1\n"_ba
        << "model = \"x\"\n\n[mcp_servers.clavitor]\n" + helper + "url = \"http://localhost:1984/mcp\"\n\n[other]\na = 1\n";
    QTest::newRow("a table of headers") << "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\" # here\n[mcp_servers.clavitor.http_headers]\nAuthorization = \"Bearer x\"\n"_ba
                                        << "[mcp_servers.clavitor]\n" + helper + "url = \"http://localhost:1984/mcp\" # here\n";
    QTest::newRow("a fatal token") << "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\nbearer_token = \"clavitor_x\"\n"_ba
                                   << "[mcp_servers.clavitor]\n" + helper + "url = \"http://localhost:1984/mcp\"\n";
    QTest::newRow("another address, indented") << "  [mcp_servers.clavitor]\n  url = \"http://localhost:1985/mcp\"\n  enabled = false\n  # mine\n"_ba
                                     << "  [mcp_servers.clavitor]\n  url = \"http://localhost:1984/mcp\"\n  " + helper + "  # mine\n";
    QTest::newRow("dotted") << "mcp_servers.clavitor.url = \"http://localhost:1984/mcp\"\nmcp_servers.clavitor.headers.Authorization = \"Bearer x\"\na = 1\n"_ba
                            << "mcp_servers.clavitor." + helper + "mcp_servers.clavitor.url = \"http://localhost:1984/mcp\"\na = 1\n";
    QTest::newRow("dotted under the group") << "[mcp_servers]\nclavitor.url = \"http://localhost:1984/mcp\"\nclavitor.headers = {}\n"_ba
                                            << "[mcp_servers]\nclavitor." + helper + "clavitor.url = \"http://localhost:1984/mcp\"\n";
    QTest::newRow("inline") << "[mcp_servers]\nclavitor = { url = \"http://x\", headers = { Authorization = \"y\" } } # é\nb = {}\n"_ba
                            << "[mcp_servers]\nclavitor = { url = \"http://localhost:1984/mcp\", " + helper.trimmed() + " } # é\nb = {}\n";
    QTest::newRow("only a sub-table") << "[mcp_servers.clavitor.headers]\nAuthorization = \"y\"\n"_ba
                                      << "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n" + helper;
    QTest::newRow("a program to start") << "[mcp_servers.clavitor]\ncommand = \"npx\"\nargs = [\n  \"a\", # b\n  \"c\",\n]\n"_ba
                                        << "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n" + helper;
    QTest::newRow("quoted name, no last line end") << "[mcp_servers.\"clavitor\"]"_ba
                                                   << "[mcp_servers.\"clavitor\"]\nurl = \"http://localhost:1984/mcp\"\n" + helper;
}

void tst_CodexToml::mendsWhatIsThere()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QVERIFY(!read(before).isRight());
    const auto result = with(before, commandWiring());
    QVERIFY(result);
    QCOMPARE(*result, after);
    QVERIFY(read(*result).isRight());
    if (!before.contains('\n'))
        return;
    const auto windows = with(withWindowsEnds(before), commandWiring());
    QVERIFY(windows);
    QCOMPARE(*windows, withWindowsEnds(after));
}

void tst_CodexToml::keepsTheOptionsOfThePerson()
{
    const auto result = with("[mcp_servers.clavitor]\ntool_timeout_sec = 90\n[mcp_servers.clavitor.tools.search]\napproval_mode = \"approve\"\n"_ba,
                             commandWiring());
    QVERIFY(result);
    QVERIFY(result->contains("tool_timeout_sec = 90\n[mcp_servers.clavitor.tools.search]\napproval_mode = \"approve\"\n"));
    QVERIFY(!result->contains("default_tools_approval_mode"));
    const auto inlined = with("[mcp_servers]\nclavitor = { enabled_tools = [ \"search\" ], tools = { search = { approval_mode = \"approve\" } } }\n"_ba, commandWiring());
    QVERIFY(inlined);
    QVERIFY(inlined->contains("approval_mode = "));
    QVERIFY(inlined->contains("\"enabled_tools\" = "));
}

void tst_CodexToml::goesFromEachWayToEachOtherAndLeavesNothingOfIt_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::newRow("no server yet") << "model = \"x\"\n\n[other]\na = 1\n"_ba;
    QTest::newRow("in the middle") << "[mcp_servers.clavitor]\nurl = \"x\"\ntool_timeout_sec = 90\n\n[other]\na = 1\n"_ba;
    QTest::newRow("dotted") << "mcp_servers.clavitor.url = \"x\"\na = 1\n"_ba;
    QTest::newRow("inline") << "[mcp_servers]\nclavitor = { url = \"x\", tool_timeout_sec = 90 }\nb = {}\n"_ba;
    QTest::newRow("tables of headers and variables")
        << "[mcp_servers.clavitor]\nurl = \"x\"\n[mcp_servers.clavitor.http_headers]\nA = \"b\"\n[mcp_servers.clavitor.env]\nC = \"d\"\n"_ba;
}

void tst_CodexToml::goesFromEachWayToEachOtherAndLeavesNothingOfIt()
{
    QFETCH(QByteArray, before);
    const QList<Wiring (*)()> ways{&commandWiring, &tokenWiring, &programWiring};
    const QList<QByteArrayList> own{{"http_headers_helper"}, {"http_headers ="}, {"command", "args"}};
    for (qsizetype from = 0; from < ways.size(); ++from) {
        const auto first = with(before, ways.at(from)());
        QVERIFY(first);
        QVERIFY(read(*first).isRight());
        for (qsizetype to = 0; to < ways.size(); ++to) {
            const auto second = with(*first, ways.at(to)());
            QVERIFY(second);
            QVERIFY(read(*second).isRight());
            for (qsizetype other = 0; other < own.size(); ++other)
                for (const QByteArray &field : own.at(other))
                    QCOMPARE(second->contains(field), other == to);
            QCOMPARE(second->contains("/mcp\""), to != 2);
            const auto back = with(*second, ways.at(from)());
            QVERIFY(back && read(*back).isRight());
            QCOMPARE(second->contains("tool_timeout_sec"), before.contains("tool_timeout_sec"));
        }
    }
}

void tst_CodexToml::writesAProgramToStart()
{
    const auto result = with("model = \"x\"\n"_ba, programWiring());
    QVERIFY(result);
    QCOMPARE(*result, "model = \"x\"\n\n[mcp_servers.clavitor]\ncommand = \"/usr/bin/clavitor-mcp\"\nargs = [\"Kq7ZrT2k\"]\n"
                      "default_tools_approval_mode = \"writes\"\n"_ba);
    Wiring elsewhere = programWiring();
    elsewhere.server->port = 2984;
    const auto other = with(*result, elsewhere);
    QVERIFY(other && other->contains("args = [\"Kq7ZrT2k\", \"--port\", \"2984\"]\n"));
    QVERIFY(readSetting(AgentClient::Codex, *other, 2984).isRight());
}

void tst_CodexToml::keepsHowClavitorMcpIsStartedAndNotHowAnotherProgramWas()
{
    const QByteArray options = "args = [\"oldoldol\"]\ncwd = \"/tmp\"\nenv_vars = [\"XDG_RUNTIME_DIR\"]\n[mcp_servers.clavitor.env]\nA = \"b\"\n";
    const auto ours = with("[mcp_servers.clavitor]\ncommand = \"/old/clavitor-mcp\"\n" + options, programWiring());
    QVERIFY(ours && ours->contains("XDG_RUNTIME_DIR") && ours->contains("A = \"b\"") && ours->contains("cwd"));
    QVERIFY(!ours->contains("oldoldol"));
    const auto others = with("[mcp_servers.clavitor]\ncommand = \"npx\"\n" + options, programWiring());
    QVERIFY(others && !others->contains("XDG_RUNTIME_DIR") && !others->contains("A = \"b\"") && !others->contains("cwd"));
    QVERIFY(read(*ours).isRight() && read(*others).isRight());
}

void tst_CodexToml::judgesWhatIsThere_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<int>>("faults");
    const auto faults = [](std::initializer_list<SettingFault> list) {
        QList<int> numbers;
        for (SettingFault fault : list)
            numbers.append(static_cast<int>(fault));
        return numbers;
    };
    const QByteArray head = "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n";
    const QByteArray bearer = "\"Bearer " + sampleToken() + "\"";
    QTest::newRow("nothing") << QByteArray() << faults({});
    QTest::newRow("right") << head + "http_headers = { Authorization = " + bearer + " }" << faults({});
    QTest::newRow("right in small letters") << head + "http_headers = { authorization = " + bearer + " }" << faults({});
    QTest::newRow("from the environment") << head + "bearer_token_env_var = \"CLAVITOR_TOKEN\"" << faults({});
    QTest::newRow("with the vault's id") << "[mcp_servers.clavitor]\nurl = \"http://127.0.0.1:1984/8k3v0q7m2x5d/mcp\"\nhttp_headers_helper = \"x\""_ba << faults({});
    QTest::newRow("ignored headers") << head + "headers = { Authorization = " + bearer + " }" << faults({SettingFault::IgnoredHeaders});
    QTest::newRow("ignored headers beside right ones") << head + "headers = {}\nhttp_headers = { Authorization = " + bearer + " }" << faults({});
    QTest::newRow("fatal token") << head + "bearer_token = \"" + sampleToken() + "\"" << faults({SettingFault::FatalBearerToken});
    QTest::newRow("no token") << head << faults({SettingFault::NoToken});
    QTest::newRow("mistyped token") << head + "http_headers = { Authorization = \"Bearer " + sampleToken().chopped(1) + "_\" }" << faults({SettingFault::MalformedToken});
    QTest::newRow("no bearer") << head + "http_headers = { Authorization = \"" + sampleToken() + "\" }" << faults({SettingFault::MalformedToken});
    QTest::newRow("other port") << "[mcp_servers.clavitor]\nurl = \"http://localhost:1985/mcp\"\nhttp_headers_helper = \"x\""_ba << faults({SettingFault::OtherAddress});
    QTest::newRow("other host") << "[mcp_servers.clavitor]\nurl = \"http://localhost.evil.test:1984/mcp\"\nhttp_headers_helper = \"x\""_ba << faults({SettingFault::OtherAddress});
    QTest::newRow("other path") << "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/\"\nhttp_headers_helper = \"x\""_ba << faults({SettingFault::OtherAddress});
    QTest::newRow("a program") << "[mcp_servers.clavitor]\ncommand = \"npx\""_ba << faults({SettingFault::AnotherKind, SettingFault::NoAddress, SettingFault::NoToken});
    const QByteArray shim = "[mcp_servers.clavitor]\ncommand = \"/usr/bin/clavitor-mcp\"\n";
    QTest::newRow("clavitor-mcp") << shim + "args = [\"Kq7ZrT2k\"]" << faults({});
    QTest::newRow("clavitor-mcp by its name alone") << "[mcp_servers.clavitor]\ncommand = \"clavitor-mcp\"\nargs = [\"Kq7ZrT2k\", \"--port\", \"1984\"]"_ba << faults({});
    QTest::newRow("clavitor-mcp without a key") << shim << faults({SettingFault::WrongArguments});
    QTest::newRow("clavitor-mcp with a placeholder") << shim + "args = [\"KEY\"]" << faults({SettingFault::WrongArguments});
    QTest::newRow("clavitor-mcp with a token") << shim + "args = [\"" + sampleToken() + "\"]" << faults({SettingFault::WrongArguments});
    QTest::newRow("clavitor-mcp with a word for its arguments") << shim + "args = \"Kq7ZrT2k\"" << faults({SettingFault::WrongArguments});
    QTest::newRow("clavitor-mcp with a number for its key") << shim + "args = [12345678]" << faults({SettingFault::WrongArguments});
    QTest::newRow("clavitor-mcp with an open port") << shim + "args = [\"Kq7ZrT2k\", \"--port\"]" << faults({SettingFault::WrongArguments});
    QTest::newRow("clavitor-mcp for another port") << shim + "args = [\"--port\", \"2984\", \"Kq7ZrT2k\"]" << faults({SettingFault::OtherPort});
    QTest::newRow("clavitor-mcp with an address") << shim + "args = [\"Kq7ZrT2k\"]\nurl = \"http://localhost:1984/mcp\"" << faults({SettingFault::TwoWays});
    QTest::newRow("clavitor-mcp with headers") << shim + "args = [\"Kq7ZrT2k\"]\n[mcp_servers.clavitor.http_headers]" << faults({SettingFault::TwoWays});
    QTest::newRow("clavitor-mcp, switched off") << shim + "args = [\"Kq7ZrT2k\"]\nenabled = false" << faults({SettingFault::SwitchedOff});
    QTest::newRow("a program that only sounds like it") << "[mcp_servers.clavitor]\ncommand = \"/opt/not-clavitor-mcp\"\nargs = [\"Kq7ZrT2k\"]"_ba
                                                         << faults({SettingFault::AnotherKind, SettingFault::NoAddress, SettingFault::NoToken});
    QTest::newRow("switched off") << head + "http_headers_helper = \"x\"\nenabled = false" << faults({SettingFault::SwitchedOff});
    QTest::newRow("no table") << "[mcp_servers]\nclavitor = 1"_ba << faults({SettingFault::AnotherKind});
}

void tst_CodexToml::judgesWhatIsThere()
{
    QFETCH(QByteArray, text);
    QFETCH(QList<int>, faults);
    QList<int> found;
    const ClientSetting setting = read(text);
    for (SettingFault fault : setting.faults)
        found.append(static_cast<int>(fault));
    QCOMPARE(found, faults);
    QCOMPARE(setting.isThere, text.contains("clavitor"));
}

void tst_CodexToml::takesOurServerOutAndNothingElse_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const QByteArray rest = "# mine\nmodel = \"x\"\n\n[mcp_servers.docs]\ncommand = \"npx\" # docs\n"_ba;
    QTest::newRow("not in it") << rest << rest;
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("alone") << "[mcp_servers.clavitor]\nurl = \"x\"\n"_ba << QByteArray();
    QTest::newRow("at the end") << rest + "\n[mcp_servers.clavitor]\nurl = \"x\"\n" << rest;
    QTest::newRow("with tables of its own") << rest + "\n[mcp_servers.clavitor]\nurl = \"x\"\n\n[mcp_servers.clavitor.http_headers]\nA = \"b\"\n\n[other]\na = 1\n" << rest + "\n[other]\na = 1\n";
    QTest::newRow("with a comment in it") << "[mcp_servers.clavitor]\n# why\nurl = \"x\"\nargs = [\n  \"a\", # b\n]\n[other]\n"_ba << "# why\n[other]\n"_ba;
    QTest::newRow("dotted") << "mcp_servers.clavitor.url = \"x\"\nmcp_servers.docs.url = \"y\"\n"_ba << "mcp_servers.docs.url = \"y\"\n"_ba;
    QTest::newRow("dotted under the group") << "[mcp_servers]\nclavitor.url = \"x\"\nclavitor.enabled = true\n"_ba << "[mcp_servers]\n"_ba;
    QTest::newRow("inline") << "[mcp_servers]\nclavitor = { url = \"x\" } # é\nb = {}\n"_ba << "[mcp_servers]\nb = {}\n"_ba;
    QTest::newRow("no table") << "[mcp_servers]\nclavitor = 1\n"_ba << "[mcp_servers]\n"_ba;
    QTest::newRow("quoted") << "[mcp_servers.\"clavitor\"]\nurl = \"x\"\n[z]\n"_ba << "[z]\n"_ba;
}

void tst_CodexToml::takesOurServerOutAndNothingElse()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const auto result = withoutServer(AgentClient::Codex, before);
    QVERIFY(result);
    QCOMPARE(*result, after);
    QVERIFY(!read(*result).isThere);
    const auto windows = withoutServer(AgentClient::Codex, withWindowsEnds(before));
    QVERIFY(windows);
    QCOMPARE(*windows, withWindowsEnds(after));
    // What set-up puts in comes out again, to the byte.
    if (!after.contains("clavitor"))
        QCOMPARE(*withoutServer(AgentClient::Codex, *with(after, programWiring())), after);
}

void tst_CodexToml::takesNothingOutWhereItCannotBeProved()
{
    const auto refused = withoutServer(AgentClient::Codex, "mcp_servers = { clavitor = { url = \"x\" }, docs = {} }\n"_ba);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QCOMPARE(withoutServer(AgentClient::Codex, "a =\n"_ba).error().code, ErrorCode::DamagedFile);
}

void tst_CodexToml::offersTheTokenOfTheIgnoredTable()
{
    const ClientSetting setting = read("[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n[mcp_servers.clavitor.headers]\nAuthorization = \"Bearer "
                                       + sampleToken() + "\"\n");
    QCOMPARE(setting.keyId, sampleKeyId());
    QVERIFY(setting.token.equals({sampleToken().constData(), static_cast<std::size_t>(sampleToken().size())}));
}

void tst_CodexToml::refusesABrokenFileAndSaysWhere_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("where");
    QTest::newRow("no value") << "a = 1\nb =\n"_ba << u"line 2"_s;
    QTest::newRow("twice") << "a = 1\na = 2\n"_ba << u"line 2"_s;
    QTest::newRow("open string") << "\n\na = \"x\n"_ba << u"line 3"_s;
    QTest::newRow("not UTF-8") << "a = \"\xff\"\n"_ba << u"line 1"_s;
    QTest::newRow("NUL") << QByteArray("a = 1\0\n", 7) << u"line 1"_s;
    QTest::newRow("json") << "{}"_ba << u"line 1"_s;

}

void tst_CodexToml::refusesABrokenFileAndSaysWhere()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, where);
    const auto result = with(text, commandWiring());
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::DamagedFile);
    QVERIFY2(result.error().detail.startsWith(where), qPrintable(result.error().detail));
    const ClientSetting setting = read(text);
    QCOMPARE(setting.faults, QList{SettingFault::BrokenFile});
    QCOMPARE(setting.detail, result.error().detail);
}

void tst_CodexToml::refusesWhatItCannotChangeSafely_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("servers inline") << "mcp_servers = { docs = { command = \"x\" } }\n"_ba;
    QTest::newRow("servers are no table") << "mcp_servers = 1\n"_ba;
    QTest::newRow("ours is no table") << "[mcp_servers]\nclavitor = \"x\"\n"_ba;
    QTest::newRow("ours is a list of tables") << "[[mcp_servers.clavitor]]\nurl = \"x\"\n"_ba;
}

void tst_CodexToml::refusesWhatItCannotChangeSafely()
{
    QFETCH(QByteArray, text);
    const auto result = with(text, tokenWiring());
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Conflict);
    QCOMPARE(linesToPaste(AgentClient::Codex, commandWiring()), kTable);
}

void tst_CodexToml::quotesWhatACommandMayHold()
{
    Wiring wiring = commandWiring();
    wiring.command = headersCommand(u"/home/o'brien/my \"apps\"\\x/clavitor"_s, u"Kq7ZrT2k"_s);
    QCOMPARE(wiring.command, u"'/home/o'\\''brien/my \"apps\"\\x/clavitor' headers Kq7ZrT2k"_s);
    const auto result = with({}, wiring);
    QVERIFY(result);
    QCOMPARE(read(*result).keyId, u"Kq7ZrT2k"_s);
}

void tst_CodexToml::copesWithALargeFile()
{
    QByteArray text;
    for (int i = 0; text.size() < 1'000'000; ++i)
        text += "[projects.\"/home/someone/p" + QByteArray::number(i) + "\"]\ntrust_level = \"trusted\"\n";
    const auto result = with(text, commandWiring());
    QVERIFY(result);
    QCOMPARE(*result, text + '\n' + kTable);
}

void tst_CodexToml::survivesHostileText()
{
    const QByteArray deep = "a = " + QByteArray(100'000, '[');
    QVERIFY(!with(deep, commandWiring()));
    QVERIFY(!read(QByteArray(100'000, '{')).isRight());
    // A header that only looks like ours, in a string.
    const QByteArray text = "a = '''\n[mcp_servers.clavitor]\nurl = 1\n'''\n";
    const auto result = with(text, commandWiring());
    QVERIFY(result);
    QCOMPARE(*result, text + '\n' + kTable);
}

void tst_CodexToml::neverWritesWhatItCannotRead()
{
    // Whatever becomes of a file, the answer is a refusal or a file that says what is wanted and is left alone from then on.
    const QByteArray whole = "# mine\nmodel = \"x\"\n[mcp_servers.docs]\nargs = [\"a\", 'b'] # c\n[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n[mcp_servers.clavitor.headers]\nAuthorization = \"Bearer x\"\n[other]\nx.y = { z = 1 }\n";
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
        const auto result = withServer(AgentClient::Codex, text, wiring());
        if (!result)
            continue;
        ++written;
        QVERIFY2(readSetting(AgentClient::Codex, *result, 1984).isRight(), text.constData());
        const auto again = withServer(AgentClient::Codex, *result, wiring());
        QVERIFY2(again && *again == *result, text.constData());
        const auto out = withoutServer(AgentClient::Codex, *result);
        QVERIFY2(!out || !readSetting(AgentClient::Codex, *out, 1984).isThere, text.constData());
    }
    QVERIFY2(written > 200, "most files were refused: the changes are too wild to show anything");
}

QTEST_GUILESS_MAIN(tst_CodexToml)
#include "tst_CodexToml.moc"
