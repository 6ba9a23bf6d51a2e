// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/SetUpSheet.h"
#include "tests/ui/connection/SetUpHome.h"
#include "ui/widgets/CodeBlock.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::SetUpSheet;

/// Where a client's token goes, which it keeps, and whose is handed over.
class tst_SetUpTokens : public SetUpHome {
    Q_OBJECT
private slots:
    void putsTheTokenIntoTheFileOfAnOldClient();
    void warnsBeforeATokenStandsWhereOthersGetIt_data();
    void warnsBeforeATokenStandsWhereOthersGetIt();
    void letsClientsWithoutACommandStartClavitorMcp_data();
    void letsClientsWithoutACommandStartClavitorMcp();
    void namesThePortThatIsNotTheUsualOne();
    void leavesAClientTheProgramItStarts();
    void saysWhyTheKeychainIsNoChoice();
    void putsTheTokenIntoTheFileWhereThereIsNoKeychain();
    void makesNoKeyBeforeApply();
    void saysAtOnceThatANameIsTaken();
    void offersTheFileWhenTheKeychainIsLocked();
    void keepsTheTokenThatIsInTheFile();
    void keepsTheKeyWhoseTokenLiesInTheKeychain_data();
    void keepsTheKeyWhoseTokenLiesInTheKeychain();
    void saysThatTheTokenOfItsKeyIsGone();
    void offersNoKeyThatCannotBeUsed_data();
    void offersNoKeyThatCannotBeUsed();
    void offersToDeleteABackupThatHoldsAToken_data();
    void offersToDeleteABackupThatHoldsAToken();
    void replacesNoTokenBeforeItIsToldWhatEnds();
    void leavingTheSheetEndsNoToken();
    void losesNoTokenWhenItIsLockedAtAnyStep_data();
    void losesNoTokenWhenItIsLockedAtAnyStep();
    void handsTheNewTokenOverWhenTheFileDoesNotTakeIt();
    void revokesAKeyWhoseFileDoesNotTakeItsToken();
    void tellsWhenTheVaultDoesNotTakeTheToken();
    void handsTheNewTokenOverWhenTheChangeIsTakenBack();
    void keepsTheTokenThatLinesToPutInFetch();
    void copiesTheLinesThatAreShownWhenTheVersionComesLate();
    void offersTheLinesWithTheTokenWhenTheKeychainIsLocked();
};

void tst_SetUpTokens::putsTheTokenIntoTheFileOfAnOldClient()
{
    open(codex(u"0.140.0"_s));
    QVERIFY(says(u"older than what the command for its token was tried with"_s));
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    const QString shown = m_sheet->findChild<ui::DiffView *>()->toPlainText();
    QVERIFY(shown.contains(u"clavitor_[MASKED]"_s));
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    const ClientSetting setting = readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.how, ClientSetting::Token::InFile);
    QCOMPARE(m_keychain->writes, 0);
}

void tst_SetUpTokens::warnsBeforeATokenStandsWhereOthersGetIt_data()
{
    QTest::addColumn<bool>("isInRepository");
    QTest::addColumn<bool>("isReadByOthers");
    QTest::addColumn<QString>("words"); // empty: none
    QTest::newRow("a person's own file") << false << false << QString();
    QTest::newRow("one that others read") << false << true << u"Other users of this computer can read this file"_s;
    QTest::newRow("one in a repository") << true << false << u"This file lies in a repository"_s;
}

void tst_SetUpTokens::warnsBeforeATokenStandsWhereOthersGetIt()
{
    QFETCH(bool, isInRepository);
    QFETCH(bool, isReadByOthers);
    QFETCH(QString, words);
    const QString file = u".gemini/settings.json"_s;
    put(file, "{}\n");
    QVERIFY(QFile::setPermissions(at(file), QFile::ReadOwner | QFile::WriteOwner | (isReadByOthers ? QFile::ReadOther : QFile::Permissions())));
    if (isInRepository)
        QVERIFY(QDir().mkpath(at(u".gemini/.git"_s)));
    open({AgentClient::GeminiCli, u"Gemini CLI"_s, {}, u"0.61.0"_s, at(file)});
    press(u"Make a key for Gemini CLI"_s);
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    QCOMPARE(says(u"and the token will stand in it"_s), !words.isEmpty());
    QVERIFY(words.isEmpty() || says(words));
    QCOMPARE(says(u"where it is not committed"_s), isInRepository);
}

void tst_SetUpTokens::letsClientsWithoutACommandStartClavitorMcp_data()
{
    QTest::addColumn<AgentClient>("which");
    QTest::addColumn<QString>("version");
    QTest::addColumn<QString>("file");
    QTest::newRow("Gemini CLI") << AgentClient::GeminiCli << u"0.61.0"_s << u".gemini/settings.json"_s;
    QTest::newRow("VS Code") << AgentClient::VsCode << u"1.104.0"_s << u".config/Code/User/mcp.json"_s;
    QTest::newRow("Cursor") << AgentClient::Cursor << QString() << u".cursor/mcp.json"_s;
    QTest::newRow("an old Claude Code") << AgentClient::ClaudeCode << u"2.0.1"_s << u".claude.json"_s;
    QTest::newRow("an old Codex") << AgentClient::Codex << u"0.140.0"_s << u".codex/config.toml"_s;
    QTest::newRow("a Codex nobody knows the version of") << AgentClient::Codex << QString() << u".codex/config.toml"_s;
}

void tst_SetUpTokens::letsClientsWithoutACommandStartClavitorMcp()
{
    QFETCH(AgentClient, which);
    QFETCH(QString, version);
    QFETCH(QString, file);
    m_shim = u"/usr/bin/clavitor-mcp"_s;
    const QByteArray before = which == AgentClient::Codex ? m_before
                                                          : withServer(which, "{\n  \"mine\": 1\n}\n"_ba, tokenWiring()).value(); // with a token in it
    put(file, before);
    open({which, nameOf(which), {}, version, at(file)});
    QVERIFY(says(u"names clavitor-mcp"_s));
    press(u"Make a key for "_s + nameOf(which));
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    QVERIFY(m_sheet->findChild<ui::DiffView *>()->toPlainText().contains(u"/usr/bin/clavitor-mcp"_s));
    QVERIFY(!says(u"can read this file"_s));
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    const ClientSetting setting = readSetting(which, bytesOf(file), 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.how, ClientSetting::Token::ByProgram);
    QCOMPARE(setting.program, u"/usr/bin/clavitor-mcp"_s);
    QVERIFY(!bytesOf(file).contains("clavitor_"));
    QVERIFY(keeps(setting.keyId));
    press(u"Undo"_s);
    QCOMPARE(bytesOf(file), before);
    QTRY_VERIFY(m_keychain->items.empty());
}

void tst_SetUpTokens::namesThePortThatIsNotTheUsualOne()
{
    m_shim = u"/usr/bin/clavitor-mcp"_s;
    m_port = 2984;
    open({AgentClient::Cursor, u"Cursor"_s, {}, {}, at(u".cursor/mcp.json"_s)});
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QVERIFY(bytesOf(u".cursor/mcp.json"_s).contains("\"--port\", \"2984\""));
    QVERIFY(readSetting(AgentClient::Cursor, bytesOf(u".cursor/mcp.json"_s), 2984).isRight());
}

void tst_SetUpTokens::leavesAClientTheProgramItStarts()
{
    // Codex can run a command as well; what the README calls the safest is not taken from it.
    m_shim = u"/usr/bin/clavitor-mcp"_s;
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\ncommand = \"clavitor-mcp\"\nargs = [\"Kq7ZrT2k\"]\n");
    open(codex());
    press(u"Make a key for Codex"_s);
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QCOMPARE(readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984).how, ClientSetting::Token::ByProgram);
}

void tst_SetUpTokens::saysWhyTheKeychainIsNoChoice()
{
    open({AgentClient::GeminiCli, u"Gemini CLI"_s, {}, u"0.61.0"_s, at(u".gemini/settings.json"_s)});
    QVERIFY(!button(m_sheet, u"In the keychain of this computer"_s)->isEnabled());
    QVERIFY(button(m_sheet, u"In the file of Gemini CLI, as plain text"_s)->isChecked());
    QVERIFY(says(u"could start clavitor-mcp, which fetches the token, but that is not installed beside Clavitor."_s));
}

void tst_SetUpTokens::putsTheTokenIntoTheFileWhereThereIsNoKeychain()
{
    m_shim = u"/usr/bin/clavitor-mcp"_s;
    m_keychain->readError = ErrorCode::KeychainAbsent;
    open({AgentClient::GeminiCli, u"Gemini CLI"_s, {}, u"0.61.0"_s, at(u".gemini/settings.json"_s)});
    QTRY_VERIFY(button(m_sheet, u"In the file of Gemini CLI, as plain text"_s)->isChecked());
    QVERIFY(says(u"There is no keychain running on this desktop."_s));
    // A keyring may be started yet.
    press(u"In the keychain of this computer"_s);
    QVERIFY(says(u"Start the desktop's keyring before Apply."_s));
}

void tst_SetUpTokens::makesNoKeyBeforeApply()
{
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    press(u"Cancel"_s);
    QVERIFY(m_vault->calls.filter(u"createKey"_s).isEmpty());
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
    QVERIFY(m_keychain->items.empty());
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
}

void tst_SetUpTokens::saysAtOnceThatANameIsTaken()
{
    open(codex());
    QTRY_VERIFY(!m_vault->calls.filter(u"agents"_s).isEmpty());
    m_sheet->findChild<QLineEdit *>()->setText(m_vault->agents.first().name.toUpper());
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"Another key already has this name"_s));
    QCOMPARE(m_sheet->step(), SetUpSheet::Key);
}

void tst_SetUpTokens::offersTheFileWhenTheKeychainIsLocked()
{
    m_keychain->removeError = ErrorCode::KeychainLocked;
    open(codex());
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_VERIFY(says(u"The keychain is locked."_s));
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
    press(u"Put it into the file"_s);
    QTRY_VERIFY(m_sheet->findChild<ui::DiffView *>()->toPlainText().contains(u"http_headers = "_s));
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QCOMPARE(readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984).how, ClientSetting::Token::InFile);
}

void tst_SetUpTokens::keepsTheTokenThatIsInTheFile()
{
    // The mistake of the published guide, mended without a new token.
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n\n[mcp_servers.clavitor.headers]\nAuthorization = \"Bearer "
            + sampleToken() + "\"\n");
    m_vault->agents.first().keyId = sampleKeyId();
    open(codex(u"0.140.0"_s));
    QTRY_VERIFY(button(m_sheet, u"Keep its key, codex-agent"_s) && button(m_sheet, u"Keep its key, codex-agent"_s)->isChecked());
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    const ClientSetting setting = readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.keyId, sampleKeyId());
    QVERIFY(m_vault->calls.filter(u"createKey"_s).isEmpty());
}

void tst_SetUpTokens::keepsTheKeyWhoseTokenLiesInTheKeychain_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<bool>("intoFile");
    const QByteArray byCommand = "url = \"http://localhost:1985/mcp\"\nhttp_headers_helper = \"clavitor headers Kq7ZrT2k\"\n";
    const QByteArray byProgram = "command = \"/usr/bin/clavitor-mcp\"\nargs = [\"Kq7ZrT2k\", \"--port\", \"1985\"]\n";
    QTest::newRow("by a command") << byCommand << false;
    QTest::newRow("by clavitor-mcp") << byProgram << false;
    QTest::newRow("and puts it into the file") << byProgram << true;
}

void tst_SetUpTokens::keepsTheKeyWhoseTokenLiesInTheKeychain()
{
    QFETCH(QByteArray, lines);
    QFETCH(bool, intoFile);
    m_shim = u"/usr/bin/clavitor-mcp"_s;
    m_keychain->items.insert_or_assign(u"token-Kq7ZrT2k"_s, crypto::SecretBytes(Keychain::SecretSize));
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\n" + lines);
    open(codex());
    QTRY_VERIFY(button(m_sheet, u"Keep its key, codex-agent"_s) && button(m_sheet, u"Keep its key, codex-agent"_s)->isChecked());
    if (intoFile)
        press(u"In the file of Codex, as plain text"_s);
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    const ClientSetting setting = readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.keyId, u"Kq7ZrT2k"_s);
    QCOMPARE(setting.how == ClientSetting::Token::InFile, intoFile);
    press(u"Undo"_s);
    QVERIFY2(keeps(u"Kq7ZrT2k"_s), "others may fetch it");
    QCOMPARE(m_keychain->writes, 0);
    for (const QString &call : {u"createKey"_s, u"rotateKey"_s, u"revokeKey"_s})
        QVERIFY2(m_vault->calls.filter(call).isEmpty(), qPrintable(call));
}

void tst_SetUpTokens::saysThatTheTokenOfItsKeyIsGone()
{
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\nhttp_headers_helper = \"clavitor headers Kq7ZrT2k\"\n");
    open(codex());
    QTRY_VERIFY(button(m_sheet, u"Keep its key, codex-agent"_s) && button(m_sheet, u"Keep its key, codex-agent"_s)->isChecked());
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"The keychain holds no token of this key any more."_s));
    QCOMPARE(m_sheet->step(), SetUpSheet::Key);
    m_keychain->readError = ErrorCode::KeychainLocked;
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"The keychain is locked."_s));
}

void tst_SetUpTokens::offersNoKeyThatCannotBeUsed_data()
{
    QTest::addColumn<QByteArray>("keyId");
    QTest::addColumn<bool>("isOffered");
    QTest::newRow("paused") << "Vb8sJ5mX"_ba << true;
    QTest::newRow("expired") << "c9PaUf3D"_ba << false;
    QTest::newRow("revoked") << "oRi6WtBv"_ba << false;
    QTest::newRow("of another vault") << "zzzzzzzz"_ba << false;
}

void tst_SetUpTokens::offersNoKeyThatCannotBeUsed()
{
    QFETCH(QByteArray, keyId);
    QFETCH(bool, isOffered);
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\nhttp_headers_helper = \"clavitor headers " + keyId + "\"\n");
    open(codex());
    const auto offered = [this] {
        for (const auto *choice : m_sheet->findChildren<QRadioButton *>())
            if (choice->text().startsWith(u"Keep its key"_s))
                return choice->isVisible();
        return false;
    };
    QTRY_COMPARE(offered(), isOffered);
    QVERIFY(button(m_sheet, u"Make a key for Codex"_s)->isChecked());
}

void tst_SetUpTokens::offersToDeleteABackupThatHoldsAToken_data()
{
    QTest::addColumn<bool>("hasToken");
    QTest::newRow("with a token") << true;
    QTest::newRow("without one") << false;
}

void tst_SetUpTokens::offersToDeleteABackupThatHoldsAToken()
{
    QFETCH(bool, hasToken);
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\nhttp_headers = { \"Authorization\" = \"Bearer "
            + (hasToken ? sampleToken() : "clavitor_mistyped"_ba) + "\" }\n");
    open(codex());
    press(u"Make a key for Codex"_s);
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QVERIFY(says(u"The file as it was is kept as"_s));
    const auto files = [this] { return QDir(at(u".codex"_s)).entryList(QDir::Files | QDir::Hidden); };
    QCOMPARE(files().size(), 2);
    QCOMPARE(says(u"The backup holds the token"_s), hasToken);
    if (!hasToken)
        return;
    press(u"Delete the backup"_s);
    QCOMPARE(files(), QStringList{u"config.toml"_s});
    QVERIFY(!says(u"The backup holds the token"_s));
    QVERIFY(!says(u"is kept as"_s));
    QVERIFY2(!button(m_sheet, u"Undo"_s), "nothing is left to go back to");
    QVERIFY(readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984).isRight());
    AuditEvent event;
    event.time = m_now;
    event.action = u"search"_s;
    event.actor = u"mcp:codex"_s;
    event.keyId = m_vault->agents.last().keyId;
    event.caller.client = u"codex-mcp-client/0.169.0"_s;
    emit m_client->auditAppended({event});
    QCOMPARE(m_sheet->findChild<ui::Badge *>()->word(), u"Connected"_s);
    press(u"Done"_s);
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
}

void tst_SetUpTokens::replacesNoTokenBeforeItIsToldWhatEnds()
{
    open(codex());
    press(u"Give it a new token of a key you have"_s);
    QVERIFY(says(u"stops at once"_s));
    press(u"Show the change"_s);
    auto *ask = m_sheet->findChild<ui::ConfirmSheet *>();
    QVERIFY(ask && ask->isVisible());
    QVERIFY(test::says(ask, u"With Apply the old token stops at once, wherever it is written down; until then it works."_s));
    test::press(button(ask, u"Cancel"_s));
    QTRY_VERIFY(!m_sheet->findChild<ui::ConfirmSheet *>());
    QCOMPARE(m_sheet->step(), SetUpSheet::Key);
    QVERIFY(m_vault->calls.filter(u"rotateKey"_s).isEmpty());
    press(u"Cancel"_s);
    QVERIFY(!newKeySheet());
}

void tst_SetUpTokens::leavingTheSheetEndsNoToken()
{
    open(codex());
    const QString old = m_vault->agents.first().keyId;
    replaceToken();
    QVERIFY(says(u"Apply ends the old token of"_s));
    press(u"Cancel"_s);
    QVERIFY(!newKeySheet());
    QVERIFY(m_vault->calls.filter(u"rotateKey"_s).isEmpty());
    QCOMPARE(m_vault->agents.first().keyId, old);
    QVERIFY(keeps(old));
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
}

void tst_SetUpTokens::losesNoTokenWhenItIsLockedAtAnyStep_data()
{
    QTest::addColumn<int>("step");
    QTest::newRow("on the first page") << 0;
    QTest::newRow("over the question") << 1;
    QTest::newRow("with the change on screen") << 2;
    QTest::newRow("while the keychain takes the token") << 3;
    QTest::newRow("while the vault is asked for it") << 4;
    QTest::newRow("behind the last page") << 5;
}

void tst_SetUpTokens::losesNoTokenWhenItIsLockedAtAnyStep()
{
    QFETCH(int, step);
    open(codex());
    const QString old = m_vault->agents.first().keyId;
    if (step >= 2) {
        replaceToken();
    } else {
        m_keychain->items.insert_or_assign(u"token-"_s + old, crypto::SecretBytes(Keychain::SecretSize));
        press(u"Give it a new token of a key you have"_s);
        if (step == 1)
            press(u"Show the change"_s);
    }
    if (step == 3)
        m_keychain->delay = 300;
    if (step == 4) {
        m_vault->failures.insert(u"rotateKey"_s, {ErrorCode::Locked, {}});
        m_vault->held << u"rotateKey"_s;
    }
    if (step >= 3)
        press(u"Apply"_s);
    if (step == 4)
        QTRY_COMPARE(m_vault->calls.filter(u"rotateKey"_s).size(), 1);
    if (step == 5)
        QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    lock();
    QTRY_VERIFY(!m_sheet || !m_sheet->isVisible());
    m_vault->release();
    QTest::qWait(step == 3 ? 1500 : 100); // what was asked of the keychain is answered
    QVERIFY(!newKeySheet());
    if (step < 5) {
        // The old token is where it was, and there is no other.
        QCOMPARE(m_vault->agents.first().keyId, old);
        QVERIFY(keeps(old));
        QTRY_COMPARE(m_keychain->items.size(), std::size_t(1));
        QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
        return;
    }
    const ClientSetting setting = readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.keyId, m_vault->agents.first().keyId);
    QVERIFY(keeps(setting.keyId));
    QTRY_COMPARE(m_keychain->items.size(), std::size_t(1));
}

void tst_SetUpTokens::handsTheNewTokenOverWhenTheFileDoesNotTakeIt()
{
    open(codex());
    replaceToken();
    m_vault->held << u"rotateKey"_s;
    press(u"Apply"_s);
    QTRY_COMPARE(m_vault->calls.filter(u"rotateKey"_s).size(), 1);
    put(u".codex/config.toml"_s, "model = \"y\"\n"); // at the very moment
    m_vault->release();
    QTRY_VERIFY2(newKeySheet(), "the old token is gone, so this is the only one");
    const QString token = QString::fromStdString(std::string(newKeySheet()->findChild<ui::SecretView *>()->secret().view()));
    QVERIFY(token.startsWith(u"clavitor_"_s + m_vault->agents.first().keyId));
    QTRY_VERIFY(says(u"was changed meanwhile"_s));
    newKeySheet()->QDialog::reject();
    QTRY_VERIFY(!newKeySheet());
    // The same token goes into the file all the same, and is not shown once more.
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QCOMPARE(m_vault->calls.filter(u"rotateKey"_s).size(), 1);
    QCOMPARE(readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984).keyId, m_vault->agents.first().keyId);
    press(u"Done"_s);
    QVERIFY(!newKeySheet());
    QVERIFY(keeps(m_vault->agents.first().keyId));
}

void tst_SetUpTokens::revokesAKeyWhoseFileDoesNotTakeItsToken()
{
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    m_vault->held << u"createKey"_s;
    press(u"Apply"_s);
    QTRY_COMPARE(m_vault->calls.filter(u"createKey"_s).size(), 1);
    put(u".codex/config.toml"_s, "model = \"y\"\n");
    m_vault->held.clear();
    m_vault->release();
    QTRY_COMPARE(m_vault->calls.filter(u"revokeKey"_s).size(), 1);
    QTRY_VERIFY(says(u"was changed meanwhile"_s));
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    const ClientSetting setting = readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.keyId, m_vault->agents.last().keyId);
    QVERIFY(!m_vault->agents.last().isRevoked());
    QTRY_COMPARE(m_keychain->items.size(), std::size_t(1));
    QVERIFY(keeps(setting.keyId));
}

void tst_SetUpTokens::tellsWhenTheVaultDoesNotTakeTheToken()
{
    open(codex());
    const QString old = m_vault->agents.first().keyId;
    replaceToken();
    m_vault->failures.insert(u"rotateKey"_s, {ErrorCode::DiskFull, {}});
    press(u"Apply"_s);
    QTRY_VERIFY(says(u"The disk is full."_s));
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
    QTRY_COMPARE(m_keychain->items.size(), std::size_t(1));
    QVERIFY(keeps(old));
    m_vault->failures.clear();
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QVERIFY(!newKeySheet());
}

void tst_SetUpTokens::handsTheNewTokenOverWhenTheChangeIsTakenBack()
{
    open(codex());
    replaceToken();
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QVERIFY(!newKeySheet());
    QCOMPARE(m_vault->calls.filter(u"rotateKey"_s).size(), 1);
    QTRY_COMPARE(m_keychain->items.size(), std::size_t(1)); // the old token of the key is of no use to anybody
    QVERIFY(keeps(m_vault->agents.first().keyId));
    press(u"Undo"_s);
    QVERIFY(newKeySheet());
    QVERIFY(!newKeySheet()->findChild<ui::SecretView *>()->secret().isEmpty());
    QTRY_VERIFY(m_keychain->items.empty());
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
    newKeySheet()->QDialog::reject();
    QTRY_VERIFY(!newKeySheet());
    press(u"Done"_s);
    QVERIFY(!newKeySheet());
}

void tst_SetUpTokens::keepsTheTokenThatLinesToPutInFetch()
{
    put(u".codex/config.toml"_s, "mcp_servers = { a = { command = \"x\" } }\n");
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"written in a way Clavitor cannot change safely"_s));
    QVERIFY(says(u"which goes into the keychain when you copy them"_s));
    QVERIFY(m_keychain->items.empty());
    press(u"Copy the lines"_s);
    const auto copied = [] { return readSetting(AgentClient::Codex, QGuiApplication::clipboard()->text().toUtf8(), 1984); };
    QTRY_COMPARE(copied().how, ClientSetting::Token::ByCommand);
    QVERIFY(m_keychain->items.contains(u"token-"_s + copied().keyId));
    press(u"Done"_s);
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
    QVERIFY(!m_keychain->items.empty());
}

void tst_SetUpTokens::copiesTheLinesThatAreShownWhenTheVersionComesLate()
{
    // A release that is not known starts clavitor-mcp, and one of this version runs a command.
    m_shim = u"/usr/bin/clavitor-mcp"_s;
    put(u"bin/codex"_s, "#!/bin/sh\nwhile [ ! -e \"$0.go\" ]; do sleep 0.05; done\n>\"$0.said\"; echo codex-cli 0.169.0\n");
    QVERIFY(QFile::setPermissions(at(u"bin/codex"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    put(u".codex/config.toml"_s, "mcp_servers = { a = { command = \"x\" } }\n");
    InstalledClient client = codex({});
    client.program = at(u"bin/codex"_s);
    open(client);
    press(u"In the keychain of this computer"_s);
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"written in a way Clavitor cannot change safely"_s));
    const QString shown = m_sheet->findChild<ui::CodeBlock *>()->toPlainText();
    QVERIFY2(shown.contains(u"/usr/bin/clavitor-mcp"_s), qPrintable(shown));
    put(u"bin/codex.go"_s, {});
    QTRY_VERIFY(QFile::exists(at(u"bin/codex.said"_s)));
    QTest::qWait(300); // the answer is on its way
    press(u"Copy the lines"_s);
    QTRY_COMPARE(QGuiApplication::clipboard()->text().trimmed(), shown);
}

void tst_SetUpTokens::offersTheLinesWithTheTokenWhenTheKeychainIsLocked()
{
    m_keychain->removeError = ErrorCode::KeychainLocked;
    put(u".codex/config.toml"_s, "mcp_servers = { a = { command = \"x\" } }\n");
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"written in a way Clavitor cannot change safely"_s));
    press(u"Copy the lines"_s);
    QTRY_VERIFY(says(u"The keychain is locked."_s));
    press(u"Put it into the file"_s);
    QTRY_VERIFY(says(u"the copy holds the whole token"_s));
    press(u"Copy the lines"_s);
    QTRY_COMPARE(readSetting(AgentClient::Codex, QGuiApplication::clipboard()->text().toUtf8(), 1984).how, ClientSetting::Token::InFile);
}

QTEST_MAIN(tst_SetUpTokens)
#include "tst_SetUpTokens.moc"
