// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/ProcessHardening.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace clavitor::link;
using namespace Qt::StringLiterals;

namespace {

struct Probe {
    int exitCode = -1;
    qint64 pid = 0;
    QJsonObject facts;
    QByteArray errors;
};

Probe runProbe(const QStringList &arguments, const QList<std::pair<QString, QString>> &variables = {},
               std::function<void()> inChild = {}, const QString &program = QStringLiteral(CLAVITOR_PROBE))
{
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    // What the sanitizers of this test program need is not the probe's.
    for (const auto &name : {u"ASAN_OPTIONS"_s, u"UBSAN_OPTIONS"_s, u"LD_PRELOAD"_s, u"GLIBC_TUNABLES"_s})
        environment.remove(name);
    for (const auto &[name, value] : variables)
        environment.insert(name, value);
    process.setProcessEnvironment(environment);
    if (inChild)
        process.setChildProcessModifier(std::move(inChild));
    process.start(program, arguments);
    Probe probe;
    if (!process.waitForStarted())
        return probe;
    probe.pid = process.processId();
    process.waitForFinished();
    probe.exitCode = process.exitCode();
    probe.facts = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    probe.errors = process.readAllStandardError();
    return probe;
}

QStringList environmentOf(const Probe &probe)
{
    return probe.facts[u"environment"_s].toVariant().toStringList();
}

} // namespace

class tst_ProcessHardening : public QObject {
    Q_OBJECT
private slots:
    void knowsHostileVariables_data();
    void knowsHostileVariables();
    void cannotBeReadOrDumped();
    void showsItselfWhenAskedAndLeavesNoCore();
    void isKeptFromItsUserFromTheFirstMomentWhereItsFileIs();
    void leavesNothingInFreedMemory();
    void leavesNothingInFreedMemoryWhateverTheTunables_data();
    void leavesNothingInFreedMemoryWhateverTheTunables();
    void warnsWhenFreedMemoryStays();
    void givesTheTunablesBackAsTheyWere_data();
    void givesTheTunablesBackAsTheyWere();
    void startsWithoutHostileVariables();
    void keepsArgumentsNameAndProcess();
    void keepsWhatItOpensOutOfClosedStreams();
    void keepsTheTunablesOfThePerson();
    void startsOnlyOnceMore();
    void warnsWhenMemoryCannotBeLocked();
    void refusesToRunSetUid();
};

void tst_ProcessHardening::knowsHostileVariables_data()
{
    QTest::addColumn<QByteArray>("assignment");
    QTest::addColumn<bool>("isHostile");
    for (const char *hostile :
         {"LD_PRELOAD=/tmp/x.so", "LD_LIBRARY_PATH=/tmp", "LD_AUDIT=/tmp/x.so", "QT_PLUGIN_PATH=/tmp",
          "QT_QPA_PLATFORM_PLUGIN_PATH=/tmp", "QT_LOGGING_RULES=qt.httpserver*=true", "QT_LOGGING_CONF=/tmp/rules",
          "QTKEYCHAIN_BACKEND=plaintext", "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/tmp/bus", "OPENSSL_CONF=/tmp/x.cnf",
          "GIO_EXTRA_MODULES=/tmp", "GTK_MODULES=x", "MALLOC_PERTURB_=0", "SECRET_BACKEND=file", "LD_PRELOAD",
          "QT_QPA_PLATFORM=vnc:port=5900", "QT_QPA_PLATFORM=linuxfb", "QT_QPA_PLATFORM=xcb;vnc", "QT_QPA_PLATFORM="})
        QTest::addRow("%s", hostile) << QByteArray(hostile) << true;
    for (const char *harmless :
         {"HOME=/root", "PATH=/usr/bin", "DISPLAY=:0", "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/0/bus",
          "XDG_DATA_HOME=/tmp", "QT_QPA_PLATFORM=offscreen", "QT_QPA_PLATFORM=xcb", "QT_QPA_PLATFORM=wayland;xcb",
          "QT_QPA_PLATFORM=xcb:arguments", "QT_SCALE_FACTOR=2", "LANG=de_DE.UTF-8", "MY_LD_PRELOAD=1",
          "QT_PLUGIN_PATHS=/tmp", "TMPDIR=/tmp"})
        QTest::addRow("%s", harmless) << QByteArray(harmless) << false;
}

void tst_ProcessHardening::knowsHostileVariables()
{
    QFETCH(QByteArray, assignment);
    QFETCH(bool, isHostile);
    QCOMPARE(isHostileVariable(assignment), isHostile);
}

void tst_ProcessHardening::cannotBeReadOrDumped()
{
    const Probe open = runProbe({u"plain"_s});
    QCOMPARE(open.facts[u"dumpable"_s].toInt(-1), 1);
    const Probe hardened = runProbe({u"harden"_s});
    QCOMPARE(hardened.exitCode, 0);
    QCOMPARE(hardened.facts[u"dumpable"_s].toInt(-1), 0);
    QCOMPARE(hardened.facts[u"coreLimit"_s].toInt(-1), 0);
    QCOMPARE(hardened.facts[u"coreMaximum"_s].toInt(-1), 0);
}

void tst_ProcessHardening::showsItselfWhenAskedAndLeavesNoCore()
{
    const Probe shown = runProbe({u"harden"_s, u"show"_s});
    QCOMPARE(shown.facts[u"dumpable"_s].toInt(-1), 1);
    QCOMPARE(shown.facts[u"coreMaximum"_s].toInt(-1), 0);
}

void tst_ProcessHardening::isKeptFromItsUserFromTheFirstMomentWhereItsFileIs()
{
#ifndef Q_OS_LINUX
    QSKIP("Linux only");
#endif
    if (::getuid() != 0)
        QSKIP("needs root to install a program for another user");
    // As an installation has it: root's, which its user may start and, in one of both, not read.
    QTemporaryDir folder;
    QCOMPARE(::chmod(QFile::encodeName(folder.path()).constData(), 0755), 0);
    const auto copyOf = [&folder](const QString &program, const QString &name, mode_t mode) {
        const QString copy = folder.filePath(name);
        return QFile::copy(program, copy) && ::chmod(QFile::encodeName(copy).constData(), mode) == 0 ? copy : QString();
    };
    const QString grabber = copyOf(QStringLiteral(CLAVITOR_GRABBER), u"grabber"_s, 0755);
    const QString readable = copyOf(QStringLiteral(CLAVITOR_PROBE), u"readable"_s, 0755);
    const QString installed = copyOf(QStringLiteral(CLAVITOR_PROBE), u"installed"_s, 0711);
    // As clavitor doctor advises of one's own copy.
    const QString own = copyOf(QStringLiteral(CLAVITOR_PROBE), u"own"_s, 0111);
    QCOMPARE(::chown(QFile::encodeName(own).constData(), 65534, 65534), 0);
    QVERIFY(!grabber.isEmpty() && !readable.isEmpty() && !installed.isEmpty());
    // How often the memory of the program at work was held by the descriptors of one start.
    const auto grab = [&grabber](const QString &program) {
        QProcess process;
        process.setChildProcessModifier([] {
            if (::setresgid(65534, 65534, 65534) != 0 || ::setresuid(65534, 65534, 65534) != 0)
                ::_exit(9);
        });
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const auto &name : {u"ASAN_OPTIONS"_s, u"UBSAN_OPTIONS"_s, u"LD_PRELOAD"_s, u"GLIBC_TUNABLES"_s})
            environment.remove(name);
        process.setProcessEnvironment(environment);
        process.start(grabber, {program, u"harden"_s, u"stay"_s});
        return process.waitForFinished() && process.exitCode() == 0 ? process.readAllStandardOutput().trimmed().toInt() : -1;
    };
    int held = 0;
    int starts = 0;
    for (; held == 0 && starts < 50; ++starts) {
        held = grab(readable);
        QVERIFY(held >= 0);
    }
    QVERIFY2(held > 0, "the grabber gets nothing of a program it could read, so that nothing of another one proves nothing");
    for (int i = 0; i < std::max(20, 3 * starts); ++i)
        for (const QString &closed : {installed, own})
            QCOMPARE(grab(closed), 0);
}

void tst_ProcessHardening::leavesNothingInFreedMemory()
{
#ifndef __GLIBC__
    QSKIP("glibc only");
#endif
    QVERIFY2(runProbe({u"plain"_s}).facts[u"marksLeft"_s].toInt(-1) > 0, "the probe cannot see what it looks for");
    QCOMPARE(runProbe({u"harden"_s}).facts[u"marksLeft"_s].toInt(-1), 0);
}

void tst_ProcessHardening::leavesNothingInFreedMemoryWhateverTheTunables_data()
{
    QTest::addColumn<QString>("tunables");
    for (const char *tunables : {"xglibc.malloc.tcache_count=0", "glibc.malloc.tcache_count=0:glibc.malloc.tcache_count=7", "glibc.malloc.tcache_count=7",
                                 "glibc.malloc.tcache_count=00", "glibc.malloc.arena_max=2:xglibc.malloc.tcache_count=0", "=glibc.malloc.tcache_count=0", ":"})
        QTest::addRow("%s", tunables) << QString::fromLatin1(tunables);
}

void tst_ProcessHardening::leavesNothingInFreedMemoryWhateverTheTunables()
{
#ifndef __GLIBC__
    QSKIP("glibc only");
#endif
    QFETCH(QString, tunables);
    const Probe probe = runProbe({u"harden"_s}, {{u"GLIBC_TUNABLES"_s, tunables}});
    QCOMPARE(probe.exitCode, 0);
    // What a newer glibc makes of a line that is none is its own; then it must be said.
    if (probe.facts[u"warnings"_s].toArray().isEmpty())
        QCOMPARE(probe.facts[u"marksLeft"_s].toInt(-1), 0);
    else
        QVERIFY(probe.facts[u"marksLeft"_s].toInt(-1) > 0);
}

void tst_ProcessHardening::warnsWhenFreedMemoryStays()
{
#ifndef __GLIBC__
    QSKIP("glibc only");
#endif
    const Probe probe = runProbe({u"harden"_s}, {}, {}, QStringLiteral(CLAVITOR_UNWIPED_PROBE));
    QCOMPARE(probe.exitCode, 0);
    QVERIFY(probe.facts[u"marksLeft"_s].toInt(-1) > 0);
    const QJsonArray warnings = probe.facts[u"warnings"_s].toArray();
    QCOMPARE(warnings.size(), 1);
    QVERIFY2(warnings.first().toString().startsWith(u"Freed memory is not overwritten"_s), qPrintable(warnings.first().toString()));
}

void tst_ProcessHardening::givesTheTunablesBackAsTheyWere_data()
{
    QTest::addColumn<QByteArray>("inside");
    QTest::addColumn<QByteArray>("given");
    QTest::newRow("ours alone") << "GLIBC_TUNABLES=glibc.malloc.tcache_count=0"_ba << ""_ba;
    QTest::newRow("behind the person's") << "GLIBC_TUNABLES=glibc.malloc.arena_max=2:glibc.malloc.tcache_count=0"_ba << "GLIBC_TUNABLES=glibc.malloc.arena_max=2"_ba;
    QTest::newRow("the person's, much like ours") << "GLIBC_TUNABLES=xglibc.malloc.tcache_count=0"_ba << "GLIBC_TUNABLES=xglibc.malloc.tcache_count=0"_ba;
    QTest::newRow("the person's before ours") << "GLIBC_TUNABLES=xglibc.malloc.tcache_count=0:glibc.malloc.tcache_count=0"_ba << "GLIBC_TUNABLES=xglibc.malloc.tcache_count=0"_ba;
    QTest::newRow("another variable") << "TUNABLES=glibc.malloc.tcache_count=0"_ba << "TUNABLES=glibc.malloc.tcache_count=0"_ba;
}

void tst_ProcessHardening::givesTheTunablesBackAsTheyWere()
{
    QFETCH(QByteArray, inside);
    QFETCH(QByteArray, given);
    QCOMPARE(withoutHardening(inside), given);
}

void tst_ProcessHardening::startsWithoutHostileVariables()
{
    const Probe probe = runProbe({u"harden"_s}, {{u"LD_LIBRARY_PATH"_s, u"/nonexistent"_s},
                                                 {u"LD_PRELOAD"_s, u"/nonexistent/spy.so"_s},
                                                 {u"QT_LOGGING_RULES"_s, u"qt.httpserver*=true"_s},
                                                 {u"QT_PLUGIN_PATH"_s, u"/nonexistent"_s},
                                                 {u"DBUS_SYSTEM_BUS_ADDRESS"_s, u"unix:path=/nonexistent"_s},
                                                 {u"QT_QPA_PLATFORM"_s, u"vnc"_s},
                                                 {u"CLAVITOR_PROBE_STAYS"_s, u"yes"_s}});
    QCOMPARE(probe.exitCode, 0);
    const QStringList environment = environmentOf(probe);
    QVERIFY(environment.contains(u"CLAVITOR_PROBE_STAYS=yes"_s));
    for (const QString &assignment : environment)
        QVERIFY2(!isHostileVariable(assignment.toLocal8Bit()), qPrintable(assignment));
    // The loader complains once, before main(); the clean second start does not.
    QCOMPARE(probe.errors.count("spy.so"), 1);
}

void tst_ProcessHardening::keepsArgumentsNameAndProcess()
{
    const Probe probe = runProbe({u"harden"_s, u"--vault"_s, u"a folder/with \"quotes\""_s, QString()});
    QCOMPARE(probe.facts[u"arguments"_s].toVariant().toStringList(),
             QStringList({u"harden"_s, u"--vault"_s, u"a folder/with \"quotes\""_s, QString()}));
    QCOMPARE(probe.facts[u"name"_s].toString(), QFileInfo(QStringLiteral(CLAVITOR_PROBE)).fileName().left(15));
    QCOMPARE(static_cast<qint64>(probe.facts[u"pid"_s].toDouble()), probe.pid);
}

void tst_ProcessHardening::keepsWhatItOpensOutOfClosedStreams()
{
#ifdef Q_OS_LINUX
    // The next file would get the number of the closed one, and every line of the log with it.
    const auto closed = [] {
        ::close(STDIN_FILENO);
        ::close(STDERR_FILENO);
    };
    const auto streams = [&closed](const QStringList &arguments) { return runProbe(arguments, {}, closed).facts[u"streams"_s].toVariant().toStringList(); };
    const QStringList before = streams({});
    QCOMPARE(before.size(), 3);
    QVERIFY(before.at(0).isEmpty() && before.at(1).startsWith(u"pipe:"_s) && before.at(2).isEmpty());
    const QStringList after = streams({u"harden"_s});
    QCOMPARE(after.size(), 3);
    // Reading from it and writing to it fail as they did.
    QCOMPARE(after.at(0), u"/dev/null w"_s);
    QVERIFY(after.at(1).startsWith(u"pipe:"_s));
    QCOMPARE(after.at(2), u"/dev/null r"_s);
#else
    QSKIP("looked at with Linux's means");
#endif
}

void tst_ProcessHardening::keepsTheTunablesOfThePerson()
{
    const Probe probe = runProbe({u"harden"_s}, {{u"GLIBC_TUNABLES"_s, u"glibc.malloc.arena_max=2"_s}});
    QVERIFY(environmentOf(probe).contains(
        u"GLIBC_TUNABLES=glibc.malloc.arena_max=2:glibc.malloc.tcache_count=0"_s));
}

void tst_ProcessHardening::startsOnlyOnceMore()
{
    const Probe probe = runProbe({u"harden"_s}, {{u"GLIBC_TUNABLES"_s, u"glibc.malloc.tcache_count=0"_s}});
    QVERIFY(environmentOf(probe).contains(u"GLIBC_TUNABLES=glibc.malloc.tcache_count=0"_s));
    QCOMPARE(probe.facts[u"marksLeft"_s].toInt(-1), 0);
}

void tst_ProcessHardening::warnsWhenMemoryCannotBeLocked()
{
    QCOMPARE(runProbe({u"harden"_s}).facts[u"warnings"_s].toArray().size(), 0);
    const Probe probe = runProbe({u"harden"_s}, {}, [] {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_MEMLOCK, &none);
        // Root is above the limit; anybody else is not.
        if (::getuid() == 0 && ::setresuid(65534, 65534, 65534) != 0)
            ::_exit(9);
    });
    QCOMPARE(probe.exitCode, 0);
    const QJsonArray warnings = probe.facts[u"warnings"_s].toArray();
    QCOMPARE(warnings.size(), 1);
    QVERIFY(warnings.first().toString().contains(u"cannot be locked"_s));
}

void tst_ProcessHardening::refusesToRunSetUid()
{
    if (::getuid() != 0)
        QSKIP("needs root to make a set-uid copy");
    QTemporaryDir folder;
    const QString copy = folder.filePath(u"setuid-probe"_s);
    QVERIFY(QFile::copy(QStringLiteral(CLAVITOR_PROBE), copy));
    QCOMPARE(::chmod(QFile::encodeName(folder.path()).constData(), 0755), 0);
    QCOMPARE(::chown(QFile::encodeName(copy).constData(), 65534, 65534), 0);
    QCOMPARE(::chmod(QFile::encodeName(copy).constData(), 04755), 0);
    const Probe probe = runProbe({u"harden"_s}, {}, {}, copy);
    QCOMPARE(probe.exitCode, 3);
    QVERIFY(probe.facts[u"refusal"_s].toString().contains(u"set-uid"_s));
}

QTEST_GUILESS_MAIN(tst_ProcessHardening)
#include "tst_ProcessHardening.moc"
