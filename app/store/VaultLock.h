// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QString>

namespace clavitor {

/// "This vault folder is mine": an advisory lock (flock) on the file `lock` in it, held until destruction.
///
/// The kernel lets go when the holder dies in whatever way, so there are no stale locks; the file itself stays and only
/// tells the holder's process id. Any thread; move-only.
class VaultLock {
public:
    /// Errors: AlreadyOpen, detail "process 4711" · NoVault no such folder · ReadOnly · DiskFull · Io.
    [[nodiscard]] static Result<VaultLock> acquire(const QString &folder);

    VaultLock(VaultLock &&other) noexcept;
    VaultLock &operator=(VaultLock &&other) noexcept;
    VaultLock(const VaultLock &) = delete;
    VaultLock &operator=(const VaultLock &) = delete;
    ~VaultLock();

private:
    explicit VaultLock(int descriptor);
    int m_descriptor;
};

} // namespace clavitor
