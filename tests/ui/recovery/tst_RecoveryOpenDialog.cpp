// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoveryOpenDialog.h"

#include "app/base/SecretString.h"
#include "crypto/RecoverySheet.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/words/ErrorText.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::RecoverySheet;
using ui::RecoveryOpenDialog;

class tst_RecoveryOpenDialog : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    QPointer<RecoveryOpenDialog> m_dialog;
    QStringList m_groups;

    [[nodiscard]] QLineEdit *field() const { return lineEdit(m_dialog, u"The eight groups of the sheet"_s); }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_vault = std::make_unique<ScriptedVault>();
        m_vault->facts.state = LockState::Unlocked;
        m_groups = m_vault->addSheet().split(u'-');
        m_client = ScriptedVault::makeClient();
        m_dialog = new RecoveryOpenDialog(m_client.get());
        m_dialog->open();
    }
    void cleanup()
    {
        delete m_dialog;
        m_client.reset();
        m_vault.reset();
    }

    void opensPersonalByTheGroupsHoweverTheyAreTyped_data()
    {
        QTest::addColumn<QString>("between");
        QTest::addColumn<bool>("small");
        QTest::newRow("as printed") << u"-"_s << false;
        QTest::newRow("small, with blanks") << u" "_s << true;
        QTest::newRow("without anything between") << QString() << false;
    }
    void opensPersonalByTheGroupsHoweverTheyAreTyped()
    {
        QFETCH(QString, between);
        QFETCH(bool, small);
        const QString groups = m_groups.join(between);
        type(field(), small ? groups.toLower() : groups);
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        QTest::keyClick(field(), Qt::Key_Return);
        QVERIFY(accepted.wait());
        QCOMPARE(m_vault->calls, QStringList{u"openPersonalWithSecret recovery sheet"_s});
        QTRY_VERIFY(!m_dialog);
    }

    void triesNothingThatIsNoSheet()
    {
        QVERIFY(!button(m_dialog, u"Open"_s)->isEnabled());
        m_groups[2] = u"00000"_s;
        type(field(), m_groups.join(u' '));
        press(button(m_dialog, u"Open"_s));
        QVERIFY(m_vault->calls.isEmpty());
        QVERIFY(!field()->text().isEmpty()); // to be mended, not typed again
    }

    void saysThatASheetIsAnotherVaults()
    {
        type(field(), revealToQString(RecoverySheet::make(crypto::systemRandom()).text()));
        press(button(m_dialog, u"Open"_s));
        QVERIFY(willSay(m_dialog, ui::ErrorText::of(ErrorCode::WrongRecoverySheet).title));
        QVERIFY(says(m_dialog, m_client->facts().vaultId));
        type(field(), m_groups.join(u' '));
        QVERIFY(!says(m_dialog, ui::ErrorText::of(ErrorCode::WrongRecoverySheet).title));
        press(button(m_dialog, u"Open"_s));
        QTRY_VERIFY(!m_dialog);
    }

    void staysWhileTheVaultLooksAtTheSheet()
    {
        m_vault->held = QStringList{u"openPersonalWithSecret"_s};
        type(field(), m_groups.join(u'-'));
        press(button(m_dialog, u"Open"_s));
        m_dialog->reject();
        QVERIFY(m_dialog && m_dialog->isVisible());
        QVERIFY(!button(m_dialog, u"Cancel"_s)->isEnabled());
    }

    void goesWhenTheVaultIsLocked_data()
    {
        QTest::addColumn<bool>("asked");
        QTest::newRow("while the groups are typed") << false;
        QTest::newRow("while the vault looks at them") << true;
    }
    void goesWhenTheVaultIsLocked()
    {
        QFETCH(bool, asked);
        m_vault->held = QStringList{u"openPersonalWithSecret"_s};
        type(field(), m_groups.join(u'-'));
        if (asked)
            press(button(m_dialog, u"Open"_s));
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        m_client->lock({});
        QTRY_VERIFY(!m_dialog);
        QVERIFY(accepted.isEmpty());
    }
};

QTEST_MAIN(tst_RecoveryOpenDialog)
#include "tst_RecoveryOpenDialog.moc"
