// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalDialog.h"

#include "app/base/Error.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/approval/ApprovalText.h"
#include "ui/widgets/ConfirmSheet.h"

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::ApprovalDialog;
using ui::DeadTime;

Q_DECLARE_METATYPE(clavitor::AskedBecause)

class tst_ApprovalDialog : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void showsWhoWhatWhyAndHowOften();
    void saysWhatItDoesNotKnow();
    void isDeadToEverythingAtFirst_data();
    void isDeadToEverythingAtFirst();
    void isDeadAgainWhenTheQuestionChanges();
    void isDeadToAssistiveToolsToo();
    void isDeadToKeysWhenItComesToHaveTheKeyboard();
    void takesNoKeyThatIsHeldDown();
    void staysDeadWhileTheClockOfTheWallJumps();
    void takesNoKeyboardWhenItComesUp();
    void startsOnDeny();
    void deniesByEscEnterAndClosing();
    void closingDeniesEvenWhileDead();
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

private:
    void show(const ApprovalRequest &request);
    void wake()
    {
        pass(DeadTime::Milliseconds);
        QVERIFY(QTest::qWaitFor([this] { return find(u"Deny"_s)->isEnabled(); }, 10'000));
    }
    /// The steady clock goes on, and the dialog had its turn.
    void pass(qint64 milliseconds)
    {
        m_steady += milliseconds;
        m_now += milliseconds;
        QTest::qWait(90);
    }
    QPushButton *find(const QString &text)
    {
        for (auto *button : m_dialog->findChildren<QPushButton *>())
            if (QString(button->text()).remove(u'&') == text || button->accessibleName() == text)
                return button;
        return nullptr;
    }
    QList<ApprovalAnswer> given() const { return m_given; }

    qint64 m_now = 1'773'000'000'000;
    qint64 m_steady = 5'000;
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<ApprovalDialog> m_dialog;
    QList<ApprovalAnswer> m_given;
};

void tst_ApprovalDialog::init()
{
    m_given.clear();
    m_vault = std::make_unique<ScriptedVault>();
    m_dialog = std::make_unique<ApprovalDialog>([this] { return m_now; }, [this] { return m_steady; });
    connect(m_dialog.get(), &ApprovalDialog::answered, this, [this](ApprovalId, ApprovalAnswer answer) { m_given << answer; });
}

void tst_ApprovalDialog::cleanup()
{
    m_dialog.reset();
    m_vault.reset();
}

void tst_ApprovalDialog::show(const ApprovalRequest &request)
{
    m_dialog->ask(request, ui::ApprovalText::repository({}).isEmpty() ? std::optional(GitWorkplace{u"shop"_s, u"main"_s, {}}) : std::nullopt);
    m_dialog->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
}

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
                                u"/srv/shop"_s, u"repository shop, branch main"_s, u"first time"_s, u"never read this entry · 3 reads today"_s,
                                u"1:00 left, then denied"_s})
        QVERIFY2(reads(part), qPrintable(part));
    m_dialog->setWaiting(2);
    QVERIFY(reads(u"2 more wait"_s));
    m_dialog->setWaiting(1);
    QVERIFY(reads(u"1 more question waits"_s));
    QVERIFY(m_dialog->accessibleName().contains(u"wants the password of"_s));
    QVERIFY(m_dialog->accessibleDescription().contains(u"deploy the staging stack"_s));
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

void tst_ApprovalDialog::isDeadToEverythingAtFirst_data()
{
    QTest::addColumn<qint64>("after");
    QTest::addColumn<bool>("counts");
    for (qint64 after : {0, 100, 200, 300, 400, 500, 600, 700, 799})
        QTest::addRow("%lld ms", static_cast<long long>(after)) << after << false;
    QTest::newRow("800 ms") << qint64(800) << true;
}

void tst_ApprovalDialog::isDeadToEverythingAtFirst()
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

void tst_ApprovalDialog::isDeadAgainWhenTheQuestionChanges()
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
    QTest::mouseClick(allow, Qt::LeftButton);
    pass(799);
    QTest::mouseClick(allow, Qt::LeftButton);
    QVERIFY(given().isEmpty());
    pass(1);
    QTRY_VERIFY(allow->isEnabled());
    QTest::mouseClick(allow, Qt::LeftButton);
    QCOMPARE(given().size(), 1);
}

void tst_ApprovalDialog::isDeadToAssistiveToolsToo()
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

void tst_ApprovalDialog::isDeadToKeysWhenItComesToHaveTheKeyboard()
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

void tst_ApprovalDialog::takesNoKeyThatIsHeldDown()
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

void tst_ApprovalDialog::staysDeadWhileTheClockOfTheWallJumps()
{
    show(ScriptedVault::question(m_now));
    m_now += 30'000;
    QTest::qWait(90);
    QTest::mouseClick(find(u"Allow while unlocked"_s), Qt::LeftButton);
    QVERIFY(given().isEmpty());
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

void tst_ApprovalDialog::closingDeniesEvenWhileDead()
{
    show(ScriptedVault::question(m_now));
    QVERIFY(m_dialog->close());
    QCOMPARE(given(), QList<ApprovalAnswer>{ApprovalAnswer::Deny});
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
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(menu->actions().at(i)).center());
        QCOMPARE(given().size(), i + 1);
        QVERIFY(given().last() != ui::allowChoices(because).main);
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
    request.reason = QString(256, u'W');
    request.caller = {u"/"_s + QString(4000, u'W'), 1, QString(4000, u'W'), u"/"_s + QString(4000, u'W'), QString(4000, u'W')};
    show(request);
    QVERIFY2(m_dialog->height() <= 640, qPrintable(QString::number(m_dialog->height())));
    request.keyName = QString(64, u'W');
    request.title = QString(1024, u'W');
    request.fields = QStringList(1000, QString(1024, u'W'));
    request.urls = {u"https://"_s + QString(60, u'w') + u".example"_s};
    show(request);
    QCOMPARE(m_dialog->width(), width);
    QVERIFY2(m_dialog->height() <= 800, qPrintable(QString::number(m_dialog->height())));
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
