// SPDX-License-Identifier: GPL-3.0-or-later
// What it costs to find the program behind a connection, beside other programs with descriptors of their own.
#include "app/base/Monotonic.h"
#include "app/session/CallerLookup.h"
#include "tests/bench/Bench.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace clavitor::bench;

namespace {

constexpr const char *kOtherProgram = "--connect-when-told";

/// Of the child: a connection in place of the one before whenever it is told, and its number as the answer.
[[noreturn]] void connectWhenTold(int told, int descriptors)
{
    for (int i = 0; i < descriptors; ++i)
        (void)open("/dev/null", O_RDONLY);
    int connection = -1;
    for (char byte = 0; read(told, &byte, 1) == 1;) {
        if (connection >= 0)
            close(connection);
        connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct stat status {};
        fstat(connection, &status);
        const std::uint64_t number = status.st_ino;
        (void)!write(told, &number, sizeof number);
    }
    _exit(0);
}

/// This program under another file, since a caller of its own file is looked at more closely.
QByteArray copyOfThisProgram()
{
    static const QTemporaryDir folder;
    const QString copy = folder.filePath(u"other"_s);
    if (!QFile::exists(copy) && !QFile::copy(u"/proc/self/exe"_s, copy))
        std::abort();
    QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return QFile::encodeName(copy);
}

/// A child with so many open descriptors beside its connection. `isOwn`: of the file of this program.
class OtherProgram {
public:
    explicit OtherProgram(int descriptors, bool isOwn = false)
    {
        const QByteArray program = isOwn ? QByteArray("/proc/self/exe") : copyOfThisProgram();
        const QByteArray count = QByteArray::number(descriptors);
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            std::abort();
        m_pid = fork();
        if (m_pid == 0) {
            dup2(ends[1], STDIN_FILENO);
            execl(program.constData(), program.constData(), kOtherProgram, count.constData(), nullptr);
            _exit(1);
        }
        close(ends[1]);
        m_end = ends[0];
    }
    ~OtherProgram()
    {
        kill(m_pid, SIGKILL); // what was forked after it has its end, too
        close(m_end);
        waitpid(m_pid, nullptr, 0);
    }
    OtherProgram(const OtherProgram &) = delete;
    OtherProgram &operator=(const OtherProgram &) = delete;
    /// It closes its connection and makes another.
    [[nodiscard]] link::Peer connectAnew()
    {
        std::uint64_t socket = 0;
        const char byte = 'c';
        if (write(m_end, &byte, 1) != 1 || read(m_end, &socket, sizeof socket) != static_cast<ssize_t>(sizeof socket))
            std::abort();
        return {1, false, socket};
    }

private:
    pid_t m_pid = 0;
    int m_end = -1;
};

/// Children with so many open descriptors each, none of which is a connection.
class Crowd {
public:
    Crowd(int programs, int descriptors)
    {
        int ends[2];
        if (pipe(ends) != 0)
            std::abort();
        for (int i = 0; i < programs; ++i) {
            const pid_t pid = fork();
            if (pid == 0) {
                close(ends[0]);
                for (int opened = 0; opened < descriptors; ++opened)
                    (void)open("/dev/null", O_RDONLY);
                const char byte = 'r';
                (void)!write(ends[1], &byte, 1);
                for (;;)
                    pause();
            }
            m_pids.push_back(pid);
        }
        close(ends[1]);
        char byte = 0;
        for (int i = 0; i < programs; ++i)
            (void)!read(ends[0], &byte, 1);
        close(ends[0]);
    }
    ~Crowd()
    {
        for (const pid_t pid : m_pids) {
            kill(pid, SIGKILL);
            waitpid(pid, nullptr, 0);
        }
    }
    Crowd(const Crowd &) = delete;
    Crowd &operator=(const Crowd &) = delete;

private:
    std::vector<pid_t> m_pids;
};

/// Each program in turn makes a new connection and is looked up. `forgets`: nothing is known of it from before. Counters: the slowest, and
/// the middle one's processor time, which others' work does not count in.
void lookUp(benchmark::State &state, const std::vector<std::unique_ptr<OtherProgram>> &programs, bool forgets)
{
    CallerLookup lookup = systemCallerLookup();
    double slowest = 0;
    std::vector<double> used;
    std::size_t turn = 0;
    for (auto _ : state) {
        const link::Peer peer = programs[turn++ % programs.size()]->connectAnew();
        if (forgets)
            lookup = systemCallerLookup();
        const double cpu = processorTime();
        const qint64 start = steadyMicroseconds();
        const bool isKnown = lookup(peer).isKnown();
        const double time = static_cast<double>(steadyMicroseconds() - start) / 1e6;
        used.push_back(processorTime() - cpu);
        if (!isKnown)
            state.SkipWithError("the caller is not found");
        // The first time it is looked for.
        if (forgets || turn > programs.size())
            slowest = std::max(slowest, time);
        state.SetIterationTime(time);
    }
    state.counters["slowest_ms"] = slowest * 1000;
    state.counters["cpu_us"] = middleOf(std::move(used));
}

std::vector<std::unique_ptr<OtherProgram>> programs(int count, int descriptors, bool areOwn = false)
{
    std::vector<std::unique_ptr<OtherProgram>> made;
    for (int i = 0; i < count; ++i)
        made.push_back(std::make_unique<OtherProgram>(descriptors, areOwn));
    return made;
}

void callerOfANewConnection(benchmark::State &state)
{
    lookUp(state, programs(1, 200), true);
}

/// Programs × descriptors that are younger than it.
void callerOlderThanOthers(benchmark::State &state)
{
    const auto old = programs(1, 40);
    const Crowd others(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
    lookUp(state, old, true);
}

void twoCallersInTurns(benchmark::State &state)
{
    const auto old = programs(2, 40);
    const Crowd others(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
    lookUp(state, old, false);
}

/// As `clavitor run`: that nobody else holds its connection takes a look at all of them.
void callerOfThisProgram(benchmark::State &state)
{
    const auto own = programs(1, 0, true);
    const Crowd others(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
    lookUp(state, own, true);
}

void callerOfAKnownConnection(benchmark::State &state)
{
    OtherProgram program(200);
    const link::Peer peer = program.connectAnew();
    const CallerLookup lookup = systemCallerLookup();
    for (auto _ : state)
        benchmark::DoNotOptimize(lookup(peer));
}

BENCHMARK(callerOfANewConnection)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(callerOlderThanOthers)->Args({150, 40})->Args({300, 40})->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(twoCallersInTurns)->Args({150, 40})->Args({300, 40})->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(callerOfThisProgram)->Args({150, 40})->Args({300, 40})->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(callerOfAKnownConnection)->Unit(benchmark::kMicrosecond);

} // namespace

int main(int argc, char **argv)
{
    if (argc == 3 && QByteArrayView(argv[1]) == kOtherProgram)
        connectWhenTold(STDIN_FILENO, std::atoi(argv[2]));
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
