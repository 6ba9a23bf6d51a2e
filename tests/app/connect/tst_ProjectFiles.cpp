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
    void answersWithoutAFolderThatHangs();

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
    const ProjectFiles found = ProjectFiles::of({at(u"api"_s), at(u"docs"_s), at(u"none"_s), at(u"shop"_s), at(u"gone"_s), u"relative"_s}, 1984);
    QCOMPARE(found.servers, (QList<ProjectServer>{
                                {at(u"api"_s), at(u"api/.mcp.json"_s), {}, {}, u"Kq7ZrT2k"_s, false},
                                {at(u"shop"_s), at(u"shop/.mcp.json"_s), {}, {}, sampleKeyId(), true},
                            }));
    QVERIFY(!found.lastChange);

    // Of the client: its own file first, then those of others, each with the key in it.
    ClientSight sight;
    sight.client = {AgentClient::ClaudeCode, u"Claude Code"_s, {}, {}, at(u".claude.json"_s)};
    sight.setting.projects = found.servers;
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
    const QStringList folders{at(u"a"_s), at(u"hangs"_s)};
    for (int i = 0; i < 2; ++i) {
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(ProjectFiles::of(folders, 1984, read, std::chrono::milliseconds(100)).servers.size(), 1);
        QVERIFY(timer.elapsed() < 5'000);
    }
    // Two are left behind, and that is enough.
    QVERIFY(ProjectFiles::of(folders, 1984).servers.isEmpty());
    hang->release(2);
    QVERIFY(left->tryAcquire(2, 5'000));
    QTRY_COMPARE(ProjectFiles::of(folders, 1984).servers.size(), 2);
}

QTEST_GUILESS_MAIN(tst_ProjectFiles)
#include "tst_ProjectFiles.moc"
