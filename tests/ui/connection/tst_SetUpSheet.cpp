// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/SetUpSheet.h"

#include "app/connect/TokenItem.h"
#include "tests/support/WiringSamples.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ClientList.h"
#include "ui/connection/ClientRow.h"
#include "ui/connection/DiffView.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/SecretView.h"

#include <QApplication>
#include <QClipboard>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::SetUpSheet;

class tst_SetUpSheet : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void setsCodexUpWithATokenInTheKeychain();
    void goesAllTheWayWithReturn();
    void appliesNothingUnderAHeldReturn();
    void appliesNothingWithTheSecondPressOfADoubleClick();
    void keepsTheChoiceOfAPlaceWhenTheVersionComesLate();
    void writesNothingBeforeApply();
    void putsTheTokenIntoTheFileOfAnOldClient();
    void revokesTheKeyWhenTheSheetIsLeftBeforeApply();
    void undoesAndRevokes();
    void offersTheFileWhenTheKeychainIsLocked();
    void keepsTheTokenThatIsInTheFile();
    void offersToDeleteABackupThatHoldsAToken_data();
    void offersToDeleteABackupThatHoldsAToken();
    void replacesNoTokenBeforeItIsToldWhatEnds();
    void handsTheNewTokenOverWhenTheSheetIsLeft();
    void handsTheNewTokenOverWhenTheChangeIsTakenBack();
    void showsTheChangeAnewOfAFileThatWasChangedMeanwhile();
    void handsTheLinesOverWhereTheFileIsLeftAlone();
    void keepsTheTokenThatLinesToPutInFetch();
    void offersTheLinesWithTheTokenWhenTheKeychainIsLocked();
    void showsTheFirstCall();
    void leavesWhenTheVaultIsLocked();
    void listsTheClientsOfThisComputer();
    void saysWhenThereIsNoClient();
    void showsTheStateOfEachClientAndUndoesTheLastChange();

private:
    [[nodiscard]] QString at(const QString &name) const { return m_home->filePath(name); }
    void put(const QString &name, const QByteArray &bytes);
    [[nodiscard]] QByteArray bytesOf(const QString &name) const;
    [[nodiscard]] InstalledClient codex(const QString &version = u"0.169.0"_s) const
    {
        return {AgentClient::Codex, u"Codex"_s, {}, version, at(u".codex/config.toml"_s)};
    }
    [[nodiscard]] ui::ThisComputer computer() const
    {
        return {ClientPlaces::of({}, m_home->path()), u"/usr/bin/clavitor"_s, m_keychain.get(), nullptr};
    }
    void open(const InstalledClient &client);
    void press(const QString &words);
    [[nodiscard]] bool says(const QString &words) const;
    /// Up to the change on screen, with the first key's.
    void replaceToken();
    [[nodiscard]] static ui::NewKeySheet *newKeySheet()
    {
        for (QWidget *window : QApplication::topLevelWidgets())
            if (auto *sheet = qobject_cast<ui::NewKeySheet *>(window); sheet && sheet->isVisible())
                return sheet;
        return nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::ClipboardGuard> m_clipboard;
    std::unique_ptr<ScriptedKeychain> m_keychain;
    QPointer<SetUpSheet> m_sheet;
    const qint64 m_now = 1'773'000'000'000;
    const QByteArray m_before = "model = \"x\"\n";
};

void tst_SetUpSheet::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(m_now);
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_clipboard = std::make_unique<ui::ClipboardGuard>(QGuiApplication::clipboard());
    m_keychain = std::make_unique<ScriptedKeychain>();
    put(u".codex/config.toml"_s, m_before);
}

void tst_SetUpSheet::cleanup()
{
    delete m_sheet;
    m_clipboard.reset();
    m_client.reset();
    m_vault.reset();
}

void tst_SetUpSheet::put(const QString &name, const QByteArray &bytes)
{
    QVERIFY(QDir().mkpath(QFileInfo(at(name)).path()));
    QFile file(at(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

QByteArray tst_SetUpSheet::bytesOf(const QString &name) const
{
    QFile file(at(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void tst_SetUpSheet::open(const InstalledClient &client)
{
    m_sheet = new SetUpSheet(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer(), client, 1984);
    m_sheet->show();
    QTRY_VERIFY(!m_sheet->findChild<QLineEdit *>()->text().isEmpty());
}

void tst_SetUpSheet::press(const QString &words)
{
    QAbstractButton *found = nullptr;
    [&] { QTRY_VERIFY2((found = button(m_sheet, words)) && found->isEnabled(), qPrintable(words)); }();
    if (found)
        found->click();
}

bool tst_SetUpSheet::says(const QString &words) const
{
    for (const auto *label : m_sheet->findChildren<ui::Label *>())
        if (label->isVisibleTo(m_sheet) && label->text().contains(words))
            return true;
    return false;
}

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

void tst_SetUpSheet::putsTheTokenIntoTheFileOfAnOldClient()
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

void tst_SetUpSheet::revokesTheKeyWhenTheSheetIsLeftBeforeApply()
{
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    press(u"Cancel"_s);
    QTRY_VERIFY(m_vault->calls.filter(u"revokeKey"_s).size() == 1);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
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

void tst_SetUpSheet::offersTheFileWhenTheKeychainIsLocked()
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

void tst_SetUpSheet::keepsTheTokenThatIsInTheFile()
{
    // The mistake of the published guide, mended without a new token.
    put(u".codex/config.toml"_s, "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\n\n[mcp_servers.clavitor.headers]\nAuthorization = \"Bearer "
            + sampleToken() + "\"\n");
    open(codex(u"0.140.0"_s));
    press(u"Show the change"_s);
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    const ClientSetting setting = readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984);
    QVERIFY(setting.isRight());
    QCOMPARE(setting.keyId, sampleKeyId());
    QVERIFY(m_vault->calls.filter(u"createKey"_s).isEmpty());
}

void tst_SetUpSheet::offersToDeleteABackupThatHoldsAToken_data()
{
    QTest::addColumn<bool>("hasToken");
    QTest::newRow("with a token") << true;
    QTest::newRow("without one") << false;
}

void tst_SetUpSheet::offersToDeleteABackupThatHoldsAToken()
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

void tst_SetUpSheet::replacesNoTokenBeforeItIsToldWhatEnds()
{
    open(codex());
    press(u"Give it a new token of a key you have"_s);
    QVERIFY(says(u"stops at once"_s));
    press(u"Show the change"_s);
    auto *ask = m_sheet->findChild<ui::ConfirmSheet *>();
    QVERIFY(ask && ask->isVisible());
    QVERIFY(test::says(ask, u"before anything in the file of Codex is changed"_s));
    test::press(button(ask, u"Cancel"_s));
    QTRY_VERIFY(!m_sheet->findChild<ui::ConfirmSheet *>());
    QCOMPARE(m_sheet->step(), SetUpSheet::Key);
    QVERIFY(m_vault->calls.filter(u"rotateKey"_s).isEmpty());
    press(u"Cancel"_s);
    QVERIFY(!newKeySheet());
}

void tst_SetUpSheet::replaceToken()
{
    const QString old = m_vault->agents.first().keyId;
    m_keychain->items.insert_or_assign(u"token-"_s + old, crypto::SecretBytes(Keychain::SecretSize));
    press(u"Give it a new token of a key you have"_s);
    press(u"Show the change"_s);
    test::press(button(m_sheet->findChild<ui::ConfirmSheet *>(), u"Replace token"_s));
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    QCOMPARE(m_vault->calls.filter(u"rotateKey"_s).size(), 1);
    QTRY_VERIFY2(m_keychain->items.empty(), "the old token of the key is of no use to anybody");
}

void tst_SetUpSheet::handsTheNewTokenOverWhenTheSheetIsLeft()
{
    open(codex());
    replaceToken();
    press(u"Cancel"_s);
    const std::unique_ptr<ui::NewKeySheet> sheet(newKeySheet());
    QVERIFY2(sheet && sheet->isVisible(), "the old token is gone, so this is the only one");
    const QString token = QString::fromStdString(std::string(sheet->findChild<ui::SecretView *>()->secret().view()));
    QVERIFY(token.startsWith(u"clavitor_"_s + m_vault->agents.first().keyId));
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
}

void tst_SetUpSheet::handsTheNewTokenOverWhenTheChangeIsTakenBack()
{
    open(codex());
    replaceToken();
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QVERIFY(!newKeySheet());
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
    QTRY_VERIFY(says(u"cannot be changed safely"_s));
    press(u"Copy the lines"_s);
    const QByteArray copied = QGuiApplication::clipboard()->text().toUtf8();
    QVERIFY(copied.startsWith("[mcp_servers.clavitor]\n"));
    QVERIFY(readSetting(AgentClient::Codex, copied, 1984).isThere);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), "mcp_servers = { a = { command = \"x\" } }\n"_ba);
    press(u"Done"_s);
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty()); // the person has its token
}

void tst_SetUpSheet::keepsTheTokenThatLinesToPutInFetch()
{
    put(u".codex/config.toml"_s, "mcp_servers = { a = { command = \"x\" } }\n");
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"cannot be changed safely"_s));
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

void tst_SetUpSheet::offersTheLinesWithTheTokenWhenTheKeychainIsLocked()
{
    m_keychain->removeError = ErrorCode::KeychainLocked;
    put(u".codex/config.toml"_s, "mcp_servers = { a = { command = \"x\" } }\n");
    open(codex());
    press(u"Show the change"_s);
    QTRY_VERIFY(says(u"cannot be changed safely"_s));
    press(u"Copy the lines"_s);
    QTRY_VERIFY(says(u"The keychain is locked."_s));
    press(u"Put it into the file"_s);
    QTRY_VERIFY(says(u"the copy holds the whole token"_s));
    press(u"Copy the lines"_s);
    QCOMPARE(readSetting(AgentClient::Codex, QGuiApplication::clipboard()->text().toUtf8(), 1984).how, ClientSetting::Token::InFile);
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

void tst_SetUpSheet::listsTheClientsOfThisComputer()
{
    put(u".gemini/settings.json"_s, "{}");
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    QTRY_COMPARE(list.rows().size(), 2);
    QCOMPARE(list.rows().first()->sight()->client.name, u"Codex"_s);
    ui::ClientRow *row = list.rows().first();
    button(row, u"Set up Codex"_s)->click();
    QTRY_VERIFY(list.findChild<SetUpSheet *>());
    delete list.findChild<SetUpSheet *>();
    // A row that is looked at again stays the same row.
    emit m_client->agentsChanged();
    list.hide();
    list.show();
    QTest::qWait(100);
    QCOMPARE(list.rows().first(), row);
}

void tst_SetUpSheet::saysWhenThereIsNoClient()
{
    QVERIFY(QDir(at(u".codex"_s)).removeRecursively());
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    const auto saysSo = [&list] {
        for (const auto *label : list.findChildren<ui::Label *>())
            if (label->isVisible() && label->text().startsWith(u"None of Codex"_s))
                return true;
        return false;
    };
    QTRY_VERIFY(saysSo());
}

void tst_SetUpSheet::showsTheStateOfEachClientAndUndoesTheLastChange()
{
    put(u"bin/clavitor"_s, "#!/bin/sh\n");
    QVERIFY(QFile::setPermissions(at(u"bin/clavitor"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    Wiring wiring = commandWiring();
    wiring.command = headersCommand(at(u"bin/clavitor"_s), u"Kq7ZrT2k"_s);
    QVERIFY(SetupPlan::make(codex(), wiring)->apply(m_now));
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    QTRY_COMPARE(list.rows().size(), 1);
    ui::ClientRow *row = list.rows().first();
    QCOMPARE(row->findChild<ui::Badge *>()->word(), u"Set up"_s);
    AuditEvent event;
    event.time = m_now - 60'000;
    event.actor = u"mcp:codex"_s;
    event.keyId = u"Kq7ZrT2k"_s;
    event.caller.client = u"codex-mcp-client/0.169.0"_s;
    list.setCalls({event});
    QCOMPARE(row->findChild<ui::Badge *>()->word(), u"Connected"_s);
    event.outcome = Outcome::Denied;
    event.why = u"key paused"_s;
    list.setCalls({event});
    QCOMPARE(row->findChild<ui::Badge *>()->word(), u"Refused"_s);
    button(row, u"Undo the change of Codex"_s)->click();
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before);
    QTRY_COMPARE(row->findChild<ui::Badge *>()->word(), u"Not set up"_s);
    put(u".codex/config.toml"_s, "a =");
    list.hide();
    list.show();
    QTRY_COMPARE(row->findChild<ui::Badge *>()->word(), u"Broken file"_s);
    QVERIFY(!button(row, u"Set up Codex"_s)->isEnabled());
}

QTEST_MAIN(tst_SetUpSheet)
#include "tst_SetUpSheet.moc"
