// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/RestApi.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bridge;

namespace {

Outcome ask(const QByteArray &target, const QByteArray &token = "clavitor_x"_ba, const QByteArray &body = {})
{
    HttpRequest request;
    request.method = body.isEmpty() ? "GET"_ba : "POST"_ba;
    request.target = target;
    request.token = token;
    request.body = body;
    request.host = "LocalHost:1984"_ba;
    request.fields = {{"user-agent"_ba, "curl/7.88.1"_ba}};
    return restOutcome(std::get<Route>(route(request.method, request.path())), request, u"req_test"_s);
}

QJsonObject errorOf(const HttpResponse &response)
{
    return QJsonDocument::fromJson(response.body).object().value("error"_L1).toObject();
}

/// A request that is wrong in itself, as whoever has a key is told.
HttpResponse refusalToAKey(const Outcome &outcome)
{
    HttpResponse response;
    if (const auto *open = std::get_if<HttpResponse>(&outcome)) {
        response = *open;
    } else {
        link::Answer good{1, link::Status::Ok, "{}"_ba, {}, 0};
        response = std::get<KeeperCall>(outcome).respond(good);
    }
    if (response.status != 400 || errorOf(response).value("code"_L1).toString() != u"bad_request")
        qFatal("not refused: %s", response.body.constData());
    return response;
}

} // namespace

class tst_RestApi : public QObject
{
    Q_OBJECT
private slots:
    void asksTheKeeperWhatTheQuerySays_data();
    void asksTheKeeperWhatTheQuerySays();
    void refusesOtherQueries_data();
    void refusesOtherQueries();
    void tellsNothingOfArgumentsToWhoHasNoKey();
    void wantsAToken();
    void healthNeedsNone();
    void passesTheReasonOn();
    void takesARequestFromTheBody_data();
    void takesARequestFromTheBody();
    void saysWhatWaitsForThePerson();
    void describesItselfToAnyKey();
    void wordsEveryStatus_data();
    void wordsEveryStatus();
};

void tst_RestApi::asksTheKeeperWhatTheQuerySays_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<link::Query>("query");
    const auto row = [](const char *target, const link::Query &query) {
        QTest::newRow(target) << QByteArray(target) << query;
    };
    row("/health", link::HealthQuery{});
    row("/api/status", link::StatusQuery{});
    row("/api/entries", link::ListQuery{});
    row("/api/entries?", link::ListQuery{});
    row("/api/entries?limit=1", link::ListQuery{{}, {}, {}, 1});
    row("/api/entries?limit=100&cursor=abc%2B%2F%3D&type=login&tag=a+b",
        link::ListQuery{u"login"_s, u"a b"_s, u"abc+/="_s, 100});
    row("/api/entries?cursor=&type=&tag=", link::ListQuery{});
    row("/api/entries?tag=%E2%82%AC", link::ListQuery{{}, u"\u20ac"_s, {}, 50});
    row("/api/entries/0192f0c1", link::ReadQuery{u"0192f0c1"_s, false});
    row("/api/search?q=github", link::SearchQuery{u"github"_s, 5});
    row("/api/search?q=a%26b%3Dc&limit=20", link::SearchQuery{u"a&b=c"_s, 20});
    row("/api/ext/totp/0192f0c1", link::TotpQuery{u"0192f0c1"_s});
    row("/api/approvals/0192f0c1", link::ApprovalQuery{u"0192f0c1"_s});
    row("/api/openapi.json", link::AuthenticateQuery{});
    row("/api/functions?format=gemini", link::AuthenticateQuery{});
    row("/api/generate", link::GenerateQuery{});
    row("/api/generate?length=8&symbols=false&digits=0&upper=true&lower=1&avoid_ambiguous=true",
        link::GenerateQuery{8, false, false, true, true, true, 0, u"-"_s});
    row("/api/generate?words=6&separator=.",
        link::GenerateQuery{32, true, true, true, true, false, 6, u"."_s});
    row("/api/generate?words=6&separator=", link::GenerateQuery{32, true, true, true, true, false, 6, {}});
}

void tst_RestApi::asksTheKeeperWhatTheQuerySays()
{
    QFETCH(QByteArray, target);
    QFETCH(link::Query, query);
    const Outcome outcome = ask(target);
    const auto *call = std::get_if<KeeperCall>(&outcome);
    QVERIFY(call);
    QVERIFY(call->query == query);
    QVERIFY(call->door == link::Door::Rest);
    QCOMPARE(call->client, u"curl/7.88.1"_s);
    QVERIFY(call->reason.isEmpty());
}

void tst_RestApi::refusesOtherQueries_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("said");
    const auto row = [](const QByteArray &target, const QString &said) {
        QTest::newRow(target.left(70).constData()) << target << said;
    };
    row("/api/search"_ba, u"'q' is missing"_s);
    row("/api/search?q="_ba, u"'q' must have from 1 to 200 characters"_s);
    row("/api/search?q=" + QByteArray(201, 'x'), u"from 1 to 200"_s);
    row("/api/search?query=github"_ba, u"'query' is unknown here. Known: q, limit, reason"_s);
    row("/api/search?q=a&q=b"_ba, u"'q' was sent more than once"_s);
    row("/api/entries?tag=&tag=x"_ba, u"'tag' was sent more than once"_s);
    row("/api/entries?tag=x&tag="_ba, u"'tag' was sent more than once"_s);
    row("/api/search?q=a&limit=0"_ba, u"from 1 to 20"_s);
    row("/api/search?q=a&limit=21"_ba, u"from 1 to 20"_s);
    row("/api/search?q=a&limit=-1"_ba, u"from 1 to 20"_s);
    row("/api/search?q=a&limit=5.0"_ba, u"whole number"_s);
    row("/api/search?q=a&limit=0x5"_ba, u"whole number"_s);
    row("/api/search?q=a&limit=%205"_ba, u"whole number"_s);
    row("/api/search?q=a&limit="_ba, u"whole number"_s);
    row("/api/search?q=a&limit=99999999999999999999"_ba, u"whole number"_s);
    row("/api/search?q=a&reason=" + QByteArray(301, 'x'), u"'reason' must have from 1 to 300"_s);
    row("/api/search?q=a&reason=%1b[2J"_ba, u"control characters"_s);
    row("/api/entries?reason=x"_ba, u"'reason' is unknown"_s);
    row("/api/generate?reason=x"_ba, u"'reason' is unknown"_s);
    row("/api/approvals/abc?reason=x"_ba, u"'reason' is unknown"_s);
    row("/api/entries/abc?id=x"_ba, u"'id' is unknown here. Known: reason"_s);
    row("/api/functions"_ba, u"'format' is missing"_s);
    row("/api/functions?format=grok"_ba, u"'format' must be one of: openai, anthropic, gemini"_s);
    row("/api/openapi.json?x=1"_ba, u"Known: none"_s);
    row("/api/search?q=%"_ba, u"percent escape"_s);
    row("/api/search?q=%4"_ba, u"percent escape"_s);
    row("/api/search?q=%zz"_ba, u"percent escape"_s);
    row("/api/search?q=%c3"_ba, u"not UTF-8"_s);
    row("/api/search?q=%ed%a0%80"_ba, u"not UTF-8"_s);
    row("/api/search?q=a%00b"_ba, u"control characters"_s);
    row("/api/search?q=a%0ab"_ba, u"control characters"_s);
    row("/api/search?q=a&"_ba, {});
    row("/api/search?&q=a"_ba, u"'' is unknown"_s);
    row("/api/search?q=a&token=clavitor_x"_ba, u"'token' is unknown"_s);
    row("/api/entries?limit=101"_ba, u"from 1 to 100"_s);
    row("/api/entries?tag=" + QByteArray(101, 'x'), u"from 1 to 100"_s);
    row("/api/entries?cursor=" + QByteArray(513, 'x'), u"from 1 to 512"_s);
    row("/api/entries/abc?limit=1"_ba, u"Known: reason"_s);
    row("/api/status?x"_ba, u"Known: none"_s);
    row("/health?x"_ba, u"Known: none"_s);
    row("/api/generate?length=7"_ba, u"from 8 to 256"_s);
    row("/api/generate?symbols=yes"_ba, u"true or false"_s);
    row("/api/generate?words=6&length=20"_ba, u"does not go with"_s);
    row("/api/generate?separator=-"_ba, u"goes with 'words'"_s);
    row("/api/generate?words=6&separator=123456789"_ba, u"from 0 to 8"_s);
    row("/api/generate?symbols=0&digits=0&upper=0&lower=0"_ba, u"At least one"_s);
}

void tst_RestApi::refusesOtherQueries()
{
    QFETCH(QByteArray, target);
    QFETCH(QString, said);
    const Outcome outcome = ask(target);
    if (said.isEmpty()) { // a trailing separator says nothing and is nothing
        QVERIFY(!std::holds_alternative<link::AuthenticateQuery>(std::get<KeeperCall>(outcome).query));
        return;
    }
    const HttpResponse response = refusalToAKey(outcome);
    const QString message = errorOf(response).value("message"_L1).toString();
    QVERIFY2(message.contains(said), qPrintable(message));
    QVERIFY(!response.body.contains("clavitor_x"));
}

void tst_RestApi::tellsNothingOfArgumentsToWhoHasNoKey()
{
    for (const auto &[target, body] : {std::pair("/api/search"_ba, QByteArray()), std::pair("/api/entries?limit=0"_ba, QByteArray()),
                                       std::pair("/api/functions?format=grok"_ba, QByteArray()), std::pair("/api/requests"_ba, "[]"_ba)}) {
        const Outcome outcome = ask(target, "clavitor_x"_ba, body);
        const KeeperCall &call = std::get<KeeperCall>(outcome);
        // The keeper looks at the token, and counts it when it is no good.
        QVERIFY(std::holds_alternative<link::AuthenticateQuery>(call.query));
        QCOMPARE(call.client, u"curl/7.88.1"_s);
        link::Answer stranger{1, link::Status::Unauthorized, {}, {}, 0};
        const HttpResponse refused = call.respond(stranger);
        QCOMPARE(refused.status, 401);
        QVERIFY(!refused.body.contains("missing") && !refused.body.contains("limit"));
        link::Answer again{1, link::Status::Unauthorized, {}, {}, 42};
        const HttpResponse limited = call.respond(again);
        QCOMPARE(limited.status, 429);
        QCOMPARE(fieldValue(limited.fields, "Retry-After"), "42"_ba);
        QCOMPARE(errorOf(limited).value("retry_after"_L1).toInt(), 42);
        link::Answer locked{1, link::Status::Locked, {}, {}, 0};
        QCOMPARE(call.respond(locked).status, 400);
    }
}

void tst_RestApi::wantsAToken()
{
    for (const char *target : {"/api/status", "/api/entries", "/api/entries/x", "/api/search",
                               "/api/search?q=a", "/api/ext/totp/x", "/api/generate", "/api/approvals/x", "/api/openapi.json",
                               "/api/functions?format=openai"}) {
        const Outcome outcome = ask(target, {});
        const auto *call = std::get_if<KeeperCall>(&outcome);
        QVERIFY(call);
        QVERIFY(std::holds_alternative<link::AuthenticateQuery>(call->query));
        // Whatever the keeper says of it, locked or not.
        for (const link::Status status : {link::Status::Unauthorized, link::Status::Locked, link::Status::RateLimited, link::Status::Ok}) {
            link::Answer answer{1, status, {}, {}, 60};
            const HttpResponse response = call->respond(answer);
            QCOMPARE(response.status, 401);
            QCOMPARE(fieldValue(response.fields, "WWW-Authenticate"), R"(Bearer realm="clavitor")"_ba);
        }
    }
}

void tst_RestApi::healthNeedsNone()
{
    const Outcome outcome = ask("/health"_ba, {});
    QVERIFY(std::holds_alternative<KeeperCall>(outcome));
}

void tst_RestApi::passesTheReasonOn()
{
    for (const char *target : {"/api/search?q=a&reason=deploy+%E2%86%92+staging", "/api/entries/x?reason=deploy+%E2%86%92+staging",
                               "/api/ext/totp/x?reason=deploy+%E2%86%92+staging"}) {
        const Outcome outcome = ask(target);
        const auto *call = std::get_if<KeeperCall>(&outcome);
        QVERIFY(call);
        QCOMPARE(call->reason, u"deploy \u2192 staging"_s);
    }
    // An empty one is none.
    const Outcome outcome = ask("/api/entries/x?reason="_ba);
    QVERIFY(std::get<KeeperCall>(outcome).reason.isEmpty());
}

void tst_RestApi::takesARequestFromTheBody_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *name, const QByteArray &body, const QString &said, const char *target = "/api/requests") {
        QTest::newRow(name) << QByteArray(target) << body << said;
    };
    const QByteArray good = R"({"title":"Stripe","why":"tests","fields":["API key"]})"_ba;
    row("whole", good, {});
    row("without fields", R"({"title":"Stripe","why":"tests"})"_ba, {});
    row("arguments in the query", good, u"in the body"_s, "/api/requests?title=x");
    row("no JSON", "title=Stripe"_ba, u"at byte 0"_s);
    row("a list", "[]"_ba, u"must be a JSON object"_s);
    row("a key twice", R"({"title":"a","title":"b","why":"c"})"_ba, u"twice"_s);
    row("a lone surrogate", R"({"title":"\ud800","why":"c"})"_ba, u"surrogate"_s);
    row("no title", R"({"why":"c"})"_ba, u"'title' is missing"_s);
    row("a title not text", R"({"title":1,"why":"c"})"_ba, u"'title' must be a string"_s);
    row("a value", R"({"title":"a","why":"c","value":"x"})"_ba, u"'value' is unknown"_s);
    row("a tag", R"({"title":"a","why":"c","tags":["prod"]})"_ba, u"'tags' is unknown"_s);
}

void tst_RestApi::takesARequestFromTheBody()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(QString, said);
    const Outcome outcome = ask(target, "clavitor_x"_ba, body);
    if (!said.isEmpty()) {
        const QString message = errorOf(refusalToAKey(outcome)).value("message"_L1).toString();
        QVERIFY2(message.contains(said, Qt::CaseInsensitive), qPrintable(message));
        return;
    }
    const auto *call = std::get_if<KeeperCall>(&outcome);
    QVERIFY(call);
    const link::RequestQuery query = std::get<link::RequestQuery>(call->query);
    QCOMPARE(query.title, u"Stripe"_s);
    QCOMPARE(query.why, u"tests"_s);
    QCOMPARE(query.fields, body.contains("fields") ? QStringList{u"API key"_s} : QStringList());
    const Outcome keyless = ask(target, {}, body);
    QVERIFY(std::holds_alternative<link::AuthenticateQuery>(std::get<KeeperCall>(keyless).query));
}

void tst_RestApi::saysWhatWaitsForThePerson()
{
    const QByteArray body = R"({"approval":{"id":"a1","status":"pending","poll":"/api/approvals/a1","retry_after":2}})"_ba;
    const Outcome outcome = ask("/api/entries/x"_ba);
    link::Answer answer{1, link::Status::Pending, body, {}, 2};
    const HttpResponse response = std::get<KeeperCall>(outcome).respond(answer);
    QCOMPARE(response.status, 202);
    QCOMPARE(response.body, body);
    QCOMPARE(response.contentType, "application/json"_ba);
    QCOMPARE(fieldValue(response.fields, "Retry-After"), "2"_ba);
    const QByteArray sent = serialise(response, std::chrono::seconds(15));
    QVERIFY(sent.endsWith(body));
    QVERIFY(sent.contains(QByteArray("Content-Length: " + QByteArray::number(body.size()))));
}

void tst_RestApi::describesItselfToAnyKey()
{
    for (const auto &[target, contains] :
         {std::pair("/api/openapi.json"_ba, R"("url":"http://localhost:1984")"_ba),
          std::pair("/0123456789ab/api/openapi.json"_ba, R"("url":"http://localhost:1984/0123456789ab")"_ba),
          std::pair("/api/functions?format=openai"_ba, R"("url":"http://localhost:1984/api/search")"_ba),
          std::pair("/0123456789ab/api/functions?format=openai"_ba, R"("url":"http://localhost:1984/0123456789ab/api/search")"_ba)}) {
        const Outcome outcome = ask(target);
        const KeeperCall &call = std::get<KeeperCall>(outcome);
        for (const link::Status status : {link::Status::Ok, link::Status::Locked, link::Status::KeyPaused}) {
            link::Answer answer{1, status, {}, {}, 0};
            const HttpResponse response = call.respond(answer);
            QCOMPARE(response.status, 200);
            QVERIFY2(response.body.contains(contains), response.body.left(300).constData());
        }
        link::Answer stranger{1, link::Status::Unauthorized, {}, {}, 0};
        QCOMPARE(call.respond(stranger).status, 401);
        link::Answer elsewhere{1, link::Status::WrongVault, {}, {}, 0};
        QCOMPARE(call.respond(elsewhere).status, 404);
    }
}

void tst_RestApi::wordsEveryStatus_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("http");
    QTest::addColumn<QString>("code");
    const auto row = [](link::Status status, int http, const char *code) {
        QTest::newRow(code) << static_cast<int>(status) << http << QString::fromLatin1(code);
    };
    row(link::Status::BadRequest, 400, "bad_request");
    row(link::Status::Unauthorized, 401, "unauthorized");
    row(link::Status::ActionNotAllowed, 403, "action_not_allowed");
    row(link::Status::KeyPaused, 403, "key_paused");
    row(link::Status::KeyFrozen, 403, "key_frozen");
    row(link::Status::CallerRefused, 403, "caller_refused");
    row(link::Status::OwnProgramOnly, 403, "own_program_only");
    row(link::Status::ApprovalDenied, 403, "approval_denied");
    row(link::Status::NotFound, 404, "not_found");
    QTest::newRow("another vault's prefix") << static_cast<int>(link::Status::WrongVault) << 404 << u"not_found"_s;
    row(link::Status::Locked, 423, "locked");
    row(link::Status::VaultChanged, 423, "vault_changed");
    row(link::Status::RateLimited, 429, "rate_limited");
    row(link::Status::BudgetExceeded, 429, "budget_exceeded");
    row(link::Status::AuditUnavailable, 503, "audit_unavailable");
    row(link::Status::KeeperUnavailable, 503, "keeper_unavailable");
    row(link::Status::Internal, 500, "internal");
}

void tst_RestApi::wordsEveryStatus()
{
    QFETCH(int, status);
    QFETCH(int, http);
    QFETCH(QString, code);
    const Outcome outcome = ask("/api/entries"_ba);
    // Of a token that is no good, seconds would mean that too many were tried.
    link::Answer answer{1, static_cast<link::Status>(status), {}, {}, http == 401 ? 0 : 60};
    const HttpResponse response = std::get<KeeperCall>(outcome).respond(answer);
    QCOMPARE(response.status, http);
    const QJsonObject error = errorOf(response);
    QCOMPARE(error.value("code"_L1).toString(), code);
    QCOMPARE(error.value("request_id"_L1).toString(), u"req_test"_s);
    QVERIFY(!error.value("message"_L1).toString().isEmpty());
    QVERIFY(!error.value("hint"_L1).toString().isEmpty());
    QCOMPARE(fieldValue(response.fields, "Retry-After"), http == 429 || code == "key_paused"_L1 ? "60"_ba : QByteArray());
    QCOMPARE(fieldValue(response.fields, "WWW-Authenticate").isEmpty(), http != 401);
}

QTEST_GUILESS_MAIN(tst_RestApi)
#include "tst_RestApi.moc"
