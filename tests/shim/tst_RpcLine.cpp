// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/RpcLine.h"

#include <QJsonDocument>
#include <QTest>

using namespace clavitor::shim;
using namespace Qt::StringLiterals;

class tst_RpcLine : public QObject
{
    Q_OBJECT
private slots:
    void findsWhatTheHeadersRepeat_data();
    void findsWhatTheHeadersRepeat();
    void keepsTheIdAsItWasWritten_data();
    void keepsTheIdAsItWasWritten();
    void findsWhatIsCancelled();
    void namesTheClientSoThatAHeaderCanHaveIt();
    void findsTheArgumentThatIsRepeated();
    void writesAHeaderThatIsNoPlainTextInBase64();
    void makesErrorsOfOneLine();
};

void tst_RpcLine::findsWhatTheHeadersRepeat_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("version");
    const QByteArray meta = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"})";
    QTest::newRow("a tool") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search",)" + meta + "}}")
                            << u"tools/call"_s << u"search"_s << u"2026-07-28"_s;
    QTest::newRow("a prompt") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"use",)" + meta + "}}")
                              << u"prompts/get"_s << u"use"_s << u"2026-07-28"_s;
    QTest::newRow("a resource") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"a:b","name":"no"}})")
                                << u"resources/read"_s << u"a:b"_s << QString();
    QTest::newRow("a list") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"no"}})") << u"tools/list"_s
                            << QString() << QString();
}

void tst_RpcLine::findsWhatTheHeadersRepeat()
{
    QFETCH(QByteArray, line);
    const RpcLine about = RpcLine::of(line);
    QTEST(about.method, "method");
    QTEST(about.name, "name");
    QTEST(about.version, "version");
    QCOMPARE(about.id, "1"_ba);
}

void tst_RpcLine::keepsTheIdAsItWasWritten_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("id");
    QTest::newRow("a number") << R"({"id":0,"method":"ping"})"_ba << "0"_ba;
    QTest::newRow("a text") << R"({"id":"a\"b","method":"ping"})"_ba << R"("a\"b")"_ba;
    QTest::newRow("none") << R"({"method":"notifications/initialized"})"_ba << ""_ba;
    QTest::newRow("null") << R"({"id":null,"method":"ping"})"_ba << ""_ba;
    QTest::newRow("an answer") << R"({"id":4,"result":{}})"_ba << ""_ba;
    QTest::newRow("a batch") << R"([{"id":4,"method":"ping"}])"_ba << ""_ba;
    QTest::newRow("no message") << "nonsense"_ba << ""_ba;
    QTest::newRow("nothing") << ""_ba << ""_ba;
}

void tst_RpcLine::keepsTheIdAsItWasWritten()
{
    QFETCH(QByteArray, message);
    QTEST(RpcLine::of(message).id, "id");
}

void tst_RpcLine::findsWhatIsCancelled()
{
    QCOMPARE(RpcLine::of(R"({"method":"notifications/cancelled","params":{"requestId":7}})").cancels, "7"_ba);
    QCOMPARE(RpcLine::of(R"({"method":"notifications/cancelled","params":{}})").cancels, ""_ba);
}

void tst_RpcLine::namesTheClientSoThatAHeaderCanHaveIt()
{
    const auto client = [](const QByteArray &info) {
        return RpcLine::of(R"({"id":0,"method":"initialize","params":{"clientInfo":)" + info + "}}").client;
    };
    QCOMPARE(client(R"({"name":"codex-mcp-client","version":"0.169.0"})"), u"codex-mcp-client/0.169.0"_s);
    QCOMPARE(client(R"({"name":"a b\r\nX-Evil: 1(\u202e","version":"\u0000"})"), u"a-b--X-Evil:-1--/-"_s);
    QCOMPARE(client(QByteArray(R"({"name":")" + QByteArray(5000, 'x') + R"("})")).size(), qsizetype(100));
    QCOMPARE(client("{}"), QString());
}

void tst_RpcLine::findsTheArgumentThatIsRepeated()
{
    const auto type = [](const QByteArray &params) {
        return RpcLine::of(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)" + params + "}").type;
    };
    QCOMPARE(type(R"({"name":"list_entries","arguments":{"type":"login"}})"), u"login"_s);
    QCOMPARE(type(R"({"name":"list_entries","arguments":{"tag":"login"}})"), QString());
    QCOMPARE(type(R"({"name":"list_entries","arguments":{"type":["login"]}})"), QString());
    QCOMPARE(type(R"({"name":"search","arguments":{"type":"login"}})"), QString());
    QCOMPARE(type(R"({"name":"list_entries"})"), QString());
}

void tst_RpcLine::writesAHeaderThatIsNoPlainTextInBase64()
{
    QCOMPARE(headerValue(u"get_entry"_s), "get_entry"_ba);
    QCOMPARE(headerValue(u"Grüße"_s), "=?base64?R3LDvMOfZQ==?="_ba);
    QCOMPARE(headerValue(u"a\r\nX-Evil: 1"_s), QByteArray("=?base64?" + "a\r\nX-Evil: 1"_ba.toBase64() + "?="));
    QCOMPARE(headerValue(u" a"_s), "=?base64?IGE=?="_ba);
    QCOMPARE(headerValue(u"=?base64?YQ==?="_s), QByteArray("=?base64?" + "=?base64?YQ==?="_ba.toBase64() + "?="));
}

void tst_RpcLine::makesErrorsOfOneLine()
{
    const QByteArray line = rpcFailure("3", u"two\nlines"_s, {{u"code"_s, u"locked"_s}});
    QVERIFY(!line.contains('\n'));
    const QJsonObject error = QJsonDocument::fromJson(line).object();
    QCOMPARE(error.value(u"id"_s).toInt(), 3);
    QCOMPARE(error.value(u"error"_s).toObject().value(u"message"_s).toString(), u"two\nlines"_s);
    QVERIFY(QJsonDocument::fromJson(rpcFailure({}, u"x"_s)).object().value(u"id"_s).isNull());
}

QTEST_GUILESS_MAIN(tst_RpcLine)
#include "tst_RpcLine.moc"
