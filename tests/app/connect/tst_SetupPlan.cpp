// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/SetupPlan.h"

#include "tests/support/WiringSamples.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_SetupPlan : public QObject {
    Q_OBJECT
private slots:
    void changesNothingUntilItIsApplied();
    void isDoneOnceItWasApplied();
    void undoesWhatItDid();
    void showsNoToken();
    void saysWhetherOthersCanReadTheFile();
    void refusesABrokenFile();
    void tellsWhatTheFileSaysNow();
    void takesOurServerOutAfterTheClientWroteItsFile();
    void seesThatTheCommandIsNotThere();
    void seesThatTheProgramToStartIsNotThere();

private:
    static void put(const QString &path, const QByteArray &bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    static QByteArray bytesOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    [[nodiscard]] InstalledClient codex() const { return {AgentClient::Codex, u"Codex"_s, {}, u"0.169.0"_s, m_folder.filePath(u"config.toml"_s)}; }

    QTemporaryDir m_folder;
    const QByteArray m_before = "# mine\nmodel = \"x\"\n";
};

void tst_SetupPlan::changesNothingUntilItIsApplied()
{
    put(codex().configFile, m_before);
    const auto plan = SetupPlan::make(codex(), commandWiring());
    QVERIFY(plan);
    QVERIFY(!plan->isDone());
    QVERIFY(!plan->makesFile());
    QCOMPARE(bytesOf(codex().configFile), m_before);
    QCOMPARE(plan->diff().first().text, u"@@ -1,2 +1,7 @@"_s);
}

void tst_SetupPlan::isDoneOnceItWasApplied()
{
    put(codex().configFile, m_before);
    QVERIFY(SetupPlan::make(codex(), tokenWiring())->apply(0));
    QVERIFY(SetupPlan::make(codex(), tokenWiring())->isDone());
    QVERIFY(SetupPlan::make(codex(), tokenWiring())->diff().isEmpty());
    QVERIFY(!SetupPlan::make(codex(), commandWiring())->isDone());
}

void tst_SetupPlan::undoesWhatItDid()
{
    put(codex().configFile, m_before);
    const auto change = SetupPlan::make(codex(), tokenWiring())->apply(0);
    QVERIFY(change);
    QVERIFY(bytesOf(codex().configFile) != m_before);
    QVERIFY(undoChange(*change));
    QCOMPARE(bytesOf(codex().configFile), m_before);
}

void tst_SetupPlan::showsNoToken()
{
    put(codex().configFile, m_before);
    const auto plan = SetupPlan::make(codex(), tokenWiring());
    const QString shown = unifiedDiff(plan->diff());
    QVERIFY(shown.contains("+http_headers = { \"Authorization\" = \"Bearer clavitor_[MASKED]\" }"_L1));
    QVERIFY(!shown.contains(QString::fromLatin1(sampleToken().mid(17))));
}

void tst_SetupPlan::saysWhetherOthersCanReadTheFile()
{
    put(codex().configFile, m_before);
    QVERIFY(QFile::setPermissions(codex().configFile, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    QVERIFY(SetupPlan::make(codex(), tokenWiring())->isReadByOthers());
    QVERIFY(QFile::setPermissions(codex().configFile, QFile::ReadOwner | QFile::WriteOwner));
    QVERIFY(!SetupPlan::make(codex(), tokenWiring())->isReadByOthers());
}

void tst_SetupPlan::refusesABrokenFile()
{
    put(codex().configFile, "a = \n");
    const auto plan = SetupPlan::make(codex(), tokenWiring());
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::DamagedFile);
    QCOMPARE(bytesOf(codex().configFile), "a = \n"_ba);
}

void tst_SetupPlan::tellsWhatTheFileSaysNow()
{
    QVERIFY(QFile::remove(codex().configFile));
    QVERIFY(!settingOf(codex(), 1984, {})->isThere);
    const auto plan = SetupPlan::make(codex(), tokenWiring());
    QVERIFY(plan->makesFile());
    QVERIFY(plan->apply(0));
    QVERIFY(settingOf(codex(), 1984, {})->isRight());
    QVERIFY(!settingOf(codex(), 2984, {})->isRight());
}

void tst_SetupPlan::takesOurServerOutAfterTheClientWroteItsFile()
{
    put(codex().configFile, m_before);
    QVERIFY(SetupPlan::make(codex(), tokenWiring())->apply(0));
    QFile file(codex().configFile);
    QVERIFY(file.open(QIODevice::Append));
    file.write("\n[projects.\"/home\"]\ntrust_level = \"trusted\"\n");
    file.close();
    QVERIFY2(!lastChange(codex().configFile), "there is no way back to the bytes of before");
    const QByteArray inUse = bytesOf(codex().configFile);
    const auto plan = SetupPlan::removal(codex());
    QVERIFY(plan && !plan->isDone());
    QVERIFY(plan->holdsToken());
    QVERIFY(unifiedDiff(plan->diff()).contains("-[mcp_servers.clavitor]"_L1));
    QVERIFY(!unifiedDiff(plan->diff()).contains(QString::fromLatin1(sampleToken().mid(17))));
    QCOMPARE(bytesOf(codex().configFile), inUse);
    const auto change = plan->apply(1);
    QVERIFY(change);
    QCOMPARE(bytesOf(codex().configFile), m_before + "\n[projects.\"/home\"]\ntrust_level = \"trusted\"\n");
    QVERIFY(SetupPlan::removal(codex())->isDone());
    QVERIFY(lastChange(codex().configFile));
    QVERIFY(undoChange(*change));
    QCOMPARE(bytesOf(codex().configFile), inUse);
}

void tst_SetupPlan::seesThatTheCommandIsNotThere()
{
    const QString program = m_folder.filePath(u"it's here/clavitor"_s);
    Wiring wiring = commandWiring();
    wiring.command = headersCommand(program, u"Kq7ZrT2k"_s);
    QCOMPARE(programIn(wiring.command), program);
    put(codex().configFile, m_before);
    QVERIFY(SetupPlan::make(codex(), wiring)->apply(0));
    auto setting = settingOf(codex(), 1984, {});
    QCOMPARE(setting->faults, QList{SettingFault::MissingCommand});
    QCOMPARE(setting->detail, program);
    QVERIFY(QDir(m_folder.path()).mkpath(u"it's here"_s));
    put(program, "#!/bin/sh\n");
    QCOMPARE(settingOf(codex(), 1984, {})->faults, QList{SettingFault::MissingCommand}); // no program yet
    QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner));
    QVERIFY(settingOf(codex(), 1984, {})->isRight());
    // Another's command is its own affair.
    put(codex().configFile, "[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\nhttp_headers_helper = \"/nowhere/pass-token\"\n");
    setting = settingOf(codex(), 1984, {});
    QVERIFY(setting->isRight());
    QVERIFY(setting->keyId.isEmpty());
}

void tst_SetupPlan::seesThatTheProgramToStartIsNotThere()
{
    const QString program = m_folder.filePath(u"mcp/clavitor-mcp"_s);
    const auto say = [this](const QString &command) {
        put(codex().configFile, "[mcp_servers.clavitor]\ncommand = \"" + command.toUtf8() + "\"\nargs = [\"Kq7ZrT2k\"]\n");
        return settingOf(codex(), 1984, {m_folder.filePath(u"mcp"_s)});
    };
    QVERIFY(QDir(m_folder.path()).mkpath(u"mcp"_s));
    QVERIFY(QFile::remove(program) || !QFile::exists(program));
    for (const QString &command : {program, u"clavitor-mcp"_s}) {
        const auto setting = say(command);
        QCOMPARE(setting->faults, QList{SettingFault::MissingCommand});
        QCOMPARE(setting->detail, command);
    }
    put(program, "#!/bin/sh\n");
    QCOMPARE(say(program)->faults, QList{SettingFault::MissingCommand}); // no program yet
    QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner));
    QVERIFY(say(program)->isRight());
    QVERIFY(say(u"clavitor-mcp"_s)->isRight());
    QCOMPARE(say(m_folder.filePath(u"mcp"_s) + u"/../clavitor-mcp"_s)->faults, QList{SettingFault::MissingCommand});
    // Where a client stands, or what it puts in, is known to it alone.
    for (const QString &command : {u"./clavitor-mcp"_s, u"${userHome}/bin/clavitor-mcp"_s})
        QVERIFY(say(command)->isRight());
}

QTEST_GUILESS_MAIN(tst_SetupPlan)
#include "tst_SetupPlan.moc"
