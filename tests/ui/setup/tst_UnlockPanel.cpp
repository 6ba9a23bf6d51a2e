// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/UnlockPanel.h"

#include "app/service/PresenceGate.h"
#include "tests/support/ScriptedPresence.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/recovery/RecoveryUnlockDialog.h"
#include "ui/setup/UnlockDialog.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/words/ErrorText.h"

#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_UnlockPanel : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void opensWithThePassword();
    void staysCalmAfterAWrongPassword();
    void opensWithTheKeychainWhenThereIsASlot();
    void saysWhatToDoForEveryError_data();
    void saysWhatToDoForEveryError();
    void offersNoKeychainWithoutASlot();
    void offersTheSheetWhenThereIsOne();
    void explainsAVaultThatCannotBeOpened();
    void offersTheKeyFileOfBefore();
    void saysThatTheKeyFileOfBeforeOpensNothing();
    void offersAVaultWhenThereIsNone();
    void saysWhoAsked();
    void cannotBeAskedTwiceAtOnce();
    void dialogClosesHoweverTheVaultWasOpened();
    void forgetsWhatIsTypedWithALock();
    void saysNothingOfAnUnlockThatALockOvertook_data();
    void saysNothingOfAnUnlockThatALockOvertook();
    void saysWhatComesBeforeTheKeychain_data();
    void saysWhatComesBeforeTheKeychain();
    void showsTheCheckAndOpensAfterTheYes();
    void takesThePasswordWhileTheCheckWaits();
    void canStopTheCheck();
    void stopsTheCheckWhenItIsHidden();
    void saysHowACheckEnded_data();
    void saysHowACheckEnded();
    void takesThePasswordWhileTheKeychainIsSlow();
    void opensALockedKeychainAndTriesAgain();
    void saysWhyTheKeychainStaysLocked();
    void offersToOpenNoKeychainThatIsNotLocked();
    void saysWhatGoesOnUnderALeaseAndStopsIt();
    void saysWhenThatTheLeaseEndedCouldNotBeWritten();

private:
    void make();
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<ScriptedPresence> m_presence;
    std::unique_ptr<PresenceGate> m_gate;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::UnlockPanel> m_panel;
    bool m_hasPresence = false;
    qint64 m_now = 1'773'000'000'000;
};

void tst_UnlockPanel::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_hasPresence = false;
    make();
}

void tst_UnlockPanel::make()
{
    m_panel.reset();
    m_client = ScriptedVault::makeClient();
    m_presence = std::make_unique<ScriptedPresence>();
    m_gate = std::make_unique<PresenceGate>(*m_presence);
    if (m_hasPresence)
        m_client->setPresence(m_gate.get());
    m_panel = std::make_unique<ui::UnlockPanel>(m_client.get(), [this] { return m_now; });
    m_panel->resize(600, 640);
    m_panel->show();
}

void tst_UnlockPanel::cleanup()
{
    m_panel.reset();
    m_client.reset();
    m_gate.reset();
    m_presence.reset();
    m_vault.reset();
}

void tst_UnlockPanel::opensWithThePassword()
{
    QSignalSpy unlocked(m_panel.get(), &ui::UnlockPanel::unlocked);
    QVERIFY2(!button(m_panel.get(), u"Unlock"_s)->isEnabled(), "nothing typed yet");
    QLineEdit *line = lineEdit(m_panel.get(), u"Master password"_s);
    QTest::keyClicks(line, m_vault->password);
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(line->text().isEmpty());
    QVERIFY(unlocked.wait());
    QVERIFY(m_client->isUnlocked());
}

void tst_UnlockPanel::staysCalmAfterAWrongPassword()
{
    QLineEdit *line = lineEdit(m_panel.get(), u"Master password"_s);
    QTest::keyClicks(line, u"guess"_s);
    press(button(m_panel.get(), u"Unlock"_s));
    QVERIFY(willSay(m_panel.get(), ui::ErrorText::of(ErrorCode::WrongPassword).title));
    QVERIFY(line->isEnabled());
    QVERIFY(line->text().isEmpty());
    QTest::keyClicks(line, u"x"_s);
    QVERIFY2(!says(m_panel.get(), ui::ErrorText::of(ErrorCode::WrongPassword).title), "gone with the next try");
}

void tst_UnlockPanel::forgetsWhatIsTypedWithALock()
{
    QLineEdit *line = lineEdit(m_panel.get(), u"Master password"_s);
    QTest::keyClicks(line, u"half a passw"_s);
    line->actions().constFirst()->trigger();
    QCOMPARE(line->echoMode(), QLineEdit::Normal);
    m_client->lock();
    QVERIFY(line->text().isEmpty());
    QCOMPARE(line->echoMode(), QLineEdit::Password);
    QVERIFY(!button(m_panel.get(), u"Unlock"_s)->isEnabled());
}

void tst_UnlockPanel::saysNothingOfAnUnlockThatALockOvertook_data()
{
    QTest::addColumn<bool>("keychain");
    QTest::newRow("by password") << false;
    QTest::newRow("by keychain") << true;
}

void tst_UnlockPanel::saysNothingOfAnUnlockThatALockOvertook()
{
    QFETCH(bool, keychain);
    m_vault->failures.insert(keychain ? u"unlockWithKeychain"_s : u"unlock"_s, {ErrorCode::Locked, {}});
    if (!keychain)
        QTest::keyClicks(lineEdit(m_panel.get(), u"Master password"_s), m_vault->password);
    press(button(m_panel.get(), keychain ? u"Unlock with the keychain"_s : u"Unlock"_s));
    QTRY_COMPARE(m_vault->calls.size(), 1);
    QTRY_VERIFY(button(m_panel.get(), u"Unlock with the keychain"_s) && button(m_panel.get(), u"Unlock"_s)
                && lineEdit(m_panel.get(), u"Master password"_s)->isEnabled());
    QVERIFY(!says(m_panel.get(), ui::ErrorText::of(ErrorCode::Locked).title));
}

void tst_UnlockPanel::opensWithTheKeychainWhenThereIsASlot()
{
    QSignalSpy unlocked(m_panel.get(), &ui::UnlockPanel::unlocked);
    press(button(m_panel.get(), u"Unlock with the keychain"_s));
    QVERIFY(unlocked.wait());
    QCOMPARE(m_vault->calls, QStringList{u"unlockWithKeychain"_s});
}

void tst_UnlockPanel::saysWhatToDoForEveryError_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("keychain");
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
        if (static_cast<ErrorCode>(code) == ErrorCode::Locked)
            continue; // saysNothingOfAnUnlockThatALockOvertook()
        const QByteArray name(errorName(static_cast<ErrorCode>(code)).data());
        QTest::newRow(QByteArray(name + " by password").constData()) << code << false;
        QTest::newRow(QByteArray(name + " by keychain").constData()) << code << true;
    }
}

void tst_UnlockPanel::saysWhatToDoForEveryError()
{
    QFETCH(int, code);
    QFETCH(bool, keychain);
    m_vault->failures.insert(keychain ? u"unlockWithKeychain"_s : u"unlock"_s, {static_cast<ErrorCode>(code), u"detail"_s});
    if (keychain) {
        press(button(m_panel.get(), u"Unlock with the keychain"_s));
    } else {
        QTest::keyClicks(lineEdit(m_panel.get(), u"Master password"_s), u"x"_s);
        press(button(m_panel.get(), u"Unlock"_s));
    }
    const ui::ErrorText text = ui::ErrorText::of(static_cast<ErrorCode>(code));
    QVERIFY(willSay(m_panel.get(), text.title));
    QVERIFY(says(m_panel.get(), text.kept));
    QVERIFY(says(m_panel.get(), text.next));
    QVERIFY2(lineEdit(m_panel.get(), u"Master password"_s)->isEnabled(), "the password can always be tried");
}

void tst_UnlockPanel::offersNoKeychainWithoutASlot()
{
    m_vault->facts.hasKeychainSlot = false;
    make();
    QVERIFY(!button(m_panel.get(), u"Unlock with the keychain"_s));
}

void tst_UnlockPanel::offersTheSheetWhenThereIsOne()
{
    QVERIFY(!button(m_panel.get(), u"I have a recovery sheet"_s));
    ScriptedVault::setWay(m_vault->facts, {{crypto::SlotKind::Recovery, 0}, {}, {}}, true);
    make();
    press(button(m_panel.get(), u"I have a recovery sheet"_s));
    auto *dialog = m_panel->findChild<ui::RecoveryUnlockDialog *>();
    QVERIFY(dialog && dialog->isVisible());
}

void tst_UnlockPanel::explainsAVaultThatCannotBeOpened()
{
    m_vault->facts.problem = Error{ErrorCode::NewerSchema, {}};
    make();
    QVERIFY(says(m_panel.get(), ui::ErrorText::of(ErrorCode::NewerSchema).title.chopped(1)));
    QVERIFY(!lineEdit(m_panel.get(), u"Master password"_s));
    QVERIFY(button(m_panel.get(), u"Open the folder"_s));
}

void tst_UnlockPanel::offersTheKeyFileOfBefore()
{
    m_vault->facts.problem = Error{ErrorCode::DamagedFile, {}};
    m_vault->facts.formerKeys = FormerKeys{m_now - 86'400'000, true, true, false};
    make();
    QVERIFY(says(m_panel.get(), u"The file with the vault's keys is damaged"_s));
    QVERIFY(!lineEdit(m_panel.get(), u"Master password"_s));
    // Asked for, said no: nothing is done.
    press(button(m_panel.get(), u"Open with the key file of before…"_s));
    auto *sheet = m_panel->findChild<ui::ConfirmSheet *>();
    QVERIFY(sheet);
    QVERIFY(says(sheet, u"a password that was changed since does not"_s));
    QVERIFY(says(sheet, u"All keys were being replaced that day"_s));
    press(button(sheet, u"Cancel"_s));
    QVERIFY(!m_vault->calls.contains(u"useFormerKeys"_s));
    QTRY_VERIFY(!m_panel->findChild<ui::ConfirmSheet *>());
    press(button(m_panel.get(), u"Open with the key file of before…"_s));
    sheet = m_panel->findChild<ui::ConfirmSheet *>();
    QVERIFY(sheet);
    press(button(sheet, u"Use this key file"_s));
    QTRY_VERIFY(lineEdit(m_panel.get(), u"Master password"_s));
    QVERIFY(says(m_panel.get(), u"vault.keys.before stands in for the damaged file"_s));
    QVERIFY(!button(m_panel.get(), u"Open with the key file of before…"_s));
}

void tst_UnlockPanel::saysThatTheKeyFileOfBeforeOpensNothing()
{
    m_vault->facts.problem = Error{ErrorCode::DamagedFile, {}};
    m_vault->facts.formerKeys = FormerKeys{m_now - 86'400'000, false, true, false};
    make();
    QVERIFY(says(m_panel.get(), u"it cannot open the vault that is here"_s));
    QVERIFY(!button(m_panel.get(), u"Open with the key file of before…"_s));
    QVERIFY(button(m_panel.get(), u"Open the folder"_s));
}

void tst_UnlockPanel::offersAVaultWhenThereIsNone()
{
    m_vault->facts = {};
    make();
    QSignalSpy setup(m_panel.get(), &ui::UnlockPanel::setupRequested);
    QVERIFY(!lineEdit(m_panel.get(), u"Master password"_s));
    press(button(m_panel.get(), u"Create a vault"_s));
    QCOMPARE(setup.size(), 1);
}

void tst_UnlockPanel::saysWhoAsked()
{
    QVERIFY(!says(m_panel.get(), u"asked to"_s));
    const LockedCall call{u"mcp:codex-agent"_s, u"read"_s, {u"/usr/local/bin/codex"_s, 7, u"zsh"_s, u"/srv/shop"_s, {}}};
    emit m_client->lockedCall(call);
    QVERIFY(says(m_panel.get(), u"codex-agent asked to read an entry, just now."_s));
    QVERIFY(says(m_panel.get(), u"From codex ← zsh, in /srv/shop"_s));
    emit m_client->lockedCall(call);
    QVERIFY(says(m_panel.get(), u"2 calls"_s));
    emit m_client->lockedCall({u"mcp:a\u202eb"_s, u"totp"_s, {}});
    QVERIFY(says(m_panel.get(), u"a[U+202E]b asked to get a one-time code"_s));
}

void tst_UnlockPanel::cannotBeAskedTwiceAtOnce()
{
    m_vault->held = {u"unlock"_s};
    QLineEdit *line = lineEdit(m_panel.get(), u"Master password"_s);
    QTest::keyClicks(line, m_vault->password);
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(m_panel->isBusy());
    QVERIFY(!line->isEnabled());
    QVERIFY(!button(m_panel.get(), u"Unlock with the keychain"_s)->isEnabled());
    QCOMPARE(m_vault->calls.size(), 1);
    m_vault->release();
    QTRY_VERIFY(!m_panel->isBusy());
}

void tst_UnlockPanel::dialogClosesHoweverTheVaultWasOpened()
{
    ui::UnlockDialog dialog(m_client.get(), [this] { return m_now; });
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    dialog.open();
    m_client->unlockWithKeychain({this, [](const Result<> &) {}});
    QTRY_COMPARE(accepted.size(), 1);
    QVERIFY(!dialog.isVisible());
}

void tst_UnlockPanel::saysWhatComesBeforeTheKeychain_data()
{
    using Means = UserPresence::Means;
    using Reason = UserPresence::Reason;
    QTest::addColumn<Means>("means");
    QTest::addColumn<Reason>("reason");
    QTest::addColumn<Settings::KeychainCheck>("check");
    QTest::addColumn<QString>("words");
    QTest::newRow("finger") << Means::Fingerprint << Reason::None << Settings::KeychainCheck::Always << u"A fingerprint check comes first."_s;
    QTest::newRow("dialog") << Means::SystemDialog << Reason::None << Settings::KeychainCheck::Always << u"The system asks for you first."_s;
    QTest::newRow("none") << Means::None << Reason::NoReader << Settings::KeychainCheck::Always << u"Nothing here can ask whether it is you. There is no fingerprint reader."_s;
    QTest::newRow("missing") << Means::None << Reason::ReaderBusy << Settings::KeychainCheck::Always << u"Not now, the check is missing. Another program is using the fingerprint reader."_s;
    QTest::newRow("not wanted") << Means::Fingerprint << Reason::None << Settings::KeychainCheck::Never << u"Without a check: whoever sits here opens it with one click."_s;
}

void tst_UnlockPanel::saysWhatComesBeforeTheKeychain()
{
    QFETCH(UserPresence::Means, means);
    QFETCH(UserPresence::Reason, reason);
    QFETCH(Settings::KeychainCheck, check);
    QFETCH(QString, words);
    m_hasPresence = true;
    make();
    m_panel->hide();
    m_presence->found = {means, reason};
    m_gate->setKeychainCheck(check);
    m_panel->show();
    QVERIFY(willSay(m_panel.get(), words));
}

void tst_UnlockPanel::showsTheCheckAndOpensAfterTheYes()
{
    using Stage = UserPresence::Progress::Stage;
    m_hasPresence = true;
    make();
    QSignalSpy unlocked(m_panel.get(), &ui::UnlockPanel::unlocked);
    press(button(m_panel.get(), u"Unlock with the keychain"_s));
    QVERIFY(willSay(m_panel.get(), u"Touch the fingerprint reader."_s));
    QVERIFY(!m_panel->isBusy());
    m_presence->tellProgress({Stage::NoMatch, UserPresence::Means::Fingerprint, 1});
    QVERIFY(willSay(m_panel.get(), u"did not match (1 of 3)"_s));
    m_presence->tellProgress({Stage::Waiting, UserPresence::Means::Fingerprint, 2});
    QVERIFY(willSay(m_panel.get(), u"(2 of 3). Touch the reader again."_s));
    m_presence->tellProgress({Stage::Unclear, UserPresence::Means::Fingerprint, 2});
    QVERIFY(willSay(m_panel.get(), u"not read clearly"_s));
    QVERIFY(m_vault->calls.isEmpty());
    m_presence->answer({UserPresence::Outcome::Present, UserPresence::Reason::None});
    QVERIFY(unlocked.wait());
    QCOMPARE(m_vault->calls, QStringList{u"unlockWithKeychain"_s});
}

void tst_UnlockPanel::takesThePasswordWhileTheCheckWaits()
{
    m_hasPresence = true;
    make();
    press(button(m_panel.get(), u"Unlock with the keychain"_s));
    QTRY_VERIFY(m_presence->isChecking());
    QSignalSpy unlocked(m_panel.get(), &ui::UnlockPanel::unlocked);
    QLineEdit *line = lineEdit(m_panel.get(), u"Master password"_s);
    QVERIFY(line->hasFocus() || line->isEnabled());
    QTest::keyClicks(line, m_vault->password);
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY2(!m_presence->isChecking(), "the reader is let go of");
    QVERIFY(unlocked.wait());
    QCOMPARE(m_vault->calls, QStringList{u"unlock"_s});
    QVERIFY(!says(m_panel.get(), ui::ErrorText::of(ErrorCode::Cancelled).title));
}

void tst_UnlockPanel::canStopTheCheck()
{
    m_hasPresence = true;
    make();
    for (const bool byKey : {false, true}) {
        press(button(m_panel.get(), u"Unlock with the keychain"_s));
        QTRY_VERIFY(m_presence->isChecking());
        if (byKey)
            QTest::keyClick(m_panel.get(), Qt::Key_Escape);
        else
            press(button(m_panel.get(), u"Stop"_s));
        QVERIFY(!m_presence->isChecking());
        QTest::qWait(30);
        QVERIFY(!says(m_panel.get(), u"Touch the fingerprint reader."_s));
        QVERIFY(!says(m_panel.get(), ui::ErrorText::of(ErrorCode::Cancelled).title));
    }
    QVERIFY(m_vault->calls.isEmpty());
}

void tst_UnlockPanel::stopsTheCheckWhenItIsHidden()
{
    m_hasPresence = true;
    make();
    press(button(m_panel.get(), u"Unlock with the keychain"_s));
    QTRY_VERIFY(m_presence->isChecking());
    m_panel->hide();
    QVERIFY(!m_presence->isChecking());
}

void tst_UnlockPanel::saysHowACheckEnded_data()
{
    using Ending = UserPresence::Outcome;
    using Reason = UserPresence::Reason;
    QTest::addColumn<Ending>("outcome");
    QTest::addColumn<Reason>("reason");
    QTest::addColumn<QString>("words");
    QTest::newRow("no match") << Ending::Refused << Reason::None << ui::ErrorText::of(ErrorCode::PresenceRefused).title;
    QTest::newRow("nobody") << Ending::TimedOut << Reason::None << ui::ErrorText::of(ErrorCode::PresenceTimeout).title;
    QTest::newRow("unplugged") << Ending::Unavailable << Reason::ReaderGone << u"The fingerprint reader was unplugged."_s;
    QTest::newRow("killed") << Ending::Unavailable << Reason::ServiceGone << u"The system's service ended while it was asked."_s;
    QTest::newRow("impostor") << Ending::Unavailable << Reason::Untrusted << u"Another program answers in the place of the fingerprint service."_s;
    QTest::newRow("busy") << Ending::Unavailable << Reason::ReaderBusy << u"Another program is using the fingerprint reader."_s;
}

void tst_UnlockPanel::saysHowACheckEnded()
{
    QFETCH(UserPresence::Outcome, outcome);
    QFETCH(UserPresence::Reason, reason);
    QFETCH(QString, words);
    m_hasPresence = true;
    make();
    press(button(m_panel.get(), u"Unlock with the keychain"_s));
    QTRY_VERIFY(m_presence->isChecking());
    m_presence->answer({outcome, reason});
    QVERIFY(willSay(m_panel.get(), words));
    QVERIFY2(button(m_panel.get(), u"Unlock with the keychain"_s), "it can be tried again");
    QVERIFY(lineEdit(m_panel.get(), u"Master password"_s)->isEnabled());
    QVERIFY(m_vault->calls.isEmpty());
}

void tst_UnlockPanel::takesThePasswordWhileTheKeychainIsSlow()
{
    m_vault->held = {u"unlockWithKeychain"_s};
    m_vault->failures.insert(u"unlockWithKeychain"_s, {ErrorCode::KeychainTimeout, {}});
    press(button(m_panel.get(), u"Unlock with the keychain"_s));
    QTest::qWait(20);
    QSignalSpy unlocked(m_panel.get(), &ui::UnlockPanel::unlocked);
    QLineEdit *line = lineEdit(m_panel.get(), u"Master password"_s);
    QVERIFY(line->isEnabled());
    QTest::keyClicks(line, m_vault->password);
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(unlocked.wait());
    m_vault->release();
    QTest::qWait(30);
    QVERIFY2(!says(m_panel.get(), ui::ErrorText::of(ErrorCode::KeychainTimeout).title), "of no interest any more");
}

void tst_UnlockPanel::opensALockedKeychainAndTriesAgain()
{
    m_vault->failures.insert(u"unlockWithKeychain"_s, {ErrorCode::KeychainLocked, {}});
    QSignalSpy unlocked(m_panel.get(), &ui::UnlockPanel::unlocked);
    press(button(m_panel.get(), u"Unlock with the keychain"_s));
    QTRY_VERIFY(button(m_panel.get(), u"Unlock the keychain…"_s));
    m_vault->failures.clear();
    m_vault->held = {u"openKeychain"_s};
    press(button(m_panel.get(), u"Unlock the keychain…"_s));
    QVERIFY(!says(m_panel.get(), ui::ErrorText::of(ErrorCode::KeychainLocked).title));
    QVERIFY2(lineEdit(m_panel.get(), u"Master password"_s)->isEnabled(), "the password goes on beside the keychain's window");
    m_vault->release();
    QVERIFY(unlocked.wait());
    QCOMPARE(m_vault->calls, (QStringList{u"unlockWithKeychain"_s, u"openKeychain"_s, u"unlockWithKeychain"_s}));
}

void tst_UnlockPanel::saysWhyTheKeychainStaysLocked()
{
    m_vault->failures.insert(u"unlockWithKeychain"_s, {ErrorCode::KeychainLocked, {}});
    m_vault->failures.insert(u"openKeychain"_s, {ErrorCode::KeychainDenied, {}});
    press(button(m_panel.get(), u"Unlock with the keychain"_s));
    QTRY_VERIFY(button(m_panel.get(), u"Unlock the keychain…"_s));
    press(button(m_panel.get(), u"Unlock the keychain…"_s));
    QVERIFY(willSay(m_panel.get(), ui::ErrorText::of(ErrorCode::KeychainDenied).title));
    QVERIFY(!button(m_panel.get(), u"Unlock the keychain…"_s));
    QVERIFY(button(m_panel.get(), u"Unlock with the keychain"_s));
}

void tst_UnlockPanel::offersToOpenNoKeychainThatIsNotLocked()
{
    for (const ErrorCode code : {ErrorCode::KeychainAbsent, ErrorCode::KeychainNoItem, ErrorCode::KeychainBrokenItem}) {
        m_vault->failures.insert(u"unlockWithKeychain"_s, {code, {}});
        press(button(m_panel.get(), u"Unlock with the keychain"_s));
        QVERIFY(willSay(m_panel.get(), ui::ErrorText::of(code).title));
        QVERIFY(!button(m_panel.get(), u"Unlock the keychain…"_s));
    }
}

void tst_UnlockPanel::saysWhatGoesOnUnderALeaseAndStopsIt()
{
    QVERIFY(!button(m_panel.get(), u"Stop it now"_s));
    m_vault->facts.state = LockState::Locked;
    const qint64 until = m_now + 7 * ms::hour;
    for (int i = 1; i <= 5; ++i)
        m_vault->facts.leases.append({GrantId{newUuid(m_now)}, u"run-%1"_s.arg(i), i, 14, until});
    make();
    m_panel->show();
    QVERIFY(says(m_panel.get(), u"Agents get no answer until you unlock it, but for what a lease allows:"_s));
    QVERIFY(says(m_panel.get(), u"run-1 · 1 entry · 14 reads · until "_s));
    QVERIFY(says(m_panel.get(), u"And 3 leases more"_s));
    QVERIFY(says(m_panel.get(), u"the keys to Shared values are in this computer's memory"_s));
    press(button(m_panel.get(), u"Stop it now"_s));
    QTRY_COMPARE(m_vault->calls.last(), u"endKeptLeases"_s);
    QTRY_VERIFY(!button(m_panel.get(), u"Stop it now"_s));
    QVERIFY(says(m_panel.get(), u"Agents get no answer until you unlock it."_s));
}

void tst_UnlockPanel::saysWhenThatTheLeaseEndedCouldNotBeWritten()
{
    m_vault->facts.state = LockState::Locked;
    m_vault->facts.leases.append({GrantId{newUuid(m_now)}, u"nightly-build"_s, 2, 14, m_now + ms::hour});
    m_vault->failures.insert(u"endKeptLeases"_s, {ErrorCode::DiskFull, {}});
    make();
    m_panel->show();
    press(button(m_panel.get(), u"Stop it now"_s));
    QTRY_VERIFY(says(m_panel.get(), ui::ErrorText::of(ErrorCode::DiskFull).title));
}

QTEST_MAIN(tst_UnlockPanel)
#include "tst_UnlockPanel.moc"
