// SPDX-License-Identifier: GPL-3.0-or-later
// What another program of the same user can do at the start of one of ours: opens the memory of the program it starts, as early and as often as
// it may, keeps what it got, and reads it once that program has hardened itself and works. Prints how many descriptors still read it.
//     MemoryGrabber PROGRAM ARGUMENT...     the program prints a line when it works, and goes on until its standard input ends
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr std::size_t Enough = 64;

struct Held
{
    int memory = -1;
    int map = -1;
};

std::string contentOf(int descriptor)
{
    std::string content;
    char part[4096];
    ::lseek(descriptor, 0, SEEK_SET);
    for (ssize_t size; (size = ::read(descriptor, part, sizeof part)) > 0;)
        content.append(part, static_cast<std::size_t>(size));
    return content;
}

/// Reads the heap of the program at `path`, if it is its memory that is held.
bool isRead(const Held &held, const std::string &path)
{
    const std::string map = contentOf(held.map);
    const std::size_t name = map.find("[heap]");
    if (map.find(path) == std::string::npos || name == std::string::npos)
        return false;
    const std::size_t line = map.rfind('\n', name);
    const unsigned long begin = std::strtoul(map.c_str() + (line == std::string::npos ? 0 : line + 1), nullptr, 16);
    char bytes[64];
    return ::pread(held.memory, bytes, sizeof bytes, static_cast<off_t>(begin)) == ssize_t(sizeof bytes);
}

} // namespace

int main(int argc, char *argv[])
{
    int input[2];
    int output[2];
    if (argc < 2 || ::pipe(input) != 0 || ::pipe(output) != 0)
        return 2;
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // what is opened before the program is there does not count
        ::dup2(input[0], STDIN_FILENO);
        ::dup2(output[1], STDOUT_FILENO);
        for (const int descriptor : {input[0], input[1], output[0], output[1]})
            ::close(descriptor);
        ::execv(argv[1], argv + 1);
        ::_exit(127);
    }
    ::close(output[1]);
    const std::string process = "/proc/" + std::to_string(child);
    std::vector<Held> held;
    pollfd works{output[0], POLLIN, 0};
    while (::poll(&works, 1, 0) == 0) {
        const int memory = ::open((process + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
        if (memory < 0)
            continue;
        // The oldest goes: what the first program image had is worth nothing in the second.
        if (held.size() == Enough) {
            ::close(held.front().memory);
            ::close(held.front().map);
            held.erase(held.begin());
        }
        held.push_back({memory, ::open((process + "/maps").c_str(), O_RDONLY | O_CLOEXEC)});
    }
    int read = 0;
    for (const Held &one : held)
        read += isRead(one, argv[1]) ? 1 : 0;
    char line[1] = {};
    const bool isAtWork = ::read(output[0], line, sizeof line) == 1;
    ::close(input[1]);
    ::close(output[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    std::printf("%d\n", isAtWork ? read : -1);
    return 0;
}
