// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/TextDiff.h"

#include "tests/support/WiringSamples.h"

#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_TextDiff : public QObject {
    Q_OBJECT
private slots:
    void saysNothingOfEqualTexts();
    void showsWhatIsNewInAFile();
    void showsAChangeWithThreeLinesAround();
    void showsFarChangesApartAndNearOnesTogether();
    void agreesWithThePatchProgramsFormat();
    void masksTokens();
    void showsNoSecretOfAnotherServer_data();
    void showsNoSecretOfAnotherServer();
    void showsThePartThatDiffersOfAVeryLongLine();
    void copesWithTwoLargeTexts();

private:
    static QString diff(const QByteArray &before, const QByteArray &after) { return unifiedDiff(differences(before, after)); }
};

namespace {

QByteArray numbers(int from, int to)
{
    QByteArray text;
    for (int number = from; number <= to; ++number)
        text += QByteArray::number(number) + '\n';
    return text;
}

} // namespace

void tst_TextDiff::saysNothingOfEqualTexts()
{
    QCOMPARE(diff("a\nb\n"_ba, "a\nb\n"_ba), QString());
    QCOMPARE(diff({}, {}), QString());
}

void tst_TextDiff::showsWhatIsNewInAFile()
{
    QCOMPARE(diff({}, "a\nb\n"_ba), u"@@ -0,0 +1,2 @@\n+a\n+b\n"_s);
}

void tst_TextDiff::showsAChangeWithThreeLinesAround()
{
    QCOMPARE(diff(numbers(1, 9), numbers(1, 4) + "x\ny\n" + numbers(6, 9)), u"@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+x\n+y\n 6\n 7\n 8\n"_s);
}

void tst_TextDiff::showsFarChangesApartAndNearOnesTogether()
{
    const QString far = diff(numbers(1, 20), "0\n" + numbers(1, 20) + "21\n");
    QCOMPARE(far.count("@@ -"_L1), 2);
    const QString near = diff(numbers(1, 6), "0\n" + numbers(1, 6) + "7\n");
    QCOMPARE(near.count("@@ -"_L1), 1);
}

void tst_TextDiff::agreesWithThePatchProgramsFormat()
{
    const QString patch = QStandardPaths::findExecutable(u"patch"_s);
    if (patch.isEmpty())
        QSKIP("patch is not installed");
    QTemporaryDir folder;
    QRandomGenerator random(7);
    for (int round = 0; round < 40; ++round) {
        QByteArray before;
        QByteArray after;
        for (int line = 0; line < 30; ++line) {
            const QByteArray text = QByteArray::number(random.bounded(6)) + '\n';
            const int what = random.bounded(6);
            if (what != 0)
                before += text;
            if (what != 1)
                after += what == 2 ? "x\n"_ba : text;
        }
        QFile file(folder.filePath(u"text"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(before);
        file.close();
        QProcess run;
        run.start(patch, {u"-s"_s, u"-o"_s, u"-"_s, file.fileName()});
        run.write(("--- a\n+++ b\n"_L1 + diff(before, after)).toUtf8());
        run.closeWriteChannel();
        QVERIFY(run.waitForFinished());
        if (before != after)
            QCOMPARE(run.readAllStandardOutput(), after);
    }
}

void tst_TextDiff::masksTokens()
{
    const QByteArray token = clavitor::test::sampleToken();
    const QString shown = diff("Bearer sk-other\n"_ba, "Bearer sk-other\nBearer " + token + "\nBearer ${input:x}\n");
    QVERIFY(!shown.contains(QString::fromLatin1(token.mid(20))));
    QVERIFY(!shown.contains("sk-other"_L1));
    QVERIFY(shown.contains(u" Bearer …\n+Bearer clavitor_[MASKED]\n+Bearer ${input:x}\n"_s));
}

void tst_TextDiff::showsNoSecretOfAnotherServer_data()
{
    QTest::addColumn<AgentClient>("client");
    QTest::addColumn<QByteArray>("before");
    QTest::newRow("JSON") << AgentClient::Cursor
                          << "{\n  \"mcpServers\": {\n    \"github\": {\n      \"env\": {\n        \"GITHUB_PERSONAL_ACCESS_TOKEN\": \"s3cret\"\n      }\n    }\n  }\n}\n"_ba;
    QTest::newRow("JSON on one line") << AgentClient::ClaudeCode
                                      << "{\"mcpServers\":{\"a\":{\"type\":\"http\",\"url\":\"https://h/?token=s3cret\",\"headers\":{\"X-Api-Key\":\"s3cret\"}}},\"primaryApiKey\":\"s3cret\"}"_ba;
    QTest::newRow("TOML") << AgentClient::Codex << "[mcp_servers.docs]\ncommand = \"npx\"\nargs = [\n  \"--api-key\",\n  \"s3cret\",\n]\n"_ba;
    QTest::newRow("TOML, a name out of sight") << AgentClient::Codex
                                               << "private_key = \"\"\"\ns3cret\ns3cret\ns3cret\ns3cret\ns3cret\n\"\"\"\n"_ba;
}

void tst_TextDiff::showsNoSecretOfAnotherServer()
{
    QFETCH(AgentClient, client);
    QFETCH(QByteArray, before);
    const auto after = withServer(client, before, tokenWiring());
    QVERIFY(after);
    const QString shown = diff(before, *after);
    QVERIFY2(!shown.contains(u"s3cret"_s), qPrintable(shown));
    QVERIFY2(shown.contains(u"http://localhost:1984/mcp"_s), qPrintable(shown));
    QVERIFY2(shown.contains(u"clavitor_[MASKED]"_s), qPrintable(shown));
}

void tst_TextDiff::showsThePartThatDiffersOfAVeryLongLine()
{
    const QByteArray start(5000, 'a');
    const QByteArray end(5000, 'b');
    const QString shown = diff(start + end, start + "HERE" + end);
    QVERIFY(shown.contains(u"+…"_s));
    QVERIFY(shown.contains("aHEREb"_L1));
    QVERIFY(shown.size() < 1000);
}

void tst_TextDiff::copesWithTwoLargeTexts()
{
    const QString shown = diff(numbers(1, 30'000), numbers(40'000, 70'000));
    QVERIFY(shown.startsWith("@@ -1,30000 +1,30001 @@\n-1\n"_L1));
}

QTEST_GUILESS_MAIN(tst_TextDiff)
#include "tst_TextDiff.moc"
