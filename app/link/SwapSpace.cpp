// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/SwapSpace.h"

#include <QDir>
#include <QFile>

#include <algorithm>

#ifdef Q_OS_LINUX
#include <sys/stat.h>
#include <sys/sysmacros.h>
#endif

namespace clavitor::link {

using namespace Qt::StringLiterals;

namespace {

/// Of devices upon devices; a loop cannot be, but a file system may claim anything.
constexpr int MaxDepth = 8;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(256).trimmed() : QByteArray();
}

bool isEncrypted(const QString &device, int depth = 0)
{
    const QString name = QFileInfo(QFileInfo(device).canonicalFilePath()).fileName();
    if (name.startsWith("zram"_L1) || contentOf(device + u"/dm/uuid"_s).startsWith("CRYPT-"))
        return true;
    const QStringList below = QDir(device + u"/slaves"_s).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    return depth < MaxDepth && !below.isEmpty() && std::ranges::all_of(below, [&](const QString &one) {
        return isEncrypted(device + u"/slaves/"_s + one, depth + 1);
    });
}

} // namespace

QString plainSwapIn(QByteArrayView swaps, const QString &blockDevices, const DeviceLookup &deviceOf)
{
    const QList<QByteArray> lines = swaps.toByteArray().split('\n');
    for (const QByteArray &line : lines.sliced(1)) { // the first has the columns' names
        // Spaces in a name are written \040, so the first column ends at the first one.
        QByteArray name = line.left(line.indexOf(' ')).split('\t').first();
        name.replace("\\040", " ");
        if (name.isEmpty())
            continue;
        const QString path = QFile::decodeName(name);
        const std::optional<DeviceNumber> number = deviceOf(path);
        if (!number || !isEncrypted(blockDevices + u'/' + *number))
            return path;
    }
    return {};
}

QString plainSwap()
{
#ifdef Q_OS_LINUX
    QFile swaps(u"/proc/swaps"_s);
    if (!swaps.open(QIODevice::ReadOnly))
        return {};
    return plainSwapIn(swaps.readAll(), u"/sys/dev/block"_s, [](const QString &path) -> std::optional<DeviceNumber> {
        struct stat status{};
        if (::stat(QFile::encodeName(path).constData(), &status) != 0)
            return std::nullopt;
        const dev_t device = S_ISBLK(status.st_mode) ? status.st_rdev : status.st_dev;
        return u"%1:%2"_s.arg(major(device)).arg(minor(device));
    });
#else
    return {};
#endif
}

} // namespace clavitor::link
