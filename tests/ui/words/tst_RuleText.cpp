// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/RuleText.h"

#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_RuleText : public QObject {
    Q_OBJECT
private slots:
    void saysRulesAsSentences_data()
    {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("scope") << u"out of scope"_s << u"Outside what this key may see."_s;
        QTest::newRow("paused") << u"key paused"_s << u"You paused this key."_s;
        QTest::newRow("minute") << u"over 3 credentials a minute"_s
                                << u"It had 3 credentials within a minute, so you are asked before the next one."_s;
        QTest::newRow("hour") << u"over 10 credentials an hour"_s
                              << u"It had 10 credentials within an hour, so you are asked before the next one."_s;
        QTest::newRow("freezes") << u"30 credentials within an hour"_s
                                 << u"This would be credential 30 within an hour, which freezes the key."_s;
        QTest::newRow("a rule of a later version") << u"moon is full"_s << u"moon is full"_s;
        QTest::newRow("odd characters") << u"over\u202E 3"_s << u"over[U+202E] 3"_s;
        QTest::newRow("none") << QString() << QString();
    }
    void saysRulesAsSentences()
    {
        QFETCH(QString, rule);
        QFETCH(QString, sentence);
        QCOMPARE(RuleText::sentence(rule), sentence);
    }
};

QTEST_GUILESS_MAIN(tst_RuleText)
#include "tst_RuleText.moc"
