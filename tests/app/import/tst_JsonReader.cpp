// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/JsonReader.h"

#include "tests/app/import/ImportedPlan.h"

#include <QJsonDocument>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray written(const JsonValue &value)
{
    QByteArray out;
    value.write(out);
    return out;
}

} // namespace

class tst_JsonReader : public QObject
{
    Q_OBJECT

private slots:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void agreesWithQtOnASample();
    void namesTheLineOfAMistake();
    void bindsTheDepth();
    void bindsTheNumberOfValues();
    void readsMembersTotally();
    void announcesTheSizeItWrites();
};

void tst_JsonReader::accepts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("again");
    QTest::newRow("words") << "[ true , false\t,null ]"_ba
                           << "[true,false,null]"_ba;
    QTest::newRow("empty containers") << "[{},[ ]]\n"_ba
                                      << "[{},[]]"_ba;
    QTest::newRow("numbers keep their spelling") << "[0,-0,1.50,12345678901234567890,1e3,-2.5E-7]"_ba
                                                 << "[0,-0,1.50,12345678901234567890,1e3,-2.5E-7]"_ba;
    QTest::newRow("escapes") << R"(["\"\\\/\b\f\n\r\t"])"_ba
                             << "[\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\"]"_ba;
    QTest::newRow("code points") << R"(["\u0041\u00e9\u20AC\ud83d\udd11"])"_ba
                                 << "[\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91\"]"_ba;
    QTest::newRow("zero character") << R"(["a\u0000b"])"_ba
                                    << R"(["a\u0000b"])"_ba;
    QTest::newRow("members in order, twice the same name") << R"({"b":1,"a":2,"b":3})"_ba
                                                           << R"({"b":1,"a":2,"b":3})"_ba;
    QTest::newRow("a bare string") << R"("x")"_ba
                                   << R"("x")"_ba;
}

void tst_JsonReader::accepts()
{
    QFETCH(QByteArray, text);
    const auto value = JsonReader(text).read();
    QVERIFY2(value, value ? "" : qPrintable(value.error().detail));
    QTEST(written(*value), "again");
}

void tst_JsonReader::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"",
                             " ",
                             "{",
                             "[",
                             "[1",
                             "[1,",
                             "[1,]",
                             "[,1]",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "{a:1}",
                             "{'a':1}",
                             "[1] 2",
                             "tru",
                             "nulL",
                             "[True]",
                             "01",
                             "1.",
                             ".5",
                             "+1",
                             "-",
                             "1e",
                             "1e+",
                             "0x10",
                             "NaN",
                             "Infinity",
                             "\"open",
                             "\"a\\\"",
                             "\"\\x\"",
                             "\"\\u12\"",
                             "\"\\u12g4\"",
                             "\"\\ud800\"",
                             "\"\\ud800x\"",
                             "\"\\ud800\\u0041\"",
                             "\"\\udc00\"",
                             "\"a\nb\"",
                             "// c\n1",
                             "[1]]"})
        QTest::newRow(text) << QByteArray(text);
}

void tst_JsonReader::refuses()
{
    QFETCH(QByteArray, text);
    const auto value = JsonReader(text).read();
    QVERIFY(!value);
    QCOMPARE(value.error().code, ErrorCode::ImportUnreadable);
    QVERIFY(value.error().detail.endsWith(u'.'));
}

void tst_JsonReader::agreesWithQtOnASample()
{
    const QByteArray text = contentOf(importSample(u"bitwarden/bitwarden.json"_s));
    const auto ours = JsonReader(text).read();
    QVERIFY(ours);
    QCOMPARE(QJsonDocument::fromJson(written(*ours)), QJsonDocument::fromJson(text));
}

void tst_JsonReader::namesTheLineOfAMistake()
{
    const auto value = JsonReader("{\n\"a\": 1,\n\"b\": ?\n}").read();
    QVERIFY(!value);
    QVERIFY2(value.error().detail.contains("line 3"_L1), qPrintable(value.error().detail));
}

void tst_JsonReader::bindsTheDepth()
{
    const auto nested = [](int levels) -> QByteArray {
        return QByteArray(levels, '[') + QByteArray(levels, ']');
    };
    const QByteArray deepest = nested(JsonReader::kMostDepth + 1);
    QVERIFY(JsonReader(deepest).read());
    const QByteArray deeper = nested(JsonReader::kMostDepth + 2);
    const auto refused = JsonReader(deeper).read();
    QVERIFY(!refused);
    QVERIFY(refused.error().detail.contains("nested"_L1));
}

void tst_JsonReader::bindsTheNumberOfValues()
{
    const QByteArray five = "[1,[2],{}]"; // with the outer list
    QVERIFY(JsonReader(five, 5).read());
    const auto refused = JsonReader(five, 4).read();
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::ImportTooLarge);
}

void tst_JsonReader::readsMembersTotally()
{
    const auto value = JsonReader(R"({"n":7,"f":1.5,"s":"7","t":true,"a":[1],"d":1,"d":2})").read();
    QVERIFY(value);
    QCOMPARE((*value)["n"].toInteger(), std::optional<qint64>(7));
    QCOMPARE((*value)["f"].toInteger(), std::nullopt);
    QCOMPARE((*value)["s"].toInteger(), std::nullopt);
    QVERIFY((*value)["t"].isTrue());
    QVERIFY(!(*value)["n"].isTrue());
    QCOMPARE((*value)["d"].toInteger(), std::optional<qint64>(2));
    QVERIFY((*value)["absent"]["deeper"].isNull());
    QVERIFY((*value)["s"].items().empty());
    QVERIFY((*value)["a"].members().empty());
    QCOMPARE((*value)["n"].text(), QByteArrayView());
}

void tst_JsonReader::announcesTheSizeItWrites()
{
    const auto value =
        JsonReader(R"({"a":[1,true,false,null,"\u0001\"x\\\n"],"b":{},"c":[[],{"d":-1.5}]})").read();
    QVERIFY(value);
    QCOMPARE(value->writtenSize(), written(*value).size());
}

QTEST_GUILESS_MAIN(tst_JsonReader)
#include "tst_JsonReader.moc"
