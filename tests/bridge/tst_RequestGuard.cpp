// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/PublishedCases.h"
#include "tests/bridge/RequestVerdict.h"

#include <QDir>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor::bridge;

class tst_RequestGuard : public QObject
{
    Q_OBJECT
private slots:
    void letsInWhatClientsSend();
    void comparesTheHostByteByByte_data();
    void comparesTheHostByteByByte();
    void refusesWebPages_data();
    void refusesWebPages();
    void wantsJsonFromPost_data();
    void wantsJsonFromPost();
    void takesTheTokenFromTheHeaderOnly_data();
    void takesTheTokenFromTheHeaderOnly();
    void passesOnNamedFieldsOnly();
    void refusesEveryForeignHostOfThePublishedCases();
};

void tst_RequestGuard::letsInWhatClientsSend()
{
    // curl, and the Streamable HTTP clients of Codex, Gemini CLI (Node) and Claude Code.
    QCOMPARE(judge("GET /api/search?q=github HTTP/1.1\r\nHost: localhost:1984\r\nUser-Agent: "
                   "curl/7.88.1\r\nAccept: */*\r\n"
                   "Authorization: Bearer clavitor_x\r\n\r\n"_ba)
                 .status,
             200);
    QCOMPARE(judge("POST /mcp HTTP/1.1\r\nauthorization: Bearer clavitor_x\r\naccept: text/event-stream, "
                   "application/json\r\n"
                   "content-type: application/json\r\nuser-agent: codex-mcp-client/0.169.0\r\nhost: "
                   "127.0.0.1:1984\r\n"
                   "content-length: 2\r\n\r\n{}"_ba)
                 .status,
             200);
    QCOMPARE(
        judge(
            "POST /mcp HTTP/1.1\r\nhost: localhost:1984\r\nconnection: keep-alive\r\ncontent-type: "
            "application/json\r\n"
            "accept: application/json, text/event-stream\r\nAuthorization: Bearer "
            "clavitor_x\r\naccept-language: *\r\n"
            "sec-fetch-mode: cors\r\nuser-agent: node\r\naccept-encoding: gzip, deflate\r\ncontent-length: 2\r\n\r\n{}"_ba)
            .status,
        200);
    const Verdict verdict = judge(post(
        "Content-Type: application/json; charset=UTF-8\r\nContent-Length: 0012\r\nExpect: 100-continue\r\n"
        "Mcp-Method: tools/call\r\nAuthorization: Bearer clavitor_secret\r\n"_ba));
    QCOMPARE(verdict.status, 200);
    QCOMPARE(verdict.head.method, "POST"_ba);
    QCOMPARE(verdict.head.target, "/mcp"_ba);
    QCOMPARE(verdict.head.bodySize, qsizetype(12));
    QCOMPARE(verdict.head.token, "clavitor_secret"_ba);
    QVERIFY(verdict.head.expectsContinue);
}

void tst_RequestGuard::comparesTheHostByteByByte_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("status");
    for (const char *own :
         {"127.0.0.1:1984", "localhost:1984", "[::1]:1984", "LocalHost:1984", "LOCALHOST:1984"})
        QTest::newRow(own) << QByteArray(own) << 200;
    // SECURITY.md F3: for many of these QUrl reports 127.0.0.1.
    for (const char *foreign : {"evil.test:1984",
                                "-x.evil.test:1984",
                                "xn--.evil.test:1984",
                                "a_b.evil.test:1984",
                                "evil.test.:1984",
                                "localhost.:1984",
                                "localhost.evil.test:1984",
                                "127.0.0.1.evil.test:1984",
                                "127.0.0.1",
                                "localhost",
                                "localhost:1985",
                                "localhost:01984",
                                "localhost:",
                                "localhost:1984:1984",
                                "127.0.0.1:1984.evil.test",
                                "0.0.0.0:1984",
                                "127.1:1984",
                                "127.0.0.2:1984",
                                "2130706433:1984",
                                "0x7f000001:1984",
                                "0177.0.0.1:1984",
                                "[::ffff:127.0.0.1]:1984",
                                "[0:0:0:0:0:0:0:1]:1984",
                                "::1:1984",
                                "[::1%lo]:1984",
                                "user@localhost:1984",
                                "localhost:1984@evil.test",
                                "localhost:1984, evil.test",
                                "localhost:1984/",
                                "http://localhost:1984",
                                "localhost :1984",
                                "localhost:1984#",
                                "%6cocalhost:1984",
                                "",
                                "\xe2\x80\x8b"
                                "localhost:1984"})
        QTest::newRow(foreign) << QByteArray(foreign) << 403;
}

void tst_RequestGuard::comparesTheHostByteByByte()
{
    QFETCH(QByteArray, host);
    QFETCH(int, status);
    const Verdict verdict = judge(get("Host: " + host + "\r\n"));
    QCOMPARE(verdict.status, status);
    if (status != 200)
        QCOMPARE(verdict.code, "host_refused"_L1);
}

void tst_RequestGuard::refusesWebPages_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<int>("status");
    for (const char *origin : {"http://evil.test", "null", "http://127.0.0.1:1984", "http://[::1]:1984", "https://localhost:1984",
                               "http://localhost", "http://localhost:1985", "http://localhost:1984/", "http://localhost:1984.evil.test",
                               "http://evil.test@localhost:1984", "localhost:1984", "chrome-extension://x", ""})
        QTest::addRow("Origin %s", origin) << QByteArray("Origin: "_ba + origin + "\r\n") << 403;
    // A program that names the server it talks to. A page of that origin would say where it stands, too.
    QTest::newRow("our own Origin") << "Origin: http://localhost:1984\r\n"_ba << 200;
    QTest::newRow("our own Origin in a page") << "Origin: http://localhost:1984\r\nSec-Fetch-Site: same-origin\r\n"_ba << 403;
    QTest::newRow("our own Origin and another") << "Origin: http://localhost:1984\r\nOrigin: http://evil.test\r\n"_ba << 403;
    QTest::newRow("our own Origin twice") << "Origin: http://localhost:1984\r\nOrigin: http://localhost:1984\r\n"_ba << 403;
    for (const char *site : {"cross-site", "same-site", "same-origin", "none"})
        QTest::addRow("Sec-Fetch-Site %s", site) << QByteArray("sec-fetch-site: "_ba + site + "\r\n") << 403;
    QTest::newRow("Node's fetch") << "sec-fetch-mode: cors\r\n"_ba << 200;
    QTest::newRow("Referer says nothing") << "Referer: http://evil.test/\r\n"_ba << 200;
}

void tst_RequestGuard::refusesWebPages()
{
    QFETCH(QByteArray, lines);
    QFETCH(int, status);
    const Verdict verdict = judge(withHost(lines));
    QCOMPARE(verdict.status, status);
    if (status != 200)
        QCOMPARE(verdict.code, "origin_refused"_L1);
}

void tst_RequestGuard::wantsJsonFromPost_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<int>("status");
    const auto row = [](const QByteArray &type, int status) {
        QTest::newRow(type.constData()) << QByteArray("Content-Type: " + type + "\r\n") << status;
    };
    row("application/json"_ba, 200);
    row("Application/JSON"_ba, 200);
    row("application/json; charset=utf-8"_ba, 200);
    row("application/json;charset=\"UTF-8\""_ba, 200);
    row("application/json; charset=utf-16"_ba, 415);
    row("text/plain"_ba, 415);
    row("text/plain; application/json"_ba, 415);
    row("application/x-www-form-urlencoded"_ba, 415);
    row("multipart/form-data; boundary=x"_ba, 415);
    row("application/json-rpc"_ba, 415);
    row("application/jsonx"_ba, 415);
    row("application/json, text/plain"_ba, 415);
    row(""_ba, 415);
    QTest::newRow("none") << QByteArray() << 415;
}

void tst_RequestGuard::wantsJsonFromPost()
{
    QFETCH(QByteArray, lines);
    QFETCH(int, status);
    QCOMPARE(judge(post(lines + "Content-Length: 2\r\n")).status, status);
}

void tst_RequestGuard::takesTheTokenFromTheHeaderOnly_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("token");
    const auto row = [](const char *name, const QByteArray &bytes, const QByteArray &token) {
        QTest::newRow(name) << bytes << token;
    };
    row("Bearer", withHost("Authorization: Bearer clavitor_abc\r\n"_ba), "clavitor_abc"_ba);
    row("the scheme in any case", withHost("authorization: bEaReR clavitor_abc\r\n"_ba), "clavitor_abc"_ba);
    row("none", withHost({}), {});
    row("in the query", withHost({}, "GET /api/entries?token=clavitor_abc HTTP/1.1"_ba), {});
    row("in a cookie", withHost("Cookie: token=clavitor_abc\r\n"_ba), {});
    row("another scheme", withHost("Authorization: Basic Y2xhdml0b3I6eA==\r\n"_ba), {});
    row("without a scheme", withHost("Authorization: clavitor_abc\r\n"_ba), {});
    row("two words", withHost("Authorization: Bearer clavitor_abc def\r\n"_ba), {});
    row("two spaces", withHost("Authorization: Bearer  clavitor_abc\r\n"_ba), {});
    row("a list", withHost("Authorization: Bearer a, Bearer b\r\n"_ba), {});
    row("the scheme alone", withHost("Authorization: Bearer\r\n"_ba), {});
    row("very long", withHost("Authorization: Bearer " + QByteArray(300, 'x') + "\r\n"), {});
}

void tst_RequestGuard::takesTheTokenFromTheHeaderOnly()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, token);
    const Verdict verdict = judge(bytes);
    QCOMPARE(verdict.status, 200);
    QCOMPARE(verdict.head.token, token);
    for (const HttpField &field : verdict.head.fields)
        QVERIFY(!field.value.contains("clavitor_abc"));
}

void tst_RequestGuard::passesOnNamedFieldsOnly()
{
    const Verdict verdict = judge(
        withHost("Cookie: a=b\r\nX-Forwarded-For: 1.2.3.4\r\nclavitor-exchange: 1\r\nUser-Agent: curl\r\n"
                 "MCP-PROTOCOL-VERSION: 2025-06-18\r\nMcp-Session-Id: x\r\n"_ba));
    QCOMPARE(verdict.status, 200);
    const QList<HttpField> expected{{"user-agent"_ba, "curl"_ba},
                                    {"mcp-protocol-version"_ba, "2025-06-18"_ba}};
    QCOMPARE(verdict.head.fields, expected);
}

void tst_RequestGuard::refusesEveryForeignHostOfThePublishedCases()
{
    int count = 0;
    for (const QString &file :
         {u"connection.md"_s, u"content-length.md"_s, u"invalid.md"_s, u"method.md"_s, u"uri.md"_s})
        for (const PublishedCase &published : publishedCases(file)) {
            ++count;
            QVERIFY2(judge(published.bytes).status != 200, qPrintable(published.name));
        }
    QVERIFY(count > 60);
}

QTEST_GUILESS_MAIN(tst_RequestGuard)
#include "tst_RequestGuard.moc"
