// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/LockedMemory.h"

#include <QByteArray>
#include <QFile>
#include <QList>
#include <QString>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr quint64 Kibibyte = 1024;
constexpr int MayLockAnything = 14; ///< CAP_IPC_LOCK, capabilities(7)

/// The first word behind the name that a line begins with.
std::optional<QByteArray> wordAfter(QByteArrayView text, QByteArrayView name)
{
    for (const QByteArray &line : text.toByteArray().split('\n'))
        if (line.startsWith(name))
            return line.sliced(name.size()).simplified().split(' ').first();
    return std::nullopt;
}

QByteArray contentOf(qint64 pid, const QString &file)
{
    QFile source(u"/proc/%1/%2"_s.arg(pid).arg(file));
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

} // namespace

std::optional<LockedMemory> lockedMemoryIn(QByteArrayView status, QByteArrayView limits)
{
    const auto locked = wordAfter(status, "VmLck:");
    const auto capabilities = wordAfter(status, "CapEff:");
    const auto limit = wordAfter(limits, "Max locked memory ");
    if (!locked || !capabilities || !limit)
        return std::nullopt;
    LockedMemory memory;
    bool isNumber = false;
    memory.locked = locked->toULongLong(&isNumber) * Kibibyte;
    bool isMask = false;
    const quint64 mask = capabilities->toULongLong(&isMask, 16);
    if (!isNumber || !isMask)
        return std::nullopt;
    if (*limit == "unlimited" || (mask >> MayLockAnything & 1) != 0)
        return memory;
    memory.limit = limit->toULongLong(&isNumber);
    return isNumber ? std::optional(memory) : std::nullopt;
}

std::optional<LockedMemory> lockedMemoryOf(qint64 pid)
{
    return lockedMemoryIn(contentOf(pid, u"status"_s), contentOf(pid, u"limits"_s));
}

std::optional<qint64> parentOf(qint64 pid)
{
    const auto parent = wordAfter(contentOf(pid, u"status"_s), "PPid:");
    bool isNumber = false;
    const qint64 number = parent ? parent->toLongLong(&isNumber) : 0;
    return isNumber && number > 0 ? std::optional(number) : std::nullopt;
}

} // namespace clavitor
