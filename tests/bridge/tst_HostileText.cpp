// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/Characters.h"
#include "bridge/RestApi.h"
#include "tests/bridge/McpTalk.h"

#include <QFile>
#include <QTest>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bridge;
using clavitor::tests::ScriptedKeeper;

namespace {

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

bool hasControl(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control; });
}

/// May the argument hold this text? Decided here by the contract's words, not by the code that is tested.
bool mayHold(const Parameter &parameter, const QString &text)
{
    if (text.isEmpty() && !parameter.isRequired)
        return true;
    return link::characters(text) >= parameter.least && link::characters(text) <= parameter.most && !hasControl(text);
}

/// What the keeper was asked with this in it; nullopt when a text of that name is not part of the question.
std::optional<QString> textIn(const link::Question &question, const QString &name)
{
    if (name == u"reason")
        return question.reason;
    if (const auto *query = std::get_if<link::SearchQuery>(&question.query))
        return query->query;
    if (const auto *query = std::get_if<link::ListQuery>(&question.query))
        return name == u"type" ? query->type : name == u"tag" ? query->tag : query->cursor;
    if (const auto *query = std::get_if<link::ReadQuery>(&question.query))
        return query->entryId;
    if (const auto *query = std::get_if<link::TotpQuery>(&question.query))
        return query->entryId;
    if (const auto *query = std::get_if<link::GenerateQuery>(&question.query))
        return query->separator;
    if (const auto *query = std::get_if<link::RequestQuery>(&question.query))
        return name == u"title" ? query->title : query->why;
    return std::nullopt;
}

QJsonObject callWith(const Operation &tool, const Parameter &parameter, const QString &text)
{
    QJsonObject arguments;
    for (const Parameter &other : toolParameters(tool))
        if (other.isRequired)
            arguments.insert(other.name, u"a"_s);
    if (parameter.name == "separator"_L1)
        arguments.insert("words"_L1, 6);
    arguments.insert(parameter.name, text);
    return {{"name"_L1, tool.name}, {"arguments"_L1, arguments}};
}

/// That a refusal is one: an error an agent can read, and nothing of the vault asked for it.
void checkRefused(const Talk &talked)
{
    QCOMPARE(talked.response.status, 200);
    QCOMPARE(talked.result().value("isError"_L1), QJsonValue(true));
    const QJsonObject error = QJsonDocument::fromJson(talked.text()).object().value("error"_L1).toObject();
    QCOMPARE(error.value("code"_L1).toString(), u"bad_request"_s);
    QVERIFY(!error.value("message"_L1).toString().isEmpty());
    QVERIFY(!hasControl(error.value("message"_L1).toString()));
    QVERIFY(std::holds_alternative<link::AuthenticateQuery>(talked.question->query));
}

} // namespace

class tst_HostileText : public QObject
{
    Q_OBJECT
private slots:
    void takesOrRefusesItInEveryToolArgument_data();
    void takesOrRefusesItInEveryToolArgument();
    void takesOrRefusesItInEveryLabel_data();
    void takesOrRefusesItInEveryLabel();
    void takesOrRefusesItInEveryQuery_data();
    void takesOrRefusesItInEveryQuery();
    void staysReadableElsewhere_data();
    void staysReadableElsewhere();
    void refusesAMegabyteEverywhere();
    void refusesTextThatIsNone_data();
    void refusesTextThatIsNone();
};

void tst_HostileText::takesOrRefusesItInEveryToolArgument_data()
{
    QTest::addColumn<QString>("text");
    QFile file(QStringLiteral(CLAVITOR_TEST_DATA "/text/blns.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray strings = QJsonDocument::fromJson(file.readAll()).array();
    QVERIFY(strings.size() > 500);
    for (qsizetype i = 0; i < strings.size(); ++i)
        QTest::addRow("naughty string %lld", static_cast<long long>(i)) << strings.at(i).toString();
    QTest::newRow("a NUL") << QString(u"a"_s + QChar(0) + u'b');
    QTest::newRow("an escape sequence") << u"\u001b[2J\u001b[31mred"_s;
    QTest::newRow("the C1 form of it") << u"\u009b2J"_s;
    QTest::newRow("a new line") << u"one\r\ntwo"_s;
    QTest::newRow("a bidirectional override") << u"\u202egnp.exe"_s;
    QTest::newRow("unclosed isolates") << u"\u2066\u2067\u2068\u2066"_s;
    QTest::newRow("zero width") << u"\u200b\u200c\u200d\ufeff"_s;
    QTest::newRow("a line separator") << u"a\u2028b\u2029c"_s;
    QTest::newRow("a thousand combining marks") << QString(u'a' + u"\u0301"_s.repeated(1000));
    QTest::newRow("private use") << u"\ue000\U000f0000"_s;
    QTest::newRow("tags nobody sees") << u"\U000e0041\U000e0042"_s;
    QTest::newRow("a token") << QString::fromLatin1(ScriptedKeeper::Token);
}

void tst_HostileText::takesOrRefusesItInEveryToolArgument()
{
    QFETCH(QString, text);
    for (const Operation &tool : operations()) {
        if (!tool.isTool())
            continue;
        for (const Parameter &parameter : toolParameters(tool)) {
            if (parameter.kind != Parameter::Kind::Text)
                continue;
            const Talk talked = talk(message("tools/call"_ba, json(callWith(tool, parameter, text))));
            QVERIFY2(!talked.json().isEmpty(), tool.name.data());
            if (!mayHold(parameter, text)) {
                checkRefused(talked);
                continue;
            }
            QVERIFY(talked.question);
            // As it was said, to the letter: what it looks like is for the window to say.
            const QString asked = textIn(*talked.question, parameter.name).value_or(u"nothing"_s);
            QVERIFY2(asked == text, parameter.name.data());
        }
    }
}

void tst_HostileText::takesOrRefusesItInEveryLabel_data()
{
    takesOrRefusesItInEveryToolArgument_data();
}

void tst_HostileText::takesOrRefusesItInEveryLabel()
{
    QFETCH(QString, text);
    const QJsonObject call{{"name"_L1, "request_entry"_L1},
                           {"arguments"_L1, QJsonObject{{"title"_L1, "a"_L1}, {"why"_L1, "b"_L1}, {"fields"_L1, QJsonArray{"c"_L1, text}}}}};
    const Talk talked = talk(message("tools/call"_ba, json(call)));
    if (text.isEmpty() || link::characters(text) > link::MaxRequestLabel || hasControl(text))
        return checkRefused(talked);
    QCOMPARE(std::get<link::RequestQuery>(talked.question->query).fields, QStringList({u"c"_s, text}));
}

void tst_HostileText::takesOrRefusesItInEveryQuery_data()
{
    takesOrRefusesItInEveryToolArgument_data();
}

void tst_HostileText::takesOrRefusesItInEveryQuery()
{
    QFETCH(QString, text);
    for (const Operation &operation : operations()) {
        for (const Parameter &parameter : restParameters(operation)) {
            if (parameter.kind != Parameter::Kind::Text || placeOf(operation, parameter) != Place::Query || !parameter.choices.empty())
                continue;
            HttpRequest request;
            request.method = "GET"_ba;
            request.target = operation.path.toByteArray().replace("{id}", "abc") + '?' + QByteArray(parameter.nameInQuery().data()) + '=' +
                             QUrl::toPercentEncoding(text);
            if (parameter.name == "separator"_L1)
                request.target += "&words=6";
            if (parameter.name == "reason"_L1 && operation.name == "search"_L1)
                request.target += "&q=a";
            request.token = ScriptedKeeper::Token;
            const Outcome outcome = restOutcome(std::get<Route>(route("GET", request.path())), request, u"req_test"_s);
            const KeeperCall &call = std::get<KeeperCall>(outcome);
            const bool isRefused = std::holds_alternative<link::AuthenticateQuery>(call.query);
            QCOMPARE(!isRefused, mayHold(parameter, text));
            if (!isRefused)
                continue;
            link::Answer good{1, link::Status::Ok, "{}"_ba, {}, 0};
            const HttpResponse refused = call.respond(good);
            QCOMPARE(refused.status, 400);
            const QJsonObject error = QJsonDocument::fromJson(refused.body).object().value("error"_L1).toObject();
            QCOMPARE(error.value("code"_L1).toString(), u"bad_request"_s);
            QVERIFY(!hasControl(error.value("message"_L1).toString()));
        }
    }
}

void tst_HostileText::staysReadableElsewhere_data()
{
    takesOrRefusesItInEveryToolArgument_data();
}

/// The places of a message that are not a tool's argument: whatever stands there, the answer is one JSON-RPC message.
void tst_HostileText::staysReadableElsewhere()
{
    QFETCH(QString, text);
    const auto ofBoth = [](const QByteArray &method, const QJsonObject &params) {
        const QByteArray body = json(params);
        return talk(message(method, body));
    };
    const QList<Talk> talks{
        ofBoth("tools/call"_ba, {{"name"_L1, text}}),
        ofBoth("tools/call"_ba, {{"name"_L1, "vault_status"_L1}, {"arguments"_L1, QJsonObject{{text, text}}}}),
        ofBoth("resources/read"_ba, {{"uri"_L1, text}}),
        ofBoth("resources/read"_ba, {{"uri"_L1, QString(u"clavitor://entries/"_s + text)}}),
        ofBoth("prompts/get"_ba, {{"name"_L1, text}}),
        ofBoth("prompts/get"_ba, {{"name"_L1, "use-credential"_L1}, {"arguments"_L1, QJsonObject{{"service"_L1, text}}}}),
        ofBoth("tools/list"_ba, {{"cursor"_L1, text}}),
        ofBoth("initialize"_ba, {{"protocolVersion"_L1, text}, {"clientInfo"_L1, QJsonObject{{"name"_L1, text}}}}),
        ofBoth("completion/complete"_ba, {{"ref"_L1, QJsonObject{{"type"_L1, text}}}, {"argument"_L1, QJsonObject{{"name"_L1, text}, {"value"_L1, text}}}}),
        ofBoth("ping"_ba, {{"_meta"_L1, QJsonObject{{text, text}}}}),
        ofBoth("ping"_ba, {{"_meta"_L1, QJsonObject{{"io.modelcontextprotocol/protocolVersion"_L1, text}}}}),
    };
    // What a client calls itself, which the window and the log show: in a header, and in the revision of 2026 in the message.
    const Talk named = talk(message("ping"_ba), {{"user-agent"_ba, text.toUtf8()}});
    const QJsonObject meta{{"io.modelcontextprotocol/protocolVersion"_L1, "2026-07-28"_L1},
                           {"io.modelcontextprotocol/clientCapabilities"_L1, QJsonObject()},
                           {"io.modelcontextprotocol/clientInfo"_L1, QJsonObject{{"name"_L1, text}, {"version"_L1, text}}}};
    const Talk modern = talk(message("tools/list"_ba, json({{"_meta"_L1, meta}})),
                             {{"mcp-protocol-version"_ba, "2026-07-28"_ba}, {"mcp-method"_ba, "tools/list"_ba}});
    for (const Talk &talked : {named, modern}) {
        QVERIFY(talked.question.has_value());
        QVERIFY(talked.question->client.size() <= link::MaxClient && !hasControl(talked.question->client));
        QCOMPARE(talked.question->client.isEmpty(), text.isEmpty());
    }
    // In a header that repeats an argument: as said there, or refused.
    const QJsonObject typed{{"name"_L1, "list_entries"_L1}, {"arguments"_L1, QJsonObject{{"type"_L1, text}}}, {"_meta"_L1, meta}};
    for (const QByteArray &header : {text.toUtf8(), QByteArray("=?base64?" + text.toUtf8().toBase64() + "?=")}) {
        const Talk repeated = talk(message("tools/call"_ba, json(typed)),
                                   {{"mcp-protocol-version"_ba, "2026-07-28"_ba}, {"mcp-method"_ba, "tools/call"_ba},
                                    {"mcp-name"_ba, "list_entries"_ba}, {"mcp-param-type"_ba, header}});
        QVERIFY(repeated.response.body.isValidUtf8());
        QVERIFY(repeated.errorCode() == 0 || repeated.errorCode() == -32020);
    }
    for (const Talk &talked : talks) {
        const QJsonObject answer = talked.json();
        QCOMPARE(answer.value("jsonrpc"_L1).toString(), u"2.0"_s);
        QCOMPARE(answer.value("id"_L1), QJsonValue(1));
        QVERIFY(answer.contains("result"_L1) != answer.contains("error"_L1));
        QVERIFY(talked.response.body.isValidUtf8());
        QVERIFY(talked.question->client.size() <= link::MaxClient && !hasControl(talked.question->client));
    }
}

void tst_HostileText::refusesAMegabyteEverywhere()
{
    const QString text(1'000'000, u'x');
    for (const Operation &tool : operations()) {
        if (!tool.isTool())
            continue;
        for (const Parameter &parameter : toolParameters(tool))
            if (parameter.kind == Parameter::Kind::Text)
                checkRefused(talk(message("tools/call"_ba, json(callWith(tool, parameter, text)))));
    }
    QCOMPARE(talk(message("tools/call"_ba, json({{"name"_L1, text}}))).errorCode(), -32602);
    const Talk resource = talk(message("resources/read"_ba, json({{"uri"_L1, text}})));
    QCOMPARE(resource.errorCode(), -32002);
    QVERIFY(resource.response.body.size() < 1000);
    const Talk prompt = talk(message("prompts/get"_ba, json({{"name"_L1, "use-credential"_L1}, {"arguments"_L1, QJsonObject{{"service"_L1, text}}}})));
    QCOMPARE(prompt.errorCode(), -32602);
}

void tst_HostileText::refusesTextThatIsNone_data()
{
    QTest::addColumn<QByteArray>("inside");
    QTest::newRow("a lone high surrogate") << R"(\ud800)"_ba;
    QTest::newRow("a lone low surrogate") << R"(\udc00x)"_ba;
    QTest::newRow("surrogates the wrong way round") << R"(\udc00\ud800)"_ba;
    QTest::newRow("a surrogate in UTF-8") << "\xed\xa0\x80"_ba;
    QTest::newRow("an overlong NUL") << "\xc0\x80"_ba;
    QTest::newRow("beyond Unicode") << "\xf4\x90\x80\x80"_ba;
    QTest::newRow("half a character") << "\xe2\x82"_ba;
    QTest::newRow("Latin-1") << "\xfc"_ba;
    QTest::newRow("a raw control character") << "\x1b[2J"_ba;
    QTest::newRow("a raw NUL") << QByteArray("\0", 1);
}

void tst_HostileText::refusesTextThatIsNone()
{
    QFETCH(QByteArray, inside);
    for (const char *method : {"tools/call", "resources/read", "prompts/get", "completion/complete", "initialize"})
        for (const char *place : {"name", "uri", "reason"}) {
            const Talk talked = talk(message(method, R"({")"_ba + place + R"(":")" + inside + R"("})"));
            QCOMPARE(talked.response.status, 400);
            QCOMPARE(talked.errorCode(), -32700);
            QVERIFY(std::holds_alternative<link::AuthenticateQuery>(talked.question->query));
        }
}

QTEST_GUILESS_MAIN(tst_HostileText)
#include "tst_HostileText.moc"
