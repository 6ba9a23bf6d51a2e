// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/ErrorText.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_ErrorText : public QObject {
    Q_OBJECT
private slots:
    void everyCodeSaysWhatHappenedWhatWasKeptAndWhatToDo_data();
    void everyCodeSaysWhatHappenedWhatWasKeptAndWhatToDo();
    void tellsEveryCodeApart();
};

void tst_ErrorText::everyCodeSaysWhatHappenedWhatWasKeptAndWhatToDo_data()
{
    QTest::addColumn<int>("code");
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code)
        QTest::newRow(errorName(static_cast<ErrorCode>(code)).data()) << code;
}

void tst_ErrorText::everyCodeSaysWhatHappenedWhatWasKeptAndWhatToDo()
{
    QFETCH(int, code);
    const ui::ErrorText text = ui::ErrorText::of(static_cast<ErrorCode>(code));
    static const QStringList jargon{u"sqlcipher"_s, u"aead"_s,  u"l1"_s,     u"l2"_s,      u"argon"_s, u"schema"_s, u"exception"_s,
                                    u"errno"_s,     u"mutex"_s, u"http"_s,   u"database"_s, u"null"_s, u"slot"_s,  u"token"_s};
    for (const QString &part : {text.title, text.kept, text.next}) {
        QVERIFY2(part.size() > 10, qPrintable(part));
        QVERIFY2(part.endsWith(u'.'), qPrintable(part));
        QVERIFY2(!part.contains(u'!'), qPrintable(part));
        QVERIFY2(part.at(0).isUpper(), qPrintable(part));
        QVERIFY2(part.size() < 120, qPrintable(part));
        const QStringList words = part.toLower().split(QRegularExpression(u"[^a-z0-9]+"_s));
        for (const QString &word : jargon)
            QVERIFY2(!words.contains(word), qPrintable(part));
    }
}

void tst_ErrorText::tellsEveryCodeApart()
{
    QSet<QString> titles;
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
        const QString title = ui::ErrorText::of(static_cast<ErrorCode>(code)).title;
        QVERIFY2(!titles.contains(title), qPrintable(title));
        titles.insert(title);
    }
}

QTEST_GUILESS_MAIN(tst_ErrorText)
#include "tst_ErrorText.moc"
