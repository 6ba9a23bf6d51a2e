// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace clavitor::test {

/// Reads this process's own memory as another would, through /proc/self/mem, and counts the places a key stands at. The key
/// is handed over masked, so that neither the test nor the reader holds it.
class MemoryScan {
public:
    static QByteArray masked(std::span<const std::byte> key)
    {
        QByteArray bytes(static_cast<qsizetype>(key.size()), Qt::Uninitialized);
        for (std::size_t i = 0; i < key.size(); ++i)
            bytes[static_cast<qsizetype>(i)] = static_cast<char>(std::to_integer<int>(key[i]) ^ Mask);
        return bytes;
    }
    [[nodiscard]] int hits(const QByteArray &masked) const
    {
        QFile maps(QStringLiteral("/proc/self/maps"));
        if (!maps.open(QIODevice::ReadOnly))
            return -1;
        const QByteArray regions = maps.readAll();
        const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        if (memory < 0)
            return -1;
        int found = 0;
        for (const QByteArray &line : regions.split('\n'))
            found += hitsIn(memory, line, masked);
        ::close(memory);
        return found;
    }

private:
    static constexpr int Mask = 0x5a;
    static constexpr std::size_t Chunk = 1 << 20;

    static int hitsIn(int memory, const QByteArray &line, const QByteArray &masked)
    {
        const QList<QByteArray> words = line.simplified().split(' ');
        // A sanitizer's shadow is terabytes of nothing; guard pages cannot be read by anybody.
        if (words.size() < 2 || !words[1].startsWith("rw"))
            return 0;
        const QList<QByteArray> ends = words[0].split('-');
        const quint64 from = ends[0].toULongLong(nullptr, 16);
        const quint64 to = ends.value(1).toULongLong(nullptr, 16);
        if (to - from > (quint64(1) << 32))
            return 0;
        const auto length = static_cast<std::size_t>(masked.size());
        std::vector<char> buffer(Chunk + length);
        int found = 0;
        for (quint64 at = from; at < to; at += Chunk) {
            const auto wanted = static_cast<std::size_t>(std::min<quint64>(Chunk + length - 1, to - at));
            const ssize_t got = ::pread(memory, buffer.data(), wanted, static_cast<off_t>(at));
            if (got < static_cast<ssize_t>(length))
                continue;
            const char *const last = buffer.data() + got - length;
            const auto next = [&](const char *place) {
                return place > last ? nullptr : static_cast<const char *>(std::memchr(place, masked[0] ^ Mask, static_cast<std::size_t>(last - place) + 1));
            };
            for (const char *place = next(buffer.data()); place != nullptr; place = next(place + 1))
                if (isAt(place, masked))
                    ++found;
            // What was copied here must not be found in the next region.
            ::explicit_bzero(buffer.data(), buffer.size());
        }
        return found;
    }
    static bool isAt(const char *place, const QByteArray &masked)
    {
        for (qsizetype i = 0; i < masked.size(); ++i)
            if ((place[i] ^ Mask) != masked[i])
                return false;
        return true;
    }
};

} // namespace clavitor::test
