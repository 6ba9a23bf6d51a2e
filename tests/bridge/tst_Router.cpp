// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Router.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor::bridge;

class tst_Router : public QObject
{
    Q_OBJECT
private slots:
    void knowsThePathsOfTheContract_data();
    void knowsThePathsOfTheContract();
    void knowsNoOtherPath_data();
    void knowsNoOtherPath();
    void namesTheMethodsOfAPath_data();
    void namesTheMethodsOfAPath();
};

void tst_Router::knowsThePathsOfTheContract_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Endpoint>("endpoint");
    QTest::addColumn<QString>("entryId");
    QTest::addColumn<bool>("mayHavePrefix");
    const auto row = [](const char *method, const char *path, Endpoint endpoint, const QString &id = {},
                        bool mayHavePrefix = true) {
        QTest::addRow("%s %s", method, path)
            << QByteArray(method) << QByteArray(path) << endpoint << id << mayHavePrefix;
    };
    row("GET", "/health", Endpoint::Health, {}, false);
    row("GET", "/api/status", Endpoint::Status);
    row("GET", "/api/entries", Endpoint::Entries);
    row("GET", "/api/entries/0192f0c1-8a00-7000-8000-000000000001", Endpoint::Entry,
        u"0192f0c1-8a00-7000-8000-000000000001"_s);
    row("GET", "/api/search", Endpoint::Search);
    row("GET", "/api/ext/totp/0192f0c1", Endpoint::Totp, u"0192f0c1"_s);
    row("GET", "/api/generate", Endpoint::Generate);
    row("POST", "/mcp", Endpoint::Mcp);
}

void tst_Router::knowsThePathsOfTheContract()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(Endpoint, endpoint);
    QFETCH(QString, entryId);
    QFETCH(bool, mayHavePrefix);
    QVERIFY(route(method, path) == Routing(Route{endpoint, {}, entryId}));
    const Routing prefixed = route(method, QByteArray("/0123456789ab" + path));
    if (mayHavePrefix)
        QVERIFY(prefixed == Routing(Route{endpoint, u"0123456789ab"_s, entryId}));
    else
        QVERIFY(prefixed == Routing(NoSuchPath{}));
}

void tst_Router::knowsNoOtherPath_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const char *path : {"/",
                             "",
                             "//",
                             "/api",
                             "/api/",
                             "/api/entries/",
                             "/api//entries",
                             "//api/entries",
                             "/API/entries",
                             "/Api/Entries",
                             "/api/entries/a/b",
                             "/api/%65ntries",
                             "/%61pi/entries",
                             "/api%2fentries",
                             "/api/./entries",
                             "/api/../api/entries",
                             "/api/entries/..",
                             "/api/entries/%2e%2e",
                             "/api/entries/a%20b",
                             "/api/entries/a.b",
                             "/api/entries/a;b",
                             "/api/entries;x",
                             "/api/entries/a/",
                             "/mcp/",
                             "/mcp/x",
                             "/MCP",
                             "/health/",
                             "/healthz",
                             "/.well-known/oauth-protected-resource",
                             "/.well-known/oauth-authorization-server",
                             "/.well-known/oauth-protected-resource/mcp",
                             "/mcp/.well-known/openid-configuration",
                             "/register",
                             "/favicon.ico",
                             "/robots.txt",
                             "/api/ext/totp",
                             "/api/ext/totp/",
                             "/api/ext",
                             "/api/requests",
                             "/api/approvals/1",
                             "/api/openapi.json",
                             "/api/functions",
                             "/0123456789ab",
                             "/0123456789ab/",
                             "/0123456789ab/health",
                             "/0123456789ab//mcp",
                             "/0123456789ab/0123456789ab/mcp",
                             "/0123456789AB/mcp",
                             "/0123456789al/mcp",
                             "/0123456789a/mcp",
                             "/0123456789abc/mcp",
                             "mcp",
                             "api/entries"})
        QTest::newRow(path) << QByteArray(path);
    QTest::newRow("a very long id") << QByteArray("/api/entries/" + QByteArray(65, 'a'));
}

void tst_Router::knowsNoOtherPath()
{
    QFETCH(QByteArray, path);
    for (const char *method : {"GET", "POST", "DELETE", "OPTIONS"})
        QVERIFY(route(method, path) == Routing(NoSuchPath{}));
}

void tst_Router::namesTheMethodsOfAPath_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("allow");
    for (const char *path : {"/health", "/api/status", "/api/entries", "/api/entries/x", "/api/search",
                             "/api/ext/totp/x", "/api/generate", "/0123456789ab/api/entries"})
        QTest::newRow(path) << QByteArray(path) << "GET"_ba;
    QTest::newRow("/mcp") << "/mcp"_ba
                          << "POST"_ba;
    QTest::newRow("/0123456789ab/mcp") << "/0123456789ab/mcp"_ba
                                       << "POST"_ba;
}

void tst_Router::namesTheMethodsOfAPath()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, allow);
    for (const char *method : {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
        if (method != allow)
            QVERIFY(route(method, path) == Routing(NoSuchMethod{allow}));
}

QTEST_GUILESS_MAIN(tst_Router)
#include "tst_Router.moc"
