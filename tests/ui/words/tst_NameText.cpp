// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/NameText.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using Letters = clavitor::ui::NameText::Letters;

Q_DECLARE_METATYPE(clavitor::ui::NameText::Letters)

namespace {

/// What a person sees of a name: it and the word beside it.
QString seen(const QString &name)
{
    const NameText shown = NameText::of(name);
    return shown.text + u' ' + NameText::word(shown.letters);
}

} // namespace

class tst_NameText : public QObject {
    Q_OBJECT
private slots:
    void saysWhatThereIsToSayOfItsLetters_data();
    void saysWhatThereIsToSayOfItsLetters();
    void showsSpacesAndMarksThatAnotherNameHasNot_data();
    void showsSpacesAndMarksThatAnotherNameHasNot();
    void keepsToItselfWhateverItsDirection();
    void takesAtMostSoManyCells();
    void marksEveryNameThatLooksLikeOneOfAscii();
    void keepsNaughtyNamesApart();
    void keepsReorderedSourcesApart();
};

void tst_NameText::saysWhatThereIsToSayOfItsLetters_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<Letters>("letters");
    QTest::newRow("ASCII") << u"AWS production (eu-west-1)"_s << Letters::Plain;
    QTest::newRow("German") << u"Zürcher Kantonalbank – Büro"_s << Letters::Plain;
    QTest::newRow("French") << u"Œuvre, l’été"_s << Letters::Plain;
    QTest::newRow("Russian") << u"Почта"_s << Letters::Plain;
    QTest::newRow("Greek") << u"Τράπεζα"_s << Letters::Plain;
    QTest::newRow("Japanese with Latin") << u"楽天カード JP"_s << Letters::Plain;
    QTest::newRow("Korean") << u"네이버 mail"_s << Letters::Plain;
    QTest::newRow("Hebrew") << u"דואר"_s << Letters::Plain;
    QTest::newRow("emoji") << u"deploy 🚀"_s << Letters::Plain;
    QTest::newRow("superscript") << u"m² ½"_s << Letters::Plain;
    QTest::newRow("one Cyrillic letter") << u"p\u0430ypal"_s << Letters::Mixed;
    QTest::newRow("one Greek letter") << u"Git\u0397ub"_s << Letters::Mixed;
    QTest::newRow("Hebrew and Latin") << u"mail דואר"_s << Letters::Mixed;
    QTest::newRow("all Cyrillic, reads as Latin") << u"\u0441\u043e\u0441\u043e"_s << Letters::LookAlike;
    QTest::newRow("with an accent") << u"\u0441\u043e\u0301\u0441\u043e"_s << Letters::LookAlike;
    QTest::newRow("mathematical letters") << u"𝐆𝐢𝐭𝐇𝐮𝐛"_s << Letters::LookAlike;
    QTest::newRow("full width") << u"ＧｉｔＨｕｂ"_s << Letters::LookAlike;
    QTest::newRow("a Latin letter like another") << u"g\u0131thub"_s << Letters::LookAlike;
    QTest::newRow("a dot that is none") << u"github\u2024com"_s << Letters::LookAlike;
    QTest::newRow("a slash that is none") << u"github.com\u2215login"_s << Letters::LookAlike;
    QTest::newRow("a hyphen that is none") << u"codex\u2010agent"_s << Letters::LookAlike;
}

void tst_NameText::saysWhatThereIsToSayOfItsLetters()
{
    QFETCH(QString, name);
    QTEST(NameText::of(name).letters, "letters");
}

void tst_NameText::showsSpacesAndMarksThatAnotherNameHasNot_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << u"AWS production"_s << u"AWS production"_s;
    QTest::newRow("a space at its end") << u"GitHub "_s << u"GitHub[U+0020]"_s;
    QTest::newRow("a space at its beginning") << u" GitHub"_s << u"[U+0020]GitHub"_s;
    QTest::newRow("two spaces") << u"AWS  production"_s << u"AWS [U+0020]production"_s;
    QTest::newRow("no-break space") << u"AWS\u00a0production"_s << u"AWS[U+00A0]production"_s;
    QTest::newRow("decomposed") << u"Zu\u0308rich"_s << u"Zu[U+0308]rich"_s;
    QTest::newRow("composed") << u"Zürich"_s << u"Zürich"_s;
    QTest::newRow("Ångström sign") << u"\u212b"_s << u"[U+212B]"_s;
    QTest::newRow("Hindi marks have no composed form") << u"नमस्ते"_s << u"नमस्ते"_s;
    QTest::newRow("right-to-left override") << u"user\u202egpj.exe"_s << u"user[U+202E]gpj.exe"_s;
    QTest::newRow("zero width") << u"git\u200bhub"_s << u"git[U+200B]hub"_s;
    QTest::newRow("line break") << u"git\nhub"_s << u"git[U+000A]hub"_s;
    QTest::newRow("an escape typed by hand") << u"[U+0020]"_s << u"[U+005B]U+0020]"_s;
}

void tst_NameText::showsSpacesAndMarksThatAnotherNameHasNot()
{
    QFETCH(QString, name);
    QFETCH(QString, shown);
    QCOMPARE(NameText::of(name).text, QString(QChar(0x2068) + shown + QChar(0x2069)));
}

void tst_NameText::keepsToItselfWhateverItsDirection()
{
    for (const QString &name : {u"GitHub"_s, u"דואר"_s, QString()}) {
        const QString text = NameText::of(name).text;
        QVERIFY(text.startsWith(QChar(0x2068)) && text.endsWith(QChar(0x2069)));
        QCOMPARE(text.count(QChar(0x2068)), 1);
        QCOMPARE(text.count(QChar(0x2069)), 1);
    }
}

void tst_NameText::takesAtMostSoManyCells()
{
    const auto inside = [](const QString &name) { return NameText::of(name).text.mid(1).chopped(1); };
    QCOMPARE(inside(QString(80, u'a')), QString(80, u'a'));
    QCOMPARE(inside(u"begin-"_s + QString(300, u'a') + u"-end"_s).size(), 80);
    QVERIFY(inside(u"begin-"_s + QString(300, u'a') + u"-end"_s).startsWith("begin-aaa"_L1));
    QVERIFY(inside(u"begin-"_s + QString(300, u'a') + u"-end"_s).endsWith("aaa-end"_L1));
    QVERIFY(inside(QString(80, u'a') + u'b').contains(u'…'));
    QVERIFY2(inside(QString(60, u'数')).size() <= 40, "a wide letter takes two cells");
    QVERIFY(NameText::of(QString(81, u'a')).isCut);
    QVERIFY(!NameText::of(QString(80, u'a')).isCut);
    QVERIFY(inside(QString(1 << 20, QChar(0x202E))).size() <= 80);
}

void tst_NameText::marksEveryNameThatLooksLikeOneOfAscii()
{
    QFile file(QStringLiteral(CLAVITOR_TEST_DATA "/text/confusables.tsv"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    int looked = 0;
    QStringList unmarked;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine().trimmed();
        if (line.startsWith('#'))
            continue;
        const char32_t c = line.left(line.indexOf('\t')).toUInt(nullptr, 16);
        const QString target = QString::fromLatin1(line.mid(line.indexOf('\t') + 1));
        const QString name = u"git"_s + QString::fromUcs4(&c, 1) + u"hub"_s;
        ++looked;
        QVERIFY(seen(name) != seen(u"git"_s + target + u"hub"_s));
        const NameText shown = NameText::of(name);
        if (target.size() == 1 && shown.letters == Letters::Plain && !shown.text.contains("[U+"_L1))
            unmarked << u"U+%1"_s.arg(static_cast<uint>(c), 4, 16, QChar(u'0'));
    }
    QVERIFY(looked > 1500);
    // The times sign, a dash and quotes, which print uses; three letters of Japanese and Chinese, two cells wide; a note's dot.
    QCOMPARE(unmarked.join(u' '), u"U+00d7 U+2013 U+2018 U+2019 U+201a U+2032 U+2039 U+203a U+30ce U+4e36 U+4e3f U+1d16d"_s);
}

void tst_NameText::keepsNaughtyNamesApart()
{
    QFile file(QStringLiteral(CLAVITOR_TEST_DATA "/text/blns.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray strings = QJsonDocument::fromJson(file.readAll()).array();
    QVERIFY(strings.size() > 400);
    QHash<QString, QString> names;
    for (const auto &value : strings) {
        const QString name = value.toString();
        const QString shown = seen(name);
        QVERIFY2(!names.contains(shown) || names.value(shown) == name, qPrintable(shown));
        names.insert(shown, name);
        QVERIFY(!shown.contains(u'\n') && !shown.contains(QChar(0x202E)) && !shown.contains(QChar(0x200B)));
    }
}

void tst_NameText::keepsReorderedSourcesApart()
{
    // "Trojan Source: Invisible Vulnerabilities" (CVE-2021-42574), the ways of its paper: each reads like the plain one.
    const QString plain = u"access level user // check if admin"_s;
    const QStringList tricks{
        u"access level \u202euser\u202c // check if admin"_s,
        u"access level user \u202e\u2066// check if admin\u2069 \u2066"_s,
        u"access level \u2067user\u2069 // check if admin"_s,
        u"access level user\u200b // check if admin"_s,
        u"access level user // check if admin\u200e"_s,
        u"access level u\u0455er // check if admin"_s,
        u"access level user\u00ad // check if admin"_s,
        u"access level user // check if admin\u061c"_s,
        u"\ufeffaccess level user // check if admin"_s,
    };
    QSet<QString> names{seen(plain)};
    for (const QString &trick : tricks) {
        QVERIFY2(!names.contains(seen(trick)), qPrintable(seen(trick)));
        names.insert(seen(trick));
    }
}

QTEST_GUILESS_MAIN(tst_NameText)
#include "tst_NameText.moc"
