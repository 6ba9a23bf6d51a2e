// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalDialog.h"
#include "app/link/Messages.h"
#include "tests/ui/approval/ShownQuestion.h"

#include <QScrollArea>
#include <QScrollBar>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::ApprovalDialog;
using ui::DeadTime;

class tst_ApprovalDialog : public ShownQuestion {
    Q_OBJECT
private slots:
    void showsWhoWhatWhyAndHowOften();
    void saysWhatItDoesNotKnow();
    void showsTheReasonWhole_data();
    void showsTheReasonWhole();
    void takesNoKeyboardWhenItComesUp();
    void startsOnDeny();
    void deniesByEscEnterAndClosing();
    void allowsByItsLetterAndByTab();
    void offersTheOtherAnswersInTheMenu_data();
    void offersTheOtherAnswersInTheMenu();
    void shutsTheMenuWhenTheQuestionChanges();
    void answersOnce();
    void allowsNothingWhenTheTimeIsUp();
    void countsDown();
    void saysHowAQuestionEnded();
    void opensAgainAfterAnError();
    void staysUsableBesideAModalSheet();
    void keepsItsWidthWhateverTheNames();
    void everyControlHasANameAndIsReachedByTab();
};

void tst_ApprovalDialog::showsWhoWhatWhyAndHowOften()
{
    ApprovalRequest request = ScriptedVault::question(m_now);
    request.caller.folder = u"/srv/shop"_s;
    show(request);
    const auto reads = [this](const QString &text) {
        for (auto *label : m_dialog->findChildren<QLabel *>()) {
            QString shown = label->text();
            if (label->isVisibleTo(m_dialog.get()) && shown.remove(QChar(0x2068)).remove(QChar(0x2069)).remove(QChar(0x200B)).contains(text))
                return true;
        }
        return false;
    };
    for (const QString &part : {u"codex-agent wants the password of"_s, u"AWS production"_s, u"API key · console.aws.example"_s,
                                u"“deploy the staging stack”"_s, u"said by the agent"_s, u"codex ← zsh ← kitty"_s, u"/usr/local/bin/codex"_s,
                                u"/srv/shop"_s, u"repository shop, branch main"_s, u"it has not had this entry yet"_s, u"never read this entry · 3 reads in 24 hours"_s,
                                u"1:00 left, then denied"_s})
        QVERIFY2(reads(part), qPrintable(part));
    m_dialog->setWaiting(2);
    QVERIFY(reads(u"2 more wait"_s));
    m_dialog->setWaiting(1);
    QVERIFY(reads(u"1 more question waits"_s));
    QVERIFY(m_dialog->accessibleName().contains(u"wants the password of"_s));
    QVERIFY(m_dialog->accessibleDescription().contains(u"deploy the staging stack"_s));
}

void tst_ApprovalDialog::showsTheReasonWhole_data()
{
    QTest::addColumn<QStringList>("reasons");
    QTest::newRow("none") << QStringList{QString()};
    QTest::newRow("one") << QStringList{u"deploy the staging stack"_s};
    QTest::newRow("one, after a question without") << QStringList{QString(), u"deploy the staging stack"_s};
    QTest::newRow("none, after a question with one") << QStringList{u"deploy the staging stack"_s, QString()};
    QTest::newRow("two lines, after one") << QStringList{u"deploy"_s, u"deploy the staging stack, and look whether the job of last night that copies the invoices has left "
                                                                     u"anything behind"_s};
}

void tst_ApprovalDialog::showsTheReasonWhole()
{
    QFETCH(QStringList, reasons);
    for (const QString &reason : std::as_const(reasons)) {
        ApprovalRequest request = ScriptedVault::question(m_now);
        request.reason = reason;
        show(request);
    }
    QTest::qWait(50); // what comes up only later
    const auto *area = m_dialog->findChild<QScrollArea *>();
    QCOMPARE(area->verticalScrollBar()->maximum(), 0);
    QCOMPARE(area->focusPolicy(), Qt::NoFocus);
    QCOMPARE(area->widget()->size(), area->viewport()->size());
    int seen = 0;
    for (const auto *label : area->findChildren<QLabel *>()) {
        if (!label->isVisible() || label->text().isEmpty())
            continue;
        ++seen;
        QCOMPARE(label->visibleRegion().boundingRect(), label->rect());
        QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
    QCOMPARE(seen, reasons.last().isEmpty() ? 2 : 3);
}

void tst_ApprovalDialog::saysWhatItDoesNotKnow()
{
    ApprovalRequest request = ScriptedVault::question(m_now);
    request.caller = {};
    request.reason.clear();
    m_dialog->ask(request, std::nullopt);
    m_dialog->show();
    QVERIFY(says(m_dialog.get(), u"no reason given"_s));
    QVERIFY(!says(m_dialog.get(), u"said by the agent"_s));
    QVERIFY(says(m_dialog.get(), u"unknown: "_s));
    QVERIFY(says(m_dialog.get(), u"unknown folder"_s));
}

void tst_ApprovalDialog::takesNoKeyboardWhenItComesUp()
{
    QVERIFY(m_dialog->testAttribute(Qt::WA_ShowWithoutActivating));
    QVERIFY(m_dialog->windowFlags().testFlag(Qt::WindowStaysOnTopHint));
    QCOMPARE(m_dialog->windowModality(), Qt::NonModal);
}

void tst_ApprovalDialog::startsOnDeny()
{
    show(ScriptedVault::question(m_now));
    m_dialog->activateWindow();
    QVERIFY(!find(u"Deny"_s)->isEnabled());
    wake();
    QCOMPARE(m_dialog->focusWidget(), find(u"Deny"_s));
    find(u"Allow while unlocked"_s)->setFocus();
    m_dialog->ask(ScriptedVault::question(m_now), std::nullopt);
    wake();
    QCOMPARE(m_dialog->focusWidget(), find(u"Deny"_s));
}

void tst_ApprovalDialog::deniesByEscEnterAndClosing()
{
    for (Qt::Key key : {Qt::Key_Escape, Qt::Key_Return, Qt::Key_Space}) {
        m_given.clear();
        show(ScriptedVault::question(m_now));
        wake();
        QTest::keyClick(key == Qt::Key_Escape ? static_cast<QWidget *>(m_dialog.get()) : find(u"Deny"_s), key);
        QCOMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::Deny});
    }
    m_given.clear();
    show(ScriptedVault::question(m_now));
    wake();
    m_dialog->close();
    QCOMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::Deny});
    QVERIFY(!m_dialog->isVisible());
}

void tst_ApprovalDialog::allowsByItsLetterAndByTab()
{
    show(ScriptedVault::question(m_now));
    m_dialog->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    wake();
    QTest::keyClick(m_dialog->windowHandle(), Qt::Key_U, Qt::AltModifier);
    QTRY_COMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::WhileUnlocked});
    m_given.clear();
    show(ScriptedVault::question(m_now));
    wake();
    QTest::keyClick(m_dialog->windowHandle(), Qt::Key_P, Qt::AltModifier);
    QTRY_COMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::DenyAndPause});
    m_given.clear();
    show(ScriptedVault::question(m_now));
    wake();
    QTest::keyClick(m_dialog->windowHandle(), Qt::Key_Tab);
    QCOMPARE(m_dialog->focusWidget(), find(u"Deny and pause key"_s));
    QTest::keyClick(m_dialog->windowHandle(), Qt::Key_Tab);
    QCOMPARE(m_dialog->focusWidget(), find(u"Allow while unlocked"_s));
    QTest::keyClick(m_dialog->windowHandle(), Qt::Key_Return);
    QCOMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::WhileUnlocked});
}

void tst_ApprovalDialog::offersTheOtherAnswersInTheMenu_data()
{
    QTest::addColumn<AskedBecause>("because");
    QTest::addColumn<QString>("main");
    QTest::addColumn<QStringList>("others");
    const QString once = u"Allow once"_s;
    const QString unlocked = u"Allow while unlocked"_s;
    const QString hour = u"Allow for 1 hour"_s;
    const QString always = u"Always allow this entry"_s;
    QTest::newRow("first time") << AskedBecause::FirstTime << unlocked << QStringList{once, hour, always};
    QTest::newRow("second factor") << AskedBecause::SecondFactor << once << QStringList{unlocked, hour, always};
    QTest::newRow("minute") << AskedBecause::MinuteBudget << once << QStringList{unlocked, hour};
    QTest::newRow("hour") << AskedBecause::HourBudget << once << QStringList{unlocked, hour};
}

void tst_ApprovalDialog::offersTheOtherAnswersInTheMenu()
{
    QFETCH(AskedBecause, because);
    QFETCH(QString, main);
    QFETCH(QStringList, others);
    ApprovalRequest request = ScriptedVault::question(m_now);
    request.because = because;
    QStringList found;
    for (int i = 0; i < others.size(); ++i) {
        show(request);
        wake();
        QVERIFY(find(main));
        QTest::mouseClick(find(u"Other ways to allow it"_s), Qt::LeftButton);
        auto *menu = m_dialog->findChild<QMenu *>();
        QTRY_VERIFY(menu->isVisible());
        QCOMPARE(menu->actions().size(), others.size());
        found << QString(menu->actions().at(i)->text()).remove(u'&');
        const QPoint at = menu->actionGeometry(menu->actions().at(i)).center();
        // As a hand comes there: Qt takes a click at which the pointer stood still for one that closes the menu.
        for (int step = 0; step < 8; ++step)
            QTest::mouseMove(menu, at + QPoint(step % 2, 0));
        QTest::mouseClick(menu, Qt::LeftButton, {}, at);
        QCOMPARE(given().size(), i + 1);
        QVERIFY(given().last() != ui::allowChoices(request).main);
    }
    QCOMPARE(found, others);
}

void tst_ApprovalDialog::shutsTheMenuWhenTheQuestionChanges()
{
    show(ScriptedVault::question(m_now));
    wake();
    find(u"Other ways to allow it"_s)->click();
    auto *menu = m_dialog->findChild<QMenu *>();
    QVERIFY(menu->isVisible());
    m_dialog->ask(ScriptedVault::question(m_now), std::nullopt);
    QVERIFY(!menu->isVisible());
    menu->actions().last()->trigger();
    QVERIFY(given().isEmpty());
}

void tst_ApprovalDialog::answersOnce()
{
    show(ScriptedVault::question(m_now));
    wake();
    QPushButton *allow = find(u"Allow while unlocked"_s);
    QTest::mouseClick(allow, Qt::LeftButton);
    QTest::mouseClick(allow, Qt::LeftButton);
    QTest::mouseClick(find(u"Deny"_s), Qt::LeftButton);
    QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
    m_dialog->close();
    QCOMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::WhileUnlocked});
}

void tst_ApprovalDialog::allowsNothingWhenTheTimeIsUp()
{
    show(ScriptedVault::question(m_now));
    pass(60'000);
    QTest::qWait(1100);
    QVERIFY(says(m_dialog.get(), u"time is up"_s));
    QVERIFY(!find(u"Allow while unlocked"_s)->isEnabled());
    m_dialog->findChild<QMenu *>()->actions().last()->trigger();
    QVERIFY(given().isEmpty());
    QTest::mouseClick(find(u"Deny"_s), Qt::LeftButton);
    QCOMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::Deny});
}

void tst_ApprovalDialog::countsDown()
{
    show(ScriptedVault::question(m_now));
    QVERIFY(says(m_dialog.get(), u"1:00 left"_s));
    m_now += 13'000;
    QVERIFY(willSay(m_dialog.get(), u"0:47 left"_s));
    m_now -= 3'600'000; // set back: it says no more than there can be
    QTRY_VERIFY(!says(m_dialog.get(), u"0:47 left"_s));
}

void tst_ApprovalDialog::saysHowAQuestionEnded()
{
    show(ScriptedVault::question(m_now));
    wake();
    m_dialog->tellEnd(u"codex-agent does not wait any more. Nothing was given."_s);
    QVERIFY(says(m_dialog.get(), u"does not wait any more"_s));
    QVERIFY(!find(u"Allow while unlocked"_s)->isVisibleTo(m_dialog.get()));
    QTest::keyClick(m_dialog.get(), Qt::Key_Return);
    m_dialog->close();
    QVERIFY(given().isEmpty());
    show(ScriptedVault::question(m_now));
    QVERIFY(find(u"Allow while unlocked"_s)->isVisibleTo(m_dialog.get()));
    QVERIFY(!says(m_dialog.get(), u"does not wait any more"_s));
}

void tst_ApprovalDialog::opensAgainAfterAnError()
{
    show(ScriptedVault::question(m_now));
    wake();
    find(u"Allow while unlocked"_s)->click();
    QVERIFY(!find(u"Deny"_s)->isEnabled());
    m_dialog->tellError({ErrorCode::DiskFull, {}});
    QVERIFY(says(m_dialog.get(), u"The disk is full."_s));
    find(u"Allow while unlocked"_s)->click();
    QCOMPARE(given().size(), 1);
    wake();
    find(u"Deny"_s)->click();
    QCOMPARE(given(), (QList{ApprovalAnswer::WhileUnlocked, ApprovalAnswer::Deny}));
}

void tst_ApprovalDialog::staysUsableBesideAModalSheet()
{
    QMainWindow window;
    window.show();
    ui::ConfirmSheet sheet(u"Revoke?"_s, u"It stops."_s, u"Revoke"_s, {}, &window);
    sheet.setAttribute(Qt::WA_DeleteOnClose, false);
    sheet.open();
    show(ScriptedVault::question(m_now));
    wake();
    QTest::mouseClick(m_dialog->windowHandle(), Qt::LeftButton, {},
                      find(u"Allow while unlocked"_s)->mapTo(m_dialog.get(), find(u"Allow while unlocked"_s)->rect().center()));
    QTRY_COMPARE(given().size(), 1);
}

void tst_ApprovalDialog::keepsItsWidthWhateverTheNames()
{
    show(ScriptedVault::question(m_now));
    const int width = m_dialog->width();
    ApprovalRequest request = ScriptedVault::question(m_now);
    // What a stranger says must not push the answers off a small screen.
    request.reason = QString(link::MaxReason, u'W');
    request.caller = {u"/"_s + QString(4000, u'W'), 1, QString(4000, u'W'), u"/"_s + QString(4000, u'W'), QString(4000, u'W')};
    show(request);
    QVERIFY2(m_dialog->height() <= 720, qPrintable(QString::number(m_dialog->height())));
    request.keyName = QString(64, u'W');
    request.title = QString(1024, u'W');
    request.fields = QStringList(1000, QString(1024, u'W'));
    request.urls = {u"https://"_s + QString(60, u'w') + u".example"_s};
    show(request);
    QCOMPARE(m_dialog->width(), width);
    QVERIFY2(m_dialog->height() <= 800, qPrintable(QString::number(m_dialog->height())));
    // Whole all the same: what does not fit is scrolled to, by the keyboard, too, and the answers stay where they are.
    auto *area = m_dialog->findChild<QScrollArea *>();
    QVERIFY(area && area->verticalScrollBar()->maximum() > 0);
    QCOMPARE(area->focusPolicy(), Qt::TabFocus);
    QVERIFY(m_dialog->rect().contains(find(u"Deny"_s)->geometry().translated(find(u"Deny"_s)->parentWidget()->pos())));
    show(ScriptedVault::question(m_now));
    QCOMPARE(area->verticalScrollBar()->maximum(), 0);
    QCOMPARE(area->focusPolicy(), Qt::NoFocus);
    for (auto *label : m_dialog->findChildren<QLabel *>())
        if (label->isVisibleTo(m_dialog.get()))
            QVERIFY2(label->mapTo(m_dialog.get(), label->rect().bottomRight()).x() <= width, qPrintable(label->text()));
}

void tst_ApprovalDialog::everyControlHasANameAndIsReachedByTab()
{
    show(ScriptedVault::question(m_now));
    wake();
    QSet<QWidget *> reached;
    for (int i = 0; i < 10; ++i) {
        reached << m_dialog->focusWidget();
        QTest::keyClick(m_dialog->windowHandle(), Qt::Key_Tab);
    }
    for (auto *button : m_dialog->findChildren<QPushButton *>()) {
        if (!button->isVisibleTo(m_dialog.get()))
            continue;
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(button);
        QVERIFY2(!face->text(QAccessible::Name).isEmpty(), qPrintable(button->text()));
        QVERIFY2(reached.contains(button), qPrintable(button->text()));
    }
}

QTEST_MAIN(tst_ApprovalDialog)
#include "tst_ApprovalDialog.moc"
