// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/BridgeRig.h"

#include <QLoggingCategory>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace std::chrono_literals;
using clavitor::bridge::ConnectionLimits;
using clavitor::tests::BridgeRig;
using clavitor::tests::codeOf;
using clavitor::tests::isServedMeanwhile;
using clavitor::tests::RawAnswer;
using clavitor::tests::RawClient;
using clavitor::tests::ScriptedKeeper;

namespace {

QByteArray ping(int id = 1)
{
    return R"({"jsonrpc":"2.0","id":)" + QByteArray::number(id) + R"(,"method":"ping"})";
}

} // namespace

class tst_HttpServer : public QObject
{
    Q_OBJECT
private slots:
    void answersTheFivePathsOfTheContract_data();
    void answersTheFivePathsOfTheContract();
    void carriesItsFieldsOnEveryAnswer_data();
    void carriesItsFieldsOnEveryAnswer();
    void refusesHostileRequestsAndServesOthers_data();
    void refusesHostileRequestsAndServesOthers();
    void sendsNoBodyToHead();
    void refusesAHeadWithoutABody();
    void waitsWithTheBodyForContinue();
    void keepsConnectionsWithinTheirLimits();
    void answersRequestsSentAheadInOrder();
    void hasOneRequestOfAConnectionInFlight();
    void givesUpOnASilentKeeper();
    void answersUnavailableWhenTheKeeperIsGone();
    void neverShowsTheTokenToAnybody();
};

void tst_HttpServer::answersTheFivePathsOfTheContract_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("contains");
    const QByteArray id = ScriptedKeeper::EntryId;
    QTest::newRow("entries") << "/api/entries?limit=10"_ba
                             << R"("next_cursor":null)"_ba;
    QTest::newRow("entry") << QByteArray("/api/entries/" + id) << R"("value":"[REDACTED]","l2":true)"_ba;
    QTest::newRow("search") << "/api/search?q=github"_ba
                            << R"("query":"github")"_ba;
    QTest::newRow("totp") << QByteArray("/api/ext/totp/" + id) << R"("code":"847203")"_ba;
    QTest::newRow("generate") << "/api/generate?length=16"_ba
                              << R"("length":16)"_ba;
    QTest::newRow("status") << "/api/status"_ba
                            << R"("vault_id")"_ba;
}

void tst_HttpServer::answersTheFivePathsOfTheContract()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, contains);
    BridgeRig rig;
    for (const QByteArray &prefix : {QByteArray(), QByteArray("/"_ba + ScriptedKeeper::VaultId)}) {
        RawClient client(rig.port());
        const RawAnswer answer = client.send(rig.get(prefix + target)).answer();
        QCOMPARE(answer.status, 200);
        QVERIFY2(answer.body.contains(contains), answer.body.constData());
        QVERIFY(client.isOpen());
        RawClient stranger(rig.port());
        const RawAnswer refused =
            stranger.send(RawClient::get(rig.port(), prefix + target, "clavitor_wrong"_ba)).answer();
        QCOMPARE(refused.status, 401);
        QCOMPARE(codeOf(refused), u"unauthorized"_s);
        QVERIFY(stranger.isClosedWithin(30000));
    }
    RawClient client(rig.port());
    QCOMPARE(client.send(rig.get("/ba9876543210" + target)).answer().status, 404);
}

void tst_HttpServer::carriesItsFieldsOnEveryAnswer_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    // %H stands for a good Host.
    QTest::newRow("200") << "GET /health HTTP/1.1\r\n%H\r\n"_ba << 200;
    QTest::newRow("202")
        << "POST /mcp HTTP/1.1\r\n%HAuthorization: Bearer %T\r\nContent-Type: application/json\r\n"
           "Content-Length: 44\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}"_ba
        << 202;
    QTest::newRow("400") << "GET /health HTTP/9.9\r\n%H\r\n"_ba << 400;
    QTest::newRow("401") << "GET /api/status HTTP/1.1\r\n%H\r\n"_ba << 401;
    QTest::newRow("403") << "GET /api/status HTTP/1.1\r\nHost: evil.test\r\n\r\n"_ba << 403;
    QTest::newRow("404") << "GET /.well-known/oauth-protected-resource HTTP/1.1\r\n%H\r\n"_ba << 404;
    QTest::newRow("405") << "OPTIONS /mcp HTTP/1.1\r\n%H\r\n"_ba << 405;
}

void tst_HttpServer::carriesItsFieldsOnEveryAnswer()
{
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    BridgeRig rig;
    request.replace("%H", rig.host()).replace("%T", ScriptedKeeper::Token);
    RawClient client(rig.port());
    const RawAnswer answer = client.send(request).answer();
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.field("Cache-Control"_ba), "no-store"_ba);
    QCOMPARE(answer.field("X-Content-Type-Options"_ba), "nosniff"_ba);
    QCOMPARE(answer.field("Cross-Origin-Resource-Policy"_ba), "same-origin"_ba);
    QVERIFY(!answer.field("Date"_ba).isEmpty());
    QVERIFY(!answer.head.toLower().contains("access-control"));
    QVERIFY(!answer.head.toLower().contains("resource_metadata"));
    QVERIFY(!answer.head.toLower().contains("set-cookie"));
    QCOMPARE(answer.field("Connection"_ba), status >= 400 ? "close"_ba : "keep-alive"_ba);
    if (status >= 400) {
        QVERIFY(client.isClosedWithin(30000));
        QVERIFY(!codeOf(answer).isEmpty());
        QVERIFY(answer.body.contains("\"request_id\":\"req_"));
    }
    if (status == 405)
        QCOMPARE(answer.field("Allow"_ba), "POST"_ba);
}

void tst_HttpServer::refusesHostileRequestsAndServesOthers_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, int status, const QByteArray &request) {
        QTest::newRow(name) << request << status;
    };
    const QByteArray post = "POST /mcp HTTP/1.1\r\n%HAuthorization: Bearer %T\r\n"_ba;
    const QByteArray json = "Content-Type: application/json\r\n"_ba;
    row("smuggled by two lengths", 400,
        post + json +
            "Content-Length: 5\r\nContent-Length: 50\r\n\r\nhelloGET /api/entries HTTP/1.1\r\n%H\r\n");
    row("smuggled by chunks", 400,
        post + json +
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/entries "
            "HTTP/1.1\r\n%H\r\n");
    row("negative length", 400,
        post + json + "Content-Length: -5\r\n\r\nGET /api/entries HTTP/1.1\r\n%H\r\n");
    row("length of 2^64-1", 413,
        post + json + "Content-Length: 18446744073709551615\r\n\r\nGET /api/entries HTTP/1.1\r\n%H\r\n");
    row("bare LF", 400, "GET /api/entries HTTP/1.1\n%H\n"_ba);
    row("folded", 400, "GET /api/entries HTTP/1.1\r\n%HX: a\r\n b\r\n\r\n"_ba);
    row("HTTP/9.9", 400, "GET /api/entries HTTP/9.9\r\n%H\r\n"_ba);
    row("absolute target", 400, "GET http://localhost/api/entries HTTP/1.1\r\n%H\r\n"_ba);
    row("TLS", 400, QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + QByteArray(200, 'x'));
    row("SSH", 400, "SSH-2.0-OpenSSH_9.2p1\r\n\r\n"_ba);
    row("HTTP/2", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"_ba);
    row("WebSocket", 400,
        "GET /mcp HTTP/1.1\r\n%HUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n\r\n"_ba);
    row("rebound Host", 403,
        "GET /api/entries HTTP/1.1\r\nHost: -x.evil.test:1984\r\nAuthorization: Bearer %T\r\n\r\n"_ba);
    row("page with Origin", 403,
        "GET /api/entries HTTP/1.1\r\n%HOrigin: http://evil.test\r\nAuthorization: Bearer %T\r\n\r\n"_ba);
    row("page with Sec-Fetch-Site", 403,
        "GET /api/entries HTTP/1.1\r\n%HSec-Fetch-Site: cross-site\r\nAuthorization: Bearer %T\r\n\r\n"_ba);
    row("preflight", 403,
        "OPTIONS /mcp HTTP/1.1\r\n%HOrigin: http://evil.test\r\nAccess-Control-Request-Method: POST\r\n\r\n"_ba);
    row("simple POST", 415, post + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
    row("a form", 415,
        post + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b");
    row("large body announced", 413, post + json + "Content-Length: 1048577\r\n\r\n");
    row("long target", 414, "GET /" + QByteArray(3000, 'a') + " HTTP/1.1\r\n%H\r\n");
    row("long field", 431, "GET / HTTP/1.1\r\n%HX: " + QByteArray(20000, 'a') + "\r\n\r\n");
    row("many fields", 431, "GET / HTTP/1.1\r\n%H" + QByteArray("X: a\r\n").repeated(100) + "\r\n");
    row("encoded path", 404, "GET /api/%65ntries HTTP/1.1\r\n%HAuthorization: Bearer %T\r\n\r\n"_ba);
    row("dot segments", 404, "GET /api/x/../entries HTTP/1.1\r\n%HAuthorization: Bearer %T\r\n\r\n"_ba);
    row("token in the query", 401, "GET /api/status?token=%T HTTP/1.1\r\n%H\r\n"_ba);
    row("GET on /mcp", 405, "GET /mcp HTTP/1.1\r\n%HAccept: text/event-stream\r\n\r\n"_ba);
    row("DELETE on /mcp", 405, "DELETE /mcp HTTP/1.1\r\n%HMcp-Session-Id: x\r\n\r\n"_ba);
    row("deep JSON", 400, post + json + "Content-Length: 1000\r\n\r\n" + QByteArray(1000, '['));
}

void tst_HttpServer::refusesHostileRequestsAndServesOthers()
{
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    BridgeRig rig;
    request.replace("%H", rig.host()).replace("%T", ScriptedKeeper::Token);
    RawClient client(rig.port());
    client.send(request);
    QVERIFY(isServedMeanwhile(rig));
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, status);
    QVERIFY(client.isClosedWithin(30000));
    QVERIFY2(client.unread().isEmpty(), "a second answer came");
    // The bystander's call, and for the last row the check of the key: nothing of the hostile request was
    // asked.
    for (const link::Question &question : rig.keeper().questions)
        QVERIFY(std::holds_alternative<link::StatusQuery>(question.query) ||
                std::holds_alternative<link::AuthenticateQuery>(question.query));
}

void tst_HttpServer::sendsNoBodyToHead()
{
    BridgeRig rig;
    RawClient client(rig.port());
    client.send("HEAD /api/entries HTTP/1.1\r\n" + rig.host() + "\r\n");
    QVERIFY(client.isClosedWithin(30000));
    const QByteArray all = client.unread();
    QVERIFY(all.startsWith("HTTP/1.1 405 "));
    QVERIFY(all.endsWith("\r\n\r\n"));
    QCOMPARE(all.count("\r\n\r\n"), qsizetype(1));
}

void tst_HttpServer::refusesAHeadWithoutABody()
{
    BridgeRig rig;
    const QByteArray broken = "HEAD /health HTTP/1.1\r\n" + rig.host() + "No colon\r\n\r\n";
    for (const QByteArray &request : {"HEAD /health HTTP/1.1\r\nHost: evil.test\r\n\r\n"_ba, broken}) {
        RawClient client(rig.port());
        client.send(request);
        QVERIFY(client.isClosedWithin(30000));
        const QByteArray all = client.unread();
        QVERIFY2(all.startsWith("HTTP/1.1 40"), all.constData());
        QVERIFY(all.endsWith("\r\n\r\n"));
    }
}

void tst_HttpServer::waitsWithTheBodyForContinue()
{
    BridgeRig rig;
    RawClient client(rig.port());
    const QByteArray whole = rig.post(ping(), "Expect: 100-continue\r\n"_ba);
    client.send(whole.chopped(ping().size()));
    QTRY_COMPARE(client.unread(), "HTTP/1.1 100 Continue\r\n\r\n"_ba);
    static_cast<void>(client.answer(1)); // takes the interim answer off
    QCOMPARE(client.send(ping()).answer().status, 200);
    // A body that is refused is not asked for.
    RawClient large(rig.port());
    large.send("POST /mcp HTTP/1.1\r\n" + rig.host() +
               "Content-Type: application/json\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
    QCOMPARE(large.answer().status, 413);
}

void tst_HttpServer::keepsConnectionsWithinTheirLimits()
{
    ConnectionLimits limits;
    limits.requests = 5;
    BridgeRig rig(limits);
    RawClient client(rig.port());
    for (int i = 1; i <= 5; ++i) {
        const RawAnswer answer = client.send(rig.get("/api/status"_ba)).answer();
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.field("Connection"_ba), i < 5 ? "keep-alive"_ba : "close"_ba);
    }
    QVERIFY(client.isClosedWithin(30000));

    for (const QByteArray &request :
         {rig.get("/api/status"_ba, "Connection: close\r\n"_ba),
          QByteArray("GET /health HTTP/1.0\r\n" + rig.host() + "Connection: keep-alive\r\n\r\n")}) {
        RawClient once(rig.port());
        QCOMPARE(once.send(request).answer().field("Connection"_ba), "close"_ba);
        QVERIFY(once.isClosedWithin(30000));
    }

    limits = {};
    limits.lifetime = 1500ms;
    BridgeRig shortLived(limits);
    RawClient late(shortLived.port());
    QCOMPARE(late.send(shortLived.get("/api/status"_ba)).answer().field("Connection"_ba), "keep-alive"_ba);
    QTest::qWait(1600);
    QCOMPARE(late.send(shortLived.get("/api/status"_ba)).answer().field("Connection"_ba), "close"_ba);
}

void tst_HttpServer::answersRequestsSentAheadInOrder()
{
    BridgeRig rig;
    RawClient client(rig.port());
    QByteArray all;
    for (int i = 0; i < 50; ++i)
        all += i % 2 ? rig.post(ping(i)) : rig.get("/api/generate?length=" + QByteArray::number(8 + i));
    client.send(all);
    for (int i = 0; i < 50; ++i) {
        const RawAnswer answer = client.answer();
        QCOMPARE(answer.status, 200);
        const QByteArray expected = i % 2 ? R"("id":)"_ba : R"("length":)"_ba;
        QVERIFY(answer.body.contains(QByteArray(expected + QByteArray::number(i % 2 ? i : 8 + i))));
    }
    QVERIFY(client.unread().isEmpty());
}

void tst_HttpServer::hasOneRequestOfAConnectionInFlight()
{
    BridgeRig rig;
    rig.holdAnswers();
    RawClient client(rig.port());
    client.send(rig.get("/api/search?q=slow"_ba) + rig.get("/api/search?q=quick"_ba));
    QTRY_COMPARE(rig.keeper().questions.size(), qsizetype(1));
    QTest::qWait(100);
    QCOMPARE(rig.keeper().questions.size(), qsizetype(1));
    rig.keeper().answer({rig.keeper().questions.at(0).id, link::Status::Ok, R"({"n":1})"_ba, {}, 0});
    QTRY_COMPARE(rig.keeper().questions.size(), qsizetype(2));
    rig.keeper().answer({rig.keeper().questions.at(1).id, link::Status::Ok, R"({"n":2})"_ba, {}, 0});
    QCOMPARE(client.answer().body, R"({"n":1})"_ba);
    QCOMPARE(client.answer().body, R"({"n":2})"_ba);
}

void tst_HttpServer::givesUpOnASilentKeeper()
{
    BridgeRig rig({}, 2000ms);
    rig.holdAnswers();
    RawClient client(rig.port());
    client.send(rig.get("/api/status"_ba));
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 503);
    QCOMPARE(codeOf(answer), u"keeper_unavailable"_s);
    QTRY_COMPARE(rig.keeper().clientsGone.size(), qsizetype(1));
    // Each question has its own limit.
    rig.keeper().script = [](const link::Question &question) { return ScriptedKeeper::plausible(question); };
    QVERIFY(isServedMeanwhile(rig));
}

void tst_HttpServer::answersUnavailableWhenTheKeeperIsGone()
{
    BridgeRig rig;
    rig.holdAnswers();
    bool isGone = false;
    rig.link().gone = [&isGone] { isGone = true; };
    RawClient waiting(rig.port());
    waiting.send(rig.get("/api/status"_ba));
    QTRY_COMPARE(rig.keeper().questions.size(), qsizetype(1));
    rig.keeper().leave();
    QCOMPARE(waiting.answer().status, 503);
    QTRY_VERIFY(isGone);
    RawClient late(rig.port());
    const RawAnswer answer = late.send(rig.get("/api/status"_ba)).answer();
    QCOMPARE(answer.status, 503);
    QCOMPARE(codeOf(answer), u"keeper_unavailable"_s);
}

void tst_HttpServer::neverShowsTheTokenToAnybody()
{
    static QByteArray logged;
    logged.clear();
    const QtMessageHandler before =
        qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &message) {
            logged += message.toUtf8() + '\n';
        });
    // Even with every category of Qt's own on: QtHttpServer does not get the token to print (F7).
    QLoggingCategory::setFilterRules(u"*=true"_s);
    {
        BridgeRig rig;
        RawClient client(rig.port());
        const RawAnswer answer = client.send(rig.get("/api/search?q=github"_ba)).answer();
        QVERIFY(!answer.head.contains(ScriptedKeeper::Token) && !answer.body.contains(ScriptedKeeper::Token));
        QCOMPARE(client.send(rig.post(ping())).answer().status, 200);
    }
    QLoggingCategory::setFilterRules({});
    qInstallMessageHandler(before);
    QVERIFY2(logged.contains("clavitor-exchange"),
             "QtHttpServer's own log was not seen, so this proves nothing");
    QVERIFY(!logged.contains(ScriptedKeeper::Token));
    QVERIFY(!logged.contains("Bearer"));
}

QTEST_GUILESS_MAIN(tst_HttpServer)
#include "tst_HttpServer.moc"
