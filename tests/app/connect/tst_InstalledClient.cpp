// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/InstalledClient.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_InstalledClient : public QObject {
    Q_OBJECT
private slots:
    void init();
    void findsNothingWhereNothingIs();
    void findsAProgramOnThePathAndItsVersionInItsPackage();
    void takesTheVersionFromTheNameOfClaudesProgram();
    void findsAClientByItsFolderAlone();
    void tellsTheEditionsOfVsCodeApart();
    void findsTheProfilesThatHaveServersOfTheirOwn_data();
    void findsTheProfilesThatHaveServersOfTheirOwn();
    void findsTheProfilesOfEachEdition();
    void honoursTheFoldersOfTheEnvironment();
    void ignoresFoldersThatAreNotAbsolute();
    void believesNoPackageOfAnotherName();

private:
    void put(const QString &path, const QByteArray &bytes, bool isProgram = false);
    [[nodiscard]] QString at(const QString &path) const { return m_home->filePath(path); }
    [[nodiscard]] QList<InstalledClient> found(QProcessEnvironment environment = {}) const;

    std::unique_ptr<QTemporaryDir> m_home;
};

void tst_InstalledClient::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    QVERIFY(m_home->isValid());
}

void tst_InstalledClient::put(const QString &path, const QByteArray &bytes, bool isProgram)
{
    QVERIFY(QDir().mkpath(QFileInfo(at(path)).path()));
    QFile file(at(path));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    if (isProgram)
        file.setPermissions(file.permissions() | QFile::ExeOwner);
}

QList<InstalledClient> tst_InstalledClient::found(QProcessEnvironment environment) const
{
    if (!environment.contains(u"PATH"_s))
        environment.insert(u"PATH"_s, at(u"bin"_s));
    return findClients(ClientPlaces::of(environment, m_home->path()));
}

void tst_InstalledClient::findsNothingWhereNothingIs()
{
    QCOMPARE(found(), QList<InstalledClient>());
}

void tst_InstalledClient::findsAProgramOnThePathAndItsVersionInItsPackage()
{
    put(u"lib/node_modules/@openai/codex/bin/codex.js"_s, "#!/bin/sh\n", true);
    put(u"lib/node_modules/@openai/codex/package.json"_s, R"({"name":"@openai/codex","version":"0.169.0"})");
    QVERIFY(QDir().mkpath(at(u"bin"_s)));
    QVERIFY(QFile::link(at(u"lib/node_modules/@openai/codex/bin/codex.js"_s), at(u"bin/codex"_s)));
    const auto clients = found();
    QCOMPARE(clients.size(), 1);
    QCOMPARE(clients.first(), (InstalledClient{AgentClient::Codex, u"Codex"_s, at(u"bin/codex"_s), u"0.169.0"_s, at(u".codex/config.toml"_s)}));
}

void tst_InstalledClient::takesTheVersionFromTheNameOfClaudesProgram()
{
    put(u".local/share/claude/versions/2.1.330"_s, "#!/bin/sh\n", true);
    QVERIFY(QDir().mkpath(at(u"bin"_s)));
    QVERIFY(QFile::link(at(u".local/share/claude/versions/2.1.330"_s), at(u"bin/claude"_s)));
    const auto clients = found();
    QCOMPARE(clients.size(), 1);
    QCOMPARE(clients.first().version, u"2.1.330"_s);
    QCOMPARE(clients.first().configFile, at(u".claude.json"_s));
}

void tst_InstalledClient::findsAClientByItsFolderAlone()
{
    QVERIFY(QDir().mkpath(at(u".cursor"_s)));
    QVERIFY(QDir().mkpath(at(u".gemini"_s)));
    const auto clients = found();
    QCOMPARE(clients.size(), 2);
    QCOMPARE(clients.at(0).configFile, at(u".gemini/settings.json"_s));
    QCOMPARE(clients.at(1).client, AgentClient::Cursor);
    QVERIFY(clients.at(1).program.isEmpty());
    QVERIFY(clients.at(1).version.isEmpty());
}

void tst_InstalledClient::tellsTheEditionsOfVsCodeApart()
{
    for (const QString &folder : {u"Code"_s, u"VSCodium"_s, u"Code - OSS"_s})
        QVERIFY(QDir().mkpath(at(u".config/"_s + folder + u"/User"_s)));
    put(u"app/resources/app/package.json"_s, R"({"name":"Code","version":"1.104.2"})");
    put(u"app/bin/code"_s, "#!/bin/sh\n", true);
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, at(u"app/bin"_s));
    QStringList names;
    QStringList files;
    for (const InstalledClient &client : found(environment)) {
        QCOMPARE(client.client, AgentClient::VsCode);
        names.append(client.name + u' ' + client.version);
        files.append(client.configFile);
    }
    QCOMPARE(names, QStringList({u"VS Code 1.104.2"_s, u"VS Code - OSS "_s, u"VSCodium "_s}));
    QCOMPARE(files.first(), at(u".config/Code/User/mcp.json"_s));
}

void tst_InstalledClient::findsTheProfilesThatHaveServersOfTheirOwn_data()
{
    QTest::addColumn<QByteArray>("state"); // as VS Code keeps it; null: no file
    QTest::addColumn<QString>("name");     // of the profile; empty: it has none of its own
    const auto one = [](const QByteArray &profile) -> QByteArray { return R"({"theme":"x","userDataProfiles":[7,{"location":"other","name":"Other"},)" + profile + "]}"; };
    QTest::newRow("named") << one(R"({"location":"-1a2b3c","name":"Work","icon":"zap"})") << u"VS Code (Work)"_s;
    QTest::newRow("with other things of the default one's") << one(R"({"location":"-1a2b3c","name":"Work","useDefaultFlags":{"settings":true,"mcp":false}})") << u"VS Code (Work)"_s;
    QTest::newRow("with the servers of the default one") << one(R"({"location":"-1a2b3c","name":"Work","useDefaultFlags":{"mcp":true}})") << QString();
    QTest::newRow("as older releases wrote the place") << one(R"({"location":{"$mid":1,"path":"/home/octo/.config/Code/User/profiles/-1a2b3c","scheme":"file"},"name":"Work"})") << u"VS Code (Work)"_s;
    QTest::newRow("not known any more") << QByteArray(R"({"userDataProfiles":[]})") << u"VS Code (-1a2b3c)"_s;
    QTest::newRow("without a name") << one(R"({"location":"-1a2b3c","name":"  "})") << u"VS Code (-1a2b3c)"_s;
    QTest::newRow("a name that is no text") << one(R"({"location":"-1a2b3c","name":{}})") << u"VS Code (-1a2b3c)"_s;
    QTest::newRow("a name that would write elsewhere") << one(R"({"location":"-1a2b3c","name":"A\u202e\n\u0007B"})") << u"VS Code (A B)"_s;
    QTest::newRow("a name without an end") << one(R"({"location":"-1a2b3c","name":")" + QByteArray(500, 'n') + "\"}") << u"VS Code ("_s + QString(30, u'n') + u"…)"_s;
    QTest::newRow("no state") << QByteArray() << u"VS Code (-1a2b3c)"_s;
    QTest::newRow("a broken state") << QByteArray("{\"userDataProfiles\":[") << u"VS Code (-1a2b3c)"_s;
    QTest::newRow("a state that is something else") << QByteArray("[]") << u"VS Code (-1a2b3c)"_s;
}

void tst_InstalledClient::findsTheProfilesThatHaveServersOfTheirOwn()
{
    QFETCH(QByteArray, state);
    QFETCH(QString, name);
    put(u"app/resources/app/package.json"_s, R"({"name":"Code","version":"1.104.2"})");
    put(u"app/bin/code"_s, "#!/bin/sh\n", true);
    put(u".config/Code/User/profiles/-1a2b3c/mcp.json"_s, R"({"servers":{}})");
    put(u".config/Code/User/profiles/other/settings.json"_s, "{}"); // it has no servers of its own yet
    put(u".config/Code/User/profiles/mcp.json"_s, "{}");            // nor is that a profile
    if (!state.isNull())
        put(u".config/Code/User/globalStorage/storage.json"_s, state);
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, at(u"app/bin"_s));
    const QString program = at(u"app/bin/code"_s);
    QList<InstalledClient> expected{{AgentClient::VsCode, u"VS Code"_s, program, u"1.104.2"_s, at(u".config/Code/User/mcp.json"_s)}};
    if (!name.isEmpty())
        expected.append({AgentClient::VsCode, name, program, u"1.104.2"_s, at(u".config/Code/User/profiles/-1a2b3c/mcp.json"_s)});
    QCOMPARE(found(environment), expected);
    // The usual place is another question.
    QCOMPARE(configFileOf(AgentClient::VsCode, ClientPlaces::of(environment, m_home->path())), at(u".config/Code/User/mcp.json"_s));
}

void tst_InstalledClient::findsTheProfilesOfEachEdition()
{
    for (const QString &folder : {u"Code"_s, u"VSCodium"_s})
        for (const QString &profile : {u"b"_s, u"a"_s})
            put(u".config/"_s + folder + u"/User/profiles/"_s + profile + u"/mcp.json"_s, "{}");
    QStringList names;
    for (const InstalledClient &client : found())
        names.append(client.name);
    QCOMPARE(names, QStringList({u"VS Code"_s, u"VS Code (a)"_s, u"VS Code (b)"_s, u"VSCodium"_s, u"VSCodium (a)"_s, u"VSCodium (b)"_s}));
}

void tst_InstalledClient::honoursTheFoldersOfTheEnvironment()
{
    QVERIFY(QDir().mkpath(at(u"else/codex"_s)));
    put(u"else/claude/.claude.json"_s, "{}");
    QVERIFY(QDir().mkpath(at(u"else/config/Code/User"_s)));
    QProcessEnvironment environment;
    environment.insert(u"CODEX_HOME"_s, at(u"else/codex"_s));
    environment.insert(u"CLAUDE_CONFIG_DIR"_s, at(u"else/claude"_s));
    environment.insert(u"XDG_CONFIG_HOME"_s, at(u"else/config"_s));
    QStringList files;
    for (const InstalledClient &client : found(environment))
        files.append(client.configFile);
    QCOMPARE(files, QStringList({at(u"else/codex/config.toml"_s), at(u"else/claude/.claude.json"_s), at(u"else/config/Code/User/mcp.json"_s)}));
    // Our own backups, for its owner where the other data of the program is.
    QCOMPARE(ClientPlaces::of(environment, m_home->path()).backups, at(u".local/share/clavitor/backups"_s));
    environment.insert(u"XDG_DATA_HOME"_s, at(u"else/data"_s));
    QCOMPARE(ClientPlaces::of(environment, m_home->path()).backups, at(u"else/data/clavitor/backups"_s));
}

void tst_InstalledClient::ignoresFoldersThatAreNotAbsolute()
{
    QProcessEnvironment environment;
    environment.insert(u"CODEX_HOME"_s, u"somewhere"_s);
    environment.insert(u"PATH"_s, u".:bin"_s);
    const ClientPlaces places = ClientPlaces::of(environment, m_home->path());
    QCOMPARE(places.codexHome, at(u".codex"_s));
    QCOMPARE(places.programFolders, QStringList());
}

void tst_InstalledClient::believesNoPackageOfAnotherName()
{
    put(u"bin/codex"_s, "#!/bin/sh\n", true);
    put(u"package.json"_s, R"({"name":"my-project","version":"7.0.0"})");
    const auto clients = found();
    QCOMPARE(clients.size(), 1);
    QCOMPARE(clients.first().version, QString());
}

QTEST_GUILESS_MAIN(tst_InstalledClient)
#include "tst_InstalledClient.moc"
