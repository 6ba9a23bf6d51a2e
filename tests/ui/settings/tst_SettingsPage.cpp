// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/SettingsPage.h"

#include "app/base/Settings.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/settings/AboutDialog.h"
#include "ui/settings/ChangePasswordDialog.h"
#include "ui/words/ErrorText.h"

#include <QLabel>
#include <QPointer>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::SettingsPage;

class tst_SettingsPage : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void showsAndKeepsWhatIsSet();
    void followsSettingsChangedElsewhere();
    void saysWhatWasDoneAboutTheWays();
    void showsTheTruthWhenTheKeychainFails();
    void saysWhatFailedWhereItIsSeenWhateverIsScrolled();
    void isWhereErrorsSendTo();
    void needsAnOpenVaultForItsSettings();
    void warnsWhenThePasswordIsGuardedByLessWork();
    void tellsOfARepairedKeyFile();
    void saysThatTheVaultWasNotComparedAndWhatToDo();
    void changesTheMasterPassword();
    void keepsTheOldPasswordWhenTheNewOneIsRefused();
    void saysWhatIsProtectedAndWhatIsNot();

private:
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<SettingsPage> m_page;
};

void tst_SettingsPage::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_folder->filePath(u"settings.ini"_s));
    m_page = std::make_unique<SettingsPage>(m_client.get(), m_settings.get(), [] { return qint64(1'773'000'000'000); });
    m_page->resize(820, 1000);
    m_page->show();
}

void tst_SettingsPage::cleanup()
{
    m_page.reset();
    m_settings.reset();
    m_folder.reset();
    m_client.reset();
    m_vault.reset();
}

void tst_SettingsPage::saysWhatFailedWhereItIsSeenWhateverIsScrolled()
{
    m_page->resize(820, 400);
    m_vault->failures.insert(u"setKeychainSlot"_s, {ErrorCode::KeychainLocked, {}});
    auto *area = m_page->findChild<QScrollArea *>();
    QTRY_VERIFY(area->verticalScrollBar()->maximum() > 0);
    area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum());
    button(m_page.get(), u"Strict mode"_s)->click();
    QVERIFY(willSay(m_page.get(), ui::ErrorText::of(ErrorCode::KeychainLocked).title));
    int seen = 0;
    for (const auto *label : m_page->findChildren<QLabel *>())
        if (label->text().contains(ui::ErrorText::of(ErrorCode::KeychainLocked).title) && !label->visibleRegion().isEmpty())
            ++seen;
    QCOMPARE(seen, 1);
}

void tst_SettingsPage::isWhereErrorsSendTo()
{
    QVERIFY(says(m_page.get(), u"Checks that it is you"_s));
    QVERIFY(ui::ErrorText::of(ErrorCode::PresenceUnavailable).next.contains(u"Settings, Checks that it is you"_s));
}

void tst_SettingsPage::showsAndKeepsWhatIsSet()
{
    press(button(m_page.get(), u"Dark"_s));
    QCOMPARE(m_settings->theme(), Settings::Theme::Dark);
    press(button(m_page.get(), u"Compact"_s));
    QCOMPARE(m_settings->density(), Settings::Density::Compact);
    for (auto *spin : m_page->findChildren<QSpinBox *>())
        if (spin->accessibleName() == u"Lock after minutes without input"_s)
            spin->setValue(25);
        else
            spin->setValue(12);
    QCOMPARE(m_settings->autoLockMinutes(), 25);
    QCOMPARE(m_settings->clipboardSeconds(), 12);
    QVERIFY(!m_settings->keepsLeases());
    press(button(m_page.get(), u"Keep a lease going"_s));
    QVERIFY(m_settings->keepsLeases());
    QVERIFY(m_settings->sync());
    Settings again(m_settings->path());
    QCOMPARE(again.theme(), Settings::Theme::Dark);
    QCOMPARE(again.autoLockMinutes(), 25);
}

void tst_SettingsPage::followsSettingsChangedElsewhere()
{
    m_settings->setTheme(Settings::Theme::Light);
    QVERIFY(button(m_page.get(), u"Light"_s)->isChecked());
    QVERIFY(!button(m_page.get(), u"Keep a lease going"_s)->isChecked());
    m_settings->setKeepsLeases(true);
    QVERIFY(button(m_page.get(), u"Keep a lease going"_s)->isChecked());
}

void tst_SettingsPage::saysWhatWasDoneAboutTheWays()
{
    press(button(m_page.get(), u"Strict mode"_s));
    QVERIFY(willSay(m_page.get(), u"Strict mode: the keychain opens the vault no more"_s));
}

void tst_SettingsPage::showsTheTruthWhenTheKeychainFails()
{
    m_vault->failures.insert(u"setKeychainSlot"_s, {ErrorCode::KeychainLocked, {}});
    auto *strict = button(m_page.get(), u"Strict mode"_s);
    press(strict);
    QVERIFY(willSay(m_page.get(), ui::ErrorText::of(ErrorCode::KeychainLocked).title));
    QVERIFY(!strict->isChecked());
    QVERIFY(strict->isEnabled());
    QCOMPARE(m_vault->calls.size(), 1);
}

void tst_SettingsPage::needsAnOpenVaultForItsSettings()
{
    m_client->lock();
    QTRY_VERIFY(!button(m_page.get(), u"Strict mode"_s)->isEnabled());
    QVERIFY(!button(m_page.get(), u"Change…"_s)->isEnabled());
}

void tst_SettingsPage::warnsWhenThePasswordIsGuardedByLessWork()
{
    QVERIFY(!says(m_page.get(), u"Memory was short"_s));
    m_page.reset();
    m_vault->facts.hasReducedCost = true;
    m_client = ScriptedVault::makeClient();
    m_page = std::make_unique<SettingsPage>(m_client.get(), m_settings.get(), [] { return qint64(1'773'000'000'000); });
    m_page->show();
    QVERIFY(says(m_page.get(), u"Memory was short"_s));
}

void tst_SettingsPage::tellsOfARepairedKeyFile()
{
    QVERIFY(!says(m_page.get(), u"key files"_s));
    m_page.reset();
    m_vault->facts.repairNote = u"vault.keys was damaged; repaired from the other copy"_s;
    m_client = ScriptedVault::makeClient();
    m_page = std::make_unique<SettingsPage>(m_client.get(), m_settings.get(), [] { return qint64(1'773'000'000'000); });
    m_page->show();
    QVERIFY(says(m_page.get(), u"vault.keys was damaged"_s));
}

void tst_SettingsPage::saysThatTheVaultWasNotComparedAndWhatToDo()
{
    QVERIFY(!says(m_page.get(), u"not compared"_s));
    m_page.reset();
    m_vault->facts.uncompared = ErrorCode::KeychainLocked;
    m_client = ScriptedVault::makeClient();
    m_page = std::make_unique<SettingsPage>(m_client.get(), m_settings.get(), [] { return qint64(1'773'000'000'000); });
    m_page->show();
    QVERIFY(says(m_page.get(), u"not compared with the keychain: it is locked"_s));
    QVERIFY(says(m_page.get(), u"Unlock your keyring"_s));
}

void tst_SettingsPage::changesTheMasterPassword()
{
    press(button(m_page.get(), u"Change…"_s));
    QPointer dialog = m_page->findChild<ui::ChangePasswordDialog *>();
    QVERIFY(dialog);
    QVERIFY(!button(dialog, u"Change password"_s)->isEnabled());
    type(lineEdit(dialog, u"Present master password"_s), m_vault->password);
    type(lineEdit(dialog, u"New master password"_s), u"plum-ladder-orbit-seven"_s);
    type(lineEdit(dialog, u"New master password again"_s), u"plum-ladder-orbit-seven"_s);
    QTRY_VERIFY(button(dialog, u"Change password"_s)->isEnabled());
    press(button(dialog, u"Change password"_s));
    QTRY_VERIFY(!dialog);
    QCOMPARE(m_vault->password, u"plum-ladder-orbit-seven"_s);
    QVERIFY(says(m_page.get(), u"The master password was changed"_s));
}

void tst_SettingsPage::keepsTheOldPasswordWhenTheNewOneIsRefused()
{
    press(button(m_page.get(), u"Change…"_s));
    auto *dialog = m_page->findChild<ui::ChangePasswordDialog *>();
    type(lineEdit(dialog, u"Present master password"_s), u"wrong"_s);
    type(lineEdit(dialog, u"New master password"_s), u"plum-ladder-orbit-seven"_s);
    QTest::keyClicks(lineEdit(dialog, u"New master password again"_s), u"plum-ladder-orbit-seven"_s);
    QTest::keyClick(lineEdit(dialog, u"New master password again"_s), Qt::Key_Return);
    QVERIFY(willSay(dialog, u"The master password was not changed."_s));
    QVERIFY(lineEdit(dialog, u"Present master password"_s)->text().isEmpty());
    QVERIFY(m_vault->password != u"plum-ladder-orbit-seven"_s);
}

void tst_SettingsPage::saysWhatIsProtectedAndWhatIsNot()
{
    press(button(m_page.get(), u"About Clavitor and its licences"_s));
    auto *about = m_page->findChild<ui::AboutDialog *>();
    QVERIFY(about && about->isVisible());
    QVERIFY(says(about, u"A program that runs as you"_s));
    QVERIFY(says(about, u"Can read an open keychain"_s));
}

QTEST_MAIN(tst_SettingsPage)
#include "tst_SettingsPage.moc"
