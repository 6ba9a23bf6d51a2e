// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/VaultFolder.h"

#include <csignal>
#include <functional>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clavitor::test {

/// No file may grow beyond `bytes` in this scope: a full disk, as far as a write can tell.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes);
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;
    ~FullDisk();

private:
    rlimit m_before{};
    void (*m_handler)(int);
};

/// Root may write anywhere; in this scope it is nobody. Does nothing for anybody else.
class NotRoot {
public:
    NotRoot();
    NotRoot(const NotRoot &) = delete;
    NotRoot &operator=(const NotRoot &) = delete;
    ~NotRoot();

private:
    bool m_wasRoot;
};

/// Runs `work` in a child process that is killed with SIGKILL when its header write reaches `step`. False when it got
/// past it. Call it before any thread was started.
bool diesAt(const QString &path, HeaderWriteStep step, const std::function<void(VaultFolder)> &work);

} // namespace clavitor::test
