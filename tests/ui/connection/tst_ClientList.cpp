// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/SetUpSheet.h"
#include "tests/ui/connection/SetUpHome.h"
#include "ui/connection/RemoveSheet.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::SetUpSheet;

/// The list of the clients of this computer.
class tst_ClientList : public SetUpHome {
    Q_OBJECT
private slots:
    void listsTheClientsOfThisComputer();
    void saysWhenThereIsNoClient();
    void showsTheStateOfEachClientAndUndoesTheLastChange();
    void showsAClientThatStartsClavitorMcpLikeAnyOther();
    void takesAProfileOfVsCodeForAClientOfItsOwn();
    void saysWhichProjectsHaveAServerOfTheirOwn();
    void saysWhatIsWrongInAProject_data();
    void saysWhatIsWrongInAProject();
    void saysWhenTheKeyInTheFileCannotWork_data();
    void saysWhenTheKeyInTheFileCannotWork();
};

void tst_ClientList::listsTheClientsOfThisComputer()
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

void tst_ClientList::saysWhenThereIsNoClient()
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

void tst_ClientList::showsTheStateOfEachClientAndUndoesTheLastChange()
{
    putProgram(u"bin/clavitor"_s);
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

void tst_ClientList::showsAClientThatStartsClavitorMcpLikeAnyOther()
{
    QVERIFY(QDir(at(u".codex"_s)).removeRecursively());
    putProgram(u"bin/clavitor-mcp"_s);
    put(u".gemini/settings.json"_s, "{\"mcpServers\": {\"clavitor\": {\"command\": \"" + at(u"bin/clavitor-mcp"_s).toUtf8() + "\", \"args\": [\"Kq7ZrT2k\"]}}}");
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    QTRY_COMPARE(list.rows().size(), 1);
    QCOMPARE(list.rows().first()->findChild<ui::Badge *>()->word(), u"Set up"_s);
    AuditEvent event;
    event.time = m_now - 60'000;
    event.actor = u"mcp:gemini-cli"_s;
    event.keyId = u"Kq7ZrT2k"_s;
    event.caller.client = u"gemini-cli-mcp-client/0.61.0 clavitor-mcp/0.1.0"_s;
    list.setCalls({event});
    QCOMPARE(list.rows().first()->findChild<ui::Badge *>()->word(), u"Connected"_s);
    QVERIFY(test::says(list.rows().first(), u"Gemini CLI 0.61.0, 1 minute ago"_s));
}

void tst_ClientList::takesAProfileOfVsCodeForAClientOfItsOwn()
{
    QVERIFY(QDir(at(u".codex"_s)).removeRecursively());
    putProgram(u"bin/clavitor-mcp"_s);
    m_shim = at(u"bin/clavitor-mcp"_s);
    const QString usual = u".config/Code/User/mcp.json"_s;
    const QString ofProfile = u".config/Code/User/profiles/-1a2b3c/mcp.json"_s;
    const QByteArray before = "{\n\t\"servers\": {}\n}\n";
    put(usual, before);
    put(ofProfile, "{\"servers\": {\"clavitor\": {\"type\": \"stdio\", \"command\": \"" + m_shim.toUtf8() + "\", \"args\": [\"Kq7ZrT2k\"]}}}");
    put(u".config/Code/User/globalStorage/storage.json"_s, "{\"userDataProfiles\": [{\"location\": \"-1a2b3c\", \"name\": \"Work\"}]}");
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    QTRY_COMPARE(list.rows().size(), 2);
    QCOMPARE(list.rows().at(0)->findChild<ui::Badge *>()->word(), u"Not set up"_s);
    ui::ClientRow *row = list.rows().at(1);
    QVERIFY(test::says(row, u"VS Code (Work)"_s));
    QCOMPARE(row->findChild<ui::Badge *>()->word(), u"Set up"_s);
    // Taken out of the profile's file and of no other.
    button(row, u"Remove Clavitor from VS Code (Work)"_s)->click();
    auto *sheet = list.findChild<ui::RemoveSheet *>();
    QVERIFY(sheet);
    QTRY_VERIFY(button(sheet, u"Remove"_s) && button(sheet, u"Remove"_s)->isEnabled());
    button(sheet, u"Remove"_s)->click();
    QCOMPARE(bytesOf(ofProfile), R"({"servers": {}})"_ba);
    delete sheet;
    QTRY_COMPARE(row->findChild<ui::Badge *>()->word(), u"Not set up"_s);
    // And put in again, with a key named after it.
    button(row, u"Set up VS Code (Work)"_s)->click();
    QTRY_VERIFY((m_sheet = list.findChild<SetUpSheet *>()));
    QTRY_COMPARE(lineEdit(m_sheet, u"Name of the key"_s)->text(), u"vs-code-work"_s);
    press(u"Make a key for VS Code (Work)"_s);
    press(u"Show the change"_s);
    QTRY_VERIFY(button(m_sheet, u"Apply"_s));
    press(u"Apply"_s);
    QTRY_COMPARE(m_sheet->step(), SetUpSheet::Done);
    QVERIFY(readSetting(AgentClient::VsCode, bytesOf(ofProfile), 1984).isRight());
    QCOMPARE(bytesOf(usual), before);
    delete m_sheet;
}

void tst_ClientList::saysWhichProjectsHaveAServerOfTheirOwn()
{
    QVERIFY(QDir(at(u".codex"_s)).removeRecursively());
    putProgram(u"bin/clavitor-mcp"_s);
    const QByteArray server = "{\"mcpServers\": {\"clavitor\": {\"type\": \"stdio\", \"command\": \"" + at(u"bin/clavitor-mcp"_s).toUtf8() + "\", \"args\": [\"Kq7ZrT2k\"]}}}";
    const QByteArray shop = at(u"shop"_s).toUtf8();
    const QByteArray before = "{\"projects\": {\"" + shop + "\": " + server + "}}\n";
    put(u".claude.json"_s, before);
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    QTRY_COMPARE(list.rows().size(), 1);
    ui::ClientRow *row = list.rows().first();
    QCOMPARE(row->findChild<ui::Badge *>()->word(), u"In projects only"_s);
    QVERIFY(test::says(row, u"The project "_s + at(u"shop"_s) + u" has a server \"clavitor\" in "_s + at(u".claude.json"_s) + u", and others have none."_s));
    const auto lookAgain = [&list] {
        list.hide();
        list.show();
    };
    // In a file of the project as well as for all.
    put(u".claude.json"_s, "{\"projects\": {\"" + shop + "\": {}}, " + server.sliced(1));
    put(u"shop/.mcp.json"_s, server);
    lookAgain();
    QTRY_VERIFY(test::says(row, u"has a server \"clavitor\" of its own in "_s + at(u"shop/.mcp.json"_s) + u", which is used there instead."_s));
    QCOMPARE(row->findChild<ui::Badge *>()->word(), u"Set up"_s);
    // And can be removed without an open vault, one file after the other.
    for (const QString &file : {u".claude.json"_s, u"shop/.mcp.json"_s}) {
        QTRY_VERIFY(button(row, u"Remove Clavitor from Claude Code"_s));
        button(row, u"Remove Clavitor from Claude Code"_s)->click();
        auto *sheet = list.findChild<ui::RemoveSheet *>();
        QVERIFY(sheet);
        QTRY_VERIFY(button(sheet, u"Remove"_s) && button(sheet, u"Remove"_s)->isEnabled());
        button(sheet, u"Remove"_s)->click();
        QVERIFY2(!bytesOf(file).contains("clavitor"), qPrintable(file));
        delete sheet;
        QTRY_VERIFY(!row->sight()->files().contains(at(file)));
    }
    QCOMPARE(row->findChild<ui::Badge *>()->word(), u"Not set up"_s);
    QVERIFY(!button(row, u"Remove Clavitor from Claude Code"_s));
    // First the client's own file is taken back, then the project's.
    for (const QString &file : {u".claude.json"_s, u"shop/.mcp.json"_s}) {
        QTRY_VERIFY(button(row, u"Undo the change of Claude Code"_s));
        button(row, u"Undo the change of Claude Code"_s)->click();
        QVERIFY2(bytesOf(file).contains("clavitor"), qPrintable(file));
        QTRY_VERIFY(!row->sight()->lastChange || row->sight()->lastChange->path != at(file));
    }
    QCOMPARE(bytesOf(u"shop/.mcp.json"_s), server);
}

void tst_ClientList::saysWhatIsWrongInAProject_data()
{
    QTest::addColumn<QString>("program"); // in the home
    QTest::addColumn<QByteArray>("keyId");
    QTest::addColumn<QString>("words"); // empty: nothing
    const QString there = u"bin/clavitor-mcp"_s;
    QTest::newRow("nothing") << there << "Kq7ZrT2k"_ba << QString();
    QTest::newRow("a program that is gone") << u"gone/clavitor-mcp"_s << "Kq7ZrT2k"_ba << u"The program in it is not there: "_s;
    QTest::newRow("a key of no vault") << there << "zzzzzzzz"_ba << u"this vault has no key zzzzzzzz. It may be another vault's, or another person's; else take the server out with Remove…"_s;
    QTest::newRow("an expired key") << there << "c9PaUf3D"_ba << u"its key summer-intern has expired. Give it more time under Keys"_s;
    QTest::newRow("a revoked key") << there << "oRi6WtBv"_ba << u"its key laptop-2024 was revoked. Take the server out with Remove…"_s;
}

void tst_ClientList::saysWhatIsWrongInAProject()
{
    QFETCH(QString, program);
    QFETCH(QByteArray, keyId);
    QFETCH(QString, words);
    QVERIFY(QDir(at(u".codex"_s)).removeRecursively());
    putProgram(u"bin/clavitor-mcp"_s);
    put(u"shop/.mcp.json"_s, R"({"mcpServers": {"clavitor": {"type": "stdio", "command": ")" + at(program).toUtf8() + R"(", "args": [")" + keyId + R"("]}}})");
    put(u".claude.json"_s, "{\"projects\": {\"" + at(u"shop"_s).toUtf8() + "\": {}}}");
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    QTRY_COMPARE(list.rows().size(), 1);
    ui::ClientRow *row = list.rows().first();
    QTRY_VERIFY(test::says(row, u"has a server \"clavitor\" in "_s));
    QTest::qWait(100); // the keys come by themselves
    const QString place = u"In "_s + at(u"shop"_s) + u": "_s;
    QCOMPARE(test::says(row, place), !words.isEmpty());
    QVERIFY(words.isEmpty() || test::says(row, place + words));
    QVERIFY(!row->sight()->setting.projects.first().token);
}

void tst_ClientList::saysWhenTheKeyInTheFileCannotWork_data()
{
    QTest::addColumn<QByteArray>("keyId");
    QTest::addColumn<QString>("words");
    QTest::newRow("one of this vault") << "Kq7ZrT2k"_ba << QString();
    QTest::newRow("paused, as its calls tell") << "Vb8sJ5mX"_ba << QString();
    QTest::newRow("of no vault") << "zzzzzzzz"_ba << u"This vault has no key zzzzzzzz"_s;
    QTest::newRow("expired") << "c9PaUf3D"_ba << u"Its key summer-intern has expired."_s;
    QTest::newRow("revoked") << "oRi6WtBv"_ba << u"Its key laptop-2024 was revoked."_s;
}

void tst_ClientList::saysWhenTheKeyInTheFileCannotWork()
{
    QFETCH(QByteArray, keyId);
    QFETCH(QString, words);
    putProgram(u"bin/clavitor"_s);
    Wiring wiring = commandWiring();
    wiring.command = headersCommand(at(u"bin/clavitor"_s), QString::fromLatin1(keyId));
    QVERIFY(SetupPlan::make(codex(), wiring)->apply(m_now));
    ui::ClientList list(m_client.get(), m_clipboard.get(), [this] { return m_now; }, computer());
    list.show();
    QTRY_COMPARE(list.rows().size(), 1);
    QTRY_VERIFY(!m_vault->calls.filter(u"agents"_s).isEmpty());
    const auto word = [&list] { return list.rows().first()->findChild<ui::Badge *>()->word(); };
    QTRY_COMPARE(word(), words.isEmpty() ? u"Set up"_s : u"Key does not work"_s);
    if (words.isEmpty())
        return;
    QVERIFY(test::says(list.rows().first(), words));
    // Locked, nobody knows.
    m_vault->facts.state = LockState::Locked;
    emit m_client->factsChanged(m_vault->facts);
    QCOMPARE(word(), u"Set up"_s);
}

QTEST_MAIN(tst_ClientList)
#include "tst_ClientList.moc"
