// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalPresenter.h"
#include "tests/ui/approval/PresentedQuestions.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::ApprovalDialog;
using ui::ApprovalPresenter;

/// Questions outside the window: notifications, the tray, and another program's full screen.
class tst_ApprovalNotices : public PresentedQuestions {
    Q_OBJECT
private slots:
    void answersFromTheNotification();
    void takesNothingFromANotificationJustShown();
    void givesNothingThatLastsFromANotification();
    void allowsNoCommandFromALineThatDoesNotShowIt();
    void closesTheNotificationWithTheQuestion();
    void usesTheTrayWhereNotificationsHaveNoButtons();
    void floodsNoDesktopWithNotifications();
    void staysDownWhileAnotherProgramFillsTheScreen();
    void comesUpOverAFullScreenWhenAskedTo();
};

void tst_ApprovalNotices::answersFromTheNotification()
{
    for (const auto &[key, answer] : {std::pair(u"once"_s, ApprovalAnswer::Once), std::pair(u"deny"_s, ApprovalAnswer::Deny)}) {
        m_vault->answers.clear();
        const ApprovalRequest request = ask();
        QTRY_COMPARE(m_service->shown.size(), 1);
        QVERIFY(m_service->shown.first().title.contains(u"wants the"_s));
        QVERIFY(m_service->shown.first().text.contains(u"deploy the staging stack"_s));
        QVERIFY(isAsking(u"AWS production"_s));
        QTest::qWait(50);
        wake();
        m_service->press(key);
        QTRY_COMPARE(m_vault->answers, (QList{std::pair(request.id, answer)}));
        QTRY_VERIFY(!dialog()->isVisible());
        QTRY_VERIFY(m_service->shown.isEmpty());
    }
}

void tst_ApprovalNotices::takesNothingFromANotificationJustShown()
{
    ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    QVERIFY(isAsking(u"AWS production"_s));
    QTest::qWait(50);
    for (int after = 0; after < 800; after += 100) {
        m_service->press(u"once"_s);
        m_service->press(u"deny"_s);
        QTest::qWait(20);
        m_steady += 100;
    }
    QVERIFY(m_vault->answers.isEmpty());
    QVERIFY(dialog()->isOpen());
    m_service->press(u"once"_s);
    QTRY_COMPARE(m_vault->answers.size(), 1);
}

void tst_ApprovalNotices::givesNothingThatLastsFromANotification()
{
    ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    const QStringList actions = m_service->shown.first().actions;
    QCOMPARE(actions.size(), 6);
    QVERIFY(actions.contains(u"once"_s) && actions.contains(u"deny"_s) && actions.contains(u"default"_s));
    QTest::qWait(50);
    wake();
    for (const QString &key : {u"always"_s, u"unlocked"_s, u"hour"_s, u""_s})
        m_service->press(key);
    QTest::qWait(50);
    QVERIFY(m_vault->answers.isEmpty());
    m_now += 60'000; // its time is up, and the vault has not told yet
    m_service->press(u"once"_s);
    QTest::qWait(50);
    QVERIFY(m_vault->answers.isEmpty());
}

void tst_ApprovalNotices::allowsNoCommandFromALineThatDoesNotShowIt()
{
    ApprovalRequest use = ScriptedVault::question(m_now);
    use.action = Action::Use;
    use.because = AskedBecause::Command;
    use.command = u"TOKEN=clavitor://a/b /bin/sh -c 'echo $TOKEN'"_s;
    m_vault->ask(m_client.get(), use);
    QTRY_COMPARE(m_service->shown.size(), 1);
    QVERIFY(!m_service->shown.first().actions.contains(u"once"_s));
    QVERIFY(m_service->shown.first().actions.contains(u"deny"_s));
    QTest::qWait(50);
    wake();
    m_service->press(u"once"_s);
    QTest::qWait(50);
    QVERIFY(m_vault->answers.isEmpty());
    m_service->press(u"deny"_s);
    QTRY_COMPARE(m_vault->answers, (QList{std::pair(use.id, ApprovalAnswer::Deny)}));
}

void tst_ApprovalNotices::closesTheNotificationWithTheQuestion()
{
    const ApprovalRequest request = ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    m_vault->end(m_client.get(), request.id, ApprovalEnd::AgentLeft);
    QTRY_VERIFY(m_service->shown.isEmpty());
    ask(u"two"_s);
    QTRY_COMPARE(m_service->shown.size(), 1);
    QVERIFY(isAsking(u"two"_s));
    wake();
    press(allow());
    QTRY_VERIFY(m_service->shown.isEmpty());
}

void tst_ApprovalNotices::usesTheTrayWhereNotificationsHaveNoButtons()
{
    m_service->abilities = {u"body"_s};
    make();
    ask();
    QVERIFY(isAsking(u"AWS production"_s));
    QCOMPARE(m_journal.told.size(), 1);
    QVERIFY(m_journal.told.first().contains(u"wants the"_s));
    QVERIFY(m_service->shown.isEmpty());
}

void tst_ApprovalNotices::floodsNoDesktopWithNotifications()
{
    for (int i = 0; i < 20; ++i) {
        const ApprovalRequest request = ask(u"entry %1"_s.arg(i), i);
        QVERIFY(isAsking(u"entry %1"_s.arg(i)));
        wake();
        dialog()->reject();
        QTRY_VERIFY(!dialog()->isVisible());
    }
    QTest::qWait(50);
    QCOMPARE(m_service->notified, ApprovalPresenter::NoticesAMinute);
    m_steady += 60'000;
    ask(u"later"_s);
    QTRY_COMPARE(m_service->notified, ApprovalPresenter::NoticesAMinute + 1);
}

void tst_ApprovalNotices::staysDownWhileAnotherProgramFillsTheScreen()
{
    m_fullScreen = true;
    const ApprovalRequest request = ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    QTest::qWait(1200);
    QVERIFY(!dialog()->isVisible());
    QVERIFY(m_presenter->isWaiting());
    m_fullScreen = false;
    QTRY_VERIFY(dialog()->isVisible());
    press(allow()); // it has just come up
    QVERIFY(m_vault->answers.isEmpty());
    wake();
    press(allow());
    QTRY_COMPARE(m_vault->answers.size(), 1);
    m_fullScreen = true;
    const ApprovalRequest other = ask(u"two"_s);
    QTRY_COMPARE(m_service->shown.size(), 1);
    m_vault->end(m_client.get(), other.id, ApprovalEnd::TimedOut);
    QTest::qWait(50);
    QVERIFY2(!dialog()->isVisible(), "an end that nobody saw coming is not told");
}

void tst_ApprovalNotices::comesUpOverAFullScreenWhenAskedTo()
{
    m_fullScreen = true;
    ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    QTest::qWait(50);
    m_service->press(u"default"_s);
    QTRY_VERIFY(dialog()->isVisible());
    QVERIFY(m_vault->answers.isEmpty());
    dialog()->hide();
    m_presenter->present();
    QVERIFY(dialog()->isVisible());
}

QTEST_MAIN(tst_ApprovalNotices)
#include "tst_ApprovalNotices.moc"
