// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/SetupWizard.h"

#include "app/service/PresenceGate.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/ScriptedPresence.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ClientList.h"
#include "ui/connection/ClientRow.h"
#include "ui/connection/SetUpSheet.h"
#include "ui/recovery/RecoverySheetDialog.h"
#include "ui/settings/HardwareWays.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/words/ErrorText.h"

#include <QCheckBox>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::SetupWizard;

class tst_SetupWizard : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void makesAVaultByKeyboardAlone();
    void doesNotGoOnWithAWeakPassword();
    void doesNotGoOnWithTwoDifferentPasswords();
    void takesTheKeychainUnlessStrict_data();
    void takesTheKeychainUnlessStrict();
    void offersNoKeychainWhereNothingCanAsk();
    void offersTheKeychainWhereTheReaderIsBusy();
    void offersWhatHardwareThereIsBesideTheSheet();
    void leavesNothingBehindWhenClosedBefore();
    void asksBeforeItLeavesAndTakesTheVaultAlong();
    void leavesAWholeVaultOnceThereIsASecondWay();
    void staysWhileTheVaultIsMade();
    void saysWhyAVaultCouldNotBeMade();
    void setsUpAClientOfThisComputer();
    void addsARecoverySheetWithoutAskingForThePasswordAgain();
    void saysThatTheKeychainMayAskInAWindowOfItsOwn();
    void saysWhyTheKeychainDoesNotOpenWhatWasMade();
    void handsOnWhatItDidNotSayOfTheKeychain();
    void isNotThroughWithoutASecondWay();
    void goesWithALock();
    void beginsAgainWhenALockTookTheVault();
    void beginsAgainWhenALockCameWhileItWasMade_data();
    void beginsAgainWhenALockCameWhileItWasMade();
    void waitsUntilItIsKnownWhetherAnythingCanAsk();
    void waitsForNoServiceThatHangs();
    void forgetsTheTypedPasswordWithALock();
    void createsByReturnAndFlipsNoTick();

private:
    void goToComputer();
    void goToRecovery();
    void addAKey();
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::ClipboardGuard> m_clipboard;
    std::unique_ptr<SetupWizard> m_wizard;
    const QString m_password = u"plum-ladder-orbit-seven"_s;
};

void tst_SetupWizard::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->facts = {};
    m_client = ScriptedVault::makeClient();
    m_clipboard = std::make_unique<ui::ClipboardGuard>(QGuiApplication::clipboard());
    m_wizard = std::make_unique<SetupWizard>(m_client.get(), m_clipboard.get(), [] { return qint64(1'773'000'000'000); }, 1984);
    m_wizard->show();
}

void tst_SetupWizard::cleanup()
{
    m_wizard.reset();
    m_clipboard.reset();
    m_client.reset();
    m_vault.reset();
}

void tst_SetupWizard::goToComputer()
{
    press(button(m_wizard.get(), u"Next"_s));
    type(lineEdit(m_wizard.get(), u"Master password"_s), m_password);
    type(lineEdit(m_wizard.get(), u"Master password again"_s), m_password);
    QTRY_VERIFY(button(m_wizard.get(), u"Next"_s)->isEnabled());
    press(button(m_wizard.get(), u"Next"_s));
    QCOMPARE(m_wizard->step(), SetupWizard::Computer);
}

void tst_SetupWizard::goToRecovery()
{
    goToComputer();
    press(button(m_wizard.get(), u"Create the vault"_s));
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
}

void tst_SetupWizard::addAKey()
{
    const QByteArray password = m_password.toUtf8();
    m_client->addWay({crypto::SlotKind::SecurityKey, u"blue"_s, {}}, crypto::SecretBytes(32), crypto::SecretText::copyOf({password.constData(), std::size_t(password.size())}),
                     {this, [](const Result<> &added) { QVERIFY(added); }});
    QTRY_VERIFY(button(m_wizard.get(), u"Next"_s)->isEnabled());
}

void tst_SetupWizard::createsByReturnAndFlipsNoTick()
{
    ScriptedPresence presence;
    PresenceGate gate(presence);
    m_client->setPresence(&gate);
    presence.found = {UserPresence::Means::Fingerprint, {}};
    goToComputer();
    QVERIFY(!m_wizard->findChild<QCheckBox *>()->hasFocus());
    QAbstractButton *create = button(m_wizard.get(), u"Create the vault"_s);
    QTRY_VERIFY(m_wizard->focusWidget() == create); // where Return flips a tick that has the focus, as on GNOME
    QTest::keyClick(create, Qt::Key_Return);
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
    m_client->setPresence(nullptr);
}

void tst_SetupWizard::forgetsTheTypedPasswordWithALock()
{
    goToComputer();
    m_client->lock();
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Password);
    for (const QString &name : {u"Master password"_s, u"Master password again"_s}) {
        QVERIFY(lineEdit(m_wizard.get(), name)->text().isEmpty());
        QCOMPARE(lineEdit(m_wizard.get(), name)->echoMode(), QLineEdit::Password);
    }
    QVERIFY(m_wizard->isVisible());
    QVERIFY(!button(m_wizard.get(), u"Next"_s)->isEnabled());
}

void tst_SetupWizard::offersNoKeychainWhereNothingCanAsk()
{
    ScriptedPresence presence;
    PresenceGate gate(presence);
    m_client->setPresence(&gate);
    presence.found = {UserPresence::Means::None, UserPresence::Reason::NoReader};
    goToComputer();
    QVERIFY(willSay(m_wizard.get(), u"Nothing here can ask whether it is you. There is no fingerprint reader."_s));
    QVERIFY(says(m_wizard.get(), u"Settings, Checks that it is you"_s));
    auto *keychain = m_wizard->findChild<QCheckBox *>();
    QVERIFY(!keychain->isEnabled());
    press(button(m_wizard.get(), u"Create the vault"_s));
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
    QVERIFY(!m_client->facts().hasKeychainSlot);
    m_client->setPresence(nullptr);
}

void tst_SetupWizard::offersTheKeychainWhereTheReaderIsBusy()
{
    ScriptedPresence presence;
    PresenceGate gate(presence);
    m_client->setPresence(&gate);
    presence.found = {UserPresence::Means::None, UserPresence::Reason::ReaderBusy};
    goToComputer();
    QTest::qWait(50);
    QVERIFY(m_wizard->findChild<QCheckBox *>()->isEnabled());
    QVERIFY(m_wizard->findChild<QCheckBox *>()->isChecked());
    m_client->setPresence(nullptr);
}

void tst_SetupWizard::offersWhatHardwareThereIsBesideTheSheet()
{
    struct Ways : ui::HardwareWays {
        [[nodiscard]] bool isAvailable(crypto::SlotKind kind) const override { return kind == crypto::SlotKind::SecurityKey; }
        void add(crypto::SlotKind kind, QWidget *) override { asked = kind; }
        std::optional<crypto::SlotKind> asked;
    } ways;
    m_wizard->setHardware(&ways);
    goToComputer();
    press(button(m_wizard.get(), u"Create the vault"_s));
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
    QVERIFY(!button(m_wizard.get(), u"Use this computer's TPM…"_s));
    press(button(m_wizard.get(), u"Add a security key…"_s));
    QCOMPARE(ways.asked, crypto::SlotKind::SecurityKey);
    QVERIFY(!button(m_wizard.get(), u"Next"_s)->isEnabled());
    addAKey();
    QVERIFY(willSay(m_wizard.get(), u"It opens the vault beside the master password."_s));
}

void tst_SetupWizard::makesAVaultByKeyboardAlone()
{
    QTest::keyClick(m_wizard.get(), Qt::Key_Return);
    QCOMPARE(m_wizard->step(), SetupWizard::Password);
    QTest::keyClicks(lineEdit(m_wizard.get(), u"Master password"_s), m_password);
    QLineEdit *again = lineEdit(m_wizard.get(), u"Master password again"_s);
    QTest::keyClicks(again, m_password);
    QTest::keyClick(again, Qt::Key_Return);
    QCOMPARE(m_wizard->step(), SetupWizard::Computer);
    QVERIFY2(m_vault->calls.isEmpty(), "one Return is one step: the keychain is asked about first");
    QTest::keyClick(m_wizard.get(), Qt::Key_Return);
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
    QCOMPARE(m_vault->password, m_password);
    QVERIFY(m_wizard->focusWidget() == button(m_wizard.get(), u"Make the recovery sheet…"_s));
    QTest::keyClick(m_wizard.get(), Qt::Key_Return);
    QCOMPARE(m_wizard->step(), SetupWizard::Recovery);
    addAKey();
    QTest::keyClick(m_wizard.get(), Qt::Key_Return);
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Entries);
    QTest::keyClick(m_wizard.get(), Qt::Key_Return);
    QCOMPARE(m_wizard->step(), SetupWizard::Key);
    QTest::keyClick(m_wizard.get(), Qt::Key_Return);
    QVERIFY(!m_wizard->isVisible());
    QCOMPARE(m_wizard->result(), int(QDialog::Accepted));
}

void tst_SetupWizard::doesNotGoOnWithAWeakPassword()
{
    press(button(m_wizard.get(), u"Next"_s));
    type(lineEdit(m_wizard.get(), u"Master password"_s), u"qwerty1"_s);
    type(lineEdit(m_wizard.get(), u"Master password again"_s), u"qwerty1"_s);
    QVERIFY(willSay(m_wizard.get(), u"Too easy to guess"_s));
    QVERIFY(!button(m_wizard.get(), u"Next"_s)->isEnabled());
    QTest::keyClick(lineEdit(m_wizard.get(), u"Master password again"_s), Qt::Key_Return);
    QCOMPARE(m_wizard->step(), SetupWizard::Password);
}

void tst_SetupWizard::doesNotGoOnWithTwoDifferentPasswords()
{
    press(button(m_wizard.get(), u"Next"_s));
    type(lineEdit(m_wizard.get(), u"Master password"_s), m_password);
    type(lineEdit(m_wizard.get(), u"Master password again"_s), m_password.chopped(1));
    QTest::qWait(200);
    QVERIFY2(!says(m_wizard.get(), u"The two are different"_s), "may still become the same");
    QVERIFY(!button(m_wizard.get(), u"Next"_s)->isEnabled());
    QTest::keyClicks(lineEdit(m_wizard.get(), u"Master password again"_s), u"x"_s);
    QVERIFY(says(m_wizard.get(), u"The two are different"_s));
    QVERIFY(!button(m_wizard.get(), u"Next"_s)->isEnabled());
}

void tst_SetupWizard::takesTheKeychainUnlessStrict_data()
{
    QTest::addColumn<bool>("strict");
    QTest::newRow("by default") << false;
    QTest::newRow("strict") << true;
}

void tst_SetupWizard::takesTheKeychainUnlessStrict()
{
    QFETCH(bool, strict);
    goToComputer();
    QVERIFY(says(m_wizard.get(), u"other programs that run as you can read an open keychain"_s));
    if (strict) {
        m_wizard->findChild<QCheckBox *>()->click();
        QVERIFY(says(m_wizard.get(), u"Strict"_s));
    }
    press(button(m_wizard.get(), u"Create the vault"_s));
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
    QVERIFY2(!m_client->facts().hasKeychainSlot, "nothing outside is to know a vault that may not be kept");
    addAKey();
    QCOMPARE(m_client->facts().hasKeychainSlot, !strict);
}

void tst_SetupWizard::leavesNothingBehindWhenClosedBefore()
{
    goToComputer();
    QTest::keyClick(m_wizard.get(), Qt::Key_Escape);
    QVERIFY(!m_wizard->isVisible());
    QCOMPARE(m_wizard->result(), int(QDialog::Rejected));
    QVERIFY(m_vault->calls.isEmpty());
}

void tst_SetupWizard::asksBeforeItLeavesAndTakesTheVaultAlong()
{
    goToRecovery();
    QVERIFY2(!button(m_wizard.get(), u"Back"_s), "there is no way back to before the vault");
    QTest::keyClick(m_wizard.get(), Qt::Key_Escape);
    QPointer sheet = m_wizard->findChild<ui::ConfirmSheet *>();
    QVERIFY(sheet);
    QVERIFY(says(sheet, u"it is kept only once it has a second"_s));
    m_wizard->close();
    QCOMPARE(m_wizard->findChildren<ui::ConfirmSheet *>().size(), 1);
    press(button(sheet, u"Cancel"_s));
    QTRY_VERIFY(!sheet);
    QVERIFY(m_wizard->isVisible());
    QCOMPARE(m_wizard->step(), SetupWizard::Recovery);
    QVERIFY(m_client->facts().isUnfinished);

    m_wizard->close();
    press(button(m_wizard->findChild<ui::ConfirmSheet *>(), u"Discard it"_s));
    QTRY_VERIFY(!m_wizard->isVisible());
    QCOMPARE(m_wizard->result(), int(QDialog::Rejected));
    QCOMPARE(m_client->facts().state, LockState::NoVault);
}

void tst_SetupWizard::leavesAWholeVaultOnceThereIsASecondWay()
{
    goToRecovery();
    addAKey();
    QTest::keyClick(m_wizard.get(), Qt::Key_Escape);
    QVERIFY(!m_wizard->isVisible());
    QCOMPARE(m_wizard->result(), int(QDialog::Accepted));
    QVERIFY(m_client->isUnlocked());
}

void tst_SetupWizard::staysWhileTheVaultIsMade()
{
    goToComputer();
    m_vault->held = {u"create"_s};
    press(button(m_wizard.get(), u"Create the vault"_s));
    QVERIFY(!button(m_wizard.get(), u"Creating the vault…"_s)->isEnabled());
    QTest::keyClick(m_wizard.get(), Qt::Key_Escape);
    m_wizard->close();
    QVERIFY(m_wizard->isVisible());
    m_vault->release();
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
    QCOMPARE(m_vault->calls.count(u"create My vault"_s), 1);
}

void tst_SetupWizard::saysWhyAVaultCouldNotBeMade()
{
    goToComputer();
    m_vault->failures.insert(u"create"_s, {ErrorCode::DiskFull, {}});
    press(button(m_wizard.get(), u"Create the vault"_s));
    QVERIFY(willSay(m_wizard.get(), ui::ErrorText::of(ErrorCode::DiskFull).title));
    QCOMPARE(m_wizard->step(), SetupWizard::Password);
    QVERIFY(lineEdit(m_wizard.get(), u"Master password"_s)->text().isEmpty());
}

void tst_SetupWizard::setsUpAClientOfThisComputer()
{
    const QTemporaryDir home;
    QVERIFY(QDir(home.path()).mkpath(u".codex"_s));
    ScriptedKeychain keychain;
    m_wizard->setComputer({ClientPlaces::of({}, home.path()), u"/usr/bin/clavitor"_s, &keychain, nullptr});
    goToComputer();
    press(button(m_wizard.get(), u"Create the vault"_s));
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
    addAKey();
    press(button(m_wizard.get(), u"Next"_s));
    // The step is what the page is for, to leave it out the other way.
    QCOMPARE(button(m_wizard.get(), u"Import a file…"_s)->property("clavitorRole").toInt(), int(ui::ButtonRole::Primary));
    QCOMPARE(button(m_wizard.get(), u"Start empty"_s)->property("clavitorRole").toInt(), int(ui::ButtonRole::Ordinary));
    press(button(m_wizard.get(), u"Start empty"_s));
    QCOMPARE(m_wizard->step(), SetupWizard::Key);
    auto *list = m_wizard->findChild<ui::ClientList *>();
    QTRY_COMPARE(list->rows().size(), 1);
    press(button(list->rows().first(), u"Set up Codex"_s));
    QTRY_VERIFY(list->findChild<ui::SetUpSheet *>());
    auto *sheet = list->findChild<ui::SetUpSheet *>();
    QTRY_VERIFY(!sheet->findChild<QLineEdit *>()->text().isEmpty());
    press(button(sheet, u"Show the change"_s));
    QTRY_VERIFY(button(sheet, u"Apply"_s) && button(sheet, u"Apply"_s)->isEnabled());
    press(button(sheet, u"Apply"_s));
    QTRY_COMPARE(sheet->step(), ui::SetUpSheet::Done);
    QVERIFY(QFile::exists(home.filePath(u".codex/config.toml"_s)));
    QTRY_VERIFY(button(sheet, u"Done"_s)->isEnabled());
    press(button(sheet, u"Done"_s));
    QVERIFY(says(m_wizard.get(), u"Start the client anew"_s));
    QVERIFY(button(m_wizard.get(), u"Finish"_s));
}

void tst_SetupWizard::saysWhyTheKeychainDoesNotOpenWhatWasMade()
{
    goToRecovery();
    addAKey();
    emit m_client->keychainNotAdded({ErrorCode::KeychainDenied, {}});
    const auto isSaid = [this] { return says(m_wizard.get(), u"The vault is made. The keychain does not open it. Its question was closed or refused."_s); };
    QVERIFY2(!isSaid(), "the page of the sheet has no room");
    press(button(m_wizard.get(), u"Next"_s));
    QCOMPARE(m_wizard->step(), SetupWizard::Entries);
    QVERIFY(isSaid());
    QVERIFY(says(m_wizard.get(), u"Add the keychain in Settings, Ways to unlock."_s));
    QVERIFY2(!says(m_wizard.get(), u"Unlock with the master password"_s), "it is open");
    // One that comes later is said at once.
    emit m_client->keychainNotAdded({ErrorCode::KeychainTimeout, {}});
    QVERIFY(says(m_wizard.get(), u"It did not answer in time."_s));
    QSignalSpy unsaid(m_wizard.get(), &SetupWizard::leavesKeychainUnsaid);
    m_wizard->close();
    QVERIFY(unsaid.isEmpty());
}

void tst_SetupWizard::handsOnWhatItDidNotSayOfTheKeychain()
{
    goToRecovery();
    addAKey();
    emit m_client->keychainNotAdded({ErrorCode::KeychainAbsent, {}});
    QSignalSpy unsaid(m_wizard.get(), &SetupWizard::leavesKeychainUnsaid);
    m_wizard->close();
    QCOMPARE(unsaid.size(), 1);
    QVERIFY(unsaid.first().first().toString().contains(u"None is running on this desktop."_s));
}

void tst_SetupWizard::saysThatTheKeychainMayAskInAWindowOfItsOwn()
{
    goToRecovery();
    const auto isSaid = [this] { return says(m_wizard.get(), u"Your keychain may ask for its password behind this window."_s); };
    // One that is open answers before anybody could read it.
    emit m_client->keychainIsAwaited(true);
    QVERIFY(!isSaid());
    emit m_client->keychainIsAwaited(false);
    QTest::qWait(1000);
    QVERIFY(!isSaid());
    emit m_client->keychainIsAwaited(true);
    QTRY_VERIFY(isSaid());
    emit m_client->keychainIsAwaited(false);
    QVERIFY(!isSaid());
}

void tst_SetupWizard::addsARecoverySheetWithoutAskingForThePasswordAgain()
{
    goToComputer();
    press(button(m_wizard.get(), u"Create the vault"_s));
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Recovery);
    press(button(m_wizard.get(), u"Make the recovery sheet…"_s));
    QPointer dialog = m_wizard->findChild<ui::RecoverySheetDialog *>();
    QVERIFY(dialog);
    press(button(dialog, u"I have it"_s));
    // Nobody can know the sheet but who reads it: what it asks for is tested with the dialog.
    QVERIFY(button(dialog, u"Add the sheet"_s));
    QVERIFY(!button(dialog, u"Next"_s));
    const QByteArray password = m_password.toUtf8();
    m_client->addWay({crypto::SlotKind::Recovery}, crypto::SecretBytes(32), crypto::SecretText::copyOf({password.constData(), std::size_t(password.size())}), {});
    QVERIFY(willSay(m_wizard.get(), u"The sheet opens the vault"_s));
    dialog->reject();
    press(button(m_wizard.get(), u"Next"_s));
    QCOMPARE(m_wizard->step(), SetupWizard::Entries);
}

void tst_SetupWizard::isNotThroughWithoutASecondWay()
{
    goToRecovery();
    QVERIFY(!button(m_wizard.get(), u"Back"_s));
    QVERIFY(!button(m_wizard.get(), u"Next"_s)->isEnabled());
    QTest::keyClick(button(m_wizard.get(), u"Next"_s), Qt::Key_Return);
    QCOMPARE(m_wizard->step(), SetupWizard::Recovery);
    QVERIFY(m_client->facts().isUnfinished);
}

void tst_SetupWizard::beginsAgainWhenALockTookTheVault()
{
    goToRecovery();
    press(button(m_wizard.get(), u"Make the recovery sheet…"_s));
    QPointer dialog = m_wizard->findChild<ui::RecoverySheetDialog *>();
    m_client->lock();
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Password);
    QTRY_VERIFY(!dialog);
    QVERIFY(m_wizard->isVisible());
    QVERIFY(says(m_wizard.get(), u"so the vault was not kept"_s));
    QVERIFY(says(m_wizard.get(), u"A sheet printed or saved for it opens nothing"_s));
    QVERIFY(lineEdit(m_wizard.get(), u"Master password"_s)->text().isEmpty());
    // Nothing is left to lose.
    QTest::keyClick(m_wizard.get(), Qt::Key_Escape);
    QVERIFY(!m_wizard->isVisible());
    QCOMPARE(m_wizard->result(), int(QDialog::Rejected));
}

void tst_SetupWizard::beginsAgainWhenALockCameWhileItWasMade_data()
{
    QTest::addColumn<bool>("isMade");
    QTest::newRow("while the password was worked out") << false;
    QTest::newRow("before the answer was heard") << true;
}

void tst_SetupWizard::beginsAgainWhenALockCameWhileItWasMade()
{
    QFETCH(bool, isMade);
    goToComputer();
    if (isMade)
        m_vault->held = {u"create"_s};
    else
        m_vault->failures.insert(u"create"_s, {ErrorCode::Locked, {}});
    press(button(m_wizard.get(), u"Create the vault"_s));
    if (isMade) {
        QVERIFY(m_client->facts().isUnfinished);
        m_client->lock();
        m_vault->release();
    }
    QTRY_COMPARE(m_wizard->step(), SetupWizard::Password);
    QVERIFY(says(m_wizard.get(), u"so the vault was not kept"_s));
}

void tst_SetupWizard::waitsUntilItIsKnownWhetherAnythingCanAsk()
{
    ScriptedPresence presence;
    PresenceGate gate(presence);
    m_client->setPresence(&gate);
    goToComputer();
    QVERIFY(!button(m_wizard.get(), u"Create the vault"_s)->isEnabled());
    QTRY_VERIFY(button(m_wizard.get(), u"Create the vault"_s)->isEnabled());
    m_client->setPresence(nullptr);
}

void tst_SetupWizard::waitsForNoServiceThatHangs()
{
    struct Hangs : ScriptedPresence {
        void probe(Probed) override {}
    } presence;
    PresenceGate gate(presence);
    m_client->setPresence(&gate);
    goToComputer();
    QVERIFY(!button(m_wizard.get(), u"Create the vault"_s)->isEnabled());
    QTRY_VERIFY(button(m_wizard.get(), u"Create the vault"_s)->isEnabled());
    m_client->setPresence(nullptr);
}

void tst_SetupWizard::goesWithALock()
{
    goToRecovery();
    addAKey();
    m_client->lock();
    QTRY_VERIFY(!m_wizard->isVisible());
    QCOMPARE(m_wizard->result(), int(QDialog::Accepted));
}

QTEST_MAIN(tst_SetupWizard)
#include "tst_SetupWizard.moc"
