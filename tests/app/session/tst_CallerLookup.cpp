// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/CallerLookup.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <linux/sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

std::uint64_t inodeOf(int descriptor)
{
    struct stat status {};
    return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

/// A child that does nothing, with that number; 0: the system chooses one, or lets this test not do so.
pid_t idleChild(pid_t number = 0)
{
    clone_args arguments{};
    arguments.exit_signal = SIGCHLD;
    arguments.set_tid = number != 0 ? reinterpret_cast<std::uintptr_t>(&number) : 0;
    arguments.set_tid_size = number != 0 ? 1 : 0;
    const auto pid = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
    if (pid == 0)
        for (;;)
            pause();
    return std::max(pid, 0);
}

void end(pid_t pid)
{
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

} // namespace

/// The card of a real child process that holds a real socket.
class tst_CallerLookup : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_ends[2] = {-1, -1};

    /// A shell in `m_folder` whose child holds the second end; it ends when its standard input does.
    std::unique_ptr<QProcess> holder()
    {
        auto process = std::make_unique<QProcess>();
        process->setWorkingDirectory(m_folder.path());
        process->setChildProcessModifier([end = m_ends[1]] { dup2(end, 9); });
        process->start(u"/bin/sh"_s, {u"-c"_s, u"cat; :"_s});
        if (!process->waitForStarted())
            qFatal("no shell");
        return process;
    }

private slots:
    void init()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, m_ends) == 0);
    }
    void cleanup()
    {
        for (int &end : m_ends)
            if (end >= 0)
                ::close(std::exchange(end, -1));
    }

    void namesProgramFolderAndParents()
    {
        const auto process = holder();
        const link::Peer peer{1, false, inodeOf(m_ends[1])};
        ::close(std::exchange(m_ends[1], -1));
        const CallerLookup lookup = systemCallerLookup();
        CallerCard card;
        QTRY_VERIFY((card = lookup(peer)).isKnown());
        // Both the shell and its child hold it; either is an honest answer.
        QVERIFY2(card.caller.program.endsWith("/cat"_L1) || card.caller.program.endsWith("/dash"_L1) || card.caller.program.endsWith("sh"_L1),
                 qPrintable(card.caller.program));
        QCOMPARE(card.caller.folder, QFileInfo(m_folder.path()).canonicalFilePath());
        QVERIFY(card.caller.parents.contains(u"tst_CallerLooku"_s));
        QVERIFY(card.programs.contains(QFileInfo(QCoreApplication::applicationFilePath()).canonicalFilePath()));
        QCOMPARE(card.programs.first(), card.caller.program);
        QVERIFY(!card.isOwnProgram);
        QCOMPARE(lookup(peer), card);
        process->closeWriteChannel();
        QVERIFY(process->waitForFinished());
        // The socket is gone with its holder, and so is what was remembered of it.
        QVERIFY(!lookup(peer).isKnown());
    }

    /// The real one stands beside the vault's program; here a program of that name beside this one.
    void namesTheClientThatStartedOurCarrier()
    {
        const QString carrier = QFileInfo(QCoreApplication::applicationFilePath()).canonicalPath() + u"/clavitor-mcp"_s;
        QFile::remove(carrier);
        QVERIFY(QFile::copy(QFileInfo(u"/bin/cat"_s).canonicalFilePath(), carrier));
        QProcess client;
        client.setWorkingDirectory(m_folder.path());
        // The shell itself closes the socket again, so that only what it starts holds it.
        client.setChildProcessModifier([end = m_ends[1]] { dup2(end, 9); });
        client.start(u"/bin/sh"_s, {u"-c"_s, u"exec 8<&0; "_s + carrier + u" <&8 & exec 8<&- 9>&-; wait"_s});
        QVERIFY(client.waitForStarted());
        const link::Peer peer{1, false, inodeOf(m_ends[1])};
        ::close(std::exchange(m_ends[1], -1));
        CallerCard card;
        // A new one each time: what was found once is remembered.
        QTRY_VERIFY(!(card = systemCallerLookup()(peer)).programs.isEmpty() && card.caller.pid != client.processId());
        QCOMPARE(card.caller.program, QFileInfo(u"/bin/sh"_s).canonicalFilePath());
        QCOMPARE(card.programs.first(), card.caller.program);
        QVERIFY(!card.programs.contains(carrier));
        QCOMPARE(card.caller.folder, QFileInfo(m_folder.path()).canonicalFilePath());
        client.closeWriteChannel();
        QVERIFY(client.waitForFinished());
        QFile::remove(carrier);
    }

    void aNumberThatIsGivenAnewIsAnotherProcess()
    {
        const pid_t first = idleChild();
        QVERIFY(first != 0);
        const link::Peer peer{1, false, inodeOf(m_ends[1])};
        const CallerLookup lookup = systemCallerLookup();
        QCOMPARE(lookup(peer).caller.pid, first);
        const pid_t second = idleChild();
        end(first);
        // Its connection lives on with another, and its number with one that has nothing to do with it.
        const int kept = std::exchange(m_ends[1], -1);
        ::close(kept);
        const pid_t anew = idleChild(first);
        if (anew == 0) {
            end(second);
            QSKIP("only root chooses a process's number");
        }
        QCOMPARE(anew, first);
        const CallerCard card = lookup(peer);
        end(anew);
        end(second);
        QCOMPARE(card.caller.pid, second);
    }

    void namesTheSameProcessBehindEachOfItsConnections()
    {
        const CallerLookup lookup = systemCallerLookup();
        const auto process = [&lookup](int descriptor) { return lookup({1, false, inodeOf(descriptor)}).process; };
        const std::uint64_t own = process(m_ends[0]);
        QVERIFY(own != 0);
        QCOMPARE(process(m_ends[1]), own);
        int others[2];
        QVERIFY(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, others) == 0);
        const link::Peer peer{1, false, inodeOf(others[1])};
        const pid_t child = idleChild();
        ::close(others[1]);
        const std::uint64_t other = lookup(peer).process;
        end(child);
        ::close(others[0]);
        QVERIFY(other != 0);
        QVERIFY(other != own);
        QCOMPARE(lookup(peer).process, std::uint64_t(0));
    }

    void whatNobodyHoldsIsUnknown()
    {
        const CallerLookup lookup = systemCallerLookup();
        QCOMPARE(lookup({1, false, 0}), CallerCard{});
        QCOMPARE(lookup({1, false, 0xffff'ffff'fff0}), CallerCard{});
    }

    void whatThisProgramAsksItselfIsItsOwn()
    {
        const CallerLookup lookup = systemCallerLookup();
        const link::Peer peer{1, false, inodeOf(m_ends[0])};
        const CallerCard card = lookup(peer);
        QVERIFY(card.isOwnProgram);
        QCOMPARE(card.caller.pid, QCoreApplication::applicationPid());
        QCOMPARE(card.programs.first(), QFileInfo(QCoreApplication::applicationFilePath()).canonicalFilePath());
        // It lives on without the socket, so nothing is remembered of it.
        ::close(std::exchange(m_ends[0], -1));
        QVERIFY(!lookup(peer).isKnown());
    }

    void anotherProcessOfThisProgramIsItsOwnAndACopyIsNot()
    {
        const QString copy = m_folder.filePath(u"copy"_s);
        QVERIFY(QFile::copy(QCoreApplication::applicationFilePath(), copy));
        const QString own = QCoreApplication::applicationFilePath();
        // What it was handed as its output may be the connection of whoever started it.
        for (const auto &[program, descriptor] : {std::pair(own, 9), std::pair(copy, 9), std::pair(own, STDOUT_FILENO), std::pair(own, STDIN_FILENO)}) {
            cleanup();
            init();
            QProcess process;
            process.setChildProcessModifier([end = m_ends[1], at = descriptor] { dup2(end, at); });
            process.start(program, {u"hold"_s});
            QVERIFY(process.waitForStarted());
            const link::Peer peer{1, false, inodeOf(m_ends[1])};
            ::close(std::exchange(m_ends[1], -1));
            const CallerLookup lookup = systemCallerLookup();
            CallerCard card;
            QTRY_VERIFY((card = lookup(peer)).isKnown());
            QCOMPARE(card.caller.pid, process.processId());
            QCOMPARE(bool(card.isOwnProgram), program != copy && descriptor > STDERR_FILENO);
            process.closeWriteChannel();
            process.kill(); // its input may be the connection
            QVERIFY(process.waitForFinished());
        }
    }

    void aProgramWithAnOddNameIsNamedAsItIs()
    {
        const QString odd = m_folder.filePath(u"codex) S 1 (x"_s);
        QVERIFY(QFile::copy(u"/bin/cat"_s, odd));
        QFile::setPermissions(odd, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QProcess process;
        process.setChildProcessModifier([end = m_ends[1]] { dup2(end, 9); });
        process.start(odd, QStringList());
        QVERIFY(process.waitForStarted());
        const link::Peer peer{1, false, inodeOf(m_ends[1])};
        ::close(std::exchange(m_ends[1], -1));
        const CallerLookup lookup = systemCallerLookup();
        CallerCard card;
        QTRY_VERIFY((card = lookup(peer)).isKnown());
        QTRY_COMPARE(lookup(peer).caller.program, QFileInfo(odd).canonicalFilePath());
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished());
    }
};

int main(int argc, char **argv)
{
    // A child of the test that holds what it was given until its standard input ends.
    if (argc == 2 && QByteArrayView(argv[1]) == "hold") {
        char byte = 0;
        while (::read(STDIN_FILENO, &byte, 1) > 0) { }
        return 0;
    }
    QCoreApplication application(argc, argv);
    tst_CallerLookup test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_CallerLookup.moc"
