// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/PublishedCases.h"
#include "tests/bridge/RequestVerdict.h"

#include <QDir>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor::bridge;

class tst_RequestFraming : public QObject
{
    Q_OBJECT
private slots:
    void readsTheSameInPiecesOfAnySize();
    void refusesAmbiguousFraming_data();
    void refusesAmbiguousFraming();
    void refusesWhatIsTooLarge_data();
    void refusesWhatIsTooLarge();
    void keepsTheConnectionAsAsked_data();
    void keepsTheConnectionAsAsked();
    void isNoLaxerThanLlhttp_data();
    void isNoLaxerThanLlhttp();
    void survivesRandomBytes();
};

void tst_RequestFraming::readsTheSameInPiecesOfAnySize()
{
    const QByteArray good = post("Content-Type: application/json\r\nContent-Length: 3\r\n"_ba) + "abc";
    const QByteArray bad = withHost("Foo: bar\nBaz: qux\r\n"_ba);
    for (qsizetype step = 1; step < good.size(); ++step) {
        const Verdict verdict = judge(good, step);
        QCOMPARE(verdict.status, 200);
        QCOMPARE(verdict.headSize, good.size() - 3);
        QCOMPARE(judge(bad, step).status, 400);
    }
}

void tst_RequestFraming::refusesAmbiguousFraming_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const QByteArray &bytes) { QTest::newRow(name) << bytes; };
    const QByteArray json = "Content-Type: application/json\r\n"_ba;
    row("no Host", get({}));
    row("two Hosts", withHost("Host: localhost:1984\r\n"_ba));
    row("two Content-Lengths", post(json + "Content-Length: 1\r\nContent-Length: 1\r\n"));
    row("different Content-Lengths", post(json + "Content-Length: 1\r\nContent-Length: 2\r\n"));
    row("Content-Length list", post(json + "Content-Length: 1, 1\r\n"));
    row("negative Content-Length", post(json + "Content-Length: -5\r\n"));
    row("signed Content-Length", post(json + "Content-Length: +5\r\n"));
    row("Content-Length with a letter", post(json + "Content-Length: 5x\r\n"));
    row("hexadecimal Content-Length", post(json + "Content-Length: 0x5\r\n"));
    row("Content-Length with a space", post(json + "Content-Length: 1 2\r\n"));
    row("empty Content-Length", post(json + "Content-Length:\r\n"));
    row("no Content-Length", post(json));
    row("chunked", post(json + "Transfer-Encoding: chunked\r\n"));
    row("chunked and Content-Length", post(json + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"));
    row("xchunked", post(json + "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n"));
    row("identity", post(json + "Content-Length: 5\r\nTransfer-Encoding: identity\r\n"));
    row("empty Transfer-Encoding", post(json + "Content-Length: 5\r\nTransfer-Encoding:\r\n"));
    row("two Authorizations", withHost("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"_ba));
    row("two Content-Types", post(json + json + "Content-Length: 0\r\n"));
    row("two version headers",
        post(
            json +
            "Content-Length: 0\r\nMCP-Protocol-Version: 2025-06-18\r\nMcp-Protocol-Version: 2026-07-28\r\n"));
    row("LF only", "GET / HTTP/1.1\nHost: localhost:1984\n\n"_ba);
    row("one LF", "GET / HTTP/1.1\r\nHost: localhost:1984\nFoo: bar\r\n\r\n"_ba);
    row("CR only", "GET / HTTP/1.1\rHost: localhost:1984\r\r"_ba);
    row("CR inside a value", withHost("Foo: a\rb\r\n"_ba));
    row("CR CR LF", "GET / HTTP/1.1\r\nHost: localhost:1984\r\r\n\r\n"_ba);
    row("folded line", withHost("Foo: a\r\n b\r\n"_ba));
    row("folded with a tab", withHost("Foo: a\r\n\tb\r\n"_ba));
    row("first line folded", get(" Host: localhost:1984\r\n"_ba));
    row("space before the colon", get("Host : localhost:1984\r\n"_ba));
    row("no colon", withHost("Foo\r\n"_ba));
    row("empty name", withHost(": x\r\n"_ba));
    row("space in a name", withHost("Fo o: x\r\n"_ba));
    row("brackets in a name", withHost("Foo[0]: x\r\n"_ba));
    row("non-ASCII name", withHost("F\xc3\xb6o: x\r\n"_ba));
    row("NUL in a value", withHost(QByteArray("Foo: a\0b\r\n", 10)));
    row("NUL in the Host", get(QByteArray("Host: localhost:1984\0.evil.test\r\n", 33)));
    row("escape in a value", withHost("Foo: a\x1b[2Jb\r\n"_ba));
    row("DEL in a value", withHost("Foo: a\x7f\r\n"_ba));
    row("Upgrade", withHost("Upgrade: websocket\r\nConnection: Upgrade\r\n"_ba));
    row("h2c",
        withHost("Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nConnection: Upgrade, HTTP2-Settings\r\n"_ba));
    row("other expectation", post(json + "Content-Length: 1\r\nExpect: 200-ok\r\n"));
    row("body on GET", withHost("Content-Length: 1\r\n"_ba));
    row("body on DELETE", withHost("Content-Length: 1\r\n"_ba, "DELETE /mcp HTTP/1.1"_ba));
    row("leading empty line", "\r\n" + withHost({}));
    for (const char *line : {"GET / HTTP/9.9",
                             "GET / HTTP/2.0",
                             "GET / HTTP/1.2",
                             "GET / HTTP/1.",
                             "GET / HTTP/01.1",
                             "GET / http/1.1",
                             "GET / HTTP/1.1 ",
                             "GET / HTTP/1.1 x",
                             "GET  / HTTP/1.1",
                             "GET /  HTTP/1.1",
                             " GET / HTTP/1.1",
                             "GET\t/\tHTTP/1.1",
                             "GET / ",
                             "GET /",
                             "GET",
                             "get / HTTP/1.1",
                             "GETX / HTTP/1.1",
                             "G@T / HTTP/1.1",
                             "CONNECT localhost:1984 HTTP/1.1",
                             "CONNECT / HTTP/1.1",
                             "GET http://localhost:1984/ HTTP/1.1",
                             "GET localhost:1984 HTTP/1.1",
                             "OPTIONS * HTTP/1.1",
                             "GET * HTTP/1.1",
                             "GET /a#b HTTP/1.1",
                             "GET /a b HTTP/1.1",
                             "GET /\xc3\xa4 HTTP/1.1",
                             "GET /a\tb HTTP/1.1",
                             "PRI * HTTP/2.0",
                             "GET /music ICE/1.0",
                             "PUT /music RTSP/1.0",
                             "GET ?q=1 HTTP/1.1"})
        row(line, withHost({}, line));
}

void tst_RequestFraming::refusesAmbiguousFraming()
{
    QFETCH(QByteArray, bytes);
    QCOMPARE(judge(bytes).status, 400);
    QCOMPARE(judge(bytes, 1).status, 400);
}

void tst_RequestFraming::refusesWhatIsTooLarge_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, int status, const QByteArray &bytes) {
        QTest::newRow(name) << bytes << status;
    };
    const QByteArray json = "Content-Type: application/json\r\n"_ba;
    row("target of 2048", 200, withHost({}, "GET /" + QByteArray(2047, 'a') + " HTTP/1.1"));
    row("target of 2049", 414, withHost({}, "GET /" + QByteArray(2048, 'a') + " HTTP/1.1"));
    row("target without end", 414, "GET /" + QByteArray(4000, 'a'));
    row("request line without a space", 414, QByteArray(4000, 'a'));
    QByteArray fields;
    for (int i = 0; i < 63; ++i)
        fields += "a: b\r\n";
    row("64 fields", 200, withHost(fields));
    row("65 fields", 431, withHost(fields + "a: b\r\n"));
    row("a long field", 431, withHost("a: " + QByteArray(17000, 'b') + "\r\n"));
    row("a field without end", 431,
        get("Host: localhost:1984\r\na: "_ba).chopped(2) + QByteArray(20000, 'b'));
    row("16 KiB less one", 200,
        withHost("a: " + QByteArray(16 * 1024 - 1 - withHost("a: \r\n"_ba).size(), 'b') + "\r\n"));
    row("16 KiB and one", 431,
        withHost("a: " + QByteArray(16 * 1024 + 1 - withHost("a: \r\n"_ba).size(), 'b') + "\r\n"));
    row("body of 1 MiB", 200, post(json + "Content-Length: 1048576\r\n"));
    row("body of 1 MiB and one", 413, post(json + "Content-Length: 1048577\r\n"));
    row("2^32", 413, post(json + "Content-Length: 4294967296\r\n"));
    row("2^64 - 1", 413, post(json + "Content-Length: 18446744073709551615\r\n"));
    row("2^64 + 1", 413, post(json + "Content-Length: 18446744073709551617\r\n"));
    row("a thousand digits", 413, post(json + "Content-Length: " + QByteArray(1000, '9') + "\r\n"));
}

void tst_RequestFraming::refusesWhatIsTooLarge()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    QCOMPARE(judge(bytes).status, status);
    QCOMPARE(judge(bytes, 997).status, status);
}

void tst_RequestFraming::keepsTheConnectionAsAsked_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("keepAlive");
    QTest::newRow("1.1") << withHost({}) << true;
    QTest::newRow("1.1 keep-alive") << withHost("Connection: keep-alive\r\n"_ba) << true;
    QTest::newRow("1.1 close") << withHost("Connection: close\r\n"_ba) << false;
    QTest::newRow("1.1 Close in a list") << withHost("Connection: foo, Close ,bar\r\n"_ba) << false;
    QTest::newRow("1.1 close in a second field")
        << withHost("Connection: foo\r\nConnection: close\r\n"_ba) << false;
    QTest::newRow("1.1 closed") << withHost("Connection: closed\r\n"_ba) << true;
    QTest::newRow("1.0") << withHost({}, "GET / HTTP/1.0"_ba) << false;
    QTest::newRow("1.0 keep-alive") << withHost("Connection: keep-alive\r\n"_ba, "GET / HTTP/1.0"_ba)
                                    << false;
}

void tst_RequestFraming::keepsTheConnectionAsAsked()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, keepAlive);
    const Verdict verdict = judge(bytes);
    QCOMPARE(verdict.status, 200);
    QCOMPARE(verdict.head.keepAlive, keepAlive);
}

void tst_RequestFraming::isNoLaxerThanLlhttp_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isRefused");
    int count = 0;
    for (const QString &file : {u"connection.md"_s, u"content-length.md"_s, u"invalid.md"_s, u"method.md"_s,
                                u"pipelining.md"_s, u"transfer-encoding.md"_s, u"uri.md"_s}) {
        for (const PublishedCase &published : publishedCases(file)) {
            if (published.isLenient)
                continue;
            // Theirs have any Host; with ours in its place, what is wrong otherwise is all that is left to
            // refuse.
            static const QRegularExpression hostLine(u"\\r\\n[Hh][Oo][Ss][Tt]: [^\\r\\n]*\\r\\n"_s);
            QByteArray bytes = published.bytes;
            const qsizetype end = bytes.indexOf("\r\n");
            const auto host = hostLine.match(QString::fromLatin1(bytes));
            if (host.hasMatch())
                bytes.replace(host.capturedStart(), host.capturedLength(), "\r\nHost: localhost:1984\r\n");
            else if (end > 0)
                bytes.insert(end, "\r\nHost: localhost:1984");
            QTest::addRow("%s %d: %s", qPrintable(file), ++count, qPrintable(published.name))
                << bytes << published.isRefusedByLlhttp;
        }
    }
    QVERIFY2(count > 90, "the published cases were not found");
}

void tst_RequestFraming::isNoLaxerThanLlhttp()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isRefused);
    // Behind the first head the two cannot be compared: a body is not parsed here, and a pipelined request is
    // another one.
    const Verdict verdict = judge(bytes);
    const bool isBeyondTheHead = verdict.status == 200 && verdict.headSize < bytes.size();
    if (isRefused && !isBeyondTheHead)
        QVERIFY2(verdict.status != 200, "let in what a strict parser refuses");
    if (verdict.status == 200) {
        QVERIFY(!bytes.first(verdict.headSize).toLower().contains("transfer-encoding"));
        QVERIFY(bytes.first(verdict.headSize).count("\n") == bytes.first(verdict.headSize).count("\r\n"));
    }
}

void tst_RequestFraming::survivesRandomBytes()
{
    // Mutations of a good head: never a crash, and what is let in has one Host, no coding, a body within its
    // limit.
    const QByteArray good = post(
        "Content-Type: application/json\r\nContent-Length: 10\r\nAuthorization: Bearer clavitor_x\r\n"_ba);
    QRandomGenerator random(20261124);
    int letIn = 0;
    for (int round = 0; round < 20'000; ++round) {
        QByteArray bytes = good;
        for (int change = 0; change < 1 + round % 3; ++change) {
            const qsizetype at = random.bounded(static_cast<int>(bytes.size()));
            switch (random.bounded(4)) {
            case 0:
                bytes[at] = static_cast<char>(random.bounded(256));
                break;
            case 1:
                bytes.insert(at, static_cast<char>(random.bounded(256)));
                break;
            case 2:
                bytes.remove(at, 1);
                break;
            default:
                bytes.insert(at,
                             bytes.mid(random.bounded(static_cast<int>(bytes.size())), random.bounded(30)));
            }
        }
        const Verdict verdict = judge(bytes, 1 + random.bounded(200));
        if (verdict.status != 200)
            continue;
        ++letIn;
        QVERIFY(verdict.head.bodySize <= 1024 * 1024);
        QVERIFY(verdict.head.target.startsWith('/'));
        QCOMPARE(bytes.first(verdict.headSize).toLower().count("\nhost:"), qsizetype(1));
    }
    QVERIFY(letIn > 100);
}

QTEST_GUILESS_MAIN(tst_RequestFraming)
#include "tst_RequestFraming.moc"
