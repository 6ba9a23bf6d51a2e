// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/SecretMask.h"

#include "tests/support/WiringSamples.h"

#include <QElapsedTimer>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_SecretMask : public QObject {
    Q_OBJECT
private slots:
    void masksWhatIsSecret_data();
    void masksWhatIsSecret();
    void leavesTheRestAlone_data();
    void leavesTheRestAlone();
    void keepsTheNumberOfLines();
    void copesWithOneLineOfMegabytes();
};

void tst_SecretMask::masksWhatIsSecret_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("masked");
    QTest::newRow("JSON") << u"\"GITHUB_PERSONAL_ACCESS_TOKEN\": \"s3cret\","_s << u"\"GITHUB_PERSONAL_ACCESS_TOKEN\": \"…\","_s;
    QTest::newRow("TOML") << u"env = { API_KEY = \"s3cret\", MODE = \"fast\" }"_s << u"env = { API_KEY = \"…\", MODE = \"fast\" }"_s;
    QTest::newRow("TOML, literal") << u"db.password = 's3\\cret'"_s << u"db.password = '…'"_s;
    QTest::newRow("a quoted name in TOML") << u"\"api key\" = \"s3cret\""_s << u"\"api key\" = \"…\""_s;
    QTest::newRow("one line") << u"{\"a\":{\"env\":{\"X_SECRET\":\"s3cret\",\"HOME\":\"/h\"}},\"b\":{\"headers\":{\"X-Api-Key\":\"s3cret\"}}}"_s
                              << u"{\"a\":{\"env\":{\"X_SECRET\":\"…\",\"HOME\":\"/h\"}},\"b\":{\"headers\":{\"X-Api-Key\":\"…\"}}}"_s;
    QTest::newRow("quotes inside") << u"\"cookie\": \"a\\\"s3cret\\\"b\", \"n\": 1"_s << u"\"cookie\": \"…\", \"n\": 1"_s;
    QTest::newRow("value on the next line") << u"\"clientSecret\":\n  \"s3cret\""_s << u"\"clientSecret\":\n  \"…\""_s;
    QTest::newRow("several lines") << u"private_key = \"\"\"\ns3cret\ns3cret\n\"\"\"\nmode = 1"_s << u"private_key = \"\"\"…\n…\n…\n…\"\"\"\nmode = 1"_s;
    QTest::newRow("a list") << u"tokens = [\"s3cret\",\n  's3cret']"_s << u"tokens = [\"…\",\n  \"…\"]"_s;
    QTest::newRow("an option of a command") << u"\"args\": [\"-y\", \"--api-key\", \"s3cret\", \"x\"]"_s << u"\"args\": [\"-y\", \"--api-key\", \"…\", \"x\"]"_s;
    QTest::newRow("an option, lines apart") << u"\"--token\",\n\"s3cret\""_s << u"\"--token\",\n\"…\""_s;
    QTest::newRow("an option with its value") << u"args = [\"--auth-token=s3cret\"]"_s << u"args = [\"--auth-token=…\"]"_s;
    QTest::newRow("inside a command") << u"\"command\": \"npx docs --password s3cret --api_key=s3cret\""_s
                                      << u"\"command\": \"npx docs --password s3cret --api_key=…\""_s;
    QTest::newRow("a header") << u"\"headers\": [\"X-Api-Key: s3cret\"]"_s << u"\"headers\": [\"X-Api-Key: …\"]"_s;
    QTest::newRow("an address") << u"dsn = \"postgres://octo:s3cret@db/x\""_s << u"dsn = \"postgres://octo:…@db/x\""_s;
    QTest::newRow("a query") << u"url = \"https://h/mcp?user=1&api_key=s3cret#f\""_s << u"url = \"https://h/mcp?user=1&api_key=…#f\""_s;
    QTest::newRow("Bearer") << u"Authorization: Bearer s3cret"_s << u"Authorization: Bearer …"_s;
    QTest::newRow("Basic") << u"\"X\": \"Basic s3cretXX\""_s << u"\"X\": \"Basic …\""_s;
    QTest::newRow("a shape that is known") << u"FOO = [\"ghp_s3cret1234\", \"sk-s3cret1234\"]"_s << u"FOO = [\"ghp_…\", \"sk-…\"]"_s;
    QTest::newRow("a comment") << u"# api_key = s3cret12"_s << u"# api_key = …"_s;
}

void tst_SecretMask::masksWhatIsSecret()
{
    QFETCH(QString, text);
    QFETCH(QString, masked);
    QCOMPARE(maskSecrets(text), masked);
}

void tst_SecretMask::leavesTheRestAlone_data()
{
    QTest::addColumn<QString>("text");
    for (const AgentClient client : {AgentClient::Codex, AgentClient::ClaudeCode})
        QTest::newRow(client == AgentClient::Codex ? "our command in TOML" : "our command in JSON")
            << QString::fromUtf8(linesToPaste(client, commandWiring()));
    QTest::newRow("numbers") << u"max_tokens = 4096\n\"tokenLimit\": 200000,\nkeyed = true\ntoken_expires = 2026-03-11T10:00:00Z"_s;
    QTest::newRow("what is filled in") << u"\"Authorization\": \"Bearer ${input:clavitor-token}\", \"API_KEY\": \"${env:API_KEY}\", TOKEN = \"$TOKEN\""_s;
    QTest::newRow("what is empty") << u"password = \"\""_s;
    QTest::newRow("names of tables") << u"[mcp_servers.auth.env]\n[tokens]\n"_s;
    QTest::newRow("an author") << u"\"author\": \"octo\", \"authors\": [\"octo\"]"_s;
    QTest::newRow("a path") << u"command = \"/opt/keys/token-tool\"\nargs = [\"-y\", \"@scope/auth-server\"]"_s;
}

void tst_SecretMask::leavesTheRestAlone()
{
    QFETCH(QString, text);
    QCOMPARE(maskSecrets(text), text);
}

void tst_SecretMask::keepsTheNumberOfLines()
{
    const QString token = QString::fromUtf8(linesToPaste(AgentClient::VsCode, tokenWiring()));
    const QString masked = maskSecrets(token);
    QCOMPARE(masked.count(u'\n'), token.count(u'\n'));
    QVERIFY(masked.contains(u"\"Authorization\": \"Bearer clavitor_[MASKED]\""_s));
    QVERIFY(masked.contains(u"\"url\": \"http://localhost:1984/mcp\""_s));
}

void tst_SecretMask::copesWithOneLineOfMegabytes()
{
    QString text = u"{\"history\":[\""_s + QString(1 << 20, u'a') + u"\",\""_s;
    for (int part = 0; part < 20'000; ++part)
        text += u"say \\\"hello\\\" to: you, "_s;
    text += u"\"],\"apiKey\":\"s3cret\"}"_s;
    QElapsedTimer timer;
    timer.start();
    const QString masked = maskSecrets(text);
    qInfo("%lld ms", timer.elapsed());
    QVERIFY(masked.endsWith(u"\"apiKey\":\"…\"}"_s));
    QVERIFY(!masked.contains(u"s3cret"_s));
}

QTEST_GUILESS_MAIN(tst_SecretMask)
#include "tst_SecretMask.moc"
