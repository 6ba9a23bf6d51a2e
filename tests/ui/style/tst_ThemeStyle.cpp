// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/ThemeStyle.h"

#include "tests/ui/style/Contrast.h"
#include "ui/style/Icons.h"
#include "ui/style/Theme.h"

#include <QApplication>
#include <QComboBox>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QTabBar>
#include <QTest>

using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using clavitor::test::contrast;

namespace {

/// First and last column of `picture` that holds `colour`, -1 for none.
std::pair<int, int> columnsOf(const QImage &picture, const QColor &colour)
{
    std::pair<int, int> found{-1, -1};
    for (int x = 0; x < picture.width(); ++x)
        for (int y = 0; y < picture.height(); ++y)
            if (picture.pixelColor(x, y) == colour) {
                found = {found.first < 0 ? x : found.first, x};
                break;
            }
    return found;
}

} // namespace

class tst_ThemeStyle : public QObject {
    Q_OBJECT

    Theme m_theme;

    ThemeStyle *style() { return qobject_cast<ThemeStyle *>(QApplication::style()); }

private slots:
    void cleanup()
    {
        style()->setMotion(true);
        m_theme.setChoice(SchemeChoice::Light);
    }

    void readsOnAButtonThatIsOff_data()
    {
        QTest::addColumn<SchemeChoice>("scheme");
        QTest::addColumn<ButtonRole>("role");
        QTest::addColumn<QIcon>("picture");
        QTest::addColumn<QString>("words");
        for (const bool hasWords : {true, false}) {
            const auto row = [&](const char *name, SchemeChoice scheme, ButtonRole role) {
                QTest::addRow("%s, %s", name, hasWords ? "words" : "an icon")
                    << scheme << role << (hasWords ? QIcon() : icon(Symbol::Plus, Ink::OnAccent)) << (hasWords ? u"Unlock"_s : QString());
            };
            row("primary, light", SchemeChoice::Light, ButtonRole::Primary);
            row("primary, dark", SchemeChoice::Dark, ButtonRole::Primary);
            row("dangerous, light", SchemeChoice::Light, ButtonRole::Danger);
            row("dangerous, dark", SchemeChoice::Dark, ButtonRole::Danger);
        }
    }
    void readsOnAButtonThatIsOff()
    {
        QFETCH(SchemeChoice, scheme);
        QFETCH(ButtonRole, role);
        QFETCH(QIcon, picture);
        QFETCH(QString, words);
        m_theme.setChoice(scheme);
        QPushButton button(picture, words);
        setButtonRole(&button, role);
        QFont large = button.font();
        large.setPixelSize(48); // strokes wide enough to hold their ink whole
        button.setFont(large);
        button.setIconSize({48, 48});
        button.setEnabled(false);
        button.resize(button.sizeHint());
        const QImage grabbed = button.grab().toImage();
        const QColor fill = grabbed.pixelColor(grabbed.width() / 2, 4);
        double strongest = 0;
        for (int x = 8; x < grabbed.width() - 8; ++x)
            for (int y = 8; y < grabbed.height() - 8; ++y)
                strongest = std::max(strongest, contrast(grabbed.pixelColor(x, y), fill));
        QVERIFY2(strongest >= 4.5, qPrintable(QString::number(strongest)));
        // And is told from one that can be pressed.
        button.setEnabled(true);
        QVERIFY(button.grab().toImage().pixelColor(grabbed.width() / 2, 4) != fill);
    }

    void movesABarWithoutAnEnd()
    {
        QProgressBar bar;
        bar.setRange(0, 0);
        bar.setTextVisible(false);
        bar.resize(200, 8);
        bar.show();
        QVERIFY(QTest::qWaitForWindowExposed(&bar));
        const QImage first = bar.grab().toImage();
        QTRY_VERIFY(bar.grab().toImage() != first);
    }

    void keepsABarWithoutAnEndStillWhereLessMotionIsAskedFor()
    {
        style()->setMotion(false);
        QProgressBar bar;
        bar.setRange(0, 0);
        bar.setTextVisible(false);
        bar.resize(200, 8);
        bar.show();
        QVERIFY(QTest::qWaitForWindowExposed(&bar));
        const QImage first = bar.grab().toImage();
        QTest::qWait(200);
        QCOMPARE(bar.grab().toImage(), first);
        // In the middle, so that it is not taken for so much done.
        const auto [from, to] = columnsOf(first, lightTokens().accent);
        QVERIFY(from > 40);
        QCOMPARE(from, first.width() - 1 - to);
    }

    void keepsNoRoomForIconsInAMenuWithout()
    {
        QMenu plain;
        plain.addAction(u"While unlocked"_s);
        QMenu withIcon;
        withIcon.addAction(icon(Symbol::Check), u"While unlocked"_s);
        QVERIFY(plain.sizeHint().width() <= withIcon.sizeHint().width() - 18);
        QMenu checkable;
        checkable.addAction(u"While unlocked"_s)->setCheckable(true);
        QCOMPARE(checkable.sizeHint().width(), withIcon.sizeHint().width());
    }

    void beginsTabsInLineWithWhatIsBelow()
    {
        QTabBar tabs;
        tabs.setDocumentMode(true);
        tabs.setDrawBase(false);
        tabs.addTab(u"Keys"_s);
        tabs.addTab(u"Allowed"_s);
        tabs.resize(tabs.sizeHint());
        QCOMPARE(columnsOf(tabs.grab().toImage(), lightTokens().accent).first, 0);
    }

    void elidesAChoiceThatDoesNotFit()
    {
        QComboBox box;
        box.addItem(u"All outcomes of every kind there is"_s);
        box.resize(100, 32);
        const QImage cut = box.grab().toImage();
        box.setItemText(0, box.fontMetrics().elidedText(box.itemText(0), Qt::ElideRight, 100 - 28 - space::s - 2));
        QCOMPARE(box.grab().toImage(), cut);
    }
};

QTEST_MAIN(tst_ThemeStyle)
#include "tst_ThemeStyle.moc"
