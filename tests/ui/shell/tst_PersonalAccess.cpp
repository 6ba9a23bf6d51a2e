// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/PersonalAccess.h"

#include "app/service/PresenceGate.h"
#include "tests/support/ScriptedPresence.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/PasswordSheet.h"
#include "ui/recovery/RecoveryOpenDialog.h"
#include "ui/words/ErrorText.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

using Answer = UserPresence::Answer;
using Ending = UserPresence::Outcome;
using Reason = UserPresence::Reason;

class tst_PersonalAccess : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<ScriptedPresence> m_presence;
    std::unique_ptr<PresenceGate> m_gate;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<PersonalAccess> m_access;
    std::unique_ptr<QWidget> m_window;
    qint64 m_now = 1'773'000'000'000;
    int m_runs = 0;

    [[nodiscard]] PasswordSheet *sheet() const { return m_window->findChild<PasswordSheet *>(); }
    void request()
    {
        m_access->request(m_window.get(), this, [this] { ++m_runs; });
    }

    /// The vault has a recovery sheet as well; its groups.
    QString withSheet()
    {
        const QString groups = m_vault->addSheet();
        makeClient();
        return groups;
    }
    void makeClient()
    {
        m_access.reset();
        m_client.reset();
        m_client = ScriptedVault::makeClient();
        m_client->setPresence(m_gate.get());
        m_access = std::make_unique<PersonalAccess>(m_client.get(), [this] { return m_now; });
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_vault = std::make_unique<ScriptedVault>();
        m_vault->facts.state = LockState::Unlocked;
        m_vault->facts.keepsPersonal = true;
        m_presence = std::make_unique<ScriptedPresence>();
        m_gate = std::make_unique<PresenceGate>(*m_presence);
        makeClient();
        m_window = std::make_unique<QWidget>();
        m_window->resize(600, 400);
        m_window->show();
        m_runs = 0;
    }
    void cleanup()
    {
        m_window.reset();
        m_access.reset();
        m_client.reset();
        m_gate.reset();
        m_presence.reset();
        m_vault.reset();
    }

    void offersTheCheckFirstAndThePasswordBesideIt()
    {
        request();
        QVERIFY(sheet());
        QTRY_VERIFY(m_presence->isChecking());
        QCOMPARE(m_presence->purpose, UserPresence::Purpose::OpenPersonal);
        QVERIFY(willSay(sheet(), u"Touch the fingerprint reader."_s));
        QVERIFY(lineEdit(sheet(), u"Master password"_s)->isEnabled());
        m_presence->answer({Ending::Present, Reason::None});
        QTRY_COMPARE(m_runs, 1);
        QVERIFY(m_access->isOpen());
        QCOMPARE(m_vault->calls, QStringList{u"reopenPersonal"_s});
        QTRY_VERIFY(!sheet());
    }
    void takesThePasswordInsteadOfTheFinger()
    {
        request();
        QTRY_VERIFY(m_presence->isChecking());
        type(lineEdit(sheet(), u"Master password"_s), m_vault->password);
        press(button(sheet(), u"Open"_s));
        QVERIFY(!m_presence->isChecking());
        QTRY_COMPARE(m_runs, 1);
        QCOMPARE(m_vault->calls, QStringList{u"openPersonal"_s});
    }
    void asksForThePasswordOnlyBeforeItWasGivenOnce()
    {
        m_vault->facts.keepsPersonal = false;
        makeClient();
        request();
        QTest::qWait(30);
        QCOMPARE(m_presence->checks, 0);
        QVERIFY(!button(sheet(), u"Check again"_s));
    }
    void saysHowTheCheckEndedAndChecksAgain_data()
    {
        QTest::addColumn<Ending>("outcome");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("no match") << Ending::Refused << ErrorCode::PresenceRefused;
        QTest::newRow("nobody") << Ending::TimedOut << ErrorCode::PresenceTimeout;
        QTest::newRow("gone") << Ending::Unavailable << ErrorCode::PresenceUnavailable;
    }
    void saysHowTheCheckEndedAndChecksAgain()
    {
        QFETCH(Ending, outcome);
        QFETCH(ErrorCode, code);
        request();
        QTRY_VERIFY(m_presence->isChecking());
        m_presence->answer({outcome, Reason::None});
        QVERIFY(willSay(sheet(), ErrorText::of(code).title));
        QCOMPARE(m_runs, 0);
        press(button(sheet(), u"Check again"_s));
        QTRY_VERIFY(m_presence->isChecking());
        QVERIFY(!says(sheet(), ErrorText::of(code).title));
        m_presence->answer({Ending::Present, Reason::None});
        QTRY_COMPARE(m_runs, 1);
    }
    void asksForThePasswordAfterTooManyRefusals()
    {
        request();
        QTRY_VERIFY(m_presence->isChecking());
        m_presence->answer({Ending::Refused, Reason::None});
        QTRY_VERIFY(button(sheet(), u"Check again"_s));
        press(button(sheet(), u"Check again"_s));
        QTRY_VERIFY(m_presence->isChecking());
        m_presence->answer({Ending::Refused, Reason::None});
        QVERIFY(willSay(sheet(), ErrorText::of(ErrorCode::PresenceRefused).title));
        QVERIFY(!button(sheet(), u"Check again"_s));
        type(lineEdit(sheet(), u"Master password"_s), m_vault->password);
        press(button(sheet(), u"Open"_s));
        QTRY_COMPARE(m_runs, 1);
    }
    void offersTheRecoverySheetOnlyWhereThereIsOne()
    {
        request();
        QVERIFY(!button(sheet(), u"Use your recovery sheet instead"_s));
        sheet()->reject();
        QTRY_VERIFY(!sheet());
        withSheet();
        request();
        QVERIFY(button(sheet(), u"Use your recovery sheet instead"_s));
    }
    void takesTheRecoverySheetInsteadOfThePassword()
    {
        const QString groups = withSheet();
        request();
        QTRY_VERIFY(m_presence->isChecking());
        press(button(sheet(), u"Use your recovery sheet instead"_s));
        QVERIFY(!m_presence->isChecking());
        auto *dialog = sheet()->findChild<RecoveryOpenDialog *>();
        QVERIFY(dialog);
        type(lineEdit(dialog, u"The eight groups of the sheet"_s), groups);
        press(button(dialog, u"Open"_s));
        QTRY_COMPARE(m_runs, 1);
        QVERIFY(m_access->isOpen());
        QCOMPARE(m_vault->calls, QStringList{u"openPersonalWithSecret recovery sheet"_s});
        QTRY_VERIFY(!sheet());
    }
    void goesBackToThePasswordWhenTheRecoverySheetIsLeft()
    {
        withSheet();
        request();
        press(button(sheet(), u"Use your recovery sheet instead"_s));
        press(button(sheet()->findChild<RecoveryOpenDialog *>(), u"Cancel"_s));
        type(lineEdit(sheet(), u"Master password"_s), m_vault->password);
        press(button(sheet(), u"Open"_s));
        QTRY_COMPARE(m_runs, 1);
    }
    void takesBackWhatIsLeftWhileTheVaultWorksItOut()
    {
        m_vault->facts.keepsPersonal = false;
        makeClient();
        m_vault->held = {u"openPersonal"_s};
        request();
        type(lineEdit(sheet(), u"Master password"_s), m_vault->password);
        press(button(sheet(), u"Open"_s));
        sheet()->reject();
        QCOMPARE(m_vault->calls, (QStringList{u"openPersonal"_s, u"takeBackPersonal"_s}));
        // The answer comes while the sheet is not gone yet.
        m_vault->release();
        QTest::qWait(30);
        QVERIFY(!m_access->isOpen());
        QCOMPARE(m_runs, 0);
        // Whoever asks next is asked anew.
        m_vault->held.clear();
        request();
        type(lineEdit(sheet(), u"Master password"_s), m_vault->password);
        press(button(sheet(), u"Open"_s));
        QTRY_COMPARE(m_runs, 1);
        QVERIFY(m_access->isOpen());
    }
    void takesBackWhatTheCheckIsAboutToOpen()
    {
        m_vault->held = {u"reopenPersonal"_s};
        request();
        QTRY_VERIFY(m_presence->isChecking());
        m_presence->answer({Ending::Present, Reason::None});
        QTRY_COMPARE(m_vault->calls, QStringList{u"reopenPersonal"_s});
        sheet()->reject();
        QCOMPARE(m_vault->calls.last(), u"takeBackPersonal"_s);
        m_vault->release();
        QTest::qWait(30);
        QVERIFY(!m_access->isOpen());
        QCOMPARE(m_runs, 0);
    }
    void hasNothingToTakeBackWhenItWasNotAsked()
    {
        m_vault->facts.keepsPersonal = false;
        makeClient();
        request();
        sheet()->reject();
        QVERIFY(m_vault->calls.isEmpty());
    }
    void letsGoOfTheReaderWhenItIsClosed()
    {
        request();
        QTRY_VERIFY(m_presence->isChecking());
        sheet()->reject();
        QVERIFY(!m_presence->isChecking());
        QTest::qWait(30);
        QCOMPARE(m_runs, 0);
        QVERIFY(!m_access->isOpen());
    }
};

QTEST_MAIN(tst_PersonalAccess)
#include "tst_PersonalAccess.moc"
