// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/InjectedCalls.h"
#include "tests/support/RawClient.h"
#include "tests/support/RunningBridge.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>

using namespace Qt::StringLiterals;
using clavitor::tests::InjectedCalls;
using clavitor::tests::RawClient;
using clavitor::tests::RunningBridge;
using clavitor::tests::ScriptedKeeper;

class tst_Sandbox : public QObject
{
    Q_OBJECT
private slots:
    void refusesWhatABridgeNeverDoes();
    void closesTheFileSystemWhateverElseFails();
    void bindsAndConnectsToNothingByLandlockAlone();
    void limitsTheMemory();
    void goesOnServing();
    void isAroundTheBuiltBridge();
    void holdsTheBuiltBridgeFromWithin();
};

namespace {

QJsonObject probe(const QString &how)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QStringLiteral(CLAVITOR_SANDBOX_PROBE), {how});
    if (!process.waitForFinished(60000) || process.exitCode() != 0)
        return {};
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
}

/// A line of /proc/PID/status.
QByteArray statusOf(qint64 pid, const QByteArray &name)
{
    QFile file(u"/proc/%1/status"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    for (const QByteArray &line : file.readAll().split('\n'))
        if (line.startsWith(QByteArray(name + ':')))
            return line.mid(name.size() + 1).trimmed();
    return {};
}

/// What some systems refuse to everybody.
QStringList refusedAnyway()
{
    QStringList names{u"namespace"_s, u"trace"_s, u"look into memory"_s};
    QFile fastOpen(u"/proc/sys/net/ipv4/tcp_fastopen"_s);
    if (!fastOpen.open(QIODevice::ReadOnly) || (fastOpen.readAll().trimmed().toInt() & 1) == 0)
        names += {u"connect by sending"_s, u"connect a listener by sending"_s, u"connect by a message"_s, u"connect by messages"_s, u"connect by the next sending"_s};
    return names;
}

} // namespace

void tst_Sandbox::refusesWhatABridgeNeverDoes()
{
    const QJsonObject free = probe(u"free"_s).value("tried"_L1).toObject();
    const QJsonObject caged = probe(u"caged"_s);
    QVERIFY(!free.isEmpty() && !caged.isEmpty());
    QVERIFY(caged.value("noNewPrivileges"_L1).toBool());
    if (!caged.value("calls"_L1).toBool())
        QSKIP("this kernel filters no system calls");
    const QJsonObject tried = caged.value("tried"_L1).toObject();
    QVERIFY(tried.size() >= 30);
    for (auto attempt = tried.begin(); attempt != tried.end(); ++attempt) {
        // The filter comes before everything else; EACCES would be Landlock's, and the filter let it through.
        QVERIFY2(attempt.value().toInt() == EPERM, qPrintable(attempt.key() + u": "_s + QString::number(attempt.value().toInt())));
        // Outside it works, or the refusal would prove nothing.
        if (!refusedAnyway().contains(attempt.key()))
            QVERIFY2(free.value(attempt.key()).toInt(-1) == 0, qPrintable(attempt.key()));
    }
}

void tst_Sandbox::closesTheFileSystemWhateverElseFails()
{
    const QJsonObject free = probe(u"free"_s);
    QVERIFY(!free.isEmpty());
    const bool hasLandlock = free.value("landlock"_L1).toInt() >= 1;
    const QJsonObject caged = probe(u"caged"_s);
    QCOMPARE(caged.value("fileSystem"_L1).toBool(), hasLandlock);
    QCOMPARE(caged.value("warnings"_L1).toArray().isEmpty(), hasLandlock && caged.value("calls"_L1).toBool());
    const QJsonObject alone = probe(u"landlock"_s);
    QCOMPARE(alone.value("fileSystem"_L1).toBool(), hasLandlock);
    if (!hasLandlock)
        QSKIP("this kernel has no Landlock");
    QVERIFY(alone.value("warnings"_L1).toArray().isEmpty());
    const QJsonObject tried = alone.value("tried"_L1).toObject();
    for (const QString &attempt : {u"open"_s, u"open by hand"_s, u"create"_s, u"unlink"_s, u"rename"_s, u"mkdir"_s, u"become"_s, u"become what a descriptor is"_s}) {
        QVERIFY2(tried.value(attempt).toInt(-1) == EACCES, qPrintable(attempt));
        QVERIFY2(free.value("tried"_L1).toObject().value(attempt).toInt(-1) == 0, qPrintable(attempt));
    }
    // That no filter of system calls stood before it.
    QCOMPARE(tried.value("socket"_L1).toInt(-1), 0);
    QCOMPARE(tried.value("stat"_L1).toInt(-1), 0);
}

void tst_Sandbox::bindsAndConnectsToNothingByLandlockAlone()
{
    const QJsonObject alone = probe(u"landlock"_s);
    QVERIFY(!alone.isEmpty());
    if (alone.value("landlock"_L1).toInt() < 4)
        QSKIP("this kernel's Landlock knows no network");
    for (const QString &attempt : {u"connect"_s, u"bind"_s})
        QVERIFY2(alone.value("tried"_L1).toObject().value(attempt).toInt(-1) == EACCES, qPrintable(attempt));
    QVERIFY(alone.value("serves"_L1).toBool());
}

void tst_Sandbox::limitsTheMemory()
{
    constexpr double most = 512.0 * 1024 * 1024;
    const QJsonObject caged = probe(u"caged"_s);
    QCOMPARE(caged.value("memory"_L1).toDouble(), most);
    QCOMPARE(caged.value("mostMemory"_L1).toDouble(), most);
    QCOMPARE(caged.value("much"_L1).toInt(-1), ENOMEM);
    QCOMPARE(probe(u"free"_s).value("much"_L1).toInt(-1), 0);
}

void tst_Sandbox::goesOnServing()
{
    QVERIFY(probe(u"caged"_s).value("serves"_L1).toBool());
}

void tst_Sandbox::isAroundTheBuiltBridge()
{
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    const qint64 pid = bridge.process().processId();
    QCOMPARE(statusOf(pid, "NoNewPrivs"), "1"_ba);
#if !defined(__SANITIZE_THREAD__)
    // Landlock counts for the thread that entered it and for those it started since.
    QCOMPARE(QDir(u"/proc/%1/task"_s.arg(pid)).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 1);
#endif
    if (!QFile::exists(u"/proc/sys/kernel/seccomp/actions_avail"_s))
        QSKIP("this kernel filters no system calls");
    QCOMPARE(statusOf(pid, "Seccomp"), "2"_ba);
    for (int i = 0; i < 3; ++i) {
        RawClient client(port);
        QCOMPARE(client.send(RawClient::get(port, "/api/status"_ba, ScriptedKeeper::Token)).answer().status, 200);
    }
    bridge.keeper().leave();
    QVERIFY(bridge.process().waitForFinished(30000));
    QCOMPARE(bridge.process().exitStatus(), QProcess::NormalExit);
    QCOMPARE(bridge.process().exitCode(), 0);
}

void tst_Sandbox::holdsTheBuiltBridgeFromWithin()
{
    if (!InjectedCalls::IsKnownHere)
        QSKIP("no system call is put into another process on this architecture");
    if (::getuid() != 0)
        QSKIP("needs root to stop a program that nobody else may look into");
    RunningBridge bridge;
    const auto pid = static_cast<pid_t>(bridge.process().processId());
    // The same calls before the cage and in it: what fails there for the cage, or the refusal would prove nothing.
    using Answers = QMap<QString, long>;
    const auto attempt = [pid](InjectedCalls::Filter filter) {
        Answers answers;
        InjectedCalls calls(pid, filter);
        if (!calls.isHeld())
            return answers;
        const auto users = calls.put("/etc/passwd");
        const auto nowhere = calls.put("/nowhere/to/be/found");
        const auto room = calls.put(std::array<char, 512>{});
        const auto note = [&](const QString &name, std::optional<long> answer) { answers.insert(name, answer.value_or(1'000'000)); };
        const auto opened = calls.call(SYS_openat, AT_FDCWD, users, O_RDONLY);
        note(u"open"_s, std::min(opened.value_or(1'000'000), 0L));
        if (opened && *opened >= 0)
            static_cast<void>(calls.call(SYS_close, *opened));
        note(u"stat"_s, calls.call(SYS_newfstatat, AT_FDCWD, users, room, 0));
        note(u"stat as if of a descriptor"_s, calls.call(SYS_newfstatat, AT_FDCWD, users, room, AT_EMPTY_PATH));
        // What is not there can be tried without becoming it.
        note(u"become"_s, calls.call(SYS_execve, nowhere, 0, 0));
        note(u"rename"_s, calls.call(SYS_renameat2, AT_FDCWD, nowhere, AT_FDCWD, nowhere, 0));
        // On its end of the pipe, which says that it is connected.
        sockaddr_in somewhere{};
        somewhere.sin_family = AF_INET;
        somewhere.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        somewhere.sin_port = htons(9);
        const auto address = calls.put(somewhere);
        note(u"connect"_s, calls.call(SYS_connect, 3, address, sizeof somewhere));
        note(u"send to an address"_s, calls.call(SYS_sendto, 3, room, 0, MSG_NOSIGNAL | MSG_FASTOPEN, address, sizeof somewhere));
        const auto made = calls.call(SYS_socket, AF_INET, SOCK_STREAM, 0);
        note(u"socket"_s, std::min(made.value_or(1'000'000), 0L));
        if (made && *made >= 0) {
            note(u"connect anew"_s, calls.call(SYS_connect, *made, address, sizeof somewhere));
            static_cast<void>(calls.call(SYS_close, *made));
        }
        return answers;
    };
    const Answers before = attempt(InjectedCalls::Filter::Kept);
    for (const auto &[name, expected] : {std::pair{u"open"_s, 0L}, {u"stat"_s, 0L}, {u"stat as if of a descriptor"_s, 0L}, {u"become"_s, -long(ENOENT)},
                                         {u"rename"_s, -long(ENOENT)}, {u"socket"_s, 0L}, {u"connect anew"_s, -long(ECONNREFUSED)}})
        QVERIFY2(before.value(name, 1) == expected, qPrintable(name + u" before: "_s + QString::number(before.value(name, 1))));
    for (const QString &name : {u"connect"_s, u"send to an address"_s})
        QVERIFY2(before.value(name, 1) != 1 && before.value(name, 1) != -EPERM, qPrintable(name + u" before: "_s + QString::number(before.value(name, 1))));

    const std::uint16_t port = bridge.start();
    QVERIFY(port != 0);
    if (QFile::exists(u"/proc/sys/kernel/seccomp/actions_avail"_s)) {
        const Answers caged = attempt(InjectedCalls::Filter::Kept);
        QCOMPARE(caged.size(), before.size() - 1); // without a socket that could connect anew
        for (auto answer = caged.begin(); answer != caged.end(); ++answer)
            QVERIFY2(answer.value() == -EPERM, qPrintable(answer.key() + u" caged: "_s + QString::number(answer.value())));
    }
    // And with the filter out of the way, which the kernel lets root do: Landlock by itself.
    const int landlock = probe(u"free"_s).value("landlock"_L1).toInt();
    const Answers landlocked = attempt(InjectedCalls::Filter::Suspended);
    if (landlock >= 1 && !landlocked.isEmpty()) {
        QCOMPARE(landlocked.value(u"open"_s, 1), -long(EACCES));
        if (landlock >= 4)
            QCOMPARE(landlocked.value(u"connect anew"_s, 1), -long(EACCES));
        QCOMPARE(landlocked.value(u"stat"_s, 1), 0L); // so that it was not the filter
    }
    // None of it has done the bridge any harm.
    RawClient client(port);
    QCOMPARE(client.send(RawClient::get(port, "/api/status"_ba, ScriptedKeeper::Token)).answer().status, 200);
}

QTEST_GUILESS_MAIN(tst_Sandbox)
#include "tst_Sandbox.moc"
