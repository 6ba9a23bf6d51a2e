// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/DoctorText.h"

#include "app/session/Keychain.h"
#include "tests/support/ScriptedKeychain.h"
#include "ui/connection/DoctorSheet.h"
#include "ui/widgets/Label.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::DoctorLine;
using ui::DoctorText;
using State = ui::DoctorLine::State;

class tst_DoctorText : public QObject {
    Q_OBJECT
private slots:
    void tellsOfTheBridgesSocketAndItsCage();
    void tellsOfTheServersOfProjects();
    void tellsWhatKeepsTheTokenOfAProjectFromWorking_data();
    void tellsWhatKeepsTheTokenOfAProjectFromWorking();
    void tellsOfFoldersThatDidNotAnswer();
    void saysWhenMemoryMayBeSwapped();
    void saysWhenTheMomentOfTheStartIsOpen();
    void saysThatTheSessionIsNotHeard();
    void findsNothingToDoWhenAllIsWell();
    void saysWhoHoldsThePort();
    void saysWhoAnswersLikeClavitorAndIsNot();
    void saysWhenNobodyAnswers();
    void takesAMissingAddressForNoFault();
    void wantsTheBridgeOfTheSameBuild();
    void saysWhatIsWrongWithAClient_data();
    void saysWhatIsWrongWithAClient();
    void namesTheProgramThatIsNotThere();
    void takesAClientThatStartsClavitorMcpForSetUp();
    void wantsTheBridgesSocketWhereAClientNeedsIt();
    void saysWhetherTheTokenIsAccepted_data();
    void saysWhetherTheTokenIsAccepted();
    void needsTheKeychainOnlyWhereItIsUsed();
    void warnsOfAClockThatIsBehind();
    void notesAClockThatNothingKeepsRight();
    void givesEveryThingToDoANextStep();
    void saysTheSameInAllThreeForms();
    void saysTheSameInTheWindowAsInTheTerminal();
    void showsOddNamesForWhatTheyAre();

private:
    static Examination healthy();
    static std::shared_ptr<ClientFinding> codex();
    static DoctorLine lineOf(const QList<DoctorLine> &lines, const QString &subject);
};

namespace {

LoopbackAnswer health(const QByteArray &status)
{
    return {LoopbackAnswer::Kind::Answered, 200, R"({"name":"clavitor","api_version":"1.0.0","status":")" + status + "\"}"};
}

} // namespace

Examination tst_DoctorText::healthy()
{
    Examination found;
    found.v4.answer = health("unlocked");
    found.v6.answer = health("unlocked");
    found.v4.user = found.v6.user = link::PortUser{u"/usr/bin/clavitor-bridge"_s, 811, ::getuid()};
    found.isShutIn = true;
    found.memory = LockedMemory{quint64(8) << 20, quint64(1) << 20};
    found.isProgramReadable = false;
    found.hasVault = true;
    found.hasKeychainSlot = true;
    found.now = 1'773'000'000'000;
    found.newestFile = found.now - 1000;
    found.version = u"0.1.0"_s;
    found.build = u"0.1.0+abc"_s;
    found.bridgeBuild = found.build;
    found.program = u"/usr/bin/clavitor"_s;
    found.bridgeProgram = u"/usr/bin/clavitor-bridge"_s;
    found.sqlCipherVersion = u"4.6.1 community"_s;
    found.clients.append(codex());
    return found;
}

std::shared_ptr<ClientFinding> tst_DoctorText::codex()
{
    auto finding = std::make_shared<ClientFinding>();
    finding->client = {AgentClient::Codex, u"Codex"_s, u"/usr/bin/codex"_s, u"0.169.0"_s, u"/home/someone/.codex/config.toml"_s};
    finding->setting.isThere = true;
    finding->setting.how = ClientSetting::Token::ByCommand;
    finding->setting.keyId = u"Kq7ZrT2k"_s;
    finding->token = TokenCheck::Accepted;
    return finding;
}

DoctorLine tst_DoctorText::lineOf(const QList<DoctorLine> &lines, const QString &subject)
{
    for (const DoctorLine &line : lines)
        if (line.subject == subject)
            return line;
    return {};
}

void tst_DoctorText::tellsOfTheBridgesSocketAndItsCage()
{
    Examination found = healthy();
    QVERIFY(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).finding.contains(u"shut itself in: it can open no file"_s));
    found.isShutIn = false;
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).state, State::Note);
    QVERIFY(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).finding.contains(u"has not shut itself in"_s));
    found.isShutIn.reset();
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).state, State::Ok);
    found.door = link::DoorRefusal{link::DoorRefusal::Kind::Absent, u"Nobody listens."_s};
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).state, State::Note);
    found.door = link::DoorRefusal{link::DoorRefusal::Kind::Unsafe, u"It is a link."_s};
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).state, State::ToDo);
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).finding, u"It is a link."_s);
    // Where no bridge of ours serves there is no socket to speak of.
    found.v4 = {};
    found.v6 = {};
    QVERIFY(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).subject.isEmpty());
}

void tst_DoctorText::tellsOfTheServersOfProjects()
{
    Examination found = healthy();
    auto claude = codex();
    claude->client = {AgentClient::ClaudeCode, u"Claude Code"_s, {}, u"2.1.330"_s, u"/home/someone/.claude.json"_s};
    claude->projects = {{{u"/srv/shop"_s, {}, {}, {}, u"Kq7ZrT2k"_s, false}},
                        {{u"/srv/api"_s, u"/srv/api/.mcp.json"_s, {}, {}, u"Kq7ZrT2k"_s, true}},
                        {{u"/srv/old"_s, u"/srv/old/.mcp.json"_s, {SettingFault::OtherPort}, u"2000"_s, {}, false}}};
    found.clients = {claude};
    const auto line = [&found](const QString &project) { return lineOf(DoctorText::lines(found), u"Claude Code in "_s + project); };
    QCOMPARE(line(u"/srv/shop"_s).state, State::Note);
    QCOMPARE(line(u"/srv/shop"_s).finding, u"This project has a server \"clavitor\" of its own, in /home/someone/.claude.json, with the key Kq7ZrT2k."_s);
    QVERIFY(line(u"/srv/shop"_s).next.startsWith(u"It is used there instead"_s));
    QCOMPARE(line(u"/srv/api"_s).state, State::ToDo);
    QVERIFY(line(u"/srv/api"_s).finding.contains(u"/srv/api/.mcp.json"_s) && line(u"/srv/api"_s).finding.contains(u"plain text, for whoever gets the project"_s));
    QCOMPARE(line(u"/srv/old"_s).state, State::ToDo);
    QVERIFY(line(u"/srv/old"_s).finding.contains(u"port 2000"_s));
    // Without one for all, nothing says that there is none.
    claude->setting.isThere = false;
    QCOMPARE(lineOf(DoctorText::lines(found), u"Claude Code 2.1.330"_s).finding, u"It is not set up for all projects."_s);
    QCOMPARE(line(u"/srv/shop"_s).next, u"Remove… under Connection takes it out."_s);
}

void tst_DoctorText::tellsWhatKeepsTheTokenOfAProjectFromWorking_data()
{
    QTest::addColumn<int>("keychain"); // -1: it gave the token
    QTest::addColumn<int>("check");
    QTest::addColumn<QString>("finding"); // empty: nothing is to be done
    QTest::addColumn<QString>("next");
    QTest::newRow("accepted") << -1 << int(TokenCheck::Accepted) << QString() << QString();
    QTest::newRow("not tried") << -1 << int(TokenCheck::NotTried) << QString() << QString();
    QTest::newRow("a locked vault") << -1 << int(TokenCheck::VaultLocked) << QString() << QString();
    QTest::newRow("unknown") << -1 << int(TokenCheck::Unknown) << u"its key was revoked, has expired, or got a newer token"_s
                             << u"Take the server out of /srv/api/.mcp.json with Remove…"_s;
    QTest::newRow("paused") << -1 << int(TokenCheck::KeyPaused) << u"Its key is paused."_s << u"Resume it under Keys."_s;
    QTest::newRow("none in the keychain") << int(ErrorCode::KeychainNoItem) << int(TokenCheck::NotTried)
                                          << u"The keychain holds no token of the key Kq7ZrT2k."_s << u"Give that key a new token for Claude Code under Connection"_s;
    QTest::newRow("a locked keychain") << int(ErrorCode::KeychainLocked) << int(TokenCheck::NotTried) << u"The keychain of this computer is locked"_s << u"Unlock it"_s;
}

void tst_DoctorText::tellsWhatKeepsTheTokenOfAProjectFromWorking()
{
    QFETCH(int, keychain);
    QFETCH(int, check);
    QFETCH(QString, finding);
    QFETCH(QString, next);
    Examination found = healthy();
    auto claude = codex();
    claude->client = {AgentClient::ClaudeCode, u"Claude Code"_s, {}, u"2.1.330"_s, u"/home/someone/.claude.json"_s};
    ProjectFinding project{{u"/srv/api"_s, u"/srv/api/.mcp.json"_s, {}, {}, u"Kq7ZrT2k"_s, false, TokenWay::ByProgram, u"clavitor-mcp"_s}};
    if (keychain >= 0)
        project.keychain = Error{static_cast<ErrorCode>(keychain), {}};
    project.token = static_cast<TokenCheck>(check);
    claude->projects = {project};
    found.clients = {claude};
    QList<DoctorLine> lines = DoctorText::lines(found);
    DoctorLine line = lineOf(lines, u"Token of Claude Code in /srv/api"_s);
    QCOMPARE(line.subject.isEmpty(), finding.isEmpty());
    QCOMPARE(DoctorText::isAllWell(lines), finding.isEmpty());
    QVERIFY2(line.finding.contains(finding, Qt::CaseInsensitive), qPrintable(line.finding));
    QVERIFY2(line.next.contains(next), qPrintable(line.next));
    // First things first.
    claude->projects.first().server.faults = {SettingFault::MissingCommand};
    lines = DoctorText::lines(found);
    QVERIFY(lineOf(lines, u"Token of Claude Code in /srv/api"_s).subject.isEmpty());
    line = lineOf(lines, u"Claude Code in /srv/api"_s);
    QCOMPARE(line.state, State::ToDo);
    QVERIFY(line.finding.contains(u"is in no folder of PATH"_s) && line.next.contains(u"Remove…"_s));
}

void tst_DoctorText::tellsOfFoldersThatDidNotAnswer()
{
    Examination found = healthy();
    auto claude = codex();
    claude->client.name = u"Claude Code"_s;
    claude->setting.unreadFolders = {u"/net/shop"_s};
    found.clients = {claude};
    DoctorLine line = lineOf(DoctorText::lines(found), u"Projects of Claude Code"_s);
    QCOMPARE(line.state, State::Note);
    QVERIFY2(line.finding.startsWith(u"The folder /net/shop did not answer"_s), qPrintable(line.finding));
    QVERIFY(line.next.contains(u"network drive"_s));
    claude->setting.unreadFolders = {u"/net/a"_s, u"/net/b"_s, u"/net/c"_s, u"/net/d"_s};
    line = lineOf(DoctorText::lines(found), u"Projects of Claude Code"_s);
    QVERIFY2(line.finding.endsWith(u"/net/a, /net/b, /net/c, …."_s), qPrintable(line.finding));
    QVERIFY(DoctorText::isAllWell(DoctorText::lines(found)));
    claude->setting.wrongNeighbour = u"docs"_s;
    line = lineOf(DoctorText::lines(found), u"Other servers of Claude Code"_s);
    QCOMPARE(line.state, State::Note);
    QVERIFY2(line.finding.contains(u"for the server \"docs\""_s), qPrintable(line.finding));
    QVERIFY(line.next.contains(u"mend that server"_s));
}

void tst_DoctorText::saysWhenMemoryMayBeSwapped()
{
    Examination found = healthy();
    found.memory = LockedMemory{65536, 0};
    DoctorLine line = lineOf(DoctorText::lines(found), u"Memory"_s);
    QCOMPARE(line.state, State::ToDo);
    QVERIFY2(line.finding.contains(u"only 64 KiB of its memory"_s), qPrintable(line.finding));
    QVERIFY(line.next.contains(u"ulimit -l"_s));
    found.memory = LockedMemory{quint64(8) << 20, quint64(7) << 20};
    line = lineOf(DoctorText::lines(found), u"Memory"_s);
    QCOMPARE(line.state, State::Note);
    QVERIFY2(line.finding.contains(u"keeps 7.0 MiB"_s), qPrintable(line.finding));
    found.memory = LockedMemory{std::nullopt, quint64(40) << 20};
    QCOMPARE(lineOf(DoctorText::lines(found), u"Memory"_s).state, State::Ok);
    found.plainSwap = u"/dev/sda2"_s;
    line = lineOf(DoctorText::lines(found), u"Memory"_s);
    QCOMPARE(line.state, State::Note);
    QVERIFY2(line.finding.contains(u"/dev/sda2 is not encrypted"_s), qPrintable(line.finding));
    found.memory.reset();
    QVERIFY(lineOf(DoctorText::lines(found), u"Memory"_s).subject.isEmpty());
}

void tst_DoctorText::saysWhenTheMomentOfTheStartIsOpen()
{
    Examination found = healthy();
    QCOMPARE(lineOf(DoctorText::lines(found), u"Start"_s).state, State::Ok);
    found.isProgramReadable = true;
    const DoctorLine line = lineOf(DoctorText::lines(found), u"Start"_s);
    QCOMPARE(line.state, State::Note); // a copy one has built is no fault
    QVERIFY(line.next.endsWith(u"chmod a-r \"/usr/bin/clavitor\" \"/usr/bin/clavitor-bridge\""_s));
    found.isProgramReadable.reset();
    QVERIFY(lineOf(DoctorText::lines(found), u"Start"_s).subject.isEmpty());
}

void tst_DoctorText::saysThatTheSessionIsNotHeard()
{
    Examination found = healthy();
    QVERIFY2(lineOf(DoctorText::lines(found), u"Session"_s).subject.isEmpty(), "without logind there is nothing to say");
    found.session = LoginSession::Known;
    QCOMPARE(lineOf(DoctorText::lines(found), u"Session"_s).state, State::Ok);
    found.session = LoginSession::Unknown;
    DoctorLine line = lineOf(DoctorText::lines(found), u"Session"_s);
    QCOMPARE(line.state, State::Note);
    QVERIFY2(line.finding.contains(u"knows no session"_s), qPrintable(line.finding));
    QVERIFY(!line.next.isEmpty());
    found.session = LoginSession::NoAnswer;
    line = lineOf(DoctorText::lines(found), u"Session"_s);
    QCOMPARE(line.state, State::Note);
    QVERIFY2(line.finding.contains(u"does not answer"_s), qPrintable(line.finding));
}

void tst_DoctorText::findsNothingToDoWhenAllIsWell()
{
    const QList<DoctorLine> lines = DoctorText::lines(healthy());
    for (const DoctorLine &line : lines)
        QVERIFY2(line.state == State::Ok && line.next.isEmpty(), qPrintable(line.subject + line.finding));
    QVERIFY(DoctorText::isAllWell(lines));
    QCOMPARE(DoctorText::verdict(lines), u"Everything is in order."_s);
    QStringList subjects;
    for (const DoctorLine &line : lines)
        subjects.append(line.subject);
    QCOMPARE(subjects, QStringList({u"127.0.0.1:1984"_s, u"[::1]:1984"_s, u"Bridge"_s, u"Bridge's socket"_s, u"Vault"_s, u"Keychain"_s, u"Codex 0.169.0"_s,
                                    u"Token of Codex"_s, u"Memory"_s, u"Start"_s, u"Clock"_s, u"Versions"_s}));
}

void tst_DoctorText::saysWhoHoldsThePort()
{
    Examination found = healthy();
    found.v6.answer = {LoopbackAnswer::Kind::NotHttp, 0, {}};
    found.v6.user = link::PortUser{u"/usr/sbin/nginx"_s, 812, 0};
    DoctorLine line = lineOf(DoctorText::lines(found), u"[::1]:1984"_s);
    QCOMPARE(line.state, State::ToDo);
    QCOMPARE(line.finding, u"/usr/sbin/nginx (process 812) holds the port, and is not Clavitor."_s);
    found.v6.user = link::PortUser{{}, 0, 1001};
    line = lineOf(DoctorText::lines(found), u"[::1]:1984"_s);
    QCOMPARE(line.finding, u"A program of the user number 1001 holds the port, and is not Clavitor."_s);
}

void tst_DoctorText::saysWhoAnswersLikeClavitorAndIsNot()
{
    Examination found = healthy();
    found.v4.user = link::PortUser{u"/usr/bin/python3"_s, 812, ::getuid()};
    DoctorLine line = lineOf(DoctorText::lines(found), u"127.0.0.1:1984"_s);
    QCOMPARE(line.state, State::ToDo);
    QCOMPARE(line.finding, u"/usr/bin/python3 (process 812) answers as if it were Clavitor, and is not."_s);
    QVERIFY2(line.next.startsWith(u"No token was sent to it."), qPrintable(line.next));
    found.v4.user = link::PortUser{{}, 0, ::getuid() + 1};
    line = lineOf(DoctorText::lines(found), u"127.0.0.1:1984"_s);
    QCOMPARE(line.finding, u"A program of the user number %1 answers as if it were Clavitor, and is not."_s.arg(::getuid() + 1));
    found.v4.user.reset();
    line = lineOf(DoctorText::lines(found), u"127.0.0.1:1984"_s);
    QCOMPARE(line.state, State::ToDo);
    QCOMPARE(line.finding, u"Something answers like Clavitor, and this system does not tell whose program it is."_s);
}

void tst_DoctorText::saysWhenNobodyAnswers()
{
    Examination found = healthy();
    found.v4.user.reset();
    found.v6.user.reset();
    found.v4.answer = {LoopbackAnswer::Kind::Refused, 0, {}};
    found.v6.answer = {LoopbackAnswer::Kind::Silent, 0, {}};
    const QList<DoctorLine> lines = DoctorText::lines(found);
    QCOMPARE(lines.at(0).finding, u"Nobody answers."_s);
    QCOMPARE(lines.at(1).finding, u"Another program holds the port and does not answer."_s);
    QCOMPARE(DoctorText::verdict(lines), u"There are 2 things to do."_s);
}

void tst_DoctorText::takesAMissingAddressForNoFault()
{
    Examination found = healthy();
    found.v6.answer = {LoopbackAnswer::Kind::NoSuchAddress, 0, {}};
    found.v6.user.reset();
    QVERIFY(DoctorText::isAllWell(DoctorText::lines(found)));
}

void tst_DoctorText::wantsTheBridgeOfTheSameBuild()
{
    Examination found = healthy();
    found.bridgeBuild = u"0.1.0+def"_s;
    QVERIFY(lineOf(DoctorText::lines(found), u"Bridge"_s).finding.contains(u"0.1.0+def"_s));
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge"_s).state, State::ToDo);
    QVERIFY(lineOf(DoctorText::lines(found), u"Bridge"_s).next.contains(u"Clavitor was updated: quit it and start it again."_s));
    found.bridgeBuild = found.build;
    found.isOutdated = true;
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge"_s).state, State::Note);
    QVERIFY(lineOf(DoctorText::lines(found), u"Bridge"_s).next.contains(u"After an update"_s));
    found.isOutdated = false;
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge"_s).state, State::Ok);
    found.bridgeBuild.clear();
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge"_s).state, State::ToDo);
    found.bridgeProgram.clear();
    QVERIFY(lineOf(DoctorText::lines(found), u"Bridge"_s).finding.contains(u"missing"_s));
}

void tst_DoctorText::saysWhatIsWrongWithAClient_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<QString>("words");
    QTest::newRow("ignored") << int(SettingFault::IgnoredHeaders) << u"a table \"headers\", which Codex ignores"_s;
    QTest::newRow("fatal") << int(SettingFault::FatalBearerToken) << u"keeps Codex from starting"_s;
    QTest::newRow("broken") << int(SettingFault::BrokenFile) << u"broken at line 3"_s;
    QTest::newRow("other address") << int(SettingFault::OtherAddress) << u"It calls line 3, which is not this vault."_s;
    QTest::newRow("no token") << int(SettingFault::NoToken) << u"no token in it"_s;
    QTest::newRow("mistyped") << int(SettingFault::MalformedToken) << u"checksum does not fit"_s;
    QTest::newRow("program in no folder") << int(SettingFault::MissingCommand) << u"The program in it, line 3, is in no folder of PATH."_s;
    QTest::newRow("another program") << int(SettingFault::AnotherKind) << u"neither reached over HTTP nor clavitor-mcp"_s;
    QTest::newRow("two ways") << int(SettingFault::TwoWays) << u"Codex may take either, or not start at all"_s;
    QTest::newRow("arguments") << int(SettingFault::WrongArguments) << u"it wants the id of a key"_s;
    QTest::newRow("other port") << int(SettingFault::OtherPort) << u"sent to the port line 3 there"_s;
    QTest::newRow("sandbox") << int(SettingFault::Sandboxed) << u"Codex starts clavitor-mcp in a sandbox"_s;
    QTest::newRow("off") << int(SettingFault::SwitchedOff) << u"switched off"_s;
}

void tst_DoctorText::saysWhatIsWrongWithAClient()
{
    QFETCH(int, fault);
    QFETCH(QString, words);
    Examination found = healthy();
    auto client = codex();
    client->setting.faults = {static_cast<SettingFault>(fault)};
    client->setting.detail = u"line 3"_s;
    found.clients = {client};
    const QList<DoctorLine> lines = DoctorText::lines(found);
    const DoctorLine line = lineOf(lines, u"Codex 0.169.0"_s);
    QCOMPARE(line.state, State::ToDo);
    QVERIFY2(line.finding.contains(words), qPrintable(line.finding));
    QVERIFY(lineOf(lines, u"Token of Codex"_s).finding.isEmpty()); // first things first
}

void tst_DoctorText::namesTheProgramThatIsNotThere()
{
    Examination found = healthy();
    const auto client = codex();
    client->setting.faults = {SettingFault::MissingCommand};
    client->setting.detail = u"/opt/gone/clavitor-mcp"_s;
    found.clients = {client};
    QCOMPARE(lineOf(DoctorText::lines(found), u"Codex 0.169.0"_s).finding, u"The program in it is not there: /opt/gone/clavitor-mcp."_s);
}

void tst_DoctorText::takesAClientThatStartsClavitorMcpForSetUp()
{
    Examination found = healthy();
    const auto client = codex();
    client->setting.how = ClientSetting::Token::ByProgram;
    client->setting.program = u"/usr/bin/clavitor-mcp"_s;
    found.clients = {client};
    const DoctorLine line = lineOf(DoctorText::lines(found), u"Codex 0.169.0"_s);
    QCOMPARE(line.state, State::Ok);
    QVERIFY(line.finding.endsWith(u"starts clavitor-mcp with the key Kq7ZrT2k."_s));
    QCOMPARE(lineOf(DoctorText::lines(found), u"Token of Codex"_s).state, State::Ok);
    QVERIFY(DoctorText::isAllWell(DoctorText::lines(found)));
    client->keychain = Error{ErrorCode::KeychainNoItem, {}};
    QCOMPARE(lineOf(DoctorText::lines(found), u"Token of Codex"_s).state, State::ToDo);
    QVERIFY(lineOf(DoctorText::lines(found), u"Token of Codex"_s).next.contains(u"holds no token of the key Kq7ZrT2k"_s));
}

void tst_DoctorText::wantsTheBridgesSocketWhereAClientNeedsIt()
{
    Examination found = healthy();
    found.isShutIn.reset();
    found.door = link::DoorRefusal{link::DoorRefusal::Kind::Absent, u"Nobody is there."_s};
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).state, State::Note);
    const auto client = codex();
    client->setting.how = ClientSetting::Token::ByProgram;
    found.clients = {client};
    QCOMPARE(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).state, State::ToDo);
    QVERIFY(lineOf(DoctorText::lines(found), u"Bridge's socket"_s).next.contains(u"clavitor-mcp gets no answer without it"_s));
}

void tst_DoctorText::saysWhetherTheTokenIsAccepted_data()
{
    QTest::addColumn<int>("check");
    QTest::addColumn<int>("state");
    QTest::newRow("accepted") << int(TokenCheck::Accepted) << int(State::Ok);
    QTest::newRow("locked") << int(TokenCheck::VaultLocked) << int(State::Note);
    QTest::newRow("unknown") << int(TokenCheck::Unknown) << int(State::ToDo);
    QTest::newRow("paused") << int(TokenCheck::KeyPaused) << int(State::ToDo);
    QTest::newRow("frozen") << int(TokenCheck::KeyFrozen) << int(State::ToDo);
    QTest::newRow("pinned") << int(TokenCheck::CallerRefused) << int(State::Ok);
    QTest::newRow("too many") << int(TokenCheck::TooMany) << int(State::Note);
    QTest::newRow("no answer") << int(TokenCheck::NoAnswer) << int(State::Note);
    QTest::newRow("not tried") << int(TokenCheck::NotTried) << int(State::Note);
}

void tst_DoctorText::saysWhetherTheTokenIsAccepted()
{
    QFETCH(int, check);
    QFETCH(int, state);
    Examination found = healthy();
    auto client = codex();
    client->token = static_cast<TokenCheck>(check);
    found.clients = {client};
    QCOMPARE(int(lineOf(DoctorText::lines(found), u"Token of Codex"_s).state), state);
    client->keychain = Error{ErrorCode::KeychainNoItem, {}};
    const DoctorLine line = lineOf(DoctorText::lines(found), u"Token of Codex"_s);
    QCOMPARE(line.state, State::ToDo);
    QVERIFY(line.next.contains(u"Kq7ZrT2k"_s));
}

void tst_DoctorText::needsTheKeychainOnlyWhereItIsUsed()
{
    Examination found = healthy();
    found.keychain = Error{ErrorCode::KeychainLocked, {}};
    QCOMPARE(lineOf(DoctorText::lines(found), u"Keychain"_s).state, State::ToDo);
    found.hasKeychainSlot = false;
    QCOMPARE(lineOf(DoctorText::lines(found), u"Keychain"_s).state, State::Note);
}

void tst_DoctorText::warnsOfAClockThatIsBehind()
{
    Examination found = healthy();
    found.newestFile = found.now + 3'600'000;
    QCOMPARE(lineOf(DoctorText::lines(found), u"Clock"_s).state, State::ToDo);
    found.newestFile = found.now + 60'000;
    QCOMPARE(lineOf(DoctorText::lines(found), u"Clock"_s).state, State::Ok);
}

void tst_DoctorText::notesAClockThatNothingKeepsRight()
{
    Examination found = healthy();
    const auto clock = [&found] { return lineOf(DoctorText::lines(found), u"Clock"_s); };
    found.isClockSynchronised = true;
    QCOMPARE(clock().state, State::Ok);
    QVERIFY(clock().finding.endsWith(u"and is kept right."_s));
    found.isClockSynchronised = false;
    QCOMPARE(clock().state, State::Note);
    QVERIFY(clock().finding.contains(u"codes may be wrong"_s));
    QVERIFY(clock().next.startsWith(u"Turn on the network's time"_s));
    QVERIFY(DoctorText::isAllWell(DoctorText::lines(found)));
    found.isClockSynchronised.reset();
    QCOMPARE(clock().state, State::Ok);
    QVERIFY(clock().finding.contains(u"this system does not tell"_s));
    // What is known to be wrong comes first.
    found.isClockSynchronised = false;
    found.newestFile = found.now + 3'600'000;
    QCOMPARE(clock().state, State::ToDo);
}

void tst_DoctorText::givesEveryThingToDoANextStep()
{
    Examination bad;
    bad.keychain = Error{ErrorCode::KeychainAbsent, {}};
    bad.newestFile = 10'000'000;
    auto unreadable = codex();
    unreadable->unreadable = Error{ErrorCode::InvalidValue, u"It is not a file."_s};
    auto notSetUp = codex();
    notSetUp->setting.isThere = false;
    bad.clients = {unreadable, notSetUp};
    for (const Examination *found : {&bad})
        for (const DoctorLine &line : DoctorText::lines(*found))
            QVERIFY2(line.state == State::Ok || !line.next.isEmpty(), qPrintable(line.subject));
    QVERIFY(!DoctorText::isAllWell(DoctorText::lines(bad)));
}

void tst_DoctorText::saysTheSameInAllThreeForms()
{
    Examination found = healthy();
    found.v4.answer = {LoopbackAnswer::Kind::Refused, 0, {}};
    found.v4.user.reset();
    const QList<DoctorLine> lines = DoctorText::lines(found);
    const QString plain = DoctorText::plain(lines);
    const QJsonObject json = QJsonDocument::fromJson(DoctorText::json(lines)).object();
    QCOMPARE(json.value("ok"_L1).toBool(), false);
    const QJsonArray list = json.value("lines"_L1).toArray();
    QCOMPARE(list.size(), lines.size());
    for (qsizetype index = 0; index < lines.size(); ++index) {
        const QJsonObject one = list.at(index).toObject();
        QCOMPARE(one.value("subject"_L1).toString(), lines.at(index).subject);
        QCOMPARE(one.value("finding"_L1).toString(), lines.at(index).finding);
        QCOMPARE(one.value("next"_L1).toString(), lines.at(index).next);
        const QString row = one.value("state"_L1).toString().leftJustified(9) + lines.at(index).subject + u": "_s + lines.at(index).finding + u'\n';
        QVERIFY2(plain.contains(row), qPrintable(row));
    }
    QVERIFY(plain.endsWith(u"\nThere is one thing to do.\n"_s));
}

void tst_DoctorText::saysTheSameInTheWindowAsInTheTerminal()
{
    QTemporaryDir home;
    ScriptedKeychain keychain;
    Examiner::Parts parts;
    parts.places = ClientPlaces::of({}, home.path());
    parts.port = 1;
    parts.vaultFolder = home.filePath(u"vault"_s);
    parts.keychain = &keychain;
    parts.clock = [] { return qint64(1'773'000'000'000); };
    parts.version = u"0.1.0"_s;
    Examiner examiner(parts);
    auto *sheet = new ui::DoctorSheet(&examiner);
    sheet->show();
    QTRY_VERIFY_WITH_TIMEOUT(!sheet->lines().isEmpty(), 20'000);
    QStringList shown;
    for (const auto *label : sheet->findChildren<ui::Label *>())
        if (label->isVisibleTo(sheet))
            shown.append(label->text());
    std::optional<QList<DoctorLine>> again;
    examiner.examine({&examiner, [&again](const Result<Examination> &found) { again = DoctorText::lines(*found); }});
    QTRY_VERIFY_WITH_TIMEOUT(again, 20'000);
    QCOMPARE(sheet->lines(), *again);
    for (const DoctorLine &line : *again) {
        QVERIFY2(shown.contains(line.subject), qPrintable(line.subject));
        QVERIFY2(shown.contains(line.finding), qPrintable(line.finding));
        QVERIFY2(line.next.isEmpty() || shown.contains(line.next), qPrintable(line.next));
    }
    QVERIFY(shown.contains(DoctorText::verdict(*again)));
    for (auto *button : sheet->findChildren<QPushButton *>())
        if (button->text() == u"Copy as text"_s)
            button->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), DoctorText::plain(*again));
    delete sheet;
}

void tst_DoctorText::showsOddNamesForWhatTheyAre()
{
    Examination found = healthy();
    found.v4.answer = {LoopbackAnswer::Kind::NotHttp, 0, {}};
    found.v4.user = link::PortUser{u"/tmp/ng\u202einx\n\x1b[31m"_s, 812, 0};
    const QString finding = DoctorText::lines(found).first().finding;
    QVERIFY(!finding.contains(QChar(0x202e)) && !finding.contains(u'\n') && !finding.contains(QChar(0x1b)));
}

QTEST_MAIN(tst_DoctorText)
#include "tst_DoctorText.moc"
