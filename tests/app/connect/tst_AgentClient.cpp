// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/AgentClient.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_AgentClient : public QObject {
    Q_OBJECT
private slots:
    void recognisesEachClientByWhatItSays_data();
    void recognisesEachClientByWhatItSays();
    void findsTheVersionInWhatIsSaid_data();
    void findsTheVersionInWhatIsSaid();
    void takesAHostileVersionForWhatItIs();
    void trustsOnlyReleasesThatWereTriedWithACommand();
};

void tst_AgentClient::recognisesEachClientByWhatItSays_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("client");
    QTest::newRow("Codex") << u"codex-mcp-client/0.169.0"_s << u"Codex"_s;
    QTest::newRow("Claude Code") << u"claude-code/2.1.330 (cli)"_s << u"Claude Code"_s;
    QTest::newRow("Gemini CLI") << u"gemini-cli-mcp-client 0.61.0"_s << u"Gemini CLI"_s;
    QTest::newRow("VS Code") << u"Visual Studio Code/1.104.0"_s << u"VS Code"_s;
    QTest::newRow("VS Code through clavitor-mcp") << u"Visual-Studio-Code/1.104.0 clavitor-mcp/0.1.0"_s << u"VS Code"_s;
    QTest::newRow("VSCodium") << u"VSCodium/1.104.0"_s << u"VS Code"_s;
    QTest::newRow("VS Code's free build through clavitor-mcp") << u"Code---OSS/1.104.0 clavitor-mcp/0.1.0"_s << u"VS Code"_s;
    QTest::newRow("Codex through clavitor-mcp") << u"codex-mcp-client/0.169.0 clavitor-mcp/0.1.0"_s << u"Codex"_s;
    QTest::newRow("nobody through clavitor-mcp") << u"clavitor-mcp/0.1.0"_s << QString();
    QTest::newRow("Cursor") << u"cursor-vscode/1.0.0"_s << u"Cursor"_s;
    QTest::newRow("another") << u"curl/8.1"_s << QString();
    QTest::newRow("nothing") << QString() << QString();
}

void tst_AgentClient::recognisesEachClientByWhatItSays()
{
    QFETCH(QString, said);
    QFETCH(QString, client);
    QStringList found;
    for (AgentClient one : allAgentClients())
        if (isSaidBy(one, said))
            found.append(nameOf(one));
    QCOMPARE(found, client.isEmpty() ? QStringList() : QStringList{client});
}

void tst_AgentClient::findsTheVersionInWhatIsSaid_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("version");
    QTest::newRow("product") << u"codex-mcp-client/0.169.0"_s << u"0.169.0"_s;
    QTest::newRow("comment after it") << u"claude-code/2.1.330 (cli)"_s << u"2.1.330"_s;
    QTest::newRow("space") << u"Visual Studio Code 1.104.0"_s << u"1.104.0"_s;
    QTest::newRow("pre-release") << u"codex/0.170.0-alpha.1"_s << u"0.170.0-alpha.1"_s;
    QTest::newRow("v") << u"gemini/v0.61.0"_s << u"0.61.0"_s;
    QTest::newRow("digit in the name") << u"mcp2client"_s << QString();
    QTest::newRow("none") << u"cursor"_s << QString();
}

void tst_AgentClient::findsTheVersionInWhatIsSaid()
{
    QFETCH(QString, said);
    QFETCH(QString, version);
    QCOMPARE(versionSaid(said), version);
}

void tst_AgentClient::takesAHostileVersionForWhatItIs()
{
    QCOMPARE(versionSaid(u"codex/1\u202e2<b>"_s), u"1"_s);
    QCOMPARE(versionSaid(u"codex/"_s + QString(100'000, u'9')).size(), 24);
}

void tst_AgentClient::trustsOnlyReleasesThatWereTriedWithACommand()
{
    QVERIFY(canRunHeadersCommand(AgentClient::Codex, u"0.169.0"_s));
    QVERIFY(canRunHeadersCommand(AgentClient::Codex, u"1.0"_s));
    QVERIFY(!canRunHeadersCommand(AgentClient::Codex, u"0.140.2"_s));
    QVERIFY(!canRunHeadersCommand(AgentClient::Codex, QString()));
    QVERIFY(canRunHeadersCommand(AgentClient::ClaudeCode, u"2.1.330"_s));
    QVERIFY(canRunHeadersCommand(AgentClient::ClaudeCode, u"2.1.197"_s)); // the release of the test with the real one
    QVERIFY(!canRunHeadersCommand(AgentClient::ClaudeCode, u"2.1.196"_s));
    QVERIFY(!canRunHeadersCommand(AgentClient::GeminiCli, u"9.9"_s));
    QVERIFY(knowsHeadersCommand(AgentClient::Codex));
    QVERIFY(!knowsHeadersCommand(AgentClient::Cursor));
}

QTEST_GUILESS_MAIN(tst_AgentClient)
#include "tst_AgentClient.moc"
