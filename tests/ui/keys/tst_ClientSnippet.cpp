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

class tst_ClientSnippet : public QObject {
    Q_OBJECT
private slots:
    void writesTheKeysCodexReads();
    void writesWhatTheSetUpCallsRight_data();
    void writesWhatTheSetUpCallsRight();
    void writesJsonThatParses_data();
    void writesJsonThatParses();
    void carriesAddressAndTokenOnce();
    void knowsItsClientByName();
    void writesNoTokenForAClientThatStartsItsServers();
};

void tst_ClientSnippet::writesTheKeysCodexReads()
{
    const auto snippet = ClientSnippet::make(Client::Codex, ClientSnippet::baseAddress(1984), u"clavitor_x"_s);
    QCOMPARE(snippet.where, u"~/.codex/config.toml"_s);
    QCOMPARE(snippet.text, u"[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n"
                           "http_headers = { \"Authorization\" = \"Bearer clavitor_x\" }\n"
                           "default_tools_approval_mode = \"writes\"\n"_s);
    // "headers" is ignored without a word and "bearer_token" stops Codex from starting.
    QVERIFY(!snippet.text.contains(u"\nheaders"_s) && !snippet.text.contains(u"bearer_token"_s));
}

void tst_ClientSnippet::writesWhatTheSetUpCallsRight_data()
{
    QTest::addColumn<Client>("client");
    QTest::addColumn<AgentClient>("agent");
    QTest::addColumn<QString>("file");
    QTest::newRow("Codex") << Client::Codex << AgentClient::Codex << u".codex/config.toml"_s;
    QTest::newRow("Gemini") << Client::GeminiCli << AgentClient::GeminiCli << u".gemini/settings.json"_s;
    QTest::newRow("VS Code") << Client::VsCode << AgentClient::VsCode << u"Code/User/mcp.json"_s;
    QTest::newRow("Cursor") << Client::Cursor << AgentClient::Cursor << u".cursor/mcp.json"_s;
}

void tst_ClientSnippet::writesWhatTheSetUpCallsRight()
{
    QFETCH(Client, client);
    QFETCH(AgentClient, agent);
    QFETCH(QString, file);
    const auto snippet = ClientSnippet::make(client, ClientSnippet::baseAddress(1984), QString::fromLatin1(sampleToken()));
    const ClientSetting setting = readSetting(agent, snippet.text.toUtf8(), 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.keyId, sampleKeyId());
    QVERIFY2(snippet.where.startsWith("~/"_L1) && snippet.where.endsWith(file), qPrintable(snippet.where)); // the person's, in no repository
    const auto already = withServer(agent, snippet.text.toUtf8(), tokenWiring());
    QVERIFY(already);
    QCOMPARE(QString::fromUtf8(*already), snippet.text);
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
    const auto snippet = ClientSnippet::make(static_cast<Client>(client), u"http://localhost:1984"_s, u"clavitor_x"_s);
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(snippet.text.toUtf8(), &error);
    QCOMPARE(error.error, QJsonParseError::NoError);
    const QJsonObject server = document.object().value(servers).toObject().value(u"clavitor"_s).toObject();
    QCOMPARE(server.value(url).toString(), u"http://localhost:1984/mcp"_s);
    QCOMPARE(server.value(u"headers"_s).toObject().value(u"Authorization"_s).toString(), u"Bearer clavitor_x"_s);
    QCOMPARE(server.contains(u"type"_s), static_cast<Client>(client) == Client::VsCode);
}

void tst_ClientSnippet::carriesAddressAndTokenOnce()
{
    for (Client client : ClientSnippet::allClients()) {
        if (client == Client::Stdio)
            continue;
        const auto snippet = ClientSnippet::make(client, u"http://127.0.0.1:2000"_s, u"clavitor_TOKEN"_s);
        QCOMPARE(snippet.text.count(u"http://127.0.0.1:2000"_s), 1);
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

void tst_ClientSnippet::writesNoTokenForAClientThatStartsItsServers()
{
    const QString token = u"clavitor_Kq7ZrT2k"_s + QString(49, u'x');
    for (const quint16 port : {quint16(1984), quint16(2000)}) {
        const auto snippet = ClientSnippet::make(Client::Stdio, ClientSnippet::baseAddress(port), token);
        QVERIFY(!snippet.text.contains(u"xxx"_s));
        const QJsonObject server = QJsonDocument::fromJson(snippet.text.toUtf8()).object().value(u"mcpServers"_s).toObject().value(u"clavitor"_s).toObject();
        QCOMPARE(server.value(u"command"_s).toString(), u"clavitor-mcp"_s);
        QStringList arguments{u"Kq7ZrT2k"_s};
        if (port != 1984)
            arguments += {u"--port"_s, u"2000"_s};
        QCOMPARE(server.value(u"args"_s).toVariant().toStringList(), arguments);
    }
    const auto placeholder = ClientSnippet::make(Client::Stdio, ClientSnippet::baseAddress(1984), ClientSnippet::tokenPlaceholder());
    QVERIFY(placeholder.text.contains(u"[\"KEY\"]"_s));
}

QTEST_GUILESS_MAIN(tst_ClientSnippet)
#include "tst_ClientSnippet.moc"
