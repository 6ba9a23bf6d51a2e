// SPDX-License-Identifier: GPL-3.0-or-later
// A program that hardens itself as ours do and tells on stdout, as JSON, what it then is. Built without sanitizers, which
// would bring their own allocator and switch the restart off.
#include "app/link/ProcessHardening.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

extern char **environ;

using namespace Qt::StringLiterals;

namespace {

constexpr int BlockSize = 64; // small enough for the thread cache
constexpr int BlockCount = 7; // as many as it keeps of a size

/// Fills blocks with a mark, frees them and counts the marks that are still there. Reads its own freed memory through
/// the kernel, which knows no difference.
int marksLeftInFreedMemory()
{
    std::vector<char *> blocks;
    for (int i = 0; i < BlockCount; ++i) {
        auto *block = static_cast<char *>(std::malloc(BlockSize));
        std::memset(block, 'Q', BlockSize);
        blocks.push_back(block);
    }
    std::vector<quintptr> addresses;
    for (char *block : blocks) {
        addresses.push_back(reinterpret_cast<quintptr>(block));
        std::free(block);
    }
    int left = 0;
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    for (const quintptr address : addresses) {
        char bytes[BlockSize];
        if (::pread(memory, bytes, BlockSize, static_cast<off_t>(address)) != BlockSize)
            return -1;
        // The list pointers of the allocator overwrite the first 16 bytes in any case.
        if (std::memcmp(bytes + 16, "QQQQQQQQQQQQQQQQ", 16) == 0)
            ++left;
    }
    ::close(memory);
    return left;
}

/// What stands behind the descriptor and how it may be used; empty for nothing.
QString stream(int descriptor)
{
    char target[256] = {};
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || ::readlink(link.c_str(), target, sizeof target - 1) < 0)
        return {};
    const int mode = flags & O_ACCMODE;
    return QString::fromLocal8Bit(target) + (mode == O_RDONLY ? u" r"_s : mode == O_WRONLY ? u" w"_s : u" rw"_s);
}

} // namespace

int main(int argc, char *argv[])
{
    const bool isHardened = argc > 1 && std::strcmp(argv[1], "harden") == 0;
    clavitor::link::Hardening hardening;
    if (isHardened)
        hardening = clavitor::link::hardenProcess(argv);
    if (isHardened && argc > 2 && std::strcmp(argv[2], "show") == 0)
        clavitor::link::showProgram();
    rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    QJsonArray variables;
    for (char **variable = environ; *variable != nullptr; ++variable)
        variables += QString::fromLocal8Bit(*variable);
    QJsonArray arguments;
    for (int i = 1; i < argc; ++i)
        arguments += QString::fromLocal8Bit(argv[i]);
    char name[17] = {};
    ::prctl(PR_GET_NAME, name, 0, 0, 0);
    const QJsonArray streams{stream(0), stream(1), stream(2)};
    const QJsonObject facts{
        {u"streams"_s, streams},
        {u"dumpable"_s, ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)},
        {u"coreLimit"_s, static_cast<double>(core.rlim_cur)},
        {u"coreMaximum"_s, static_cast<double>(core.rlim_max)},
        {u"marksLeft"_s, marksLeftInFreedMemory()},
        {u"environment"_s, variables},
        {u"arguments"_s, arguments},
        {u"name"_s, QString::fromLocal8Bit(name)},
        {u"pid"_s, static_cast<double>(::getpid())},
        {u"refusal"_s, hardening.refusal},
        {u"warnings"_s, QJsonArray::fromStringList(hardening.warnings)},
    };
    std::puts(QJsonDocument(facts).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
    if (argc > 2 && std::strcmp(argv[2], "stay") == 0) {
        char nothing = 0;
        while (::read(STDIN_FILENO, &nothing, 1) > 0) {
        }
    }
    return hardening.refusal.isEmpty() ? 0 : 3;
}
