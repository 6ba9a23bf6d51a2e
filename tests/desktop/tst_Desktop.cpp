// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Desktop.h"

#include "app/Keeper.h"
#include "app/base/LoginStart.h"
#include "app/base/Settings.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/TemporaryVault.h"
#include "tests/support/Widgets.h"
#include "ui/MainWindow.h"
#include "ui/Place.h"
#include "ui/TrayIcon.h"
#include "ui/audit/AuditPage.h"
#include "ui/connection/ConnectionPage.h"
#include "ui/keys/AgentsPage.h"
#include "ui/settings/SettingsPage.h"
#include "ui/setup/SetupWizard.h"
#include "ui/setup/UnlockDialog.h"
#include "ui/widgets/ConfirmSheet.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// The windows around a real keeper, on a desktop without a tray: which is shown when, and what leaving takes along.
class tst_Desktop : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init();
    void cleanup();
    void showsTheWizardWhereThereIsNoVault();
    void quitsWithTheWizardWhereNothingElseIsToBeSeen();
    void showsTheWindowOfAVault();
    void waitsForATrayBeforeItShowsAWindow();
    void asksBeforeQuittingTakesAVaultThatIsBeingMade();
    void quitsOnAskingWhereNothingIsLost();
    void unlocksInADialogWhereTheWindowIsHidden();
    void leadsFromOnePageToAnother();
    void takesTheTokenOfAnEndedKeyOutOfTheKeychain();
    void keepsWhatIsSaidOfOneWayFromATransientVault();
    void startsAtLoginOnlyWhereItIsToldHow();

private:
    template<typename Widget>
    [[nodiscard]] static Widget *shown()
    {
        for (QWidget *window : QApplication::topLevelWidgets())
            if (auto *found = qobject_cast<Widget *>(window); found && found->isVisible())
                return found;
        return nullptr;
    }
    [[nodiscard]] static QAction *inTray(const QString &words)
    {
        for (QWidget *window : QApplication::topLevelWidgets())
            if (const auto *menu = qobject_cast<QMenu *>(window))
                for (QAction *action : menu->actions())
                    if (action->text() == words)
                        return action;
        return nullptr;
    }
    void makeVault()
    {
        std::optional<Result<>> made;
        m_keeper->client().create({u"test"_s}, TemporaryVault::password(), {this, [&](const Result<> &result) { made = result; }});
        QTRY_VERIFY_WITH_TIMEOUT(made, 20'000);
        QVERIFY(made->has_value());
        m_keeper->client().lock();
        QTRY_COMPARE(m_keeper->client().facts().state, LockState::Locked);
    }
    void unlock()
    {
        m_keeper->client().unlock(TemporaryVault::password(), {this, [](const Result<> &) {}});
        QTRY_VERIFY_WITH_TIMEOUT(m_keeper->client().isUnlocked(), 20'000);
    }
    void makeDesktop(const LoginStart *start = nullptr)
    {
        ui::ThisComputer computer{ClientPlaces::of({}, m_home->path()), u"/usr/bin/clavitor"_s, &m_keychain};
        computer.loginStart = start;
        m_desktop = std::make_unique<Desktop>(*m_keeper, *m_settings, std::move(computer));
    }

    std::unique_ptr<QTemporaryDir> m_home;
    ScriptedKeychain m_keychain;
    std::unique_ptr<Keeper> m_keeper;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Desktop> m_desktop;
};

void tst_Desktop::init()
{
    if (ui::TrayIcon::hasHost())
        QSKIP("there is a tray here");
    m_home = std::make_unique<QTemporaryDir>();
    m_keychain.items.clear();
    Vault::Parts vault{m_home->filePath(u"vault"_s), systemClock(), crypto::systemRandom(), cheapestCost()};
    m_keeper = std::make_unique<Keeper>(Keeper::Parts{std::move(vault), m_keychain, {}, 0, nullptr});
    m_settings = std::make_unique<Settings>(m_home->filePath(u"settings.ini"_s));
}

void tst_Desktop::cleanup()
{
    m_desktop.reset();
    m_settings.reset();
    m_keeper.reset();
}

void tst_Desktop::showsTheWizardWhereThereIsNoVault()
{
    for (const bool minimised : {false, true}) {
        makeDesktop();
        m_desktop->open(minimised);
        QVERIFY(shown<ui::SetupWizard>());
        QVERIFY(!shown<ui::MainWindow>());
        m_desktop.reset();
        for (QWidget *window : QApplication::topLevelWidgets())
            delete qobject_cast<ui::SetupWizard *>(window);
    }
}

void tst_Desktop::quitsWithTheWizardWhereNothingElseIsToBeSeen()
{
    makeDesktop();
    QSignalSpy quits(m_desktop.get(), &Desktop::quitRequested);
    m_desktop->open(false);
    shown<ui::SetupWizard>()->close();
    QTRY_COMPARE(quits.size(), 1);
}

void tst_Desktop::showsTheWindowOfAVault()
{
    makeVault();
    makeDesktop();
    m_desktop->open(false);
    QVERIFY(shown<ui::MainWindow>());
    QVERIFY(!shown<ui::SetupWizard>());
}

void tst_Desktop::waitsForATrayBeforeItShowsAWindow()
{
    makeVault();
    makeDesktop();
    QElapsedTimer timer;
    timer.start();
    m_desktop->open(true, std::chrono::milliseconds(500));
    QVERIFY(!shown<ui::MainWindow>());
    QTRY_VERIFY(shown<ui::MainWindow>());
    QVERIFY(timer.elapsed() >= 450);
}

void tst_Desktop::asksBeforeQuittingTakesAVaultThatIsBeingMade()
{
    makeDesktop();
    QSignalSpy quits(m_desktop.get(), &Desktop::quitRequested);
    m_desktop->open(false);
    QPointer<ui::SetupWizard> wizard = shown<ui::SetupWizard>();
    press(button(wizard, u"Next"_s));
    type(lineEdit(wizard, u"Master password"_s), u"plum-ladder-orbit-seven"_s);
    type(lineEdit(wizard, u"Master password again"_s), u"plum-ladder-orbit-seven"_s);
    QTRY_VERIFY(button(wizard, u"Next"_s)->isEnabled());
    press(button(wizard, u"Next"_s));
    QTRY_VERIFY(button(wizard, u"Create the vault"_s)->isEnabled());
    press(button(wizard, u"Create the vault"_s));
    QTRY_COMPARE_WITH_TIMEOUT(wizard->step(), ui::SetupWizard::Recovery, 20'000);
    QVERIFY(m_keeper->client().facts().isUnfinished);
    QVERIFY(inTray(u"&Quit"_s));
    inTray(u"&Quit"_s)->trigger();
    const auto *question = wizard->findChild<ui::ConfirmSheet *>();
    QVERIFY(question && question->isVisible());
    QVERIFY(m_keeper->client().facts().isUnfinished);
    QVERIFY(quits.isEmpty());
    // With a yes nothing of it stays, and nothing keeps the program.
    press(button(question, u"Discard it"_s));
    QTRY_COMPARE(quits.size(), 1);
    QCOMPARE(m_keeper->client().facts().state, LockState::NoVault);
    QVERIFY(!m_keeper->client().facts().isUnfinished);
}

void tst_Desktop::quitsOnAskingWhereNothingIsLost()
{
    makeVault();
    makeDesktop();
    QSignalSpy quits(m_desktop.get(), &Desktop::quitRequested);
    m_desktop->open(false);
    inTray(u"&Quit"_s)->trigger();
    QCOMPARE(quits.size(), 1);
}

void tst_Desktop::unlocksInADialogWhereTheWindowIsHidden()
{
    makeVault();
    makeDesktop();
    QVERIFY(inTray(u"Un&lock…"_s));
    inTray(u"Un&lock…"_s)->trigger();
    QPointer<ui::UnlockDialog> dialog = shown<ui::UnlockDialog>();
    QVERIFY(dialog);
    QVERIFY(!shown<ui::MainWindow>());
    inTray(u"Un&lock…"_s)->trigger();
    QCOMPARE(shown<ui::UnlockDialog>(), dialog.get());
    unlock();
    QTRY_VERIFY(!dialog || !dialog->isVisible());
    // And locks again from there.
    m_desktop->lockFromTray();
    QTRY_COMPARE(m_keeper->client().facts().state, LockState::Locked);
    m_desktop->open(false);
    inTray(u"Un&lock…"_s)->trigger();
    QVERIFY2(!shown<ui::UnlockDialog>(), "the window has the field itself");
    QVERIFY(shown<ui::MainWindow>());
}

void tst_Desktop::leadsFromOnePageToAnother()
{
    makeVault();
    makeDesktop();
    m_desktop->open(false);
    unlock();
    auto *window = shown<ui::MainWindow>();
    const auto *keys = window->findChild<ui::AgentsPage *>();
    QVERIFY(keys && window->findChild<ui::ConnectionPage *>() && window->findChild<ui::AuditPage *>());
    emit const_cast<ui::AgentsPage *>(keys)->historyRequested(u"Kq7ZrT2k"_s);
    QCOMPARE(window->place().kind, ui::Place::Kind::Audit);
    emit window->findChild<ui::AuditPage *>()->connectionRequested();
    QCOMPARE(window->place().kind, ui::Place::Kind::Connection);
    emit window->findChild<ui::ConnectionPage *>()->newKeyRequested();
    QCOMPARE(window->place().kind, ui::Place::Kind::Keys);
}

void tst_Desktop::takesTheTokenOfAnEndedKeyOutOfTheKeychain()
{
    makeVault();
    makeDesktop();
    m_desktop->open(false);
    auto *window = shown<ui::MainWindow>();
    for (const QString &keyId : {u"Kq7ZrT2k"_s, u"Vb8sJ5mX"_s})
        m_keychain.items.insert_or_assign(u"token-"_s + keyId, crypto::SecretBytes(Keychain::SecretSize));
    emit window->findChild<ui::AgentsPage *>()->tokenEnded(u"Kq7ZrT2k"_s);
    QTRY_VERIFY(!m_keychain.items.contains(u"token-Kq7ZrT2k"_s));
    QVERIFY(m_keychain.items.contains(u"token-Vb8sJ5mX"_s));
    emit window->findChild<ui::ConnectionPage *>()->tokenEnded(u"Vb8sJ5mX"_s);
    QTRY_VERIFY(m_keychain.items.empty());
}

void tst_Desktop::keepsWhatIsSaidOfOneWayFromATransientVault()
{
    makeVault();
    for (const bool isTransient : {false, true}) {
        m_settings = std::make_unique<Settings>(m_home->filePath(u"settings-%1.ini"_s.arg(int(isTransient))));
        makeDesktop();
        if (isTransient)
            m_desktop->setVaultIsTransient();
        m_desktop->open(false);
        QCOMPARE(m_settings->isSheetReminderSeen(), isTransient);
        unlock();
        // The master password is the only way in: that is said once.
        QTRY_VERIFY(m_settings->isSheetReminderSeen());
        QCOMPARE(says(shown<ui::MainWindow>(), u"recovery sheet"_s), !isTransient);
        m_keeper->client().lock();
        QTRY_COMPARE(m_keeper->client().facts().state, LockState::Locked);
        m_desktop.reset();
    }
}

void tst_Desktop::startsAtLoginOnlyWhereItIsToldHow()
{
    makeVault();
    const LoginStart start(QCoreApplication::applicationFilePath(), {m_home->filePath(u"autostart"_s), {}, {}, {}});
    for (const bool isTold : {false, true}) {
        makeDesktop(isTold ? &start : nullptr);
        m_desktop->open(false);
        auto *window = shown<ui::MainWindow>();
        QVERIFY(window);
        auto *page = window->findChild<ui::SettingsPage *>();
        QAbstractButton *found = button(page, u"Start at login"_s);
        QCOMPARE(found != nullptr, isTold);
        QVERIFY2(!QFileInfo::exists(start.path()), "nobody has asked for it");
        if (found)
            found->click();
        QCOMPARE(start.isOn(), isTold);
        m_desktop.reset();
    }
}

QTEST_MAIN(tst_Desktop)
#include "tst_Desktop.moc"
