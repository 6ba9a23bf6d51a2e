// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

#include <cstdint>
#include <optional>

#include <sys/types.h>

namespace clavitor {

/// Which process of this user holds a socket, as /proc shows it. What the system does not show is not found: another user's, one
/// that keeps itself from being looked at, one of a PID namespace this process does not see into.
///
/// Where several hold it, one of them is answered. Those found last are looked at first, then the youngest, then all; of each first
/// the descriptors a new connection mostly is at (about 10 µs a process), then every one (about 4 µs a descriptor). So only what
/// was never found, holds it where it is not expected and is older than many others takes long, once. One thread. Linux.
class SocketOwners {
public:
    struct Owner {
        pid_t pid = 0;
        quint64 start = 0;      ///< ProcessStat::start
        int descriptor = -1;    ///< one of those it holds it at
        bool operator==(const Owner &) const = default;
    };
    /// This process itself is the last to be thought of, and not remembered.
    [[nodiscard]] std::optional<Owner> find(std::uint64_t socket);

    /// Whether that process still holds it; a number that was given anew is another process.
    [[nodiscard]] static bool isHeldBy(const Owner &owner, std::uint64_t socket);
    /// Whether it holds it at a descriptor from `least` on.
    [[nodiscard]] static bool isHeldFrom(const Owner &owner, std::uint64_t socket, int least);
    /// Whether another process of this user is seen to hold it, too. Looks at every descriptor there is, about a microsecond each where
    /// the kernel compares them (kcmp), three where it does not.
    [[nodiscard]] static bool isHeldBeside(const Owner &owner, std::uint64_t socket);

    /// How many times the last find() looked into a process, beside where it was found the last time.
    [[nodiscard]] int looked() const { return m_looked; }

private:
    Owner remember(Owner owner);

    QList<Owner> m_last;        ///< the latest first
    int m_looked = 0;
};

} // namespace clavitor
