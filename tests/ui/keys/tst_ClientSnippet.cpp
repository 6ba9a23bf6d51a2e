// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/ClientSnippet.h"

#include "tests/support/WiringSamples.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using Client = ClientSnippet::Client;

namespace {

const OurSide kInstalled{1984, u"/opt/my tools/clavitor"_s, u"/opt/my tools/clavitor-mcp"_s};
const OurSide kWithoutShim{1984, u"/usr/bin/clavitor"_s, {}};

ClientSnippet snippetOf(Client client, const OurSide &ours = kInstalled)
{
    return ClientSnippet::make(client, ours, sampleKeyId(), QString::fromLatin1(sampleToken()));
}

} // namespace

class tst_ClientSnippet : public QObject {
    Q_OBJECT
private slots:
    void writesWhatTheSetUpWrites_data();
    void writesWhatTheSetUpWrites();
    void writesNoTokenWhereAClientCanStartClavitorMcp_data();
    void writesNoTokenWhereAClientCanStartClavitorMcp();
    void writesTheKeysCodexReads();
    void tellsClaudeCodeByItsOwnCommand();
    void writesJsonThatParses_data();
    void writesJsonThatParses();
    void carriesAddressAndTokenOnceWhereItNeedsThem();
    void knowsItsClientByName();
    void namesOurProgramForAClientThatStartsItsServers();
};

void tst_ClientSnippet::writesWhatTheSetUpWrites_data()
{
    QTest::addColumn<Client>("client");
    QTest::addColumn<AgentClient>("agent");
    QTest::addColumn<QString>("file");
    QTest::newRow("Codex") << Client::Codex << AgentClient::Codex << u".codex/config.toml"_s;
    QTest::newRow("Gemini") << Client::GeminiCli << AgentClient::GeminiCli << u".gemini/settings.json"_s;
    QTest::newRow("VS Code") << Client::VsCode << AgentClient::VsCode << u"Code/User/mcp.json"_s;
    QTest::newRow("Cursor") << Client::Cursor << AgentClient::Cursor << u".cursor/mcp.json"_s;
}

void tst_ClientSnippet::writesWhatTheSetUpWrites()
{
    QFETCH(Client, client);
    QFETCH(AgentClient, agent);
    QFETCH(QString, file);
    for (const OurSide &ours : {kInstalled, kWithoutShim}) {
        const ClientSnippet snippet = snippetOf(client, ours);
        const ClientSetting setting = readSetting(agent, snippet.text.toUtf8(), 1984);
        QVERIFY(setting.isRight());
        QCOMPARE(setting.keyId, sampleKeyId());
        QCOMPARE(setting.how, ours.shim.isEmpty() ? ClientSetting::Token::InFile : ClientSetting::Token::ByProgram);
        QCOMPARE(setting.program, ours.shim);
        QVERIFY2(snippet.where.startsWith("~/"_L1) && snippet.where.endsWith(file), qPrintable(snippet.where)); // the person's, in no repository
        Wiring written = tokenWiring();
        if (!ours.shim.isEmpty())
            written = {{}, {}, {}, StdioServer{ours.shim, sampleKeyId()}};
        const auto already = withServer(agent, snippet.text.toUtf8(), written);
        QVERIFY(already);
        QCOMPARE(QString::fromUtf8(*already), snippet.text);
    }
}

void tst_ClientSnippet::writesNoTokenWhereAClientCanStartClavitorMcp_data()
{
    QTest::addColumn<Client>("client");
    QTest::addColumn<bool>("needsToken");
    for (const Client client : ClientSnippet::allClients())
        QTest::newRow(qPrintable(ClientSnippet::nameOf(client))) << client << (client == Client::Curl);
}

void tst_ClientSnippet::writesNoTokenWhereAClientCanStartClavitorMcp()
{
    QFETCH(Client, client);
    QFETCH(bool, needsToken);
    const ClientSnippet snippet = snippetOf(client);
    QCOMPARE(snippet.holdsToken, needsToken);
    QCOMPARE(snippet.text.contains(QString::fromLatin1(sampleToken())), needsToken);
    QCOMPARE(snippet.text.contains(u"Authorization"_s), needsToken);
    QVERIFY(snippet.text.contains(sampleKeyId())); // of the token as well
    // Without it there is no other way.
    QCOMPARE(snippetOf(client, kWithoutShim).holdsToken, client != Client::Stdio);
}

void tst_ClientSnippet::writesTheKeysCodexReads()
{
    QCOMPARE(ClientSnippet::make(Client::Codex, {}, u"Kq7ZrT2k"_s, u"clavitor_x"_s).text,
             u"[mcp_servers.clavitor]\ncommand = \"clavitor-mcp\"\nargs = [\"Kq7ZrT2k\"]\ndefault_tools_approval_mode = \"writes\"\n"_s);
    const auto snippet = ClientSnippet::make(Client::Codex, kWithoutShim, u"Kq7ZrT2k"_s, u"clavitor_x"_s);
    QCOMPARE(snippet.where, u"~/.codex/config.toml"_s);
    QCOMPARE(snippet.text, u"[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n"
                           "http_headers = { \"Authorization\" = \"Bearer clavitor_x\" }\n"
                           "default_tools_approval_mode = \"writes\"\n"_s);
    // "headers" is ignored without a word and "bearer_token" stops Codex from starting.
    QVERIFY(!snippet.text.contains(u"\nheaders"_s) && !snippet.text.contains(u"bearer_token"_s));
}

void tst_ClientSnippet::tellsClaudeCodeByItsOwnCommand()
{
    OurSide ours = kInstalled;
    ours.port = 2000;
    QCOMPARE(ClientSnippet::make(Client::ClaudeCode, ours, u"Kq7ZrT2k"_s, {}).text,
             u"claude mcp add --scope user clavitor \\\n  -- '/opt/my tools/clavitor-mcp' Kq7ZrT2k --port 2000\n"_s);
    QCOMPARE(ClientSnippet::make(Client::ClaudeCode, kWithoutShim, u"Kq7ZrT2k"_s, u"clavitor_x"_s).text,
             u"claude mcp add --scope user --transport http \\\n  clavitor http://localhost:1984/mcp \\\n  --header \"Authorization: Bearer clavitor_x\"\n"_s);
}

void tst_ClientSnippet::writesJsonThatParses_data()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<QString>("servers");
    QTest::addColumn<QString>("url");
    QTest::newRow("Gemini") << int(Client::GeminiCli) << u"mcpServers"_s << u"httpUrl"_s;
    QTest::newRow("VS Code") << int(Client::VsCode) << u"servers"_s << u"url"_s;
    QTest::newRow("Cursor") << int(Client::Cursor) << u"mcpServers"_s << u"url"_s;
}

void tst_ClientSnippet::writesJsonThatParses()
{
    QFETCH(int, client);
    QFETCH(QString, servers);
    QFETCH(QString, url);
    const auto snippet = ClientSnippet::make(static_cast<Client>(client), kWithoutShim, u"Kq7ZrT2k"_s, u"clavitor_x"_s);
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(snippet.text.toUtf8(), &error);
    QCOMPARE(error.error, QJsonParseError::NoError);
    const QJsonObject server = document.object().value(servers).toObject().value(u"clavitor"_s).toObject();
    QCOMPARE(server.value(url).toString(), u"http://localhost:1984/mcp"_s);
    QCOMPARE(server.value(u"headers"_s).toObject().value(u"Authorization"_s).toString(), u"Bearer clavitor_x"_s);
    QCOMPARE(server.contains(u"type"_s), static_cast<Client>(client) == Client::VsCode);
}

void tst_ClientSnippet::carriesAddressAndTokenOnceWhereItNeedsThem()
{
    for (Client client : ClientSnippet::allClients()) {
        if (client == Client::Stdio)
            continue;
        const auto snippet = ClientSnippet::make(client, {2000, u"clavitor"_s, {}}, u"Kq7ZrT2k"_s, u"clavitor_TOKEN"_s);
        QCOMPARE(snippet.text.count(u"http://localhost:2000"_s), 1);
        QCOMPARE(snippet.text.count(u"clavitor_TOKEN"_s), 1);
        QVERIFY(!snippet.where.isEmpty() && !snippet.name.isEmpty());
        // Never in the address, where logs and histories would keep it.
        for (const QString &word : snippet.text.split(u' '))
            QVERIFY(!(word.contains(u"http://"_s) && word.contains(u"clavitor_TOKEN"_s)));
    }
}

void tst_ClientSnippet::knowsItsClientByName()
{
    QVERIFY(ClientSnippet::isFrom(Client::Codex, u"codex-mcp-client/0.169.0"_s));
    QVERIFY(ClientSnippet::isFrom(Client::ClaudeCode, u"claude-code/2.1.330"_s));
    QVERIFY(ClientSnippet::isFrom(Client::GeminiCli, u"gemini-cli-mcp-client/0.61.0"_s));
    QVERIFY(ClientSnippet::isFrom(Client::Curl, u"curl/7.88.1"_s));
    QVERIFY(!ClientSnippet::isFrom(Client::Curl, u"codex"_s));
    QVERIFY(!ClientSnippet::isFrom(Client::Codex, QString()));
}

void tst_ClientSnippet::namesOurProgramForAClientThatStartsItsServers()
{
    for (const quint16 port : {quint16(1984), quint16(2000)}) {
        for (const QString &shim : {u"/usr/bin/clavitor-mcp"_s, QString()}) {
            const auto snippet = ClientSnippet::make(Client::Stdio, {port, {}, shim}, u"Kq7ZrT2k"_s, {});
            const QJsonObject server = QJsonDocument::fromJson(snippet.text.toUtf8()).object().value(u"mcpServers"_s).toObject().value(u"clavitor"_s).toObject();
            QCOMPARE(server.value(u"command"_s).toString(), shim.isEmpty() ? u"clavitor-mcp"_s : shim);
            QStringList arguments{u"Kq7ZrT2k"_s};
            if (port != 1984)
                arguments += {u"--port"_s, u"2000"_s};
            QCOMPARE(server.value(u"args"_s).toVariant().toStringList(), arguments);
        }
    }
    const auto placeholder = ClientSnippet::make(Client::Stdio, {}, ClientSnippet::keyIdPlaceholder(), {});
    QVERIFY(placeholder.text.contains(u"[\"KEY\"]"_s));
}

QTEST_GUILESS_MAIN(tst_ClientSnippet)
#include "tst_ClientSnippet.moc"
