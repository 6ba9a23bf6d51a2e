// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/CommandLine.h"

#include <QFile>
#include <QProcess>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_CommandLine : public QObject {
    Q_OBJECT
private slots:
    void isTheProgramItselfWithoutACommand();
    void startsInTheTrayAtLogin();
    void knowsTheDoctor();
    void knowsTheHeadersOfAKey();
    void knowsWhatToRun();
    void refusesWhatDoesNotGoTogether_data();
    void refusesWhatDoesNotGoTogether();
    void helpNamesEveryCommandAndExitCode();
};

void tst_CommandLine::isTheProgramItselfWithoutACommand()
{
    const auto line = CommandLine::parse({u"--port"_s, u"2000"_s, u"--minimised"_s});
    QVERIFY(line);
    QCOMPARE(line->command, CommandLine::Command::Program);
    QCOMPARE(line->port, 2000);
    QVERIFY(line->minimised);
}

void tst_CommandLine::startsInTheTrayAtLogin()
{
    // The file an administrator copies into /etc/xdg/autostart; LoginStart writes the same for one person.
    QFile file(QStringLiteral(CLAVITOR_AUTOSTART));
    QVERIFY2(file.open(QIODevice::ReadOnly), CLAVITOR_AUTOSTART);
    QStringList started;
    for (const QByteArray &entry : file.readAll().split('\n'))
        if (entry.startsWith("Exec="))
            started.append(QString::fromUtf8(entry.sliced(5)));
    QCOMPARE(started.size(), 1);
    const QStringList words = QProcess::splitCommand(started.first());
    QCOMPARE(words.value(0), u"clavitor"_s);
    const auto line = CommandLine::parse(words.sliced(1));
    QVERIFY(line);
    QCOMPARE(line->command, CommandLine::Command::Program);
    QVERIFY2(line->minimised, "a window at every login is in everybody's way");
}

void tst_CommandLine::knowsTheDoctor()
{
    const auto line = CommandLine::parse({u"doctor"_s, u"--json"_s, u"--port"_s, u"2000"_s, u"--vault"_s, u"/v"_s});
    QVERIFY(line);
    QCOMPARE(line->command, CommandLine::Command::Doctor);
    QVERIFY(line->json);
    QCOMPARE(line->port, 2000);
    QCOMPARE(line->vaultFolder, u"/v"_s);
}

void tst_CommandLine::knowsTheHeadersOfAKey()
{
    const auto line = CommandLine::parse({u"headers"_s, u"Kq7ZrT2k"_s, u"--show"_s});
    QVERIFY(line);
    QCOMPARE(line->command, CommandLine::Command::Headers);
    QCOMPARE(line->keyId, u"Kq7ZrT2k"_s);
    QVERIFY(line->showToken);
}

void tst_CommandLine::knowsWhatToRun()
{
    const auto line = CommandLine::parse({u"run"_s, u"--key"_s, u"Kq7ZrT2k"_s, u"--env"_s, u"A=clavitor://a/b"_s, u"--env=B=clavitor://c/d"_s, u"--reason"_s, u" to  list "_s,
                                          u"--port"_s, u"2000"_s, u"--"_s, u"gh"_s, u"pr"_s, u"--json"_s, u"-x"_s, u"--"_s, u"run"_s});
    QVERIFY(line);
    QCOMPARE(line->command, CommandLine::Command::Run);
    QCOMPARE(line->keyId, u"Kq7ZrT2k"_s);
    QCOMPARE(line->variables, QStringList({u"A=clavitor://a/b"_s, u"B=clavitor://c/d"_s}));
    QCOMPARE(line->reason, u"to list"_s);
    QCOMPARE(line->port, 2000);
    QVERIFY(!line->json);
    QCOMPARE(line->program, QStringList({u"gh"_s, u"pr"_s, u"--json"_s, u"-x"_s, u"--"_s, u"run"_s}));
}

void tst_CommandLine::refusesWhatDoesNotGoTogether_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no such command") << QStringList{u"doktor"_s};
    QTest::newRow("headers without a key") << QStringList{u"headers"_s};
    QTest::newRow("keep with a token as an argument") << QStringList{u"keep"_s, u"clavitor_x"_s};
    QTest::newRow("keep, minimised") << QStringList{u"keep"_s, u"--minimised"_s};
    QTest::newRow("headers of a name") << QStringList{u"headers"_s, u"codex-agent"_s};
    QTest::newRow("headers of two keys") << QStringList{u"headers"_s, u"Kq7ZrT2k"_s, u"Kq7ZrT2k"_s};
    QTest::newRow("doctor of something") << QStringList{u"doctor"_s, u"codex"_s};
    QTest::newRow("JSON without the doctor") << QStringList{u"--json"_s};
    QTest::newRow("JSON of headers") << QStringList{u"headers"_s, u"Kq7ZrT2k"_s, u"--json"_s};
    QTest::newRow("run without the two dashes") << QStringList{u"run"_s, u"gh"_s};
    QTest::newRow("run by the name of a key") << QStringList{u"run"_s, u"--key"_s, u"codex-agent"_s, u"--"_s, u"gh"_s};
    QTest::newRow("run, minimised") << QStringList{u"run"_s, u"--minimised"_s};
    QTest::newRow("run for a reason nobody reads") << QStringList{u"run"_s, u"--reason"_s, QString(301, u'x')};
    QTest::newRow("variables for the doctor") << QStringList{u"doctor"_s, u"--env"_s, u"A=b"_s};
    QTest::newRow("a key for keep") << QStringList{u"keep"_s, u"--key"_s, u"Kq7ZrT2k"_s};
    QTest::newRow("show without headers") << QStringList{u"doctor"_s, u"--show"_s};
    QTest::newRow("doctor in the tray") << QStringList{u"doctor"_s, u"--minimised"_s};
    QTest::newRow("doctor of the demonstration") << QStringList{u"doctor"_s, u"--demo"_s};
    QTest::newRow("port out of range") << QStringList{u"--port"_s, u"70000"_s};
}

void tst_CommandLine::refusesWhatDoesNotGoTogether()
{
    QFETCH(QStringList, arguments);
    const auto line = CommandLine::parse(arguments);
    QVERIFY(!line);
    QVERIFY(line.error().detail.endsWith(u'.'));
}

void tst_CommandLine::helpNamesEveryCommandAndExitCode()
{
    const QString help = CommandLine::help();
    for (const QString &words : {u"doctor"_s, u"headers KEY"_s, u"keep "_s, u"run -- PROGRAM"_s, u"--env"_s, u"125"_s, u"--json"_s, u"--show"_s, u"Exit code 0"_s, u"--demo"_s})
        QVERIFY2(help.contains(words), qPrintable(words));
}

QTEST_GUILESS_MAIN(tst_CommandLine)
#include "tst_CommandLine.moc"
