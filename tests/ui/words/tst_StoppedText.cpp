// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/StoppedText.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_StoppedText : public QObject {
    Q_OBJECT
private slots:
    void saysWhatHappenedWhatWasKeptAndWhatToDo_data()
    {
        QTest::addColumn<int>("work");
        QTest::addColumn<QString>("kept");
        QTest::newRow("import") << int(LongWork::Import) << u"Nothing of it was kept."_s;
        QTest::newRow("undo") << int(LongWork::ImportUndo) << u"All of its entries are still there."_s;
        QTest::newRow("trash") << int(LongWork::Trash) << u"All of them are where they were."_s;
        QTest::newRow("restore") << int(LongWork::Restore) << u"All of them are still in the trash."_s;
        QTest::newRow("purge") << int(LongWork::Purge) << u"All of them are still in the trash."_s;
    }
    void saysWhatHappenedWhatWasKeptAndWhatToDo()
    {
        QFETCH(int, work);
        QFETCH(QString, kept);
        const QString words = StoppedText::of(static_cast<LongWork>(work));
        QVERIFY(words.startsWith(u"The vault was locked "_s));
        QVERIFY(words.contains(kept));
        QVERIFY(!words.endsWith(kept));
    }
};

QTEST_GUILESS_MAIN(tst_StoppedText)
#include "tst_StoppedText.moc"
