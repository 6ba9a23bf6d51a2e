// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace clavitor::bridge {

/// What of the cage this system gave.
struct Sandbox
{
    bool hasNoNewPrivileges = false;
    bool isFileSystemClosed = false; ///< Landlock: no file can be opened, made or removed, no port bound or connected to
    bool areCallsFiltered = false;   ///< seccomp: what is not on the list fails
    QStringList warnings;            ///< English, one for each part that is missing
};

/// Shuts this process in, for good, once it has everything it needs: its sockets, its pipe, its libraries (SECURITY.md §6). After that it can
/// accept, read, write and answer; it cannot open or make a file, make or connect a socket, start or look into a process, or map
/// code. A forbidden call fails with EPERM (EACCES from Landlock) and does not end the process, so a library that tries
/// something needless costs nothing. At most 512 MiB of address space and 256 descriptors.
///
/// Linux; elsewhere everything is missing and said. Called once, before the first byte of a client is read and while the process has one
/// thread: Landlock counts for that one and those it starts.
[[nodiscard]] Sandbox enterSandbox();

} // namespace clavitor::bridge
