// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/RemoveSheet.h"
#include "tests/ui/connection/SetUpHome.h"

#include "app/connect/ProjectFiles.h"

#include <QCheckBox>
#include <QComboBox>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::RemoveSheet;

/// Taking our server out of a client's file, once there is nothing to undo.
class tst_RemoveSheet : public SetUpHome {
    Q_OBJECT
private slots:
    void isOfferedWhereThereIsNothingToUndo();
    void showsWhatGoesAndWritesNothingBeforeRemove();
    void takesItOutAndKeepsTheKey();
    void revokesTheKeyWhenItIsTicked();
    void saysThatTheKeyWasNotRevoked();
    void leavesTheKeyToAnOpenVault();
    void offersNoKeyThatTheVaultDoesNotHave();
    void showsTheChangeAnewOfAFileThatWasChangedMeanwhile();
    void leavesAFileAloneThatItCannotChangeSafely();
    void offersToDeleteABackupThatHoldsTheToken();
    void takesNothingAwayWithTheReturnThatOpenedIt();
    void takesOutWhatProjectsHaveInTheSameFile();
    void takesOneFileOfSeveralAtATime();

private:
    /// Set up, and written by the client since.
    void setUp(const Wiring &wiring)
    {
        QVERIFY(SetupPlan::make(codex(), wiring)->apply(m_now));
        put(u".codex/config.toml"_s, bytesOf(u".codex/config.toml"_s) + m_since);
    }
    void setUpWithKey(const QString &keyId)
    {
        Wiring wiring = programWiring();
        wiring.server->keyId = keyId;
        setUp(wiring);
    }
    void openRemoval()
    {
        auto sight = std::make_shared<ClientSight>();
        sight->client = codex();
        sight->setting = readSetting(AgentClient::Codex, bytesOf(u".codex/config.toml"_s), 1984);
        m_remove = new RemoveSheet(m_client.get(), [this] { return m_now; }, computer(), sight);
        m_window = m_remove;
        m_remove->show();
        QTRY_VERIFY(button(m_remove, u"Remove"_s) && (test::says(m_remove, u"This goes from the file"_s) || test::says(m_remove, u"leaves this file alone"_s)));
    }
    void openRemovalOfClaude()
    {
        auto sight = std::make_shared<ClientSight>();
        sight->client = {AgentClient::ClaudeCode, u"Claude Code"_s, {}, {}, at(u".claude.json"_s)};
        sight->setting = readSetting(AgentClient::ClaudeCode, bytesOf(u".claude.json"_s), 1984);
        lookIntoProjects(sight->setting, 1984, computer().places);
        m_remove = new RemoveSheet(m_client.get(), [this] { return m_now; }, computer(), sight);
        m_window = m_remove;
        m_remove->show();
        QTRY_VERIFY(test::says(m_remove, u"This goes from the file"_s));
    }
    void pressIn(const QString &words)
    {
        QTRY_VERIFY2(button(m_remove, words) && button(m_remove, words)->isEnabled(), qPrintable(words));
        button(m_remove, words)->click();
    }
    [[nodiscard]] QCheckBox *revokeBox() const { return m_remove->findChild<QCheckBox *>(); }

    const QByteArray m_since = "\n[projects.\"/home\"]\ntrust_level = \"trusted\"\n";
    QPointer<RemoveSheet> m_remove;
};

void tst_RemoveSheet::isOfferedWhereThereIsNothingToUndo()
{
    QVERIFY(SetupPlan::make(codex(), programWiring())->apply(m_now));
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    QTRY_COMPARE(list.rows().size(), 1);
    ui::ClientRow *row = list.rows().first();
    QVERIFY(button(row, u"Undo the change of Codex"_s) && !button(row, u"Remove Clavitor from Codex"_s));
    put(u".codex/config.toml"_s, bytesOf(u".codex/config.toml"_s) + m_since);
    list.hide();
    list.show();
    QTRY_VERIFY(!button(row, u"Undo the change of Codex"_s) && button(row, u"Remove Clavitor from Codex"_s));
    button(row, u"Remove Clavitor from Codex"_s)->click();
    m_remove = list.findChild<RemoveSheet *>();
    QVERIFY(m_remove);
    pressIn(u"Remove"_s);
    QTRY_COMPARE(row->findChild<ui::Badge *>()->word(), u"Not set up"_s);
    QVERIFY2(button(row, u"Undo the change of Codex"_s), "this change as well can be taken back");
    QVERIFY(!button(row, u"Remove Clavitor from Codex"_s));
    delete m_remove;
}

void tst_RemoveSheet::showsWhatGoesAndWritesNothingBeforeRemove()
{
    setUp(programWiring());
    const QByteArray before = bytesOf(u".codex/config.toml"_s);
    openRemoval();
    const QString shown = m_remove->findChild<ui::DiffView *>()->toPlainText();
    QVERIFY(shown.contains(u"[mcp_servers.clavitor]"_s) && shown.contains(u"/usr/bin/clavitor-mcp"_s));
    QCOMPARE(bytesOf(u".codex/config.toml"_s), before);
    pressIn(u"Cancel"_s);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), before);
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
}

void tst_RemoveSheet::takesItOutAndKeepsTheKey()
{
    setUpWithKey(u"Kq7ZrT2k"_s);
    m_keychain->items.insert_or_assign(u"token-Kq7ZrT2k"_s, crypto::SecretBytes(Keychain::SecretSize));
    openRemoval();
    QTRY_VERIFY(test::says(m_remove, u"works wherever else its token is"_s));
    QVERIFY(!revokeBox()->isChecked());
    QSignalSpy changed(m_remove, &RemoveSheet::fileChanged);
    pressIn(u"Remove"_s);
    QVERIFY(m_remove->isDone());
    QCOMPARE(changed.size(), 1);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before + m_since);
    QVERIFY(test::says(m_remove, u"Its key stays as it is."_s));
    QVERIFY(test::says(m_remove, u"The file as it was is kept as"_s));
    QVERIFY(!test::says(m_remove, u"The backup holds the token"_s));
    pressIn(u"Done"_s);
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
    QVERIFY(keeps(u"Kq7ZrT2k"_s));
}

void tst_RemoveSheet::revokesTheKeyWhenItIsTicked()
{
    setUpWithKey(u"Kq7ZrT2k"_s);
    m_keychain->items.insert_or_assign(u"token-Kq7ZrT2k"_s, crypto::SecretBytes(Keychain::SecretSize));
    openRemoval();
    QTRY_VERIFY(revokeBox()->isVisible());
    QCOMPARE(revokeBox()->text(), u"Also revoke its key, codex-agent"_s);
    revokeBox()->click();
    QVERIFY(test::says(m_remove, u"it stops at once"_s));
    pressIn(u"Remove"_s);
    QTRY_VERIFY(test::says(m_remove, u"Its key was revoked."_s));
    QCOMPARE(m_vault->calls.filter(u"revokeKey"_s).size(), 1);
    QTRY_VERIFY(!keeps(u"Kq7ZrT2k"_s));
}

void tst_RemoveSheet::saysThatTheKeyWasNotRevoked()
{
    setUpWithKey(u"Kq7ZrT2k"_s);
    m_vault->failures.insert(u"revokeKey"_s, {ErrorCode::DiskFull, {}});
    openRemoval();
    QTRY_VERIFY(revokeBox()->isVisible());
    revokeBox()->click();
    pressIn(u"Remove"_s);
    QTRY_VERIFY(test::says(m_remove, u"The key codex-agent was not revoked"_s));
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before + m_since);
}

void tst_RemoveSheet::leavesTheKeyToAnOpenVault()
{
    setUpWithKey(u"Kq7ZrT2k"_s);
    openRemoval();
    QTRY_VERIFY(revokeBox()->isVisible());
    revokeBox()->click();
    m_vault->facts.state = LockState::Locked;
    lock();
    QTRY_VERIFY(!revokeBox()->isVisible());
    QVERIFY(test::says(m_remove, u"Unlock the vault to revoke it"_s));
    pressIn(u"Remove"_s);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before + m_since);
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
}

void tst_RemoveSheet::offersNoKeyThatTheVaultDoesNotHave()
{
    for (const QString &keyId : {u"zzzzzzzz"_s, u"oRi6WtBv"_s}) { // the second was revoked
        put(u".codex/config.toml"_s, m_before);
        setUpWithKey(keyId);
        openRemoval();
        QTest::qWait(100);
        QVERIFY(!revokeBox()->isVisible());
        delete m_remove;
    }
}

void tst_RemoveSheet::showsTheChangeAnewOfAFileThatWasChangedMeanwhile()
{
    setUp(programWiring());
    openRemoval();
    put(u".codex/config.toml"_s, bytesOf(u".codex/config.toml"_s) + "# more\n");
    pressIn(u"Remove"_s);
    QTRY_VERIFY(test::says(m_remove, u"The file was changed meanwhile"_s));
    QVERIFY(!m_remove->isDone());
    pressIn(u"Remove"_s);
    QCOMPARE(bytesOf(u".codex/config.toml"_s), m_before + m_since + "# more\n");
}

void tst_RemoveSheet::leavesAFileAloneThatItCannotChangeSafely()
{
    const QByteArray before = "mcp_servers = { clavitor = { url = \"x\" }, docs = {} }\n";
    put(u".codex/config.toml"_s, before);
    openRemoval();
    QVERIFY(test::says(m_remove, u"cannot change safely"_s));
    QVERIFY(!button(m_remove, u"Remove"_s)->isEnabled());
    QCOMPARE(bytesOf(u".codex/config.toml"_s), before);
}

void tst_RemoveSheet::offersToDeleteABackupThatHoldsTheToken()
{
    setUp(tokenWiring());
    openRemoval();
    pressIn(u"Remove"_s);
    QVERIFY(test::says(m_remove, u"The backup holds the token"_s));
    pressIn(u"Delete the backup"_s);
    QVERIFY(!test::says(m_remove, u"The backup holds the token"_s));
    QCOMPARE(QDir(at(u".codex"_s)).entryList(QDir::Files | QDir::Hidden), QStringList{u"config.toml"_s});
}

void tst_RemoveSheet::takesNothingAwayWithTheReturnThatOpenedIt()
{
    setUp(programWiring());
    const QByteArray before = bytesOf(u".codex/config.toml"_s);
    openRemoval();
    QTest::keyClick(m_remove->focusWidget() ? m_remove->focusWidget() : m_remove.get(), Qt::Key_Return);
    QTRY_VERIFY(!m_remove || !m_remove->isVisible());
    QCOMPARE(bytesOf(u".codex/config.toml"_s), before);
}

void tst_RemoveSheet::takesOutWhatProjectsHaveInTheSameFile()
{
    const QByteArray server = R"({"mcpServers": {"clavitor": {"type": "stdio", "command": "clavitor-mcp", "args": ["Kq7ZrT2k"]}}})";
    put(u".claude.json"_s, R"({"projects": {"/srv/shop": )" + server + "}, " + server.sliced(1));
    openRemovalOfClaude();
    QVERIFY(test::says(m_remove, u"It stands there for all projects, and once more for /srv/shop."_s));
    QVERIFY(!m_remove->findChild<QComboBox *>()->isVisible());
    QTRY_VERIFY(revokeBox()->isVisible());
    pressIn(u"Remove"_s);
    QCOMPARE(bytesOf(u".claude.json"_s), R"({"projects": {"/srv/shop": {"mcpServers": {}}}, "mcpServers": {}})"_ba);
}

void tst_RemoveSheet::takesOneFileOfSeveralAtATime()
{
    const QByteArray server = R"({"mcpServers": {"clavitor": {"type": "stdio", "command": "clavitor-mcp", "args": ["Kq7ZrT2k"]}}})";
    put(u".claude.json"_s, "{\"projects\": {\"" + at(u"shop"_s).toUtf8() + "\": {}}, " + server.sliced(1));
    put(u"shop/.mcp.json"_s, QByteArray(server).replace("Kq7ZrT2k", "Vb8sJ5mX"));
    const QByteArray before = bytesOf(u".claude.json"_s);
    openRemovalOfClaude();
    auto *files = m_remove->findChild<QComboBox *>();
    QVERIFY(files->isVisible());
    QCOMPARE(files->count(), 2);
    QTRY_VERIFY(revokeBox()->text().contains(u"codex-agent"_s));
    revokeBox()->setChecked(true);
    files->setCurrentIndex(1);
    emit files->activated(1);
    QVERIFY2(!revokeBox()->isChecked(), "it was about another key");
    QTRY_VERIFY(test::says(m_remove, u"Others who work on this project may have the same file."_s));
    QVERIFY(test::says(m_remove, u"a backup of it is kept in "_s + computer().places.backups));
    QVERIFY(m_remove->findChild<ui::DiffView *>()->toPlainText().contains(u"Vb8sJ5mX"_s));
    QTRY_VERIFY(!revokeBox()->text().contains(u"codex-agent"_s));
    pressIn(u"Remove"_s);
    QCOMPARE(bytesOf(u"shop/.mcp.json"_s), R"({"mcpServers": {}})"_ba);
    QCOMPARE(bytesOf(u".claude.json"_s), before);
    QVERIFY(test::says(m_remove, u"The file as it was is kept as "_s + computer().places.backups + u"/shop-"_s));
    QVERIFY2(!test::says(m_remove, u"Delete it before it is committed"_s) && !button(m_remove, u"Delete the backup"_s), "it lies where nobody commits it");
    QCOMPARE(QDir(at(u"shop"_s)).entryList(QDir::Files | QDir::Hidden), QStringList{u".mcp.json"_s});
    QVERIFY(!files->isEnabled());
    QVERIFY(m_vault->calls.filter(u"revokeKey"_s).isEmpty());
}

QTEST_MAIN(tst_RemoveSheet)
#include "tst_RemoveSheet.moc"
