// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoveryUnlockDialog.h"

#include "app/base/SecretString.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/setup/UnlockDialog.h"
#include "ui/setup/UnlockPanel.h"
#include "ui/words/ErrorText.h"

#include <QApplication>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;
using ui::RecoveryUnlockDialog;

class tst_RecoveryUnlockDialog : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    QPointer<RecoveryUnlockDialog> m_dialog;
    QStringList m_groups;
    const QString m_next = u"plum-ladder-orbit-seven"_s;

    [[nodiscard]] QLineEdit *field() const { return lineEdit(m_dialog, u"The eight groups of the sheet"_s); }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_vault = std::make_unique<ScriptedVault>();
        m_vault->facts.state = LockState::Locked;
        m_vault->facts.ways = {UnlockWay{}};
        m_groups = m_vault->addSheet().split(u'-');
        m_client = ScriptedVault::makeClient();
        m_dialog = new RecoveryUnlockDialog(m_client.get());
        m_dialog->open();
    }
    void cleanup()
    {
        delete m_dialog;
        m_client.reset();
        m_vault.reset();
    }

    void unlocksAndSetsANewPassword()
    {
        type(field(), m_groups.join(u' ').toLower());
        press(button(m_dialog, u"Unlock"_s));
        QVERIFY(willSay(m_dialog, u"The vault is open"_s));
        QVERIFY(m_client->isUnlocked());
        QVERIFY(!button(m_dialog, u"Set the new password"_s)->isEnabled());
        type(lineEdit(m_dialog, u"New master password"_s), m_next);
        type(lineEdit(m_dialog, u"New master password again"_s), m_next);
        QTRY_VERIFY(button(m_dialog, u"Set the new password"_s)->isEnabled());
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        press(button(m_dialog, u"Set the new password"_s));
        QVERIFY(accepted.wait());
        QCOMPARE(m_vault->password, m_next);
        QCOMPARE(m_vault->calls, (QStringList{u"unlockWithSecret recovery sheet"_s, u"setPassword recovery sheet"_s}));
    }

    void keepsThePresentPasswordWhenWanted()
    {
        const QString before = m_vault->password;
        type(field(), m_groups.join(u'-'));
        QTest::keyClick(field(), Qt::Key_Return);
        QVERIFY(willSay(m_dialog, u"The vault is open"_s));
        press(button(m_dialog, u"Keep the present password"_s));
        QTRY_VERIFY(!m_dialog);
        QCOMPARE(m_vault->password, before);
        QVERIFY(m_client->isUnlocked());
    }

    void triesNothingThatIsNoSheet()
    {
        m_groups[2] = u"00000"_s;
        type(field(), m_groups.join(u' '));
        press(button(m_dialog, u"Unlock"_s));
        QVERIFY(m_vault->calls.isEmpty());
        QVERIFY(!field()->text().isEmpty()); // to be mended, not typed again
    }

    void saysThatASheetIsAnotherVaults()
    {
        type(field(), revealToQString(crypto::RecoverySheet::make(crypto::systemRandom()).text()));
        press(button(m_dialog, u"Unlock"_s));
        QVERIFY(willSay(m_dialog, ui::ErrorText::of(ErrorCode::WrongRecoverySheet).title));
        QVERIFY(!m_client->isUnlocked());
        QVERIFY(says(m_dialog, m_client->facts().vaultId));
        type(field(), m_groups.join(u' '));
        press(button(m_dialog, u"Unlock"_s));
        QVERIFY(willSay(m_dialog, u"The vault is open"_s));
    }

    void saysWhyTheNewPasswordWasNotSet()
    {
        m_vault->failures.insert(u"setPassword"_s, {ErrorCode::DiskFull, {}});
        type(field(), m_groups.join(u' '));
        press(button(m_dialog, u"Unlock"_s));
        QVERIFY(willSay(m_dialog, u"The vault is open"_s));
        type(lineEdit(m_dialog, u"New master password"_s), m_next);
        type(lineEdit(m_dialog, u"New master password again"_s), m_next);
        QTRY_VERIFY(button(m_dialog, u"Set the new password"_s)->isEnabled());
        press(button(m_dialog, u"Set the new password"_s));
        QVERIFY(willSay(m_dialog, u"The master password was not changed."_s));
        QVERIFY(m_vault->password != m_next);
    }

    void goesWithALock()
    {
        type(field(), m_groups.join(u' '));
        press(button(m_dialog, u"Unlock"_s));
        QVERIFY(willSay(m_dialog, u"The vault is open"_s));
        m_client->lock();
        QTRY_VERIFY(!m_dialog);
    }

    void goesWithALockOfALockedVaultAndTakesTheGroupsAlong()
    {
        QLineEdit *typed = field();
        type(typed, m_groups.join(u' '));
        QSignalSpy rejected(m_dialog, &QDialog::rejected);
        m_client->lock();
        QCOMPARE(rejected.size(), 1);
        QVERIFY(typed->text().isEmpty());
        QTRY_VERIFY(!m_dialog);
        QVERIFY(!m_client->isUnlocked());
    }

    void goesWithALockWhileItIsTried()
    {
        type(field(), m_groups.join(u' '));
        press(button(m_dialog, u"Unlock"_s));
        m_client->lock();
        QVERIFY(!m_dialog->isVisible());
        QTRY_VERIFY(!m_dialog);
    }

    void staysWhenTheUnlockDialogGoes()
    {
        delete m_dialog;
        QPointer dialog = new ui::UnlockDialog(m_client.get(), [] { return qint64(1'773'000'000'000); });
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
        press(button(dialog->panel(), u"I have a recovery sheet"_s));
        for (QWidget *top : QApplication::topLevelWidgets())
            if (auto *found = qobject_cast<RecoveryUnlockDialog *>(top))
                m_dialog = found;
        QVERIFY(m_dialog);
        type(field(), m_groups.join(u' '));
        press(button(m_dialog, u"Unlock"_s));
        QTRY_VERIFY(!dialog);
        QVERIFY(m_dialog && m_dialog->isVisible());
        QVERIFY(says(m_dialog, u"The vault is open"_s));
    }
};

QTEST_MAIN(tst_RecoveryUnlockDialog)
#include "tst_RecoveryUnlockDialog.moc"
