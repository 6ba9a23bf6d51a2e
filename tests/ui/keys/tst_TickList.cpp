// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/TickList.h"

#include <QDialog>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

#include <memory>

using namespace Qt::StringLiterals;
using clavitor::ui::TickList;

/// In a dialog whose main button makes something.
class tst_TickList : public QObject {
    Q_OBJECT

    struct Bench {
        Bench()
        {
            auto *column = new QVBoxLayout(&dialog);
            column->addWidget(list = new TickList(u"Search"_s, u"Entries"_s));
            auto *make = new QPushButton(u"Make"_s);
            make->setDefault(true);
            column->addWidget(make);
            made = std::make_unique<QSignalSpy>(make, &QPushButton::clicked);
            list->setItems({{u"a"_s, u"github.com"_s, u"octo"_s, false}, {u"b"_s, u"AWS production"_s, u"deploy"_s, false}});
            search = list->findChild<QLineEdit *>();
            view = list->findChild<QListView *>();
            dialog.open();
            list->setFocus();
        }

        QDialog dialog;
        TickList *list = nullptr;
        QLineEdit *search = nullptr;
        QListView *view = nullptr;
        std::unique_ptr<QSignalSpy> made;
    };

private slots:
    void ticksWithReturnAndLeavesTheDialogAlone_data()
    {
        QTest::addColumn<Qt::Key>("key");
        QTest::newRow("Return") << Qt::Key_Return;
        QTest::newRow("Enter") << Qt::Key_Enter;
        QTest::newRow("Space") << Qt::Key_Space;
    }
    void ticksWithReturnAndLeavesTheDialogAlone()
    {
        QFETCH(Qt::Key, key);
        Bench bench;
        QVERIFY(QTest::qWaitForWindowActive(&bench.dialog));
        bench.view->setFocus();
        QTest::keyClick(bench.view, Qt::Key_Down);
        QTest::keyClick(bench.view, key);
        QCOMPARE(bench.list->ticked(), QStringList{u"b"_s});
        QTest::keyClick(bench.view, key);
        QCOMPARE(bench.list->ticked(), QStringList());
        QCOMPARE(bench.made->size(), 0);
    }

    void goesFromTheSearchToWhatItFound()
    {
        Bench bench;
        QVERIFY(QTest::qWaitForWindowActive(&bench.dialog));
        QTRY_VERIFY(bench.search->hasFocus());
        QTest::keyClicks(bench.search, u"aws"_s);
        QTest::keyClick(bench.search, Qt::Key_Return);
        QVERIFY(bench.view->hasFocus());
        QCOMPARE(bench.made->size(), 0);
        QTest::keyClick(bench.view, Qt::Key_Return);
        QCOMPARE(bench.list->ticked(), QStringList{u"b"_s});
        QCOMPARE(bench.made->size(), 0);
    }

    void staysInASearchThatFoundNothing()
    {
        Bench bench;
        QVERIFY(QTest::qWaitForWindowActive(&bench.dialog));
        QTest::keyClicks(bench.search, u"zzz"_s);
        QTest::keyClick(bench.search, Qt::Key_Return);
        QTRY_VERIFY(bench.search->hasFocus());
        QCOMPARE(bench.made->size(), 0);
    }

    void doesNotFlickerUnderAHeldReturn()
    {
        Bench bench;
        bench.view->setFocus();
        QTest::keyClick(bench.view, Qt::Key_Return);
        for (int repeat = 0; repeat < 5; ++repeat) {
            QKeyEvent held(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier, u"\r"_s, true);
            QCoreApplication::sendEvent(bench.view, &held);
        }
        QCOMPARE(bench.list->ticked(), QStringList{u"a"_s});
        QCOMPARE(bench.made->size(), 0);
    }
};

QTEST_MAIN(tst_TickList)
#include "tst_TickList.moc"
