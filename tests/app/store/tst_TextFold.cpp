// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/TextFold.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_TextFold : public QObject {
    Q_OBJECT
private slots:
    void foldsCaseAccentsAndForms_data();
    void foldsCaseAccentsAndForms();
    void splitsWordsWithoutRepeats();
};

void tst_TextFold::foldsCaseAccentsAndForms_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << u"GitHub.com"_s << u"github.com"_s;
    QTest::newRow("accents") << u"Éclair Ångström"_s << u"eclair angstrom"_s;
    QTest::newRow("decomposed") << u"e\u0301"_s << u"e"_s;
    QTest::newRow("sharp s") << u"Straße"_s << u"strasse"_s;
    QTest::newRow("full width") << u"ＧｉｔＨｕｂ"_s << u"github"_s;
    QTest::newRow("ligature") << u"oﬃce"_s << u"office"_s;
    QTest::newRow("Greek") << u"ΑΣ"_s << u"ασ"_s;
    QTest::newRow("Chinese") << u"密码"_s << u"密码"_s;
    QTest::newRow("emoji") << u"\U0001F511 Key"_s << u"\U0001F511 key"_s;
    QTest::newRow("controls") << u"a\tb\u0001c"_s << u"a b c"_s;
    QTest::newRow("empty") << QString() << QString();
}

void tst_TextFold::foldsCaseAccentsAndForms()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(folded(text), expected);
    QCOMPARE(folded(folded(text)), expected);
}

void tst_TextFold::splitsWordsWithoutRepeats()
{
    QCOMPARE(foldedWords(u"  Git  HUB\tgit\n"), QStringList({u"git"_s, u"hub"_s}));
    QCOMPARE(foldedWords(u"   "), QStringList());
}

QTEST_APPLESS_MAIN(tst_TextFold)
#include "tst_TextFold.moc"
