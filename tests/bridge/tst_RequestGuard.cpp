// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/RequestGuard.h"

#include <QDir>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor::bridge;

namespace {

constexpr std::uint16_t Port = 1984;

/// Reads a head that arrives in pieces of `step` bytes: 200 when it is let in, else the status it is refused
/// with, 0 when more bytes are awaited.
struct Verdict
{
    int status = 0;
    QLatin1StringView code;
    RequestHead head;
    qsizetype headSize = 0;
};

Verdict judge(const QByteArray &bytes, qsizetype step = 1'000'000)
{
    const RequestLimits limits;
    const RequestGuard guard(limits, Port);
    HeadScanner scanner(limits);
    Verdict verdict;
    const auto refused = [&](const Refusal &refusal) {
        const ApiError error = apiError(refusal);
        verdict.status = error.status;
        verdict.code = error.code;
    };
    for (qsizetype size = std::min(step, bytes.size());; size = std::min(size + step, bytes.size())) {
        const auto found = scanner.scan(QByteArrayView(bytes).first(size));
        if (!found) {
            refused(found.error());
            return verdict;
        }
        if (*found) {
            verdict.headSize = **found;
            break;
        }
        if (size == bytes.size())
            return verdict;
    }
    auto head = guard.read(QByteArrayView(bytes).first(verdict.headSize));
    if (!head) {
        refused(head.error());
        return verdict;
    }
    verdict.status = 200;
    verdict.head = std::move(*head);
    return verdict;
}

QByteArray get(const QByteArray &lines, const QByteArray &requestLine = "GET /api/entries HTTP/1.1"_ba)
{
    return requestLine + "\r\n" + lines + "\r\n";
}
QByteArray withHost(const QByteArray &lines, const QByteArray &requestLine = "GET /api/entries HTTP/1.1"_ba)
{
    return get("Host: localhost:1984\r\n" + lines, requestLine);
}
QByteArray post(const QByteArray &lines)
{
    return withHost(lines, "POST /mcp HTTP/1.1"_ba);
}

/// One case of llhttp's Markdown files: the bytes between ```http and ```, with line ends made CR LF, as its
/// own test runner does it; a backslash escape is the byte it names.
struct PublishedCase
{
    QString name;
    QByteArray bytes;
    bool isLenient = false;
    bool isRefusedByLlhttp = false;
};

QByteArray unescaped(QString text)
{
    text.remove(u"\\\n"_s);
    QByteArray bytes;
    const QByteArray utf8 = text.replace(u'\n', u"\r\n"_s).toUtf8();
    for (qsizetype at = 0; at < utf8.size(); ++at) {
        if (utf8.at(at) != '\\' || at + 1 == utf8.size()) {
            bytes.append(utf8.at(at));
            continue;
        }
        const char kind = utf8.at(at + 1);
        if (kind == 'r' || kind == 'n' || kind == 't' || kind == 'f') {
            bytes.append(kind == 'r' ? '\r' : kind == 'n' ? '\n' : kind == 't' ? '\t' : '\f');
            ++at;
        } else if (kind >= '0' && kind <= '7') {
            qsizetype digits = 0;
            int value = 0;
            while (digits < 3 && at + 1 + digits < utf8.size() && utf8.at(at + 1 + digits) >= '0' &&
                   utf8.at(at + 1 + digits) <= '7')
                value = value * 8 + (utf8.at(at + 1 + digits++) - '0');
            bytes.append(static_cast<char>(value));
            at += digits;
        } else {
            bytes.append('\\');
        }
    }
    return bytes;
}

QList<PublishedCase> publishedCases(const QString &file)
{
    QFile source(QStringLiteral(CLAVITOR_TEST_DATA "/http/") + file);
    if (!source.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression pattern(
        u"^#{2,3} ([^\\n]+)\\n(?:(?!^#).)*?<!-- meta=([^\\n]*) -->\\n```http\\n(.*?)\\n```\\n+```log\\n(.*?)\\n```"_s,
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    QList<PublishedCase> cases;
    const QString text = QString::fromUtf8(source.readAll());
    for (auto found = pattern.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        const QString meta = match.captured(2);
        cases.append({match.captured(1), unescaped(match.captured(3)),
                      meta.contains(u"lenient"_s) || match.captured(1).contains(u"lenient"_s),
                      match.captured(4).contains(u"error code"_s)});
    }
    return cases;
}

} // namespace

class tst_RequestGuard : public QObject
{
    Q_OBJECT
private slots:
    void letsInWhatClientsSend();
    void readsTheSameInPiecesOfAnySize();
    void comparesTheHostByteByByte_data();
    void comparesTheHostByteByByte();
    void refusesWebPages_data();
    void refusesWebPages();
    void refusesAmbiguousFraming_data();
    void refusesAmbiguousFraming();
    void refusesWhatIsTooLarge_data();
    void refusesWhatIsTooLarge();
    void wantsJsonFromPost_data();
    void wantsJsonFromPost();
    void takesTheTokenFromTheHeaderOnly_data();
    void takesTheTokenFromTheHeaderOnly();
    void keepsTheConnectionAsAsked_data();
    void keepsTheConnectionAsAsked();
    void passesOnNamedFieldsOnly();
    void isNoLaxerThanLlhttp_data();
    void isNoLaxerThanLlhttp();
    void refusesEveryForeignHostOfThePublishedCases();
    void survivesRandomBytes();
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

void tst_RequestGuard::readsTheSameInPiecesOfAnySize()
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
    for (const char *origin : {"http://evil.test", "null", "http://localhost:1984", "http://127.0.0.1:1984",
                               "chrome-extension://x", ""})
        QTest::addRow("Origin %s", origin) << QByteArray("Origin: "_ba + origin + "\r\n") << 403;
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

void tst_RequestGuard::refusesAmbiguousFraming_data()
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

void tst_RequestGuard::refusesAmbiguousFraming()
{
    QFETCH(QByteArray, bytes);
    QCOMPARE(judge(bytes).status, 400);
    QCOMPARE(judge(bytes, 1).status, 400);
}

void tst_RequestGuard::refusesWhatIsTooLarge_data()
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

void tst_RequestGuard::refusesWhatIsTooLarge()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    QCOMPARE(judge(bytes).status, status);
    QCOMPARE(judge(bytes, 997).status, status);
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

void tst_RequestGuard::keepsTheConnectionAsAsked_data()
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

void tst_RequestGuard::keepsTheConnectionAsAsked()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, keepAlive);
    const Verdict verdict = judge(bytes);
    QCOMPARE(verdict.status, 200);
    QCOMPARE(verdict.head.keepAlive, keepAlive);
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

void tst_RequestGuard::isNoLaxerThanLlhttp_data()
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

void tst_RequestGuard::isNoLaxerThanLlhttp()
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

void tst_RequestGuard::survivesRandomBytes()
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

QTEST_GUILESS_MAIN(tst_RequestGuard)
#include "tst_RequestGuard.moc"
