// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/JsonText.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_JsonText : public QObject {
    Q_OBJECT
private slots:
    void putsAMemberIn_data();
    void putsAMemberIn();
    void replacesAMember();
    void readsWhatEachDialectAllows_data();
    void readsWhatEachDialectAllows();
    void saysInWhichLineItIsBroken();
    void refusesANameThatStandsTwice();
    void refusesAGroupThatIsNoObject();
    void seesThroughStringsThatLookLikeStructure();
    void standsDeepNestingAndCutText();
};

void tst_JsonText::putsAMemberIn_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const QByteArray fresh = "{\n  \"g\": {\n    \"n\": 1\n  }\n}\n";
    QTest::newRow("nothing") << QByteArray() << fresh;
    QTest::newRow("blank") << " \n\n"_ba << fresh;
    QTest::newRow("only a comment") << "// mine"_ba << "// mine\n" + fresh;
    QTest::newRow("byte order mark") << "\xEF\xBB\xBF"_ba << "\xEF\xBB\xBF" + fresh;
    QTest::newRow("empty object") << "{}"_ba << "{\n  \"g\": {\n    \"n\": 1\n  }\n}"_ba;
    QTest::newRow("empty object on two lines") << "{\n}\n"_ba << fresh;
    QTest::newRow("another member") << "{\n  \"a\": 1\n}\n"_ba << "{\n  \"a\": 1,\n  \"g\": {\n    \"n\": 1\n  }\n}\n"_ba;
    QTest::newRow("four spaces") << "{\n    \"g\": {\n        \"a\": 1\n    }\n}"_ba << "{\n    \"g\": {\n        \"a\": 1,\n        \"n\": 1\n    }\n}"_ba;
    QTest::newRow("tabs") << "{\n\t\"g\": {\n\t\t\"a\": 1\n\t}\n}"_ba << "{\n\t\"g\": {\n\t\t\"a\": 1,\n\t\t\"n\": 1\n\t}\n}"_ba;
    QTest::newRow("empty group") << "{\n  \"g\": {}\n}"_ba << "{\n  \"g\": {\n    \"n\": 1\n  }\n}"_ba;
    QTest::newRow("comment at the end") << "{\n  \"g\": {\n    \"a\": 1 // one, and \"two\"\n    /* three */\n  }\n}"_ba
                                        << "{\n  \"g\": {\n    \"a\": 1, // one, and \"two\"\n    /* three */\n    \"n\": 1\n  }\n}"_ba;
    QTest::newRow("comma at the end") << "{\n  \"g\": {\n    \"a\": 1,\n  },\n}"_ba << "{\n  \"g\": {\n    \"a\": 1,\n    \"n\": 1\n  },\n}"_ba;
    QTest::newRow("comma in a comment at the end") << "{\n  \"g\": {\n    \"a\": 1 // ,\n  }\n}"_ba << "{\n  \"g\": {\n    \"a\": 1, // ,\n    \"n\": 1\n  }\n}"_ba;
    QTest::newRow("one line") << "{\"g\":{\"a\":1}}"_ba << "{\"g\":{\"a\":1, \"n\": 1}}"_ba;
    QTest::newRow("windows") << "{\r\n  \"a\": 1\r\n}\r\n"_ba << "{\r\n  \"a\": 1,\r\n  \"g\": {\r\n    \"n\": 1\r\n  }\r\n}\r\n"_ba;
    QTest::newRow("the name in escapes") << "{\"\\u0067\": {\n  \"a\": 1\n}}"_ba << "{\"\\u0067\": {\n  \"a\": 1,\n  \"n\": 1\n}}"_ba;
}

void tst_JsonText::putsAMemberIn()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const auto json = JsonText::read(before, JsonDialect::CommentsAndCommas);
    QVERIFY(json);
    const auto result = json->withMember(u"g"_s, u"n"_s, "1"_ba);
    QVERIFY(result);
    QCOMPARE(*result, after);
    QVERIFY(JsonText::read(*result, JsonDialect::CommentsAndCommas));
}

void tst_JsonText::replacesAMember()
{
    const auto json = JsonText::read("{\n  \"g\": {\n    \"n\": { \"old\": [1, 2] }, // mine\n    \"z\": 1\n  }\n}"_ba, JsonDialect::Comments);
    QVERIFY(json);
    QCOMPARE(*json->withMember(u"g"_s, u"n"_s, "{\n  \"x\": 1\n}"_ba),
             "{\n  \"g\": {\n    \"n\": {\n      \"x\": 1\n    }, // mine\n    \"z\": 1\n  }\n}"_ba);
}

void tst_JsonText::readsWhatEachDialectAllows_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("strict");
    QTest::addColumn<bool>("comments");
    QTest::addColumn<bool>("commas");
    QTest::newRow("plain") << "{\"a\":1}"_ba << true << true << true;
    QTest::newRow("line comment") << "{\"a\":1 // x\n}"_ba << false << true << true;
    QTest::newRow("block comment") << "{/* } */\"a\":1}"_ba << false << true << true;
    QTest::newRow("last comma") << "{\"a\":[1,],}"_ba << false << false << true;
    QTest::newRow("slashes in a string") << "{\"a\":\"http://x /* y\"}"_ba << true << true << true;
    QTest::newRow("only a comma") << "{,}"_ba << false << false << false;
    QTest::newRow("two commas") << "{\"a\":1,,}"_ba << false << false << false;
    QTest::newRow("open comment") << "{\"a\":1} /* x"_ba << false << false << false;
    QTest::newRow("list") << "[]"_ba << false << false << false;
    QTest::newRow("more after it") << "{} {}"_ba << false << false << false;
    QTest::newRow("not UTF-8") << "{\"a\":\"\xff\"}"_ba << false << false << false;
}

void tst_JsonText::readsWhatEachDialectAllows()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, strict);
    QFETCH(bool, comments);
    QFETCH(bool, commas);
    QCOMPARE(JsonText::read(text, JsonDialect::Strict).has_value(), strict);
    QCOMPARE(JsonText::read(text, JsonDialect::Comments).has_value(), comments);
    QCOMPARE(JsonText::read(text, JsonDialect::CommentsAndCommas).has_value(), commas);
}

void tst_JsonText::saysInWhichLineItIsBroken()
{
    const auto json = JsonText::read("{\n  // one\n  \"a\": oops\n}"_ba, JsonDialect::Comments);
    QVERIFY(!json);
    QCOMPARE(json.error().code, ErrorCode::DamagedFile);
    QCOMPARE(json.error().detail, u"line 3"_s);
}

void tst_JsonText::refusesANameThatStandsTwice()
{
    for (const QByteArray &text : {"{\"g\":{},\"g\":{}}"_ba, "{\"g\":{\"n\":1,\"\\u006e\":2}}"_ba}) {
        const auto json = JsonText::read(text, JsonDialect::Strict);
        QVERIFY(json);
        QVERIFY(json->isAmbiguous(u"g"_s, u"n"_s));
        QVERIFY(!json->withMember(u"g"_s, u"n"_s, "1"_ba));
    }
}

void tst_JsonText::refusesAGroupThatIsNoObject()
{
    for (const QByteArray &text : {"{\"g\":[]}"_ba, "{\"g\":null}"_ba, "{\"g\":\"{}\"}"_ba})
        QVERIFY(!JsonText::read(text, JsonDialect::Strict)->withMember(u"g"_s, u"n"_s, "1"_ba));
}

void tst_JsonText::seesThroughStringsThatLookLikeStructure()
{
    const QByteArray text = "{\n  \"a\": \"\\\"g\\\": {\",\n  \"b\": [\"}\", {\"g\": {\"n\": 0}}]\n}";
    const auto json = JsonText::read(text, JsonDialect::CommentsAndCommas);
    QVERIFY(json);
    QCOMPARE(*json->withMember(u"g"_s, u"n"_s, "1"_ba), text.chopped(2) + ",\n  \"g\": {\n    \"n\": 1\n  }\n}");
}

void tst_JsonText::standsDeepNestingAndCutText()
{
    QVERIFY(!JsonText::read("{\"a\":" + QByteArray(200'000, '['), JsonDialect::CommentsAndCommas));
    const QByteArray whole = "{\"g\": {\"n\": \"x\\\\\", // y\n \"m\": [1, {\"k\": -1.5e3}]}}";
    for (qsizetype cut = 0; cut < whole.size(); ++cut) {
        const auto json = JsonText::read(whole.first(cut), JsonDialect::CommentsAndCommas);
        QCOMPARE(json.has_value(), cut == 0);
    }
}

QTEST_GUILESS_MAIN(tst_JsonText)
#include "tst_JsonText.moc"
