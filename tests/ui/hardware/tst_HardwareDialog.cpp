// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/hardware/HardwareDialog.h"

#include "tests/support/Widgets.h"
#include "tests/support/HardwareFixture.h"
#include "ui/words/ErrorText.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;
using ui::ErrorText;
using ui::HardwareDialog;
using Aim = HardwareDialog::Purpose;

namespace {

const QByteArray Parameters("\x01\x02\x03", 3);

} // namespace

class tst_HardwareDialog : public QObject {
    Q_OBJECT

    std::unique_ptr<HardwareFixture> m_all;
    ScriptedVault *m_vault = nullptr;
    VaultClient *m_client = nullptr;
    HardwareScript *m_key = nullptr;
    HardwareScript *m_chip = nullptr;
    QPointer<HardwareDialog> m_dialog;
    std::optional<int> m_result;

    void open(Aim purpose, SlotKind kind)
    {
        m_result.reset();
        m_dialog = new HardwareDialog({m_client, &m_all->hardware}, purpose, kind);
        connect(m_dialog.data(), &QDialog::finished, this, [this](int result) { m_result = result; });
        m_dialog->open();
    }
    void startWith(SlotKind kind, LockState state)
    {
        m_all->addWay(kind, 7, u"Blue"_s);
        m_all->start(state);
        m_client = m_all->client.get();
    }
    void lockedWith(SlotKind kind) { startWith(kind, LockState::Locked); }
    void enter(const QString &field, const QString &text) { type(lineEdit(m_dialog, field), text); }
    void go(const QString &verb) { press(button(m_dialog, verb)); }
    [[nodiscard]] bool sees(const QString &text) { return QTest::qWaitFor([&] { return m_dialog && says(m_dialog, text); }, 3000); }
    [[nodiscard]] bool hasWay(SlotKind kind) const
    {
        const auto &ways = m_client->facts().ways;
        return std::ranges::any_of(ways, [kind](const UnlockWay &way) { return way.name.kind == kind; });
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_all = std::make_unique<HardwareFixture>();
        m_vault = &m_all->vault;
        m_client = m_all->client.get();
        m_key = m_all->key.get();
        m_chip = m_all->chip.get();
    }
    void cleanup()
    {
        delete m_dialog;
        m_all.reset();
    }

    void unlocksWithATouch()
    {
        lockedWith(SlotKind::SecurityKey);
        m_key->waits = true;
        open(Aim::Unlock, SlotKind::SecurityKey);
        QVERIFY(sees(u"Touch your security key"_s));
        QVERIFY(!m_client->isUnlocked());
        m_key->waits = false;
        QTRY_COMPARE(m_result, int(QDialog::Accepted));
        QVERIFY(m_client->isUnlocked());
        QCOMPARE(m_vault->calls, QStringList{u"unlockWithSecret security key"_s});
    }

    void opensNothingByATouchAfterALock()
    {
        lockedWith(SlotKind::SecurityKey);
        m_key->waits = true;
        open(Aim::Unlock, SlotKind::SecurityKey);
        QVERIFY(sees(u"Touch your security key"_s));
        // The lid was closed, or somebody walked away, before the touch.
        m_client->lock();
        QCOMPARE(m_result, int(QDialog::Rejected));
        m_key->waits = false;
        QTest::qWait(200);
        QVERIFY(!m_client->isUnlocked());
        QCOMPARE(m_vault->calls, QStringList{u"lock"_s});
    }

    void waitsForAKeyToBePluggedIn()
    {
        lockedWith(SlotKind::SecurityKey);
        m_key->there = false;
        open(Aim::Unlock, SlotKind::SecurityKey);
        QVERIFY(sees(u"Plug in your security key"_s));
        m_key->there = true;
        QTRY_COMPARE(m_result, int(QDialog::Accepted));
    }

    void asksForThePinWhenTheKeyHasOneAndSaysHowManyTriesAreLeft()
    {
        lockedWith(SlotKind::SecurityKey);
        m_key->setPin("1234");
        open(Aim::Unlock, SlotKind::SecurityKey);
        QVERIFY(sees(u"PIN of the security key"_s));
        enter(u"PIN of the security key"_s, u"12"_s);
        const int before = m_key->calls;
        go(u"Unlock"_s);
        QVERIFY(sees(u"at least four characters"_s));
        QCOMPARE(m_key->calls.load(), before);
        enter(u"PIN of the security key"_s, u"4321"_s);
        go(u"Unlock"_s);
        QVERIFY(sees(u"2 tries are left."_s));
        QVERIFY(lineEdit(m_dialog, u"PIN of the security key"_s)->text().isEmpty());
        enter(u"PIN of the security key"_s, u"1234"_s);
        QTest::keyClick(lineEdit(m_dialog, u"PIN of the security key"_s), Qt::Key_Return);
        QTRY_COMPARE(m_result, int(QDialog::Accepted));
    }

    void opensPersonalWithTheTpm()
    {
        startWith(SlotKind::Tpm, LockState::Unlocked);
        m_chip->setPin("secret 42");
        open(Aim::OpenPersonal, SlotKind::Tpm);
        QVERIFY(sees(u"PIN of the TPM"_s));
        QCOMPARE(m_chip->calls.load(), 0);
        enter(u"PIN"_s, u"secret 42"_s);
        go(u"Open"_s);
        QTRY_COMPARE(m_result, int(QDialog::Accepted));
        QCOMPARE(m_vault->calls, QStringList{u"openPersonalWithSecret TPM"_s});
    }

    void everyFailureSaysItsNextStepAndCanBeTriedAgain_data()
    {
        QTest::addColumn<int>("code");
        for (const ErrorCode code : {ErrorCode::SecurityKeySeveral, ErrorCode::SecurityKeyDenied, ErrorCode::SecurityKeyUnsuited,
                                     ErrorCode::SecurityKeyNoPin, ErrorCode::SecurityKeyPinPaused, ErrorCode::SecurityKeyPinBlocked, ErrorCode::SecurityKeyUnknown,
                                     ErrorCode::SecurityKeyUntouched, ErrorCode::SecurityKeyRemoved, ErrorCode::SecurityKeyFailed,
                                     ErrorCode::DamagedFile})
            QTest::newRow(errorName(code).data()) << int(code);
    }
    void everyFailureSaysItsNextStepAndCanBeTriedAgain()
    {
        QFETCH(int, code);
        lockedWith(SlotKind::SecurityKey);
        m_key->fail(Error{static_cast<ErrorCode>(code), {}});
        open(Aim::Unlock, SlotKind::SecurityKey);
        QVERIFY(sees(ErrorText::of(static_cast<ErrorCode>(code)).sentence()));
        QVERIFY(m_vault->calls.isEmpty());
        QVERIFY(!m_client->isUnlocked());
        m_key->fail(std::nullopt);
        go(u"Try again"_s);
        QTRY_COMPARE(m_result, int(QDialog::Accepted));
    }

    void everyFailureOfTheTpmGoesBackToThePin()
    {
        lockedWith(SlotKind::Tpm);
        for (const ErrorCode code : {ErrorCode::TpmAbsent, ErrorCode::TpmDenied, ErrorCode::TpmForeign, ErrorCode::TpmLockout, ErrorCode::TpmFailed}) {
            m_chip->fail(Error{code, {}});
            open(Aim::Unlock, SlotKind::Tpm);
            enter(u"PIN"_s, u"secret 42"_s);
            go(u"Unlock"_s);
            QVERIFY(sees(ErrorText::of(code).title));
            m_chip->fail(std::nullopt);
            go(u"Try again"_s);
            QVERIFY(lineEdit(m_dialog, u"PIN"_s));
            delete m_dialog;
        }
        QVERIFY(m_vault->calls.isEmpty());
    }

    void aSecretThatDoesNotFitIsSaid()
    {
        lockedWith(SlotKind::SecurityKey);
        m_vault->secrets[static_cast<quint8>(SlotKind::SecurityKey)] = QByteArray(32, 'x');
        open(Aim::Unlock, SlotKind::SecurityKey);
        QVERIFY(sees(ErrorText::of(ErrorCode::WrongDevice).title));
        QVERIFY(button(m_dialog, u"Try again"_s));
    }

    void addsAKeyUnderItsNameWithTwoTouchesAndTheMasterPassword()
    {
        m_key->waits = true;
        open(Aim::Add, SlotKind::SecurityKey);
        QVERIFY(sees(u"Add a security key"_s));
        QCOMPARE(m_key->calls.load(), 0);
        enter(u"Name of the security key"_s, u"  Blue key "_s);
        go(u"Continue"_s);
        QVERIFY(sees(u"Touch your security key"_s));
        m_key->waits = false;
        QVERIFY(sees(u"Your master password"_s));
        QCOMPARE(m_key->label(), u"Blue key"_s);
        QVERIFY(!hasWay(SlotKind::SecurityKey));
        enter(u"Master password"_s, u"not the one"_s);
        go(u"Add key"_s);
        QVERIFY(sees(ErrorText::of(ErrorCode::WrongPassword).title));
        QVERIFY(!hasWay(SlotKind::SecurityKey));
        const int calls = m_key->calls;
        enter(u"Master password"_s, m_vault->password);
        go(u"Add key"_s);
        QTRY_COMPARE(m_result, int(QDialog::Accepted));
        QCOMPARE(m_key->calls.load(), calls); // the key was not asked again
        const auto &way = m_client->facts().ways.last();
        QCOMPARE(way.name.kind, SlotKind::SecurityKey);
        QCOMPARE(way.label, u"Blue key"_s);
        QCOMPARE(way.parameters, Parameters);
    }

    void aNameIsNeededAndFitsTheHeader()
    {
        open(Aim::Add, SlotKind::SecurityKey);
        QVERIFY(button(m_dialog, u"Continue"_s)->isEnabled()); // one is proposed
        enter(u"Name of the security key"_s, u"   "_s);
        QVERIFY(!button(m_dialog, u"Continue"_s)->isEnabled());
        lineEdit(m_dialog, u"Name of the security key"_s)->setText(u"🔑"_s.repeated(20));
        go(u"Continue"_s);
        QVERIFY(sees(u"Your master password"_s));
        QCOMPARE(m_key->label(), u"🔑"_s.repeated(16));
    }

    void addsTheTpmWithAPinTypedTwice()
    {
        open(Aim::Add, SlotKind::Tpm);
        enter(u"PIN"_s, u"12345"_s);
        enter(u"PIN once more"_s, u"12345"_s);
        go(u"Continue"_s);
        QVERIFY(sees(u"at least six characters"_s));
        enter(u"PIN"_s, u"123456"_s);
        go(u"Continue"_s);
        QVERIFY(sees(u"The two PINs differ."_s));
        QCOMPARE(m_chip->calls.load(), 0);
        enter(u"PIN once more"_s, u"123456"_s);
        go(u"Continue"_s);
        QVERIFY(sees(u"Your master password"_s));
        enter(u"Master password"_s, m_vault->password);
        go(u"Add TPM"_s);
        QTRY_COMPARE(m_result, int(QDialog::Accepted));
        QVERIFY(hasWay(SlotKind::Tpm));
    }

    void closingStopsTheKeyAndChangesNothing()
    {
        m_key->waits = true;
        open(Aim::Add, SlotKind::SecurityKey);
        go(u"Continue"_s);
        QVERIFY(sees(u"Touch your security key"_s));
        QTest::keyClick(m_dialog, Qt::Key_Escape);
        QTRY_COMPARE(m_result, int(QDialog::Rejected));
        QTRY_COMPARE(m_key->stopped.load(), 1);
        QVERIFY(m_vault->calls.isEmpty());
        QVERIFY(!hasWay(SlotKind::SecurityKey));
    }

    void aLockTakesItAway()
    {
        m_key->waits = true;
        open(Aim::Add, SlotKind::SecurityKey);
        go(u"Continue"_s);
        QVERIFY(sees(u"Touch your security key"_s));
        m_client->lock();
        QTRY_COMPARE(m_result, int(QDialog::Rejected));
        QTRY_COMPARE(m_key->stopped.load(), 1);
    }

    void goneWithItsWindowItStopsTheKey()
    {
        m_key->waits = true;
        open(Aim::Add, SlotKind::SecurityKey);
        go(u"Continue"_s);
        QVERIFY(sees(u"Touch your security key"_s));
        delete m_dialog;
        QTRY_COMPARE(m_key->stopped.load(), 1);
    }

    void goesWhenTheVaultIsOpenedAnotherWay()
    {
        lockedWith(SlotKind::SecurityKey);
        m_key->waits = true;
        open(Aim::Unlock, SlotKind::SecurityKey);
        QVERIFY(sees(u"Touch your security key"_s));
        m_client->unlock(crypto::SecretText::copyOf(m_vault->password.toStdString()), {});
        QTRY_VERIFY(m_result);
        QTRY_COMPARE(m_key->stopped.load(), 1);
    }

    void doesNotCloseWhileTheVaultWorks()
    {
        startWith(SlotKind::SecurityKey, LockState::Unlocked);
        m_vault->held = QStringList{u"openPersonalWithSecret"_s};
        open(Aim::OpenPersonal, SlotKind::SecurityKey);
        QTRY_VERIFY(!m_vault->calls.isEmpty());
        QVERIFY(!button(m_dialog, u"Cancel"_s)->isEnabled());
        m_dialog->reject();
        QVERIFY(m_dialog && m_dialog->isVisible());
        m_vault->release();
        QTRY_COMPARE(m_result, int(QDialog::Accepted));
    }

    void everythingIsReachedByTab()
    {
        open(Aim::Add, SlotKind::Tpm);
        enter(u"PIN"_s, u"123456"_s);
        enter(u"PIN once more"_s, u"123456"_s);
        lineEdit(m_dialog, u"PIN"_s)->setFocus();
        QStringList seen;
        for (int i = 0; i < 8; ++i) {
            if (const QWidget *focus = m_dialog->focusWidget())
                seen += focus->accessibleName().isEmpty() ? focus->property("text").toString() : focus->accessibleName();
            QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Tab);
        }
        for (const QString &wanted : {u"PIN once more"_s, u"Cancel"_s, u"Continue"_s})
            QVERIFY2(seen.contains(wanted), qPrintable(seen.join(u", ")));
    }
};

QTEST_MAIN(tst_HardwareDialog)
#include "tst_HardwareDialog.moc"
