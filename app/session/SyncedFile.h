// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/VaultHeader.h"

#include <QString>

#include <cstddef>
#include <span>
#include <vector>

#include <sys/types.h>

/// What VaultFolder does with files: each is on the disk when its function returns. Any thread. ReadOnly · DiskFull · Io.
namespace clavitor {

/// Of every file of a vault.
inline constexpr mode_t PrivateFile = 0600;

[[nodiscard]] std::unexpected<Error> failWithErrno(const QString &path);
/// 0600; in place of what is there.
[[nodiscard]] Result<> writeSynced(const QString &path, std::span<const std::byte> bytes);
/// In place of what is there. The folder is still to be synced (app/base/PrivateFolder.h).
[[nodiscard]] Result<> renameFile(const QString &from, const QString &to);
/// Fine when there is none. The folder is still to be synced.
[[nodiscard]] Result<> removeFile(const QString &path);
/// Of a file of at most so many bytes, and nothing but a file: a pipe would be waited for, a link leads anywhere. NoVault when nothing is there ·
/// ForeignFile when it is something else, or larger · Io.
[[nodiscard]] Result<std::vector<std::byte>> readSmallFile(const QString &path, std::size_t largest);
/// NoVault when the file is not there · ForeignFile · DamagedFile · NewerSchema · ParametersRefused · Io.
[[nodiscard]] Result<crypto::VaultHeader> readHeaderFile(const QString &path);

} // namespace clavitor
