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
    QTest::addColumn<QString>("operation");
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("mayHavePrefix");
    const auto row = [](const char *method, const char *path, const QString &operation, const QString &id = {},
                        bool mayHavePrefix = true) {
        QTest::addRow("%s %s", method, path)
            << QByteArray(method) << QByteArray(path) << operation << id << mayHavePrefix;
    };
    row("GET", "/health", u"health"_s, {}, false);
    row("GET", "/api/status", u"vault_status"_s);
    row("GET", "/api/entries", u"list_entries"_s);
    row("GET", "/api/entries/0192f0c1-8a00-7000-8000-000000000001", u"get_entry"_s,
        u"0192f0c1-8a00-7000-8000-000000000001"_s);
    row("GET", "/api/search", u"search"_s);
    row("GET", "/api/ext/totp/0192f0c1", u"get_totp"_s, u"0192f0c1"_s);
    row("GET", "/api/generate", u"generate_password"_s);
    row("GET", "/api/approvals/0192f0c1", u"get_approval"_s, u"0192f0c1"_s);
    row("POST", "/api/requests", u"request_entry"_s);
    row("POST", "/api/use", u"use_value"_s);
    row("GET", "/api/openapi.json", u"get_openapi"_s);
    row("GET", "/api/functions", u"get_functions"_s);
    row("POST", "/mcp", u"mcp"_s);
}

void tst_Router::knowsThePathsOfTheContract()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QString, operation);
    QFETCH(QString, id);
    QFETCH(bool, mayHavePrefix);
    const Routing plain = route(method, path);
    const auto *found = std::get_if<Route>(&plain);
    QVERIFY(found && found->operation);
    QCOMPARE(QString(found->operation->name), operation);
    QCOMPARE(found->id, id);
    QVERIFY(found->vaultPrefix.isEmpty());
    const Routing prefixed = route(method, QByteArray("/0123456789ab" + path));
    if (mayHavePrefix)
        QVERIFY(prefixed == Routing(Route{found->operation, u"0123456789ab"_s, id}));
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
                             "/api/requests/",
                             "/api/requests/1",
                             "/api/approvals",
                             "/api/approvals/",
                             "/api/approvals/1/allow",
                             "/api/openapi",
                             "/api/openapi.yaml",
                             "/api/functions/openai",
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
                             "/api/ext/totp/x", "/api/generate", "/api/approvals/x", "/api/openapi.json", "/api/functions",
                             "/0123456789ab/api/entries"})
        QTest::newRow(path) << QByteArray(path) << "GET"_ba;
    for (const char *path : {"/mcp", "/api/requests", "/api/use"})
        QTest::newRow(path) << QByteArray(path) << "POST"_ba;
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
