// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/store/Manifest.h"
#include "crypto/SecretBytes.h"

#include <QByteArray>

#include <optional>

/// What is remembered of a vault outside its file, and, in it, that it could not be compared with that. Pure but for the database's
/// part; the vault thread's.
namespace clavitor::mirror {

/// Generation, MAC of the manifest, and a MAC over both: whoever can write where it is kept can only put an earlier one there.
[[nodiscard]] QByteArray record(const SealedState &state, const crypto::SecretBytes &key, const QString &vaultId);
/// Nothing when it is not one of ours.
[[nodiscard]] std::optional<SealedState> read(const QByteArray &record, const crypto::SecretBytes &key, const QString &vaultId);

/// The record of a vault whose keys were replaced says how often: with the keys of before nothing else of it can be read, and a
/// copy from before would be taken for one that nobody remembers.
[[nodiscard]] QByteArray withEpoch(QByteArray record, quint32 epoch);
/// Off the end of `record`; 1 without one.
[[nodiscard]] quint32 takeEpoch(QByteArray &record);

/// The state of the file when it was first opened without what is remembered outside: what was written since says nothing of
/// whether it was the newest. Of another epoch it is not: that file is gone.
[[nodiscard]] std::optional<SealedState> uncompared(Database &database, quint32 epoch);
[[nodiscard]] Result<> keepUncompared(Database &database, const SealedState &state, quint32 epoch);
[[nodiscard]] Result<> forgetUncompared(Database &database);

} // namespace clavitor::mirror
