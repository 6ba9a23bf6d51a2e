// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/ProcessHardening.h"

#include "app/link/LastError.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <sys/auxv.h>
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

extern char **environ;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLAVITOR_FOREIGN_ALLOCATOR 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CLAVITOR_FOREIGN_ALLOCATOR 1
#endif
#endif

namespace clavitor::link {

using namespace Qt::StringLiterals;

namespace {

/// Names, or with a trailing '*' beginnings of names.
constexpr std::array HostileNames{
    // loads code into the process
    "LD_*", "GCONV_PATH", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_GENERIC_PLUGINS", "GTK_MODULES",
    "GTK_PATH", "GTK_EXE_PREFIX", "GTK_IM_MODULE_FILE", "GDK_PIXBUF_MODULE_FILE", "GDK_PIXBUF_MODULEDIR", "LIBGL_DRIVERS_PATH",
    "LIBVA_DRIVERS_PATH", "GBM_BACKENDS_PATH", "__EGL_VENDOR_LIBRARY_DIRS", "__EGL_VENDOR_LIBRARY_FILENAMES",
    "__EGL_EXTERNAL_PLATFORM_CONFIG_*", "VK_*", "GIO_EXTRA_MODULES", "GIO_MODULE_DIR", "GIO_USE_VFS", "OPENSSL_CONF",
    "OPENSSL_ENGINES", "OPENSSL_MODULES", "LOCPATH", "NLSPATH",
    // points trust at somebody else
    "QTKEYCHAIN_BACKEND", "DBUS_SYSTEM_BUS_ADDRESS", "DBUS_STARTER_ADDRESS", "DBUS_STARTER_BUS_TYPE", "SECRET_BACKEND",
    "SECRET_FILE_TEST_PATH", "SECRET_FILE_TEST_PASSWORD",
    // prints or records what must not be
    "QT_LOGGING_RULES", "QT_LOGGING_CONF", "QT_LOGGING_TO_CONSOLE", "QT_MESSAGE_PATTERN", "QT_LOGGING_DEBUG",
    "QT_DEBUG_PLUGINS", "QDBUS_DEBUG", "G_MESSAGES_DEBUG", "G_DBUS_DEBUG", "MALLOC_TRACE", "SSLKEYLOGFILE",
    "FIDO_DEBUG", "TSS2_*", "SQLITE_TMPDIR", "QT_FATAL_WARNINGS", "QT_FATAL_CRITICALS",
    // undoes the scrubbing of freed memory
    "MALLOC_*",
};

/// Qt's "vnc" platform would serve the window over the network and "linuxfb" bypasses the session: only the drawing
/// systems of a desktop, and those of a test.
constexpr std::array DesktopPlatforms{"xcb", "wayland", "wayland-egl", "offscreen", "minimal", "cocoa", "windows"};

/// M_PERTURB: the byte's complement fills allocations, the byte itself fills freed blocks. Any value but 0 will do.
constexpr int PerturbByte = 0x5a;
constexpr const char *TunablesName = "GLIBC_TUNABLES";
/// Freed blocks in the thread cache keep their contents even with M_PERTURB.
constexpr const char *TunableName = "glibc.malloc.tcache_count=";
constexpr const char *TunablesWanted = "glibc.malloc.tcache_count=0";

bool matches(QByteArrayView name, QByteArrayView pattern)
{
    if (pattern.endsWith('*'))
        return name.startsWith(pattern.chopped(1));
    return name == pattern;
}

bool isDesktopPlatform(QByteArrayView value)
{
    // "wayland;xcb", each with optional ":arguments"
    const QList<QByteArray> choices = value.toByteArray().split(';');
    return std::all_of(choices.begin(), choices.end(), [](const QByteArray &choice) {
        const QByteArray name = choice.split(':').first();
        return std::any_of(DesktopPlatforms.begin(), DesktopPlatforms.end(),
                           [&](const char *known) { return name == known; });
    });
}

/// Of a repeated tunable the last counts, so ours may be any item as long as it is the last of its name.
[[maybe_unused]] bool isWantedIn(const QByteArray &tunables)
{
    const QList<QByteArray> items = tunables.split(':');
    const auto last = std::find_if(items.rbegin(), items.rend(), [](const QByteArray &item) { return item.startsWith(TunableName); });
    return last != items.rend() && *last == TunablesWanted;
}

bool removeHostileVariables()
{
    std::vector<std::string> names;
    for (char **variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
        const std::string assignment = *variable;
        if (isHostileVariable(QByteArrayView(assignment.data(), static_cast<qsizetype>(assignment.size()))))
            names.push_back(assignment.substr(0, assignment.find('=')));
    }
    bool removed = false;
    for (const auto &name : names) {
        // An entry without '=' is not a variable and cannot be unset: it must not count, or the restart would repeat.
        removed = removed || std::getenv(name.c_str()) != nullptr;
        ::unsetenv(name.c_str());
    }
    return removed;
}

/// A standard stream that is closed is a number that the next file, socket or pipe gets, and the log and what is printed with it. Opened the
/// wrong way round, it stays as useless as it was.
void occupyClosedStreams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF)
            continue;
        // The lowest that is free, which is this one. It is to stay in what is started.
        (void)::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

/// sodium_malloc() ignores a failed mlock() (F17), so the limit is tried here once, on as much as the keys need.
void tryLockingMemory(QStringList &warnings)
{
    constexpr std::size_t Wanted = std::size_t(1) << 20;
    rlimit limit{};
    if (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_MEMLOCK, &limit);
    }
    void *block = ::mmap(nullptr, Wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        return;
    if (::mlock(block, Wanted) != 0) {
        warnings += u"Memory cannot be locked (%1): keys may reach the swap space. Raise the limit of locked memory "
                    "(ulimit -l) or encrypt the swap."_s.arg(lastError());
    }
    ::munmap(block, Wanted);
}

#if defined(__GLIBC__) && !defined(CLAVITOR_FOREIGN_ALLOCATOR)
/// Returns only when there is nothing to do or it failed.
void restartWithScrubbedHeap(char *const *argv, bool environmentChanged, QStringList &warnings)
{
    const char *current = std::getenv(TunablesName);
    const std::string tunables = current != nullptr ? current : "";
    const bool heapReady = isWantedIn(QByteArray::fromStdString(tunables));
    if (heapReady && !environmentChanged)
        return;
    if (!heapReady) {
        const std::string wanted = tunables.empty() ? TunablesWanted : tunables + ':' + TunablesWanted;
        ::setenv(TunablesName, wanted.c_str(), 1);
    }
    // By its real path, because /proc/self/exe would name the process "exe" in every process list.
    std::array<char, PATH_MAX> path{};
    const auto length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    if (length > 0)
        ::execv(path.data(), argv);
    ::execv("/proc/self/exe", argv);
    warnings += u"The program could not be restarted with a scrubbed heap (%1): freed values may stay in memory."_s
                    .arg(lastError());
}

/// Whether blocks that are freed now lose what was in them: whatever the variable says, this is what the allocator made of it. As many of a size as
/// a cache of glibc's would keep, in sizes that its different lists take.
bool isFreedMemoryWiped()
{
    constexpr std::array<std::size_t, 3> Sizes{64, 256, 1024};
    constexpr std::size_t Count = 7;
    constexpr unsigned char Mark = 0xa7;
    constexpr std::size_t Links = 4 * sizeof(void *); // a free block's first bytes are the allocator's own
    bool isWiped = true;
    for (const std::size_t size : Sizes) {
        // By their numbers, and not to be seen through: the compiler knows what may not be done with a freed block.
        std::array<volatile std::uintptr_t, Count> addresses{};
        for (auto &address : addresses) {
            void *const block = std::malloc(size);
            if (block == nullptr)
                return false;
            std::fill_n(static_cast<volatile unsigned char *>(block), size, Mark);
            address = reinterpret_cast<std::uintptr_t>(block);
        }
        for (auto &address : addresses)
            std::free(reinterpret_cast<void *>(std::uintptr_t(address)));
        for (auto &address : addresses) {
            const auto *const left = reinterpret_cast<const volatile unsigned char *>(std::uintptr_t(address));
            isWiped = isWiped && std::none_of(left + Links, left + size, [](unsigned char byte) { return byte == Mark; });
        }
    }
    return isWiped;
}
#endif

} // namespace

bool isHostileVariable(QByteArrayView assignment)
{
    const qsizetype equals = assignment.indexOf('=');
    const QByteArrayView name = equals < 0 ? assignment : assignment.first(equals);
    if (std::any_of(HostileNames.begin(), HostileNames.end(),
                    [&](const char *pattern) { return matches(name, pattern); }))
        return true;
    return name == "QT_QPA_PLATFORM" && !isDesktopPlatform(assignment.sliced(equals < 0 ? name.size() : equals + 1));
}

Hardening hardenProcess(char *const *argv)
{
    occupyClosedStreams();
    Hardening result;
    if (::getuid() != ::geteuid() || ::getgid() != ::getegid()) {
        result.refusal = u"Clavitor does not run set-uid or set-gid."_s;
        return result;
    }
#ifdef Q_OS_LINUX
    if (::getauxval(AT_SECURE) != 0) {
        result.refusal = u"Clavitor does not run with file capabilities or set-uid."_s;
        return result;
    }
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        result.warnings += u"The process stays readable by other programs of yours (%1)."_s.arg(lastError());
#endif
    const rlimit noCore{0, 0};
    if (::setrlimit(RLIMIT_CORE, &noCore) != 0)
        result.warnings += u"Core files could not be switched off (%1)."_s.arg(lastError());
    [[maybe_unused]] const bool environmentChanged = removeHostileVariables();
#if defined(CLAVITOR_FOREIGN_ALLOCATOR)
    Q_UNUSED(argv)
#elif defined(__GLIBC__)
    restartWithScrubbedHeap(argv, environmentChanged, result.warnings);
    ::mallopt(M_PERTURB, PerturbByte);
    if (!isFreedMemoryWiped())
        result.warnings += u"Freed memory is not overwritten, whatever was asked of the system's allocator: freed values may stay in memory."_s;
#else
    Q_UNUSED(argv)
    result.warnings += u"Freed memory is not overwritten on this system."_s;
#endif
    tryLockingMemory(result.warnings);
    return result;
}

#ifdef Q_OS_LINUX
namespace {

/// A connection that somebody began before us must not pass for ours: the vault tells who asks by whose socket it is. Those of the
/// standard streams stay, which it takes for nobody's.
void closeInheritedSockets()
{
    DIR *const own = ::opendir("/proc/self/fd");
    if (own == nullptr)
        return;
    std::vector<int> sockets;
    while (const dirent *entry = ::readdir(own)) {
        const int descriptor = std::atoi(entry->d_name);
        struct stat status{};
        if (descriptor > STDERR_FILENO && descriptor != ::dirfd(own) && ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode))
            sockets.push_back(descriptor);
    }
    ::closedir(own);
    for (const int descriptor : sockets)
        ::close(descriptor);
}

} // namespace
#endif

QByteArray withoutHardening(const QByteArray &assignment)
{
    const QByteArray name = QByteArray(TunablesName) + '=';
    if (!assignment.startsWith(name))
        return assignment;
    QList<QByteArray> items = assignment.sliced(name.size()).split(':');
    if (items.last() != TunablesWanted)
        return assignment;
    items.removeLast();
    const QByteArray before = items.join(':');
    return before.isEmpty() ? QByteArray() : QByteArray(name + before);
}

void hideProgram()
{
#ifdef Q_OS_LINUX
    (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

void showProgram()
{
#ifdef Q_OS_LINUX
    closeInheritedSockets();
    // When it fails, the process stays unknown, which is only less comfortable.
    (void)::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
#endif
}

} // namespace clavitor::link
