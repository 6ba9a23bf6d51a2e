// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ProjectFiles.h"

#include "app/connect/ClientSight.h"
#include "app/connect/SetupPlan.h"
#include "tests/support/FileContent.h"
#include "tests/support/WiringSamples.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// Claude Code's .mcp.json in the folders it was used in.
class tst_ProjectFiles : public QObject {
    Q_OBJECT
private slots:
    void init() { m_home = std::make_unique<QTemporaryDir>(); }
    void findsOurServerAndSaysWhere();
    void passesOverWhatIsNoFileOfServers_data();
    void passesOverWhatIsNoFileOfServers();
    void findsAChangeThatCanBeTakenBack();
    void looksAtTheProgramsOfServersThatItIsGiven();
    void looksAtNoProgramFarAwayForAProjectsFile();
    void answersWithoutAFolderThatHangs();
    void leavesTheRestUnreadWhereTooMuchHangs();

private:
    [[nodiscard]] QString at(const QString &name) const { return m_home->filePath(name); }
    void put(const QString &name, const QByteArray &bytes)
    {
        QVERIFY(QDir().mkpath(QFileInfo(at(name)).path()));
        QVERIFY(overwrite(at(name), bytes));
    }

    std::unique_ptr<QTemporaryDir> m_home;
};

void tst_ProjectFiles::findsOurServerAndSaysWhere()
{
    put(u"api/.mcp.json"_s, withServer(AgentClient::ClaudeCode, "{}", programWiring()).value());
    put(u"docs/.mcp.json"_s, R"({"mcpServers": {"docs": {"command": "npx"}}})");
    put(u"shop/.mcp.json"_s, withServer(AgentClient::ClaudeCode, "{}", tokenWiring()).value());
    put(u"none/README"_s, {});
    put(u"bare/.mcp.json"_s, R"({"mcpServers": {"clavitor": {"type": "stdio", "command": "clavitor-mcp", "args": ["Kq7ZrT2k"]}}})");
    put(u"odd/.mcp.json"_s, R"({"mcpServers": {"clavitor": {"type": "stdio", "command": "/opt/${WHERE}/clavitor-mcp", "args": ["Kq7ZrT2k"]}}})");
    const QString there = at(u"bin/clavitor-mcp"_s);
    put(u"bin/clavitor-mcp"_s, "#!/bin/sh\n");
    QVERIFY(QFile::setPermissions(there, QFile::ReadOwner | QFile::ExeOwner));
    put(u"api/.mcp.json"_s, contentOf(at(u"api/.mcp.json"_s)).replace("/usr/bin/clavitor-mcp", there.toUtf8()));
    put(u"lost/.mcp.json"_s, withServer(AgentClient::ClaudeCode, "{}", Wiring{u"http://localhost:1984/mcp"_s, u"/opt/gone/clavitor headers Kq7ZrT2k"_s, {}}).value());
    ClientPlaces places;
    places.programFolders = {at(u"none"_s)};
    ProjectFiles found = ProjectFiles::of({at(u"api"_s), at(u"docs"_s), at(u"none"_s), at(u"shop"_s), at(u"gone"_s), u"relative"_s, at(u"bare"_s), at(u"odd"_s), at(u"lost"_s)},
                                          1984, places);
    QVERIFY(found.unread.isEmpty());
    const auto token = std::exchange(found.servers[1].token, nullptr);
    QVERIFY(token && QByteArrayView(token->view().data(), qsizetype(token->size())) == sampleToken());
    const QList<SettingFault> missing{SettingFault::MissingCommand};
    QCOMPARE(found.servers, (QList<ProjectServer>{
                                {at(u"api"_s), at(u"api/.mcp.json"_s), {}, {}, u"Kq7ZrT2k"_s, false, TokenWay::ByProgram, there},
                                {at(u"shop"_s), at(u"shop/.mcp.json"_s), {}, {}, sampleKeyId(), true, TokenWay::InFile, {}},
                                {at(u"bare"_s), at(u"bare/.mcp.json"_s), missing, u"clavitor-mcp"_s, u"Kq7ZrT2k"_s, false, TokenWay::ByProgram, u"clavitor-mcp"_s},
                                {at(u"odd"_s), at(u"odd/.mcp.json"_s), {}, {}, u"Kq7ZrT2k"_s, false, TokenWay::ByProgram, u"/opt/${WHERE}/clavitor-mcp"_s},
                                {at(u"lost"_s), at(u"lost/.mcp.json"_s), missing, u"/opt/gone/clavitor"_s, u"Kq7ZrT2k"_s, false, TokenWay::ByCommand, u"/opt/gone/clavitor"_s},
                            }));
    QVERIFY(!found.lastChange);

    // Of the client: its own file first, then those of others, each with the key in it.
    ClientSight sight;
    sight.client = {AgentClient::ClaudeCode, u"Claude Code"_s, {}, {}, at(u".claude.json"_s)};
    sight.setting.projects = found.servers.first(2);
    QCOMPARE(sight.files(), (QStringList{at(u"api/.mcp.json"_s), at(u"shop/.mcp.json"_s)}));
    sight.setting.projects.append({at(u"docs"_s), {}, {}, {}, u"Vb8sJ5mX"_s, false});
    QCOMPARE(sight.files().first(), sight.client.configFile);
    QCOMPARE(sight.keyIdIn(sight.client.configFile), u"Vb8sJ5mX"_s);
    QCOMPARE(sight.keyIdIn(at(u"api/.mcp.json"_s)), u"Kq7ZrT2k"_s);
    sight.setting.isThere = true;
    sight.setting.keyId = u"Kq7ZrT2k"_s;
    QVERIFY2(sight.keyIdIn(sight.client.configFile).isEmpty(), "two keys, and neither is the file's");
}

void tst_ProjectFiles::passesOverWhatIsNoFileOfServers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << ""_ba;
    QTest::newRow("broken") << "{\"mcpServers\": {\"clavitor\": "_ba;
    QTest::newRow("a list") << "[\"clavitor\"]"_ba;
    QTest::newRow("larger than people write") << "{\"mcpServers\": {\"clavitor\": {}}}" + QByteArray(ProjectFiles::Largest, ' ');
}

void tst_ProjectFiles::passesOverWhatIsNoFileOfServers()
{
    QFETCH(QByteArray, bytes);
    put(u"a/.mcp.json"_s, bytes);
    QVERIFY(QDir(m_home->path()).mkpath(u"b/.mcp.json"_s));
    QVERIFY(ProjectFiles::of({at(u"a"_s), at(u"b"_s)}, 1984).servers.isEmpty());
}

void tst_ProjectFiles::findsAChangeThatCanBeTakenBack()
{
    const QByteArray before = withServer(AgentClient::ClaudeCode, R"({"mcpServers": {"docs": {"command": "npx"}}})", programWiring()).value();
    put(u"api/.mcp.json"_s, before);
    const auto plan = SetupPlan::removal({AgentClient::ClaudeCode, u"Claude Code"_s, {}, {}, at(u"api/.mcp.json"_s)});
    QVERIFY(plan && plan->apply(1'773'000'000'000));
    const ProjectFiles found = ProjectFiles::of({at(u"api"_s)}, 1984);
    QVERIFY(found.servers.isEmpty());
    QVERIFY(found.lastChange);
    QVERIFY(undoChange(*found.lastChange));
    QCOMPARE(contentOf(at(u"api/.mcp.json"_s)), before);
}

void tst_ProjectFiles::looksAtTheProgramsOfServersThatItIsGiven()
{
    put(u"bin/clavitor-mcp"_s, "#!/bin/sh\n");
    QVERIFY(QFile::setPermissions(at(u"bin/clavitor-mcp"_s), QFile::ReadOwner | QFile::ExeOwner));
    ClientSetting setting;
    setting.folders = {at(u"a"_s), at(u"b"_s)};
    setting.projects = {{at(u"a"_s), {}, {}, {}, u"Kq7ZrT2k"_s, false, TokenWay::ByProgram, at(u"bin/clavitor-mcp"_s)},
                        {at(u"b"_s), {}, {}, {}, u"Kq7ZrT2k"_s, false, TokenWay::ByProgram, at(u"gone/clavitor-mcp"_s)}};
    QVERIFY(!lookIntoProjects(setting, 1984, {}));
    QCOMPARE(setting.projects.size(), 2);
    QCOMPARE(setting.projects[0].faults, QList<SettingFault>());
    QCOMPARE(setting.projects[1].faults, QList{SettingFault::MissingCommand});
    QCOMPARE(setting.projects[1].detail, at(u"gone/clavitor-mcp"_s));
}

void tst_ProjectFiles::looksAtNoProgramFarAwayForAProjectsFile()
{
    // An automounter would call whom the path names.
    put(u"a/.mcp.json"_s, withServer(AgentClient::ClaudeCode, "{}", programWiring()).value().replace("/usr/bin/clavitor-mcp", "/net/example/clavitor-mcp"));
    const ProjectFiles found = ProjectFiles::of({at(u"a"_s)}, 1984);
    QCOMPARE(found.servers.size(), 1);
    QCOMPARE(found.servers.first().program, u"/net/example/clavitor-mcp"_s);
    QCOMPARE(found.servers.first().faults, QList<SettingFault>());
}

void tst_ProjectFiles::answersWithoutAFolderThatHangs()
{
    const QByteArray ours = withServer(AgentClient::ClaudeCode, "{}", programWiring()).value();
    put(u"a/.mcp.json"_s, ours);
    put(u"hangs/.mcp.json"_s, ours);
    auto hang = std::make_shared<QSemaphore>();
    auto left = std::make_shared<QSemaphore>();
    const ProjectFiles::Read read = [hang, left](const QString &path) {
        if (path.contains("hangs"_L1)) {
            hang->acquire();
            left->release();
        }
        return ConfigFile::read(path);
    };
    put(u"z/.mcp.json"_s, ours);
    const QStringList folders{at(u"a"_s), at(u"hangs"_s), at(u"z"_s)};
    for (int i = 0; i < 2; ++i) {
        QElapsedTimer timer;
        timer.start();
        const ProjectFiles found = ProjectFiles::of(folders, 1984, {}, read, std::chrono::milliseconds(500));
        QCOMPARE(found.servers.size(), 2);
        QCOMPARE(found.servers.last().folder, at(u"z"_s));
        QCOMPARE(found.unread, QStringList{at(u"hangs"_s)});
        QVERIFY(timer.elapsed() < 5'000);
    }
    // One thread is left behind, and nobody follows it.
    QVERIFY(!hang->tryAcquire());
    hang->release();
    QVERIFY(left->tryAcquire(1, 5'000));
    QTRY_COMPARE(ProjectFiles::of(folders, 1984).servers.size(), 3);
    QVERIFY(ProjectFiles::of(folders, 1984).unread.isEmpty());
}

void tst_ProjectFiles::leavesTheRestUnreadWhereTooMuchHangs()
{
    auto hang = std::make_shared<QSemaphore>();
    auto waits = std::make_shared<QSemaphore>();
    auto left = std::make_shared<QSemaphore>();
    QStringList folders;
    for (int i = 0; i < 12; ++i) {
        put(u"%1/.mcp.json"_s.arg(i), "{}");
        folders.append(at(QString::number(i)));
    }
    const ProjectFiles::Read read = [hang, waits, left](const QString &path) {
        waits->release();
        hang->acquire();
        left->release();
        return ConfigFile::read(path);
    };
    for (int look = 1; look <= 6; ++look) {
        QCOMPARE(ProjectFiles::of(folders, 1984, {}, read, std::chrono::milliseconds(100)).unread.size(), folders.size());
        QCOMPARE(waits->available(), std::min(2 * look, 8));
    }
    hang->release(100);
    QVERIFY(left->tryAcquire(8, 5'000));
    QTRY_VERIFY(ProjectFiles::of(folders, 1984).unread.isEmpty());
}

QTEST_GUILESS_MAIN(tst_ProjectFiles)
#include "tst_ProjectFiles.moc"
