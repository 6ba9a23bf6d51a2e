// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/Reference.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_Reference : public QObject {
    Q_OBJECT
private slots:
    void readsWhatItWrites_data()
    {
        QTest::addColumn<QString>("entry");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::newRow("as it is") << u"github.com"_s << u"deploy token"_s << u"clavitor://github.com/deploy token"_s;
        QTest::newRow("slashes") << u"a/b"_s << u"c/d"_s << u"clavitor://a%2Fb/c%2Fd"_s;
        QTest::newRow("a percent sign") << u"100%"_s << u"%2F"_s << u"clavitor://100%25/%252F"_s;
        QTest::newRow("other alphabets") << u"Bücher \U0001F511"_s << u"пароль"_s << u"clavitor://Bücher \U0001F511/пароль"_s;
    }
    void readsWhatItWrites()
    {
        QFETCH(QString, entry);
        QFETCH(QString, field);
        QFETCH(QString, text);
        const Reference reference{entry, field};
        QCOMPARE(reference.toString(), text);
        QVERIFY(Reference::fromString(text) == reference);
    }
    void readsAnyCharacterPercentEncoded()
    {
        QVERIFY(Reference::fromString(u"clavitor://git%68ub.com/deploy%20token") == (Reference{u"github.com"_s, u"deploy token"_s}));
        QVERIFY(Reference::fromString(u"clavitor://B%C3%BCcher/x") == (Reference{u"Bücher"_s, u"x"_s}));
    }
    void takesNothingElse_data()
    {
        QTest::addColumn<QString>("text");
        for (const QString &text : {u""_s, u"clavitor://"_s, u"clavitor://a"_s, u"clavitor://a/"_s, u"clavitor:///b"_s, u"clavitor://a/b/c"_s, u"Clavitor://a/b"_s,
                                    u"https://a/b"_s, u"clavitor:/a/b"_s, u" clavitor://a/b"_s, u"clavitor://a%/b"_s, u"clavitor://a%2/b"_s, u"clavitor://a%zz/b"_s,
                                    u"clavitor://%ff/b"_s, u"clavitor://a%0Ab/c"_s, u"clavitor://a/%00"_s, u"hunter2"_s})
            QTest::newRow(qPrintable(u'"' + text + u'"')) << text;
    }
    void takesNothingElse()
    {
        QFETCH(QString, text);
        QVERIFY(!Reference::fromString(text));
    }
    void knowsWhatWasMeantToBeOne()
    {
        QVERIFY(Reference::isAttempt(u"clavitor://a"));
        QVERIFY(!Reference::isAttempt(u"hunter2"));
    }
};

QTEST_GUILESS_MAIN(tst_Reference)
#include "tst_Reference.moc"
