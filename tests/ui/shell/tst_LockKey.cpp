// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/LockKey.h"

#include <QDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

using clavitor::ui::LockKey;

class tst_LockKey : public QObject {
    Q_OBJECT
private slots:
    void locksOutOfADialogWhileSomethingIsTyped()
    {
        LockKey key;
        QSignalSpy pressed(&key, &LockKey::pressed);
        QWidget window;
        window.show();
        QDialog dialog(&window);
        auto *line = new QLineEdit;
        (new QVBoxLayout(&dialog))->addWidget(line);
        dialog.open();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClicks(line, QStringLiteral("hello l"));
        QTest::keyClick(line, Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(pressed.size(), 0);
        QTest::keyClick(line, Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(pressed.size(), 1);
        QCOMPARE(line->text(), QStringLiteral("hello l"));
    }
    void locksOutOfADialogThatStopsNoOtherWindow()
    {
        LockKey key;
        QSignalSpy pressed(&key, &LockKey::pressed);
        QDialog dialog; // as the question of an agent is
        auto *more = new QPushButton;
        (new QVBoxLayout(&dialog))->addWidget(more);
        auto *menu = new QMenu(&dialog);
        menu->addAction(QStringLiteral("for good"));
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(more, Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(pressed.size(), 1);
        menu->popup(dialog.pos());
        QTest::keyClick(menu, Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(pressed.size(), 2);
    }
    void leavesTheWindowsOwnShortcutAlone()
    {
        LockKey key;
        QSignalSpy pressed(&key, &LockKey::pressed);
        QLineEdit window;
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(pressed.size(), 0);
    }
};

QTEST_MAIN(tst_LockKey)
#include "tst_LockKey.moc"
