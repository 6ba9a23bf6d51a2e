// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/SocketOwners.h"

#include "app/session/ProcessStat.h"

#include <QTest>

#include <csignal>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor;

namespace {

constexpr int kLowest = -1;

std::uint64_t numberOf(int descriptor)
{
    struct stat status {};
    return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

/// A child that makes a connection when it is told, in place of the one before.
class Program {
public:
    using Before = void (*)();
    explicit Program(int otherDescriptors = 0, Before before = nullptr)
    {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            qFatal("no socket");
        m_pid = fork();
        if (m_pid == 0) {
            ::close(ends[0]);
            for (int i = 0; i < otherDescriptors; ++i)
                (void)::open("/dev/null", O_RDONLY | O_CLOEXEC);
            if (before)
                before();
            serve(ends[1]);
        }
        ::close(ends[1]);
        m_end = ends[0];
    }
    ~Program()
    {
        ::kill(m_pid, SIGKILL);
        ::close(m_end);
        ::waitpid(m_pid, nullptr, 0);
    }
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;
    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// Its socket; 0 when it could not.
    [[nodiscard]] std::uint64_t connectAt(int descriptor = kLowest) const
    {
        std::uint64_t socket = 0;
        return ::write(m_end, &descriptor, sizeof descriptor) == sizeof descriptor && ::read(m_end, &socket, sizeof socket) == sizeof socket ? socket : 0;
    }

private:
    [[noreturn]] static void serve(int told)
    {
        int connection = -1;
        for (int wanted = 0; ::read(told, &wanted, sizeof wanted) == sizeof wanted;) {
            if (connection >= 0)
                ::close(connection);
            connection = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (wanted != kLowest && wanted != connection) {
                ::dup2(connection, wanted);
                ::close(connection);
                connection = wanted;
            }
            const std::uint64_t number = numberOf(connection);
            (void)!::write(told, &number, sizeof number);
        }
        _exit(0);
    }

    pid_t m_pid = 0;
    int m_end = -1;
};

std::vector<std::unique_ptr<Program>> several(int count)
{
    std::vector<std::unique_ptr<Program>> programs;
    for (int i = 0; i < count; ++i)
        programs.push_back(std::make_unique<Program>());
    return programs;
}

} // namespace

class tst_SocketOwners : public QObject {
    Q_OBJECT
private slots:
    void findsItAtAnyDescriptorAmongYoungerPrograms_data()
    {
        QTest::addColumn<int>("others");
        QTest::addColumn<int>("descriptor");
        QTest::newRow("the lowest free") << 0 << kLowest;
        QTest::newRow("the lowest free of many") << 100 << kLowest;
        QTest::newRow("beyond a gap") << 0 << 200;
        QTest::newRow("its standard input") << 0 << 0;
        QTest::newRow("in the middle of others") << 40 << 20;
    }
    void findsItAtAnyDescriptorAmongYoungerPrograms()
    {
        QFETCH(int, others);
        QFETCH(int, descriptor);
        const Program program(others);
        const auto younger = several(20);
        const std::uint64_t socket = program.connectAt(descriptor);
        SocketOwners owners;
        const auto owner = owners.find(socket);
        QVERIFY(owner);
        QCOMPARE(owner->pid, program.pid());
        QVERIFY(SocketOwners::isHeldBy(*owner, socket));
        QVERIFY(!SocketOwners::isHeldBeside(*owner, socket));
        if (descriptor != kLowest)
            QCOMPARE(owner->descriptor, descriptor);
    }

    void looksThroughNobodyForTheNextConnectionOfThoseThatTakeTurns()
    {
        const Program first;
        const Program second;
        const auto younger = several(20);
        SocketOwners owners;
        QVERIFY(owners.find(first.connectAt()));
        QVERIFY(owners.find(second.connectAt()));
        for (int turn = 0; turn < 6; ++turn) {
            const Program &program = turn % 2 == 0 ? first : second;
            const auto owner = owners.find(program.connectAt());
            QVERIFY(owner);
            QCOMPARE(owner->pid, program.pid());
            QCOMPARE(owners.looked(), 0);
        }
    }

    void looksThroughThoseItKnowsBeforeTheOthers()
    {
        const Program program;
        const auto younger = several(40);
        SocketOwners owners;
        QVERIFY(owners.find(program.connectAt()));
        const auto owner = owners.find(program.connectAt(300));
        QVERIFY(owner);
        QCOMPARE(owner->pid, program.pid());
        QVERIFY2(owners.looked() < 20, qPrintable(QString::number(owners.looked())));
    }

    void remembersSixteenAndForgetsTheOneThatCalledLongestAgo()
    {
        const auto programs = several(17);
        SocketOwners owners;
        for (std::size_t i = 0; i < 16; ++i)
            QVERIFY(owners.find(programs[i]->connectAt()));
        // Called again, so the second is the one from longest ago.
        QVERIFY(owners.find(programs[0]->connectAt()));
        QCOMPARE(owners.looked(), 0);
        QVERIFY(owners.find(programs[16]->connectAt()));
        for (const std::size_t kept : {0, 2, 16}) {
            QVERIFY(owners.find(programs[kept]->connectAt()));
            QCOMPARE(owners.looked(), 0);
        }
        QVERIFY(owners.find(programs[1]->connectAt()));
        QVERIFY(owners.looked() > 0);
    }

    void programsThatHaveEndedTakeNoPlace()
    {
        const Program lasting;
        SocketOwners owners;
        QVERIFY(owners.find(lasting.connectAt()));
        for (int i = 0; i < 30; ++i) {
            const Program brief;
            QCOMPARE(owners.find(brief.connectAt())->pid, brief.pid());
        }
        QCOMPARE(owners.find(lasting.connectAt())->pid, lasting.pid());
        QCOMPARE(owners.looked(), 0);
    }

    void whatIsClosedIsHeldNoLonger()
    {
        SocketOwners owners;
        std::optional<SocketOwners::Owner> owner;
        std::uint64_t socket = 0;
        {
            const Program program;
            socket = program.connectAt();
            owner = owners.find(socket);
            QVERIFY(owner);
            QVERIFY(program.connectAt() != socket);
            QVERIFY(!SocketOwners::isHeldBy(*owner, socket));
        }
        QVERIFY(!owners.find(socket));
        QVERIFY(!owners.find(0xffff'ffff'fff0));
    }

    void aProcessOfAnotherTimeWithThatNumberIsNotTheOwner()
    {
        const Program program;
        const std::uint64_t socket = program.connectAt();
        SocketOwners owners;
        auto owner = owners.find(socket);
        QVERIFY(owner);
        QCOMPARE(owner->start, processStat(program.pid())->start);
        QVERIFY(SocketOwners::isHeldBy(*owner, socket));
        --owner->start;
        QVERIFY(!SocketOwners::isHeldBy(*owner, socket));
    }

    void whatWasInheritedIsHeldBeside_data()
    {
        QTest::addColumn<int>("others");
        QTest::addColumn<int>("descriptor");
        QTest::newRow("where it was") << 0 << kLowest;
        QTest::newRow("among many") << 100 << kLowest;
        QTest::newRow("behind many") << 100 << 90;
        QTest::newRow("beyond a gap") << 0 << 800;
        QTest::newRow("beyond a gap, of many") << 100 << 800;
        QTest::newRow("as its standard output") << 0 << 1;
    }
    void whatWasInheritedIsHeldBeside()
    {
        QFETCH(int, others);
        QFETCH(int, descriptor);
        int ends[2];
        QVERIFY(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        const std::uint64_t socket = numberOf(ends[1]);
        {
            static int s_from;
            static int s_to;
            s_from = ends[1];
            s_to = descriptor;
            const Program heir(others, [] {
                if (s_to != kLowest && ::dup2(s_from, s_to) == s_to)
                    ::close(s_from);
            });
            // Until it has done so.
            QVERIFY(heir.connectAt() != 0);
            SocketOwners owners;
            const auto owner = owners.find(socket);
            QVERIFY(owner);
            // Another before this process itself.
            QCOMPARE(owner->pid, heir.pid());
            QVERIFY(SocketOwners::isHeldBeside(*owner, socket));
            const auto own = processStat(getpid());
            QVERIFY(own);
            QVERIFY(SocketOwners::isHeldBeside({getpid(), own->start, ends[1]}, socket));
            // Told a descriptor that is another file's, it is found all the same.
            QVERIFY(SocketOwners::isHeldBeside({getpid(), own->start, 0}, socket));
            QCOMPARE(SocketOwners::isHeldFrom(*owner, socket, 3), descriptor != 1);
            QVERIFY(!SocketOwners::isHeldFrom(*owner, socket, 1000));
        }
        SocketOwners owners;
        const auto owner = owners.find(socket);
        QVERIFY(owner);
        QCOMPARE(owner->pid, getpid());
        QVERIFY(!SocketOwners::isHeldBeside(*owner, socket));
        ::close(ends[0]);
        ::close(ends[1]);
    }

    void anotherUsersIsNotFound()
    {
        if (getuid() != 0)
            QSKIP("only root has a child of another user");
        const Program program(0, [] { (void)!setuid(65534); });
        const std::uint64_t socket = program.connectAt();
        QVERIFY(socket != 0);
        SocketOwners owners;
        QVERIFY(!owners.find(socket));
        QVERIFY(!owners.find(socket));
    }

    void aProcessOfANamespaceBelowIsFoundByTheNumberItHasHere()
    {
        int ends[2];
        QVERIFY(pipe(ends) == 0);
        int sockets[2];
        QVERIFY(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
        const std::uint64_t socket = numberOf(sockets[1]);
        const pid_t between = fork();
        if (between == 0) {
            pid_t inside = 0;
            if (unshare(CLONE_NEWPID) == 0) {
                inside = fork();
                if (inside == 0) {
                    char byte = 0;
                    (void)!::read(sockets[1], &byte, 1);
                    _exit(0);
                }
            }
            ::close(sockets[1]);
            (void)!::write(ends[1], &inside, sizeof inside);
            for (;;)
                pause();
        }
        ::close(sockets[1]);
        pid_t inside = 0;
        QCOMPARE(::read(ends[0], &inside, sizeof inside), static_cast<ssize_t>(sizeof inside));
        SocketOwners owners;
        const auto owner = owners.find(socket);
        if (inside > 0)
            ::kill(inside, SIGKILL);
        ::kill(between, SIGKILL);
        ::waitpid(between, nullptr, 0);
        for (const int end : {ends[0], ends[1], sockets[0]})
            ::close(end);
        if (inside <= 0)
            QSKIP("no namespaces of processes for this user");
        QVERIFY(owner);
        QCOMPARE(owner->pid, inside);
    }
};

QTEST_APPLESS_MAIN(tst_SocketOwners)
#include "tst_SocketOwners.moc"
