// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/UnlockPanel.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/recovery/RecoveryUnlockDialog.h"
#include "ui/setup/UnlockDialog.h"
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
    void offersAVaultWhenThereIsNone();
    void saysWhoAsked();
    void cannotBeAskedTwiceAtOnce();
    void dialogClosesHoweverTheVaultWasOpened();

private:
    void make();
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::UnlockPanel> m_panel;
    qint64 m_now = 1'773'000'000'000;
};

void tst_UnlockPanel::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    make();
}

void tst_UnlockPanel::make()
{
    m_panel.reset();
    m_client = ScriptedVault::makeClient();
    m_panel = std::make_unique<ui::UnlockPanel>(m_client.get(), [this] { return m_now; });
    m_panel->resize(600, 600);
    m_panel->show();
}

void tst_UnlockPanel::cleanup()
{
    m_panel.reset();
    m_client.reset();
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
    QVERIFY(says(m_panel.get(), ui::ErrorText::of(ErrorCode::NewerSchema).title));
    QVERIFY(!lineEdit(m_panel.get(), u"Master password"_s));
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

QTEST_MAIN(tst_UnlockPanel)
#include "tst_UnlockPanel.moc"
