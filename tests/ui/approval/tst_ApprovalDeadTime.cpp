// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalDialog.h"
#include "tests/ui/approval/ShownQuestion.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::ApprovalDialog;
using ui::DeadTime;

/// What is pressed before a person can have read the question counts for nothing.
class tst_ApprovalDeadTime : public ShownQuestion {
    Q_OBJECT
private slots:
    void isDeadToEverythingAtFirst_data();
    void isDeadToEverythingAtFirst();
    void isDeadAgainWhenTheQuestionChanges();
    void isDeadOnceMoreWhenCallsJoinTheQuestion();
    void isDeadToAssistiveToolsToo();
    void isDeadToKeysWhenItComesToHaveTheKeyboard();
    void takesNoKeyThatIsHeldDown();
    void staysDeadWhileTheClockOfTheWallJumps();
    void closingDeniesEvenWhileDead();

private:
    void isDeadForItsTime(QPushButton *allow)
    {
        QTest::mouseClick(allow, Qt::LeftButton);
        pass(799);
        QTest::mouseClick(allow, Qt::LeftButton);
        QVERIFY(given().isEmpty());
        pass(1);
        QTRY_VERIFY(allow->isEnabled());
    }
};

void tst_ApprovalDeadTime::isDeadToEverythingAtFirst_data()
{
    QTest::addColumn<qint64>("after");
    QTest::addColumn<bool>("counts");
    for (qint64 after : {0, 100, 200, 300, 400, 500, 600, 700, 799})
        QTest::addRow("%lld ms", static_cast<long long>(after)) << after << false;
    QTest::newRow("800 ms") << qint64(800) << true;
}

void tst_ApprovalDeadTime::isDeadToEverythingAtFirst()
{
    QFETCH(qint64, after);
    QFETCH(bool, counts);
    show(ScriptedVault::question(m_now));
    QPushButton *allow = find(u"Allow while unlocked"_s);
    QVERIFY(allow);
    pass(after);
    QVERIFY(!counts || QTest::qWaitFor([&] { return allow->isEnabled(); }, 10'000));
    QCOMPARE(allow->isEnabled(), counts);
    const auto press = [&] {
        QTest::mouseClick(allow, Qt::LeftButton);
        QTest::mouseDClick(allow, Qt::LeftButton);
        QTest::mouseClick(m_dialog->windowHandle(), Qt::LeftButton, {}, allow->mapTo(m_dialog.get(), allow->rect().center()));
        for (Qt::Key key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space, Qt::Key_Escape}) {
            QTest::keyClick(allow, key);
            QTest::keyClick(m_dialog.get(), key);
            QTest::keyClick(m_dialog->windowHandle(), key);
        }
        QTest::keyClick(m_dialog->windowHandle(), Qt::Key_U, Qt::AltModifier);
        allow->click();
        find(u"Other ways to allow it"_s)->click();
    };
    press();
    if (counts) {
        QCOMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::WhileUnlocked});
    } else {
        QVERIFY2(given().isEmpty(), "neither a grant nor a denial");
        QVERIFY(m_dialog->isOpen());
        QVERIFY(!m_dialog->findChild<QMenu *>()->isVisible());
    }
}

void tst_ApprovalDeadTime::isDeadAgainWhenTheQuestionChanges()
{
    show(ScriptedVault::question(m_now));
    wake();
    QPushButton *allow = find(u"Allow while unlocked"_s);
    QVERIFY(allow->isEnabled());
    ApprovalRequest other = ScriptedVault::question(m_now);
    other.title = u"Root of everything"_s;
    // The finger is on its way down: the other question must not get what was meant for the first.
    QTest::mousePress(allow, Qt::LeftButton);
    m_dialog->ask(other, std::nullopt);
    QTest::mouseRelease(allow, Qt::LeftButton);
    isDeadForItsTime(allow);
    QTest::mouseClick(allow, Qt::LeftButton);
    QCOMPARE(given().size(), 1);
}

void tst_ApprovalDeadTime::isDeadOnceMoreWhenCallsJoinTheQuestion()
{
    show(ScriptedVault::question(m_now));
    wake();
    QPushButton *allow = find(u"Allow while unlocked"_s);
    m_dialog->setCalls(2);
    isDeadForItsTime(allow);
    // A third moves nothing, and one that hangs up and calls again keeps nobody from answering.
    for (const int calls : {3, 2, 1, 2})
        m_dialog->setCalls(calls);
    QTest::mouseClick(allow, Qt::LeftButton);
    QCOMPARE(given().size(), 1);
}

void tst_ApprovalDeadTime::isDeadToAssistiveToolsToo()
{
    show(ScriptedVault::question(m_now));
    QAccessibleInterface *allow = QAccessible::queryAccessibleInterface(find(u"Allow while unlocked"_s));
    QVERIFY(allow && allow->actionInterface());
    allow->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTest::qWait(50);
    QVERIFY(given().isEmpty());
    wake();
    allow->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_COMPARE(given().size(), 1);
}

void tst_ApprovalDeadTime::isDeadToKeysWhenItComesToHaveTheKeyboard()
{
    show(ScriptedVault::question(m_now));
    wake();
    QEvent activated(QEvent::WindowActivate);
    QApplication::sendEvent(m_dialog.get(), &activated);
    QTest::keyClick(m_dialog->windowHandle(), Qt::Key_U, Qt::AltModifier);
    QTest::keyClick(m_dialog->windowHandle(), Qt::Key_Space);
    QVERIFY(given().isEmpty());
    QTest::mouseClick(find(u"Allow while unlocked"_s), Qt::LeftButton);
    QCOMPARE(given().size(), 1);
}

void tst_ApprovalDeadTime::takesNoKeyThatIsHeldDown()
{
    show(ScriptedVault::question(m_now));
    wake();
    for (QEvent::Type type : {QEvent::KeyPress, QEvent::KeyRelease}) {
        QKeyEvent held(type, Qt::Key_Return, {}, u"\r"_s, true);
        QApplication::sendEvent(find(u"Deny"_s), &held);
        QKeyEvent space(type, Qt::Key_Space, {}, u" "_s, true);
        QApplication::sendEvent(find(u"Allow while unlocked"_s), &space);
    }
    QVERIFY(given().isEmpty());
}

void tst_ApprovalDeadTime::staysDeadWhileTheClockOfTheWallJumps()
{
    show(ScriptedVault::question(m_now));
    m_now += 30'000;
    QTest::qWait(90);
    QTest::mouseClick(find(u"Allow while unlocked"_s), Qt::LeftButton);
    QVERIFY(given().isEmpty());
}

void tst_ApprovalDeadTime::closingDeniesEvenWhileDead()
{
    show(ScriptedVault::question(m_now));
    QVERIFY(m_dialog->close());
    QCOMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::Deny});
}

QTEST_MAIN(tst_ApprovalDeadTime)
#include "tst_ApprovalDeadTime.moc"
