// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/MarkdownText.h"

#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_MarkdownText : public QObject {
    Q_OBJECT
private slots:
    void letsNothingOfItBeMarkup_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        QTest::newRow("a name") << u"github.com"_s << u"`github.com`"_s;
        QTest::newRow("a link") << u"[x](https://e.example)"_s << u"`[x](https://e.example)`"_s;
        QTest::newRow("markup") << u"<img src=x> **b** @octo"_s << u"`<img src=x> **b** @octo`"_s;
        QTest::newRow("a cell's end") << u"a|b"_s << u"`a\\|b`"_s;
        QTest::newRow("a code span's end") << u"a`b"_s << u"``a`b``"_s;
        QTest::newRow("two of them") << u"a``b`c"_s << u"```a``b`c```"_s;
        QTest::newRow("only one of them") << u"`"_s << u"`` ` ``"_s;
        QTest::newRow("at its ends") << u"`a`"_s << u"`` `a` ``"_s;
        QTest::newRow("a line break") << u"a\n# b\r"_s << u"`a[U+000A]# b[U+000D]`"_s;
        QTest::newRow("the end of a terminal line") << u"a\u001B[2Jb"_s << u"`a[U+001B][2Jb`"_s;
        QTest::newRow("the other way round") << u"a\u202Eb"_s << u"`a[U+202E]b`"_s;
        QTest::newRow("spaces at its ends") << u" a "_s << u"`  a  `"_s;
        QTest::newRow("nothing") << QString() << u"–"_s;
        QTest::newRow("spaces only") << u"   "_s << u"–"_s;
        QTest::newRow("too long") << QString(300, u'x') << u"`"_s + QString(200, u'x') + u"…`"_s;
        QTest::newRow("cut between two halves of a letter") << QString(199, u'x') + u"😀😀"_s << u"`"_s + QString(199, u'x') + u"…`"_s;
    }
    void letsNothingOfItBeMarkup()
    {
        QFETCH(QString, text);
        QFETCH(QString, code);
        QCOMPARE(markdownCode(text), code);
    }
};

QTEST_GUILESS_MAIN(tst_MarkdownText)
#include "tst_MarkdownText.moc"
