// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/JsonGuard.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor::bridge;

class tst_JsonGuard : public QObject
{
    Q_OBJECT
private slots:
    void agreesWithJsonTestSuite_data();
    void agreesWithJsonTestSuite();
    void refusesWhatHasTwoReadings_data();
    void refusesWhatHasTwoReadings();
    void tellsAKeyFromTheSameBehindAByteOrderMark();
    void keepsAByteOrderMarkWhereverItStands();
    void keepsItsLimits();
    void refusesBombsQuickly_data();
    void refusesBombsQuickly();
    void readsWhatItAccepts();
    void survivesEveryTruncationAndFlippedBit();
};

void tst_JsonGuard::agreesWithJsonTestSuite_data()
{
    QTest::addColumn<QString>("path");
    const QDir folder(QStringLiteral(CLAVITOR_TEST_DATA "/json/test_parsing"));
    const QStringList names = folder.entryList({u"*.json"_s}, QDir::Files);
    QVERIFY2(names.size() > 300, "JSONTestSuite was not found");
    for (const QString &name : names)
        QTest::newRow(qPrintable(name)) << folder.filePath(name);
}

void tst_JsonGuard::agreesWithJsonTestSuite()
{
    QFETCH(QString, path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    const QString name = QFileInfo(path).fileName();
    const bool isAccepted = checkJson(text).has_value();
    if (name.startsWith(u"n_"_s))
        QVERIFY(!isAccepted);
    // Ours is stricter than the suite in one point: no key twice.
    if (name.startsWith(u"y_"_s))
        QCOMPARE(isAccepted, !name.startsWith(u"y_object_duplicated_key"_s));
    // Between the two the standard leaves room; whatever passes must be read by the parser behind, if it is
    // an object or array.
    const QByteArray trimmed = text.trimmed();
    if (isAccepted && (trimmed.startsWith('{') || trimmed.startsWith('[')))
        QVERIFY(parseJson(text).has_value());
    if (!isAccepted)
        QVERIFY(!parseJson(text).has_value());
}

void tst_JsonGuard::refusesWhatHasTwoReadings_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const QByteArray &text) { QTest::newRow(name) << text; };
    row("a key twice", R"({"id":1,"id":2})"_ba);
    row("a key twice, once escaped", R"({"id":1,"\u0069d":2})"_ba);
    row("a key twice, with a surrogate pair", "{\"\xf0\x9f\x94\x91\":1,\"\\ud83d\\udd11\":2}"_ba);
    row("a key with a byte order mark twice, once escaped", "{\"\\ufeffa\":1,\"\xef\xbb\xbf" "a\":2}"_ba);
    row("a key twice, deep", R"([{"a":{"b":1,"b":1}}])"_ba);
    row("empty key twice", R"({"":1,"":2})"_ba);
    row("lone high surrogate", R"(["\ud800"])"_ba);
    row("lone low surrogate", R"(["\udc00"])"_ba);
    row("surrogates reversed", R"(["\udc00\ud800"])"_ba);
    row("high surrogate and a letter", R"(["\ud800a"])"_ba);
    row("high surrogate and another escape", R"(["\ud800\n"])"_ba);
    row("two high surrogates", R"(["\ud800\ud800"])"_ba);
    row("surrogate in UTF-8", "[\"\xed\xa0\x80\"]"_ba);
    row("overlong", "[\"\xc0\xaf\"]"_ba);
    row("beyond Unicode", "[\"\xf4\x90\x80\x80\"]"_ba);
    row("byte order mark", "\xef\xbb\xbf{}"_ba);
    row("UTF-16", QByteArray("\xfe\xff\0{\0}", 6));
    row("number too large", "[1e400]"_ba);
    row("negative number too large", "[-1e400]"_ba);
    row("NaN", "[NaN]"_ba);
    row("Infinity", "[Infinity]"_ba);
    row("leading zero", "[01]"_ba);
    row("plus", "[+1]"_ba);
    row("comment", "[1/*x*/]"_ba);
    row("trailing comma", "[1,]"_ba);
    row("single quotes", "['a']"_ba);
    row("newline in a string", "[\"a\nb\"]"_ba);
    row("NUL in a string", QByteArray("[\"a\0b\"]", 7));
    row("NUL behind", QByteArray("{}\0", 3));
    row("two values", "{}{}"_ba);
    row("nothing", ""_ba);
    row("space", "  "_ba);
}

void tst_JsonGuard::refusesWhatHasTwoReadings()
{
    QFETCH(QByteArray, text);
    const auto checked = checkJson(text);
    QVERIFY(!checked.has_value());
    QVERIFY(checked.error().startsWith(u"The JSON"));
}

void tst_JsonGuard::tellsAKeyFromTheSameBehindAByteOrderMark()
{
    const QByteArray text = "{\"a\":1,\"\xef\xbb\xbf" "a\":2}"_ba;
    const auto parsed = parseJson(text);
    QVERIFY(parsed.has_value());
    QCOMPARE(parsed->toObject().size(), qsizetype(2));
}

void tst_JsonGuard::keepsAByteOrderMarkWhereverItStands()
{
    const QString mark(QChar(QChar::ByteOrderMark));
    for (const QByteArray &said : {"\xef\xbb\xbf"_ba, "\\ufeff"_ba}) {
        QByteArray text = R"({"a":"@text","b":["\"@","@\uFFFF"],"@a":1})";
        const auto parsed = parseJson(text.replace('@', said));
        QVERIFY(parsed);
        const QJsonObject object = parsed->toObject();
        QCOMPARE(object.size(), 3);
        QCOMPARE(object.value(u"a"_s).toString(), QString(mark + u"text"_s));
        QCOMPARE(object.value(u"b"_s).toArray().at(0).toString(), QString(u'"' + mark));
        QCOMPARE(object.value(u"b"_s).toArray().at(1).toString(), QString(mark + QChar(0xFFFF)));
        QCOMPARE(object.value(QString(mark + u'a')).toInt(), 1);
    }
}

void tst_JsonGuard::keepsItsLimits()
{
    const auto nested = [](int depth) -> QByteArray {
        return QByteArray(depth, '[') + QByteArray(depth, ']');
    };
    QVERIFY(checkJson(nested(32)).has_value());
    QVERIFY(!checkJson(nested(33)).has_value());
    const auto list = [](int values) -> QByteArray {
        return "[" + QByteArray("0,").repeated(values - 1) + "0]";
    };
    QVERIFY(checkJson(list(9'999)).has_value()); // and the array itself
    QVERIFY(!checkJson(list(10'000)).has_value());
    QVERIFY(!checkJson("[[1]]", {1, 10}).has_value());
}

void tst_JsonGuard::refusesBombsQuickly_data()
{
    QTest::addColumn<QByteArray>("text");
    constexpr qsizetype size = 1024 * 1024;
    QTest::newRow("arrays") << QByteArray(size, '[');
    QTest::newRow("objects") << QByteArray(R"({"a":)").repeated(size / 5);
    QTest::newRow("values") << QByteArray("[" + QByteArray("1,").repeated(size / 2));
    QTest::newRow("an endless string") << QByteArray("[\"" + QByteArray(size, 'x'));
    QTest::newRow("an endless number") << QByteArray("[" + QByteArray(size, '1'));
    QTest::newRow("escapes") << QByteArray("[\"" + QByteArray("\\u0041").repeated(size / 6));
    QTest::newRow("white space") << QByteArray(size, ' ');
    QTest::newRow("a digit behind each other e") << QByteArray("[" + QByteArray("1e1").repeated(size / 3));
    QByteArray keys = "{"_ba;
    for (int i = 0; keys.size() < size - 64; ++i)
        keys += "\"key" + QByteArray::number(i) + "\":0,";
    QTest::newRow("keys") << keys;
}

void tst_JsonGuard::refusesBombsQuickly()
{
    QFETCH(QByteArray, text);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!checkJson(text).has_value());
    // 20 ms in a release build; sanitizers and a busy machine take their share.
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
}

void tst_JsonGuard::readsWhatItAccepts()
{
    const auto value =
        parseJson(R"( {"a":[1,2.5,-3e2,true,false,null],"b":"x\"\\\/\b\f\n\r\t\u00e9\ud83d\udd11","":{}} )");
    QVERIFY(value.has_value());
    QCOMPARE(value->toObject().value("b"_L1).toString(), u"x\"\\/\b\f\n\r\t\u00e9\U0001F511"_s);
    QVERIFY(!parseJson("\"text\"").has_value());
    QVERIFY(!parseJson("1").has_value());
}

void tst_JsonGuard::survivesEveryTruncationAndFlippedBit()
{
    const QByteArray text =
        R"({"jsonrpc":"2.0","id":"\u00e9\ud83d\udd11","params":{"a":[1,-2.5e3,{}],"b":null}})"_ba;
    QVERIFY(checkJson(text).has_value());
    for (qsizetype size = 0; size < text.size(); ++size)
        QVERIFY(!checkJson(text.first(size)).has_value());
    for (qsizetype at = 0; at < text.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            QByteArray flipped = text;
            flipped[at] = static_cast<char>(static_cast<unsigned char>(text.at(at)) ^ (1U << bit));
            // What the guard lets through, the parser behind must be able to read.
            if (checkJson(flipped).has_value())
                QVERIFY(parseJson(flipped).has_value());
        }
    }
}

QTEST_GUILESS_MAIN(tst_JsonGuard)
#include "tst_JsonGuard.moc"
