// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <expected>
#include <optional>

/// The bridge's Unix socket: a door that only its user can make, so that a client knows whom it gives its token to
/// (SECURITY.md T12). What TCP cannot prove, the owner of a file and of a socket does.
///
/// Any thread; nothing waits longer than a connection to a program that does not take it, some milliseconds.
namespace clavitor::link {

/// Other end of a Unix connection, as the kernel tells (SO_PEERCRED): who connected, or who listens.
struct PeerCredentials
{
    std::uint32_t uid = 0;
    std::int64_t pid = 0; ///< 0 where the system does not tell, or from within a PID namespace of its own
    bool operator==(const PeerCredentials &) const = default;
};
[[nodiscard]] std::optional<PeerCredentials> credentialsOf(int descriptor);

/// Why a door is not opened or not gone through. `sentence` is English, for people.
struct DoorRefusal
{
    enum class Kind {
        Absent, ///< nobody has opened it: the program does not run, or not on that port; may change any moment
        Unsafe, ///< something is there that another user could have put there
        Failed, ///< the system said no
    };
    Kind kind = Kind::Failed;
    QString sentence;
};

/// The port that has the plain name.
inline constexpr std::uint16_t DefaultPort = 1984;

/// $XDG_RUNTIME_DIR, or /run/user/UID where that is not set, as for a program whose client hands nothing on; empty when there is
/// none.
[[nodiscard]] QString runtimeFolder();
/// <runtime folder>/clavitor/bridge.sock, bridge-PORT.sock for another port than DefaultPort: who holds a port holds its door.
[[nodiscard]] QString doorPath(const QString &runtimeFolder, std::uint16_t port);

/// Opens the door: the folder `clavitor` of mode 0700, the socket 0600. What a bridge has left behind is replaced in one step; a
/// link, another user's file, one that is no socket and one that somebody listens on are left alone and named. The
/// listening descriptor, non-blocking; the caller closes it. The file stays behind.
[[nodiscard]] std::expected<int, DoorRefusal> openDoor(const QString &path);

/// Goes through the door when everything about it is this user's: the runtime folder, the folder, the socket, no link among them,
/// nobody else may write, and the program that listens. Not a byte is sent. The connected descriptor, non-blocking.
[[nodiscard]] std::expected<int, DoorRefusal> enterDoor(const QString &path);

} // namespace clavitor::link
