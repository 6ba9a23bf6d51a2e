// SPDX-License-Identifier: GPL-3.0-or-later
// Shuts itself in as the bridge does ("caged"), with Landlock alone ("landlock") or not ("free"), tries what a program that was taken over
// would try, and prints one line of JSON: for each attempt 0 when it worked, else the error number. Built without sanitizers, which need more
// memory than the limit.
#include "bridge/Landlock.h"
#include "bridge/Sandbox.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

int errorOf(long result)
{
    return result < 0 ? errno : 0;
}

int listener(sockaddr_in &address)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(descriptor, reinterpret_cast<sockaddr *>(&address), size) != 0 || ::listen(descriptor, 8) != 0
        || ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        std::abort();
    return descriptor;
}

/// The version of Landlock this kernel has, 0 without.
int landlockVersion()
{
#ifdef SYS_landlock_create_ruleset
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1);
    return version > 0 ? static_cast<int>(version) : 0;
#else
    return 0;
#endif
}

/// What a child ends with; where there can be none, EPERM or whatever refused it.
int inChild(const std::function<int()> &what)
{
    const long child = ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child < 0)
        return errno;
    if (child == 0)
        ::_exit(what());
    int status = 0;
    ::waitpid(static_cast<pid_t>(child), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

/// Becomes another program, in a child where there can be one. In a cage there can be none: then in this process itself, which prints nothing
/// any more where that works.
int become(const std::function<void()> &other)
{
    const auto tried = [&] {
        other();
        return errno;
    };
    return inChild([] { return 0; }) == 0 ? inChild(tried) : tried();
}

} // namespace

int main(int argc, char **argv)
{
    const auto isAsked = [&](const char *how) { return argc > 1 && std::strcmp(argv[1], how) == 0; };
    QTemporaryDir folder;
    const QByteArray path = folder.filePath(u"x"_s).toLocal8Bit();
    const QByteArray newFolder = folder.filePath(u"folder"_s).toLocal8Bit();
    const QByteArray old = folder.filePath(u"old"_s).toLocal8Bit();
    const QByteArray other = folder.filePath(u"other"_s).toLocal8Bit();
    for (const QByteArray &file : {old, other})
        ::close(::open(file.constData(), O_CREAT | O_WRONLY, 0600));
    sockaddr_in address{};
    const int server = listener(address);
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    const int unbound = ::socket(AF_INET, SOCK_STREAM, 0);
    const int sending = ::socket(AF_INET, SOCK_STREAM, 0);
    const int sendingMessage = ::socket(AF_INET, SOCK_STREAM, 0);
    const int sendingMessages = ::socket(AF_INET, SOCK_STREAM, 0);
    const int sendingLater = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in formerAddress{};
    const int formerListener = listener(formerAddress);
    void *const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const int program = ::open("/bin/true", O_RDONLY | O_CLOEXEC);
    int life[2];
    if (::pipe(life) != 0)
        std::abort();
    const pid_t victim = ::fork();
    if (victim == 0) { // somebody to look into, until this process ends
        ::close(life[1]);
        char nothing = 0;
        while (::read(life[0], &nothing, 1) < 0) {
        }
        ::_exit(0);
    }
    // What a bridge goes on doing: an accepted connection and a pipe.
    const int friendly = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(friendly, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        std::abort();

    QJsonObject facts{{u"landlock"_s, landlockVersion()}};
    if (isAsked("landlock")) {
        QStringList warnings;
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        facts.insert(u"fileSystem"_s, clavitor::bridge::closeFileSystem(warnings));
        facts.insert(u"warnings"_s, QJsonArray::fromStringList(warnings));
    }
    if (isAsked("caged")) {
        const clavitor::bridge::Sandbox sandbox = clavitor::bridge::enterSandbox();
        facts.insert(u"noNewPrivileges"_s, sandbox.hasNoNewPrivileges);
        facts.insert(u"fileSystem"_s, sandbox.isFileSystemClosed);
        facts.insert(u"calls"_s, sandbox.areCallsFiltered);
        facts.insert(u"warnings"_s, QJsonArray::fromStringList(sandbox.warnings));
    }

    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    std::strcpy(local.sun_path, "/nowhere");
    char byte = 0;
    const int on = 1;
    iovec mine{&byte, 1};
    iovec theirs{page, 1};
    // TCP Fast Open connects with the first bytes, and neither Landlock nor a filter of connect() sees it.
    mmsghdr message{};
    message.msg_hdr.msg_name = &address;
    message.msg_hdr.msg_namelen = sizeof address;
    message.msg_hdr.msg_iov = &mine;
    message.msg_hdr.msg_iovlen = 1;
    const auto sendTo = [&](int descriptor, int how) {
        return errorOf(::sendto(descriptor, &byte, 1, how, reinterpret_cast<sockaddr *>(&address), sizeof address));
    };
    const auto set = [&](int level, int option, int value) { return errorOf(::setsockopt(friendly, level, option, &value, sizeof value)); };
    const auto flags = [](int fd) { return ::syscall(SYS_fcntl, fd, F_DUPFD, 0); };
    const std::pair<const char *, std::function<int()>> attempts[]{
        {"open", [] { return errorOf(::open("/etc/passwd", O_RDONLY)); }},
        {"open by hand", [] { return errorOf(::syscall(SYS_openat, AT_FDCWD, "/proc/self/environ", O_RDONLY)); }},
        {"create", [&] { return errorOf(::open(path.constData(), O_CREAT | O_WRONLY, 0600)); }},
        {"unlink", [&] { return errorOf(::unlink(old.constData())); }},
        {"rename", [&] { return errorOf(::rename(other.constData(), path.constData())); }},
        {"mkdir", [&] { return errorOf(::mkdir(newFolder.constData(), 0700)); }},
        {"stat", [] {
             struct stat status{};
             return errorOf(::stat("/etc/passwd", &status));
         }},
        // With a path this flag changes nothing: it is a look at that path, and says whether it exists, whose it is and how large.
        {"stat as if of a descriptor", [] {
             struct stat status{};
             return errorOf(::fstatat(AT_FDCWD, "/etc/passwd", &status, AT_EMPTY_PATH));
         }},
        {"statx as if of a descriptor", [] {
             struct statx status{};
             return errorOf(::statx(AT_FDCWD, "/etc/passwd", AT_EMPTY_PATH, STATX_BASIC_STATS, &status));
         }},
        {"readlink", [] {
             char target[64];
             return errorOf(::readlink("/proc/self/exe", target, sizeof target));
         }},
        {"socket", [] { return errorOf(::socket(AF_INET, SOCK_STREAM, 0)); }},
        {"unix socket", [] { return errorOf(::socket(AF_UNIX, SOCK_STREAM, 0)); }},
        {"datagram socket", [] { return errorOf(::socket(AF_INET, SOCK_DGRAM, 0)); }},
        {"connect", [&] { return errorOf(::connect(client, reinterpret_cast<sockaddr *>(&address), sizeof address)); }},
        {"connect by sending", [&] { return sendTo(sending, MSG_FASTOPEN); }},
        {"connect a listener by sending", [&] {
             ::shutdown(formerListener, SHUT_RDWR); // makes it an ordinary socket again
             return sendTo(formerListener, MSG_FASTOPEN | MSG_NOSIGNAL);
         }},
        {"connect by a message", [&] { return errorOf(::sendmsg(sendingMessage, &message.msg_hdr, MSG_FASTOPEN)); }},
        {"connect by messages", [&] { return errorOf(::sendmmsg(sendingMessages, &message, 1, MSG_FASTOPEN)); }},
        {"send to an address", [&] { return sendTo(friendly, MSG_NOSIGNAL); }},
        {"share a port", [&] { return set(SOL_SOCKET, SO_REUSEPORT, 1); }},
        {"keep much in the kernel", [&] { return set(SOL_SOCKET, SO_RCVBUF, 1 << 20); }},
        {"filter packets", [&] {
             sock_filter all{BPF_RET | BPF_K, 0, 0, 0xffff};
             const sock_fprog filter{1, &all};
             return errorOf(::setsockopt(friendly, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
         }},
        {"choose how TCP is steered", [&] { return errorOf(::setsockopt(friendly, IPPROTO_TCP, TCP_CONGESTION, "reno", 4)); }},
        {"connect by the next sending", [&] { return errorOf(::setsockopt(sendingLater, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on)); }},
        {"bind", [&] {
             sockaddr_in any{};
             any.sin_family = AF_INET;
             return errorOf(::bind(unbound, reinterpret_cast<sockaddr *>(&any), sizeof any));
         }},
        {"listen", [&] { return errorOf(::listen(unbound, 1)); }},
        {"start", [] { return inChild([] { return 0; }); }},
        {"become", [] { return become([] { ::execl("/bin/true", "true", nullptr); }); }},
        {"become what a descriptor is", [&] {
             return become([&] {
                 char name[] = "true";
                 char *const arguments[]{name, nullptr};
                 ::syscall(SYS_execveat, program, "", arguments, nullptr, AT_EMPTY_PATH);
             });
         }},
        {"look into memory", [&] { return errorOf(::process_vm_readv(victim, &mine, 1, &theirs, 1, 0)); }},
        {"signal", [&] { return errorOf(::kill(victim, 0)); }},
        {"trace", [&] { return errorOf(::ptrace(PTRACE_SEIZE, victim, nullptr, nullptr)); }},
        {"map code", [] {
             return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
         }},
        {"make code", [&] { return errorOf(::mprotect(page, 4096, PROT_READ | PROT_EXEC)); }},
        {"raise a limit", [] {
             rlimit wanted{64, 64};
             return errorOf(::setrlimit(RLIMIT_NOFILE, &wanted));
         }},
        {"duplicate", [&] { return errorOf(flags(server)); }},
        {"namespace", [] { return errorOf(::syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */)); }},
    };
    QJsonObject tried;
    for (const auto &[name, attempt] : attempts)
        tried.insert(QLatin1StringView(name), attempt());
    // What it must still be able to do.
    const int accepted = ::accept(server, nullptr, nullptr);
    const bool isServing = accepted >= 0 && ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 && ::send(accepted, "x", 1, MSG_NOSIGNAL) == 1 && ::recv(friendly, &byte, 1, 0) == 1 && byte == 'x';
    rlimit memory{};
    ::getrlimit(RLIMIT_AS, &memory);
    const auto bytesOf = [](rlim_t limit) { return limit == RLIM_INFINITY ? -1.0 : double(limit); };
    facts.insert(u"memory"_s, bytesOf(memory.rlim_cur));
    facts.insert(u"mostMemory"_s, bytesOf(memory.rlim_max));
    // As much as the limit is, beside what the process has.
    void *const much = ::mmap(nullptr, std::size_t{512} << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    facts.insert(u"much"_s, much == MAP_FAILED ? errno : 0);
    facts.insert(u"tried"_s, tried);
    facts.insert(u"serves"_s, isServing);
    std::puts(QJsonDocument(facts).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
    ::close(STDIN_FILENO);
    ::_exit(0);
}
