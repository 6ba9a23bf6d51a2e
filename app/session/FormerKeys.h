// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace clavitor {

/// vault.keys.before, where neither copy of vault.keys can be read: the header as it was when the vault's keys were last being replaced.
/// It may stand in for both once the person has said so. A value.
struct FormerKeys {
    qint64 writtenAt = 0;       ///< ms since the epoch, as its file says; 0: it does not
    /// The database that this header's keys open is there. False after all keys were replaced: then it opens nothing.
    bool opensVault = false;
    /// A database of later keys lies there as well, whole or not. Only the header that is lost would have opened it.
    bool hasLaterFile = false;
    bool isInUse = false;       ///< the person has said so; it is put in the place of both copies at the unlock
    bool operator==(const FormerKeys &) const = default;
};

} // namespace clavitor
