// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/ChildProgram.h"

#include "app/link/ProcessHardening.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace clavitor {

namespace {

constexpr int kCannotRun = 126;
constexpr int kLookMilliseconds = 50;

// Those that end a program, and those that programs have a meaning of their own for.
constexpr std::array kPassedOn{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

volatile sig_atomic_t s_child = 0;

void passOn(int signal, siginfo_t *info, void *)
{
    // What the terminal sends it sends to the whole group, the program included.
    if (s_child > 0 && info->si_code <= 0)
        ::kill(static_cast<pid_t>(s_child), signal);
}

class Pipe {
public:
    Pipe() { m_isOpen = ::pipe2(m_ends.data(), O_CLOEXEC) == 0; }
    ~Pipe()
    {
        closeEnd(0);
        closeEnd(1);
    }
    Pipe(const Pipe &) = delete;
    Pipe &operator=(const Pipe &) = delete;
    [[nodiscard]] bool isOpen() const { return m_isOpen; }
    [[nodiscard]] int reading() const { return m_ends[0]; }
    [[nodiscard]] int writing() const { return m_ends[1]; }
    void closeEnd(std::size_t end)
    {
        if (m_ends[end] >= 0)
            ::close(m_ends[end]);
        m_ends[end] = -1;
    }

private:
    std::array<int, 2> m_ends{-1, -1};
    bool m_isOpen = false;
};

/// False when nobody reads it any more.
bool writeWhole(int descriptor, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), static_cast<std::size_t>(bytes.size()));
        if (written < 0 && (errno == EINTR || errno == EAGAIN)) {
            pollfd room{descriptor, POLLOUT, 0};
            (void)::poll(&room, 1, -1);
            continue;
        }
        if (written <= 0)
            return false;
        bytes = bytes.sliced(written);
    }
    return true;
}

/// One of the two outputs on its way.
struct Stream {
    Pipe &pipe;
    OutputMask &mask;
    int out;
    std::array<char, 16384> part{};

    /// Reads once; closes at the end. How much it was.
    std::size_t carry(std::size_t most = 16384)
    {
        const ssize_t got = ::read(pipe.reading(), part.data(), std::min(most, part.size()));
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            return 0;
        if (got > 0 && writeWhole(out, mask.take({part.data(), got})))
            return static_cast<std::size_t>(got);
        pipe.closeEnd(0); // a reader that left ends the program as it would without us
        return 0;
    }

    /// What is there now, and not what others write meanwhile.
    void carryRest()
    {
        int there = 0;
        if (pipe.reading() < 0 || ::ioctl(pipe.reading(), FIONREAD, &there) != 0)
            return;
        for (auto left = static_cast<std::size_t>(there); left > 0 && pipe.reading() >= 0;) {
            const std::size_t got = carry(left);
            if (got == 0)
                return;
            left -= got;
        }
    }
};

int shellCodeOf(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Both streams until the program has ended.
int carryUntilEnd(pid_t child, std::array<Stream, 2> &streams)
{
    for (;;) {
        std::array<pollfd, 2> watched{};
        for (std::size_t i = 0; i < streams.size(); ++i)
            watched[i] = {streams[i].pipe.reading(), POLLIN, 0}; // -1 is passed over
        const int ready = ::poll(watched.data(), watched.size(), kLookMilliseconds);
        for (std::size_t i = 0; ready > 0 && i < streams.size(); ++i)
            if (watched[i].revents != 0)
                (void)streams[i].carry();
        // Without output to wait for there is only its end.
        const bool isSilent = std::ranges::all_of(streams, [](const Stream &one) { return one.pipe.reading() < 0; });
        int status = 0;
        const pid_t ended = ::waitpid(child, &status, isSilent ? 0 : WNOHANG);
        if (ended == 0 || (ended < 0 && errno == EINTR))
            continue;
        s_child = 0; // the number may be another's from here on
        // All that it wrote is in the pipes by then; others that it left may go on writing.
        for (Stream &stream : streams)
            stream.carryRest();
        return ended == child ? shellCodeOf(status) : kCannotRun;
    }
}

} // namespace

std::expected<int, int> ChildProgram::run(OutputMask &output, OutputMask &errors)
{
    Pipe out;
    Pipe err;
    if (!out.isOpen() || !err.isOpen())
        return std::unexpected(errno);
    std::vector<char *> words{path.data()};
    for (QByteArray &argument : arguments)
        words.push_back(argument.data());
    words.push_back(nullptr);
    std::vector<char *> variables;
    for (crypto::SecretText &variable : environment) {
        variable.append({"\0", 1});
        variables.push_back(const_cast<char *>(variable.view().data()));
    }
    variables.push_back(nullptr);

    // What who started us ignores, as nohup does, the program ignores, too. The rest is passed on; held up until there is
    // somebody to pass it to.
    sigset_t defaults;
    sigset_t heldUp;
    sigset_t before;
    sigemptyset(&defaults);
    sigemptyset(&heldUp);
    struct sigaction handler{};
    handler.sa_sigaction = passOn;
    handler.sa_flags = SA_SIGINFO | SA_RESTART;
    std::vector<int> passedOn;
    for (const int signal : kPassedOn) {
        struct sigaction known{};
        if (::sigaction(signal, nullptr, &known) == 0 && known.sa_handler == SIG_IGN)
            continue;
        passedOn.push_back(signal);
        sigaddset(&defaults, signal);
        sigaddset(&heldUp, signal);
    }
    ::sigprocmask(SIG_BLOCK, &heldUp, &before);
    for (const int signal : passedOn)
        ::sigaction(signal, &handler, nullptr);
    ::signal(SIGCHLD, SIG_DFL); // ignored, it would leave no exit code to wait for
    ::signal(SIGPIPE, SIG_IGN);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setsigmask(&attributes, &before);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    ::posix_spawn_file_actions_adddup2(&actions, out.writing(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.writing(), STDERR_FILENO);
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, path.constData(), &actions, &attributes, words.data(), variables.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    environment.clear(); // the program has its own by now
    s_child = child;
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    if (failed != 0)
        return std::unexpected(failed);
    out.closeEnd(1);
    err.closeEnd(1);
    std::array<Stream, 2> streams{Stream{out, output, STDOUT_FILENO}, Stream{err, errors, STDERR_FILENO}};
    const int code = carryUntilEnd(child, streams);
    (void)writeWhole(STDOUT_FILENO, output.finish());
    (void)writeWhole(STDERR_FILENO, errors.finish());
    return code;
}

QByteArrayList environmentWithout(const QByteArrayList &names)
{
    QByteArrayList variables;
    for (char **variable = environ; variable && *variable; ++variable) {
        const QByteArray assignment(*variable);
        if (names.contains(assignment.left(assignment.indexOf('='))))
            continue;
        if (const QByteArray own = link::withoutHardening(assignment); !own.isEmpty())
            variables.append(own);
    }
    return variables;
}

} // namespace clavitor
