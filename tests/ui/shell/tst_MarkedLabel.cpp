// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/MarkedLabel.h"

#include "ui/style/Theme.h"

#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_MarkedLabel : public QObject {
    Q_OBJECT

    Theme m_theme;

    /// Pixels of `ink` in the columns left of the words.
    static int marked(MarkedLabel &label, Ink ink)
    {
        label.resize(200, 60);
        const QImage picture = label.grab().toImage();
        int found = 0;
        for (int x = 0; x < 16; ++x)
            for (int y = 0; y < picture.height(); ++y)
                found += picture.pixelColor(x, y) == tokensOf(label.palette()).ink(ink) ? 1 : 0;
        return found;
    }

private slots:
    void init() { m_theme.setChoice(SchemeChoice::Light); }

    void standsItsToneBesideAnIcon()
    {
        MarkedLabel label(Symbol::Warning, Ink::Asks, u"Over the budget"_s);
        QVERIFY(marked(label, Ink::Asks) > 0);
        label.setMark(Symbol::Denied, Ink::Denied);
        QVERIFY(marked(label, Ink::Denied) > 0);
        QCOMPARE(marked(label, Ink::Asks), 0);
        m_theme.setChoice(SchemeChoice::Dark);
        QVERIFY(marked(label, Ink::Denied) > 0);
    }

    void marksNothingWhereNothingIsSaid()
    {
        MarkedLabel label(Symbol::Denied, Ink::Denied);
        QCOMPARE(marked(label, Ink::Denied), 0);
    }

    void isAPlainLabelWithoutItsMark()
    {
        MarkedLabel plain;
        plain.setText(u"first time"_s);
        const int before = plain.sizeHint().width();
        plain.setMark(Symbol::Warning, Ink::Asks);
        QVERIFY(plain.sizeHint().width() > before);
        plain.clearMark();
        QCOMPARE(plain.sizeHint().width(), before);
        QVERIFY(!plain.mark());
    }

    void leavesRoomForTheMarkWhenItWraps()
    {
        MarkedLabel label(Symbol::Warning, Ink::Asks, u"As many different credentials within one hour as the key may have at most"_s, TextStyle::Body);
        label.wrapping();
        QLabel bare(label.text());
        bare.setFont(label.font());
        bare.setWordWrap(true);
        QCOMPARE(label.heightForWidth(200), bare.heightForWidth(200 - label.contentsMargins().left()));
    }
};

QTEST_MAIN(tst_MarkedLabel)
#include "tst_MarkedLabel.moc"
