// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/ChildProgram.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <csignal>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

/// What this program is when it is started with a script: the one in the middle, as `clavitor run` is.
int inTheMiddle(const char *script)
{
    std::vector<crypto::SecretText> values;
    values.push_back(crypto::SecretText::copyOf("hunter2-canary"));
    ChildProgram program{"/bin/sh", {"-c", script}, {}};
    for (const QByteArray &variable : environmentWithout({"GONE"}))
        program.environment.push_back(crypto::SecretText::copyOf(variable.toStdString()));
    program.environment.push_back(crypto::SecretText::copyOf("TOKEN=hunter2-canary"));
    OutputMask output(values);
    OutputMask errors(values);
    const auto ended = program.run(output, errors);
    return ended ? *ended : 200;
}

struct Ran {
    int code = -1;
    QByteArray output;
    QByteArray errors;
};

class Middle : public QProcess {
public:
    explicit Middle(const QString &script, const QStringList &environment = {})
    {
        QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
        for (const QString &variable : environment)
            own.insert(variable.section(u'=', 0, 0), variable.section(u'=', 1));
        setProcessEnvironment(own);
        start(QCoreApplication::applicationFilePath(), {u"--in-the-middle"_s, script});
    }
    Ran ran(int milliseconds = 20'000)
    {
        if (!waitForFinished(milliseconds))
            return {};
        return {exitStatus() == NormalExit ? exitCode() : -2, readAllStandardOutput(), readAllStandardError()};
    }
};

} // namespace

class tst_ChildProgram : public QObject {
    Q_OBJECT
private slots:
    void givesTheValueAndHidesWhatIsPrintedOfIt()
    {
        Middle middle(u"test \"$TOKEN\" = hunter2-canary && echo got \"$TOKEN\"; echo \"no $TOKEN\" >&2; exit 7"_s);
        const Ran ran = middle.ran();
        QCOMPARE(ran.code, 7);
        QCOMPARE(ran.output, "got [hidden by clavitor]\n"_ba);
        QCOMPARE(ran.errors, "no [hidden by clavitor]\n"_ba);
    }

    void hasTheInputAndTheVariablesOfWhoStartedIt()
    {
        Middle middle(u"read line; echo \"$line $KEPT ${GONE-none} ${GLIBC_TUNABLES-none}\""_s,
                      {u"KEPT=kept"_s, u"GONE=gone"_s, u"GLIBC_TUNABLES=glibc.malloc.tcache_count=0"_s});
        QVERIFY(middle.waitForStarted());
        middle.write("hello\n");
        middle.closeWriteChannel();
        QCOMPARE(middle.ran().output, "hello kept none none\n"_ba);
    }

    void endsAsItEnds_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<int>("code");
        QTest::newRow("well") << u"exit 0"_s << 0;
        QTest::newRow("with a code") << u"exit 125"_s << 125;
        QTest::newRow("killed") << u"kill -KILL $$"_s << 128 + SIGKILL;
        QTest::newRow("having closed its output") << u"exec >&- 2>&-; sleep 0.2; exit 3"_s << 3;
    }
    void endsAsItEnds()
    {
        QFETCH(QString, script);
        QFETCH(int, code);
        Middle middle(script);
        QCOMPARE(middle.ran().code, code);
    }

    void doesNotWaitForWhatItLeftRunning()
    {
        QElapsedTimer watch;
        watch.start();
        Middle middle(u"sleep 30 & echo done"_s);
        QCOMPARE(middle.ran().output, "done\n"_ba);
        QVERIFY(watch.elapsed() < 20'000);
    }

    void doesNotReadWhatItLeftRunningForEver()
    {
        Middle middle(u"yes & echo $!; exit 4"_s);
        const Ran ran = middle.ran();
        QCOMPARE(ran.code, 4);
        QVERIFY(!ran.output.isEmpty());
    }

    void seesTheEndAlsoWhereChildrenWereIgnored()
    {
        QProcess shell;
        shell.start(u"/bin/bash"_s, {u"-c"_s, u"trap '' CHLD; exec \"$0\" --in-the-middle 'exec >&- 2>&-; exit 5'"_s, QCoreApplication::applicationFilePath()});
        QVERIFY(shell.waitForFinished(20'000));
        QCOMPARE(shell.exitCode(), 5);
    }

    void leavesIgnoredWhatWasIgnored()
    {
        QProcess shell;
        shell.start(u"/bin/bash"_s, {u"-c"_s, u"trap '' HUP; exec \"$0\" --in-the-middle 'kill -HUP $$; echo still here'"_s, QCoreApplication::applicationFilePath()});
        QVERIFY(shell.waitForFinished(20'000));
        QCOMPARE(shell.readAllStandardOutput(), "still here\n"_ba);
    }

    void passesOnWhatWeAreSent_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("TERM") << SIGTERM;
        QTest::newRow("INT") << SIGINT;
        QTest::newRow("HUP") << SIGHUP;
    }
    void passesOnWhatWeAreSent()
    {
        QFETCH(int, signal);
        QTemporaryDir folder;
        Middle middle(u"trap 'echo caught; exit 9' TERM INT HUP; touch %1/ready; while :; do sleep 0.05; done"_s.arg(folder.path()));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(folder.filePath(u"ready"_s)), 10'000);
        ::kill(static_cast<pid_t>(middle.processId()), signal);
        const Ran ran = middle.ran();
        QCOMPARE(ran.code, 9);
        QCOMPARE(ran.output, "caught\n"_ba);
    }

    void carriesMuchOutputWhole()
    {
        Middle middle(u"i=0; while [ $i -lt 20000 ]; do echo \"line $i of $TOKEN and more\"; i=$((i+1)); done"_s);
        const QByteArray output = middle.ran(60'000).output;
        QCOMPARE(output.count('\n'), 20'000);
        QVERIFY(output.endsWith("line 19999 of [hidden by clavitor] and more\n"));
        QVERIFY(!output.contains("canary"));
    }

    void stopsWhenNobodyReadsItsOutput()
    {
        QProcess shell;
        shell.start(u"/bin/sh"_s, {u"-c"_s, u"\"$0\" --in-the-middle 'while :; do echo again; done' | head -n 1"_s, QCoreApplication::applicationFilePath()});
        QVERIFY(shell.waitForFinished(20'000));
        QCOMPARE(shell.readAllStandardOutput(), "again\n"_ba);
    }

    void saysThatThereIsNoSuchProgram()
    {
        OutputMask output({});
        OutputMask errors({});
        QCOMPARE((ChildProgram{"/no/such/program", {}, {}}).run(output, errors).error(), ENOENT);
        QCOMPARE((ChildProgram{"/etc/passwd", {}, {}}).run(output, errors).error(), EACCES);
    }
};

int main(int argc, char **argv)
{
    if (!crypto::initialise())
        return 1;
    if (argc == 3 && qstrcmp(argv[1], "--in-the-middle") == 0)
        return inTheMiddle(argv[2]);
    QCoreApplication application(argc, argv);
    tst_ChildProgram test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_ChildProgram.moc"
