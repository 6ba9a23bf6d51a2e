// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QtGlobal>

#include <optional>

namespace clavitor {

/// How much of its memory a process may keep out of the swap space, and how much it has locked there (mlock(2)). Bytes.
struct LockedMemory {
    std::optional<quint64> limit;   ///< nullopt: as much as it wants
    quint64 locked = 0;

    /// What a keeper wants at the least: the first step of SQLite's heap and the keys beside it.
    static constexpr quint64 least = quint64(2) << 20;
    [[nodiscard]] bool isTooLittle() const { return limit && *limit < least; }
    /// It has no room left for another step: whatever more it needs is not locked.
    [[nodiscard]] bool isUsedUp() const { return limit && locked + least > *limit; }

    bool operator==(const LockedMemory &) const = default;
};

/// From the content of /proc/PID/status and /proc/PID/limits; nullopt when that is not what they are. Pure.
[[nodiscard]] std::optional<LockedMemory> lockedMemoryIn(QByteArrayView status, QByteArrayView limits);

/// Of a running process, whoever may not look into it otherwise; nullopt on other systems than Linux and when it is gone. Any thread.
[[nodiscard]] std::optional<LockedMemory> lockedMemoryOf(qint64 pid);

/// Its parent; nullopt likewise.
[[nodiscard]] std::optional<qint64> parentOf(qint64 pid);

} // namespace clavitor
