// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/McpTalk.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bridge;
using clavitor::tests::ScriptedKeeper;

namespace {

QByteArray params(const QByteArray &ref, const QByteArray &argument, const QByteArray &value)
{
    return R"("ref":)" + ref + R"(,"argument":{"name":")" + argument + R"(","value":")" + value + R"("})";
}

const QByteArray Prompt = R"({"type":"ref/prompt","name":"use-credential"})"_ba;
const QByteArray Template = R"({"type":"ref/resource","uri":"clavitor://entries/{id}"})"_ba;

QStringList valuesOf(const Talk &talked)
{
    QStringList values;
    for (const QJsonValue &value : talked.result().value("completion"_L1).toObject().value("values"_L1).toArray())
        values.append(value.toString());
    return values;
}

} // namespace

class tst_McpCompletion : public QObject
{
    Q_OBJECT
private slots:
    void offersTitlesAndIds();
    void passesOnWhatWasTyped_data();
    void passesOnWhatWasTyped();
    void offersNothingForFreeText();
    void refusesWhatItCannotComplete_data();
    void refusesWhatItCannotComplete();
    void tellsWhyItCannot_data();
    void tellsWhyItCannot();
};

void tst_McpCompletion::offersTitlesAndIds()
{
    for (const auto &[ref, argument, value] :
         {std::tuple(Prompt, "service"_ba, u"github.com"_s), std::tuple(Template, "id"_ba, QString::fromLatin1(ScriptedKeeper::EntryId))}) {
        const QByteArray wanted = params(ref, argument, "git"_ba);
        for (const Talk &talked : {talk(message("completion/complete"_ba, "{" + wanted + "}")), modern("completion/complete"_ba, wanted)}) {
            QCOMPARE(talked.response.status, 200);
            const link::CompleteQuery query = std::get<link::CompleteQuery>(talked.question->query);
            QCOMPARE(query.text, u"git"_s);
            QCOMPARE(query.ids, ref == Template);
            QVERIFY(talked.question->door == link::Door::Mcp);
            QCOMPARE(valuesOf(talked), QStringList{value});
            const QJsonObject completion = talked.result().value("completion"_L1).toObject();
            QCOMPARE(completion.value("total"_L1), QJsonValue(1));
            QCOMPARE(completion.value("hasMore"_L1), QJsonValue(false));
        }
    }
}

void tst_McpCompletion::passesOnWhatWasTyped_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing yet") << ""_ba << QString();
    QTest::newRow("an umlaut") << "m\xc3\xbc"_ba << u"m\u00fc"_s;
    QTest::newRow("a bidirectional override") << R"(\u202eabc)"_ba << u"\u202eabc"_s;
    QTest::newRow("two hundred emoji") << QByteArray("\xF0\x9F\x98\x80").repeated(200) << u"\U0001F600"_s.repeated(200);
}

void tst_McpCompletion::passesOnWhatWasTyped()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, text);
    const Talk talked = talk(message("completion/complete"_ba, "{" + params(Prompt, "service"_ba, value) + "}"));
    QCOMPARE(talked.errorCode(), 0);
    QCOMPARE(std::get<link::CompleteQuery>(talked.question->query).text, text);
}

void tst_McpCompletion::offersNothingForFreeText()
{
    const Talk talked = talk(message("completion/complete"_ba, "{" + params(Prompt, "task"_ba, "deploy"_ba) + "}"));
    QCOMPARE(talked.errorCode(), 0);
    QVERIFY(talked.result().contains("completion"_L1));
    QVERIFY(valuesOf(talked).isEmpty());
    QVERIFY(std::holds_alternative<link::AuthenticateQuery>(talked.question->query));
}

void tst_McpCompletion::refusesWhatItCannotComplete_data()
{
    QTest::addColumn<QByteArray>("wanted");
    QTest::newRow("another prompt") << params(R"({"type":"ref/prompt","name":"other"})"_ba, "service"_ba, "x"_ba);
    QTest::newRow("another argument") << params(Prompt, "password"_ba, "x"_ba);
    QTest::newRow("a resource that is no template") << params(R"({"type":"ref/resource","uri":"clavitor://entries"})"_ba, "id"_ba, "x"_ba);
    QTest::newRow("another argument of the template") << params(Template, "value"_ba, "x"_ba);
    QTest::newRow("another kind of reference") << params(R"({"type":"ref/tool","name":"search"})"_ba, "query"_ba, "x"_ba);
    QTest::newRow("a reference that is none") << params(R"("use-credential")"_ba, "service"_ba, "x"_ba);
    QTest::newRow("a name that is a list") << params(R"({"type":"ref/prompt","name":["use-credential"]})"_ba, "service"_ba, "x"_ba);
    QTest::newRow("a NUL") << params(Prompt, "service"_ba, R"(\u0000)"_ba);
    QTest::newRow("an escape") << params(Prompt, "service"_ba, R"(\u001b[2J)"_ba);
    QTest::newRow("too long") << params(Prompt, "service"_ba, QByteArray(201, 'x'));
    QTest::newRow("a megabyte") << params(Prompt, "service"_ba, QByteArray(1'000'000, 'x'));
    QTest::newRow("no argument") << QByteArray(R"("ref":)" + Prompt);
    QTest::newRow("a value that is a number") << QByteArray(R"("ref":)" + Prompt + R"(,"argument":{"name":"service","value":1})");
    QTest::newRow("nothing") << QByteArray(R"("x":1)");
}

void tst_McpCompletion::refusesWhatItCannotComplete()
{
    QFETCH(QByteArray, wanted);
    for (const Talk &talked : {talk(message("completion/complete"_ba, "{" + wanted + "}")), modern("completion/complete"_ba, wanted)}) {
        QCOMPARE(talked.errorCode(), -32602);
        QCOMPARE(talked.response.status, 200);
        QVERIFY(!talked.json().value("error"_L1).toObject().value("message"_L1).toString().isEmpty());
        QVERIFY(std::holds_alternative<link::AuthenticateQuery>(talked.question->query));
    }
}

void tst_McpCompletion::tellsWhyItCannot_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("http");
    QTest::newRow("locked") << static_cast<int>(link::Status::Locked) << 200;
    QTest::newRow("paused") << static_cast<int>(link::Status::KeyPaused) << 200;
    QTest::newRow("not allowed") << static_cast<int>(link::Status::ActionNotAllowed) << 200;
    QTest::newRow("a stranger") << static_cast<int>(link::Status::Unauthorized) << 401;
    QTest::newRow("another vault") << static_cast<int>(link::Status::WrongVault) << 404;
}

void tst_McpCompletion::tellsWhyItCannot()
{
    QFETCH(int, status);
    QFETCH(int, http);
    const Talk talked = talk(message("completion/complete"_ba, "{" + params(Prompt, "service"_ba, "g"_ba) + "}"), {},
                             ScriptedKeeper::Token, saying(static_cast<link::Status>(status)));
    QCOMPARE(talked.response.status, http);
    if (http != 200)
        return;
    QCOMPARE(talked.errorCode(), -32603);
    const QJsonObject data = talked.json().value("error"_L1).toObject().value("data"_L1).toObject();
    QCOMPARE(data.value("code"_L1).toString(), QString(apiError(static_cast<link::Status>(status)).code));
}

QTEST_GUILESS_MAIN(tst_McpCompletion)
#include "tst_McpCompletion.moc"
