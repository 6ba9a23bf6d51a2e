// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/SecretJson.h"

#include <QJsonDocument>
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

QByteArray bytes(const crypto::SecretText &text)
{
    return QByteArray(text.view().data(), static_cast<qsizetype>(text.size()));
}

} // namespace

class tst_SecretJson : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void writesNestedObjectsAndArraysWithCommasWhereTheyBelong()
    {
        SecretJson json;
        json.beginObject();
        json.key("a"_L1);
        json.value(qint64{1});
        json.key("list"_L1);
        json.beginArray();
        json.value(u"x");
        json.beginObject();
        json.endObject();
        json.beginObject();
        json.key("deep"_L1);
        json.value(true);
        json.endObject();
        json.endArray();
        json.key("none"_L1);
        json.null();
        json.endObject();
        QCOMPARE(bytes(json.take()), QByteArray(R"({"a":1,"list":["x",{},{"deep":true}],"none":null})"));
    }

    void anyTextComesBackUnchangedThroughAParser_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("quotes and backslashes") << u"a\"b\\c\\\"d"_s;
        QTest::newRow("line breaks and tabs") << u"a\r\nb\tc"_s;
        QTest::newRow("escape and delete") << u"\x1b[31m\x7f\x01"_s;
        QTest::newRow("NUL") << QString(u"a\0b"_s);
        QTest::newRow("beyond the basic plane") << u"ключ 鍵 🔑"_s;
        QTest::newRow("separators of JavaScript") << u"\u2028\u2029"_s;
        QTest::newRow("longer than the first block") << QString(20'000, u'ä');
    }
    void anyTextComesBackUnchangedThroughAParser()
    {
        QFETCH(QString, text);
        SecretJson json;
        json.beginObject();
        json.key("v"_L1);
        json.value(text);
        json.endObject();
        const QByteArray written = bytes(json.take());
        for (char c : written)
            QVERIFY2(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "no raw control characters");
        QJsonParseError error;
        const QJsonDocument parsed = QJsonDocument::fromJson(written, &error);
        QCOMPARE(error.error, QJsonParseError::NoError);
        QCOMPARE(parsed["v"_L1].toString(), text);
    }

    void aWriterIsEmptyAfterItsTextWasTaken()
    {
        SecretJson json;
        json.beginArray();
        json.endArray();
        QCOMPARE(bytes(json.take()), QByteArray("[]"));
        json.beginArray();
        json.endArray();
        QCOMPARE(bytes(json.take()), QByteArray("[]"));
    }
};

QTEST_APPLESS_MAIN(tst_SecretJson)
#include "tst_SecretJson.moc"
