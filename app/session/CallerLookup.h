// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "app/model/AuditEvent.h"

#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace clavitor {

/// A path in what is told of a caller is at most this many bytes.
inline constexpr qsizetype longestCallerPath = 1024;

/// Whether a caller is our own program, found out when it is asked for the first time, as it takes a while and is of use for few
/// calls. Copies share what was found. Used on one thread.
class IsOwnProgram {
public:
    IsOwnProgram(bool is = false) // as a bool is to be given, by tests above all
        : m_is(is)
    {
    }
    explicit IsOwnProgram(std::function<bool()> find)
        : m_found(std::make_shared<Found>(std::move(find), std::nullopt))
    {
    }
    operator bool() const
    {
        if (m_found && !m_found->is)
            m_found->is = m_found->find();
        return m_found ? *m_found->is : m_is;
    }

private:
    struct Found {
        std::function<bool()> find;
        std::optional<bool> is;
    };
    std::shared_ptr<Found> m_found;
    bool m_is = false;
};

/// Who is at the other end of a connection, as the system tells. What cannot be known is empty.
struct CallerCard {
    Caller caller;              ///< without what the client says of itself
    QStringList programs;       ///< paths of the executables: the caller's, then its parents', nearest first
    std::uint64_t process = 0;  ///< names the process at the other end, as link::Answer::process; 0 when unknown
    IsOwnProgram isOwnProgram;  ///< it runs the file this process runs, on a connection that is its own: the doctor, and `clavitor run`
    bool operator==(const CallerCard &) const = default;

    [[nodiscard]] bool isKnown() const { return caller.pid != 0; }
};

/// Finds the program behind a connection. It tells apart honest programs of one user; a hostile one of the same user can
/// pretend to be any of them (SECURITY.md §6).
using CallerLookup = std::function<CallerCard(const link::Peer &)>;

/// Linux: the socket's owner in /proc (of clavitor-mcp: who started it), its executable, parents and working folder, remembered for the life of the
/// connection's socket. A new one takes a fifth of a millisecond, of a program never seen before that is older than hundreds of others
/// some more; whether it is our own, where its file is, all descriptors there are, SocketOwners::isHeldBeside(). Elsewhere: always unknown. Used on one thread.
[[nodiscard]] CallerLookup systemCallerLookup();

} // namespace clavitor
