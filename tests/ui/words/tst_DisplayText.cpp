// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/DisplayText.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_DisplayText : public QObject {
    Q_OBJECT
private slots:
    void showsWhatHides_data();
    void showsWhatHides();
    void leavesHonestTextAlone_data();
    void leavesHonestTextAlone();
    void isolatesRightToLeftText();
    void cutsLongTextBetweenCharacters();
    void cannotBeImitatedByTypingTheEscape();
    void keepsNaughtyStringsOnOneLineAndApart();
};

void tst_DisplayText::showsWhatHides_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("newline") << u"a\nb"_s << u"a[U+000A]b"_s;
    QTest::newRow("carriage return") << u"ok\rdenied"_s << u"ok[U+000D]denied"_s;
    QTest::newRow("escape") << u"\x1b[31mred"_s << u"[U+001B][31mred"_s;
    QTest::newRow("NUL") << QString(QChar(u'\0')) << u"[U+0000]"_s;
    QTest::newRow("tab") << u"a\tb"_s << u"a[U+0009]b"_s;
    QTest::newRow("C1 control") << u"\u009b31m"_s << u"[U+009B]31m"_s;
    QTest::newRow("right-to-left override") << u"user\u202egpj.exe"_s << u"user[U+202E]gpj.exe"_s;
    QTest::newRow("isolate") << u"\u2066a\u2069"_s << u"[U+2066]a[U+2069]"_s;
    QTest::newRow("zero-width space") << u"git\u200bhub"_s << u"git[U+200B]hub"_s;
    QTest::newRow("zero-width joiner") << u"a\u200db"_s << u"a[U+200D]b"_s;
    QTest::newRow("byte order mark") << u"\ufeffgithub"_s << u"[U+FEFF]github"_s;
    QTest::newRow("soft hyphen") << u"git\u00adhub"_s << u"git[U+00AD]hub"_s;
    QTest::newRow("line separator") << u"a\u2028b"_s << u"a[U+2028]b"_s;
    QTest::newRow("hangul filler") << u"a\u3164"_s << u"a[U+3164]"_s;
    QTest::newRow("tag letters") << u"x\U000E0041"_s << u"x[U+E0041]"_s;
    QTest::newRow("variation selector supplement") << u"x\U000E0100"_s << u"x[U+E0100]"_s;
    QTest::newRow("lone surrogate") << QString(QChar(0xD800)) << u"[U+D800]"_s;
    QTest::newRow("private use") << u"\ue000"_s << u"[U+E000]"_s;
    QTest::newRow("non-character") << QString(QChar(0xFFFE)) << u"[U+FFFE]"_s;
}

void tst_DisplayText::showsWhatHides()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(displayText(text), shown);
    QVERIFY(isSuspicious(text));
}

void tst_DisplayText::leavesHonestTextAlone_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("ASCII") << u"AWS production (eu-west-1) [main]"_s;
    QTest::newRow("umlauts") << u"Zürich Büro"_s;
    QTest::newRow("decomposed") << u"Zu\u0308rich"_s;
    QTest::newRow("Chinese") << u"数据库"_s;
    QTest::newRow("emoji") << u"deploy 🚀"_s;
    QTest::newRow("Hindi") << u"नमस्ते"_s;
    QTest::newRow("empty") << QString();
}

void tst_DisplayText::leavesHonestTextAlone()
{
    QFETCH(QString, text);
    QCOMPARE(displayText(text), text);
    QVERIFY(!isSuspicious(text));
}

void tst_DisplayText::isolatesRightToLeftText()
{
    const QString hebrew = u"\u05e9\u05dc\u05d5\u05dd"_s;
    QCOMPARE(displayText(hebrew), QString(QChar(0x2068) + hebrew + QChar(0x2069)));
    QCOMPARE(escapedText(hebrew), hebrew);
}

void tst_DisplayText::cutsLongTextBetweenCharacters()
{
    QCOMPARE(displayText(u"abcdef"_s, 3), u"abc…"_s);
    QCOMPARE(displayText(u"abc"_s, 3), u"abc"_s);
    QCOMPARE(displayText(u"🚀🚀🚀"_s, 2), u"🚀🚀…"_s);
    QCOMPARE(displayText(u"\n\n\n"_s, 2), u"[U+000A][U+000A]…"_s);
    const QString pile = u"e"_s + QString(40, QChar(0x0301));
    QVERIFY(displayText(pile).contains(u"[U+0301]"_s));
    QVERIFY(displayText(pile).startsWith(u"e"_s + QString(MarksInARow, QChar(0x0301)) + u'['));
}

void tst_DisplayText::cannotBeImitatedByTypingTheEscape()
{
    QVERIFY(displayText(u"[U+202E]"_s) != displayText(u"\u202e"_s));
    QCOMPARE(displayText(u"[U+202E]"_s), u"[U+005B]U+202E]"_s);
}

void tst_DisplayText::keepsNaughtyStringsOnOneLineAndApart()
{
    QFile file(QStringLiteral(CLAVITOR_TEST_DATA "/text/blns.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray strings = QJsonDocument::fromJson(file.readAll()).array();
    QVERIFY(strings.size() > 400);
    QHash<QString, QString> seen;
    for (const auto &value : strings) {
        const QString text = value.toString();
        const QString shown = displayText(text);
        QVERIFY2(!seen.contains(shown) || seen.value(shown) == text, qPrintable(shown));
        seen.insert(shown, text);
        for (qsizetype i = 0; i < shown.size(); ++i) {
            const bool isolate = (i == 0 && shown.at(i) == QChar(0x2068)) || (i == shown.size() - 1 && shown.at(i) == QChar(0x2069));
            const auto category = shown.at(i).category();
            QVERIFY2(isolate || (category != QChar::Other_Control && category != QChar::Other_Format
                                 && category != QChar::Separator_Line && category != QChar::Separator_Paragraph),
                     qPrintable(shown));
        }
    }
}

QTEST_GUILESS_MAIN(tst_DisplayText)
#include "tst_DisplayText.moc"
