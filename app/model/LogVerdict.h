// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <optional>

namespace clavitor {

/// What verifying the audit log from its first row on came to. A value.
struct LogVerdict {
    enum class Fault {
        None,
        Missing,        ///< the row is not there, nor the later ones until the next that is
        Altered,        ///< its text is not what was written, or it was never written by us
        Disagrees,      ///< the row is whole, but not what a checkpoint says it was: the log was written anew
        Checkpoint,     ///< a checkpoint in the vault does not bear the vault's signature
        HeadAltered,    ///< the rows are whole, but the key for the next one is not what they lead to
    };
    enum class Place { Vault, Keychain, File };

    qint64 rows = 0;            ///< rows that were found as they were written
    Fault fault = Fault::None;
    qint64 row = 0;             ///< the first bad row's number; 0 without a fault
    int checkpoints = 0;        ///< that agree, wherever they are kept
    /// The last checkpoint outside the vault's file that agrees: up to there nobody can have rewritten the log.
    std::optional<Place> anchor{};
    qint64 anchorRow = 0;
    qint64 anchorTime = 0;      ///< ms since the epoch
    /// Of the checkpoints in the person's file that agree: the last one's row, and when the first was made. 0 when none is of this log.
    qint64 fileRow = 0;
    qint64 fileSince = 0;       ///< ms since the epoch
    bool isCancelled = false;
    bool operator==(const LogVerdict &) const = default;
};

} // namespace clavitor
