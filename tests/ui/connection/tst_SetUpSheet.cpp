// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/SetUpSheet.h"
#include "tests/ui/connection/SetUpHome.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::SetUpSheet;

class tst_SetUpSheet : public SetUpHome {
    Q_OBJECT
private slots:
    void setsCodexUpWithATokenInTheKeychain();
    void asksFirstUnlessAnotherPresetIsChosen_data();
    void asksFirstUnlessAnotherPresetIsChosen();
    void offersNoPresetForAKeyThatIsThere();
    void goesAllTheWayWithReturn();
    void appliesNothingUnderAHeldReturn();
    void appliesNothingWithTheSecondPressOfADoubleClick();
    void keepsTheChoiceOfAPlaceWhenTheVersionComesLate();
    void writesNothingBeforeApply();
    void undoesAndRevokes();
    void showsTheChangeAnewOfAFileThatWasChangedMeanwhile();
    void handsTheLinesOverWhereTheFileIsLeftAlone();
    void showsTheFirstCall();
    void leavesWhenTheVaultIsLocked();
};

void tst_SetUpSheet::setsCodexUpWithATokenInTheKeychain()
{
    open(codex());
    QCOMPARE(m_sheet->findChild<QLineEdit *>()->text(), u"codex"_s);
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    const QByteArray text = bytesOf(u".codex/config.toml"_s);
    const ClientSetting setting = readSetting(AgentClient::Codex, text, 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.how, ClientSetting::Token::ByCommand);
    QVERIFY(text.startsWith(m_before));
    QVERIFY(!text.contains("clavitor_"));
    QVERIFY(m_keychain->items.contains(u"token-"_s + setting.keyId));
    QVERIFY(m_vault->agents.last().policy == policyOf(Preset::AskFirst));
}

void tst_SetUpSheet::asksFirstUnlessAnotherPresetIsChosen_data()
{
    QTest::addColumn<QString>("choice");
    QTest::addColumn<Preset>("preset");
    QTest::newRow("nothing touched") << QString() << Preset::AskFirst;
    QTest::newRow("ask first") << u"Ask first"_s << Preset::AskFirst;
    QTest::newRow("trusted") << u"Trusted"_s << Preset::Trusted;
    QTest::newRow("use without seeing") << u"Use without seeing"_s << Preset::UseWithoutSeeing;
}

void tst_SetUpSheet::asksFirstUnlessAnotherPresetIsChosen()
{
    QFETCH(QString, choice);
    QFETCH(Preset, preset);
    open(codex());
    const auto *choices = m_sheet->findChild<ui::PresetChoice *>();
    QVERIFY(choices && choices->isVisible());
    QCOMPARE(choices->preset(), Preset::AskFirst);
    for (const auto *card : choices->findChildren<ui::ChoiceCard *>())
        if (card->isVisible())
            QVERIFY2(!card->accessibleDescription().isEmpty(), "each says what it does");
    if (!choice.isEmpty())
        press(choice);
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QVERIFY(m_vault->agents.last().policy == policyOf(preset));
}

void tst_SetUpSheet::offersNoPresetForAKeyThatIsThere()
{
    open(codex());
    const auto *choices = m_sheet->findChild<ui::PresetChoice *>();
    press(u"Give it a new token of a key you have"_s);
    QVERIFY2(!choices->isVisible(), "that key keeps the policy it has");
    press(u"Make a key for Codex"_s);
    QVERIFY(choices->isVisible());
}

void tst_SetUpSheet::goesAllTheWayWithReturn()
{
    open(codex());
    for (const SetUpSheet::Step step : {SetUpSheet::Change, SetUpSheet::Done}) {
        QVERIFY(m_sheet->focusWidget());
        QTest::keyClick(m_sheet->focusWidget(), Qt::Key_Return);
        QTRY_COMPARE(m_sheet->step(), step);
        QTRY_VERIFY(button(m_sheet, step == SetUpSheet::Done ? u"Done"_s : u"Apply"_s)->isEnabled());
    }
    QVERIFY(readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984).isRight());
}

void tst_SetUpSheet::appliesNothingUnderAHeldReturn()
{
    open(codex());
    const auto hold = [this] {
        QWidget *focus = m_sheet->focusWidget() ? m_sheet->focusWidget() : m_sheet.get();
        QKeyEvent held(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier, u"\r"_s, true);
        QCoreApplication::sendEvent(focus, &held);
    };
    QTest::keyPress(m_sheet->focusWidget(), Qt::Key_Return);
    QDeadlineTimer held(1500);
    while (!held.hasExpired()) {
        hold();
        QTest::qWait(30);
    }
    QCOMPARE(m_sheet->step(), SetUpSheet::Change);
    QVERIFY(button(m_sheet, u"Apply"_s)->isEnabled());
    QVERIFY(m_sheet->focusWidget());
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
}

void tst_SetUpSheet::appliesNothingWithTheSecondPressOfADoubleClick()
{
    open(codex());
    QAbstractButton *next = button(m_sheet, u"Show the change"_s);
    next->click();
    QTRY_COMPARE(next->text(), u"Apply"_s);
    next->click();
    QTest::mouseClick(next, Qt::LeftButton);
    QCOMPARE(m_sheet->step(), SetUpSheet::Change);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
    QTRY_VERIFY(next->isEnabled());
    next->click();
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    next->click();
    QVERIFY2(m_sheet && m_sheet->isVisible(), "what became of it is to be read as well");
}

void tst_SetUpSheet::keepsTheChoiceOfAPlaceWhenTheVersionComesLate()
{
    put(u"bin/codex"_s, "#!/bin/sh\nsleep 1\necho codex-cli 0.169.0\n");
    QVERIFY(QFile::setPermissions(at(u"bin/codex"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    InstalledClient client = codex({});
    client.program = at(u"bin/codex"_s);
    open(client);
    press(u"In the file of Codex, as plain text"_s);
    const auto isChosen = [this](const QString &words) { return button(m_sheet, words)->isChecked(); };
    QTRY_VERIFY(says(u"Whoever can read the file can use the key"_s)); // the version came
    QVERIFY(isChosen(u"In the file of Codex, as plain text"_s));
    QVERIFY(!isChosen(u"In the keychain of this computer"_s));
}

void tst_SetUpSheet::writesNothingBeforeApply()
{
    open(codex());
    press(u"Show the change"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Change);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    const QString shown = m_sheet->findChild<ui::DiffView *>()->toPlainText();
    QVERIFY(shown.contains(u"+ [mcp_servers.clavitor]"_s));
    QVERIFY(shown.contains(u"+ url = \"http://localhost:1984/mcp\""_s));
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
    QCOMPARE(m_keychain->writes, 0);
}

void tst_SetUpSheet::undoesAndRevokes()
{
    open(codex());
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    press(u"Undo"_s);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
    QTRY_VERIFY(m_keychain->items.empty());
    QCOMPARE(m_vault->calls.filter(u"revokeKey"_s).size(), 1);
    QVERIFY(says(u"The file is what it was before."_s));
}

void tst_SetUpSheet::showsTheChangeAnewOfAFileThatWasChangedMeanwhile()
{
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    put(u".codex/config.toml"_s, "model = \"y\"\n");
    press(u"Apply"_s);
    QTRY_VERIFY(says(u"was changed meanwhile"_s));
    QCOMPARE(bytesOf(u".codex/config.toml"_s), "model = \"y\"\n"_ba);
    QVERIFY(m_sheet->findChild<ui::DiffView *>()->toPlainText().contains(u"  model = \"y\""_s));
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    const QByteArray text = bytesOf(u".codex/config.toml"_s);
    QVERIFY(text.startsWith("model = \"y\"\n"));
    QVERIFY(readSetting(AgentClient::Codex, text, 1984).isRight());
    QCOMPARE(m_vault->calls.filter(u"createKey"_s).size(), 1);
}

void tst_SetUpSheet::handsTheLinesOverWhereTheFileIsLeftAlone()
{
    put(u".codex/config.toml"_s, "mcp_servers = { a = { command = \"x\" } }\n");
    open(codex(u"0.140.0"_s));
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"written in a way Clavitor cannot change safely"_s));
    press(u"Copy the lines"_s);
    QTRY_VERIFY(QGuiApplication::clipboard()->text().startsWith(u"[mcp_servers.clavitor]\n"_s));
    const QByteArray copied = QGuiApplication::clipboard()->text().toUtf8();
    QVERIFY(readSetting(AgentClient::Codex, copied, 1984).isThere);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), "mcp_servers = { a = { command = \"x\" } }\n"_ba);
    press(u"Done"_s);
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty()); // the person has its token
}

void tst_SetUpSheet::showsTheFirstCall()
{
    open(codex());
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    AuditEvent event;
    event.time = m_now;
    event.action = u"search"_s;
    event.actor = u"mcp:codex"_s;
    event.keyId = m_vault->agents.last().keyId;
    event.caller.client = u"codex-mcp-client/0.169.0"_s;
    emit m_client->auditAppended({event});
    QVERIFY(says(u"Codex 0.169.0, just now"_s));
    QCOMPARE(m_sheet->findChild<ui::Badge *>()->word(), u"Connected"_s);
}

void tst_SetUpSheet::leavesWhenTheVaultIsLocked()
{
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    m_vault->facts.state = LockState::Locked;
    emit m_client->factsChanged(m_vault->facts);
    QTRY_VERIFY(!m_sheet || !m_sheet->isVisible());
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
}

QTEST_MAIN(tst_SetUpSheet)
#include "tst_SetUpSheet.moc"
