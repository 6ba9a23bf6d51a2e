// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/Checkpoint.h"
#include "app/model/LogVerdict.h"
#include "app/store/AuditStore.h"

#include <QList>

#include <limits>
#include <utility>
#include <vector>

namespace clavitor {

/// Walks the audit log from its first row with the key the chain began with, a piece at a time, and stops at the first row
/// that is not as it was written. Checkpoints are met on the way; those past the last row say what was cut off.
///
/// Rows appended meanwhile are not looked at. Vault thread; the store outlives it.
class AuditVerifier {
public:
    /// Checkpoints kept elsewhere, as text.
    struct Notes {
        LogVerdict::Place place;
        QByteArray text;
    };
    struct Parts {
        const AuditStore &store;
        QString vaultId;
        crypto::VerifyingKey key;       ///< of the checkpoints
        crypto::SecretBytes firstKey;   ///< A_0
        AuditChain head;                ///< the log's end as it is now
        bool isStill = false;           ///< nothing is appended meanwhile: what follows the head is no row of ours
        std::vector<FormerSigner> former{};     ///< keys of checkpoints from before the vault's keys were replaced
        std::vector<Notes> notes{};     ///< genuine or not
    };
    explicit AuditVerifier(Parts parts);

    /// Looks at up to `limit` rows, or as many checkpoints first; true when there is nothing more to look at.
    [[nodiscard]] Result<bool> step(int limit);
    [[nodiscard]] const LogVerdict &verdict() const { return m_verdict; }
    /// Rows to look at, as far as is known.
    [[nodiscard]] qint64 total() const { return m_parts.head.sequence; }

private:
    struct Anchor {
        AuditCheckpoint checkpoint;
        LogVerdict::Place place = LogVerdict::Place::Vault;
    };

    /// Of those in the vault and then of those elsewhere some more, until all are gathered.
    [[nodiscard]] Result<> gather(int limit);
    /// False when it is the first bad one.
    [[nodiscard]] bool take(const AuditRow &row);
    void agree(const Anchor &anchor);
    bool fail(LogVerdict::Fault fault, qint64 row);
    void finish();

    Parts m_parts;
    std::vector<std::pair<LogVerdict::Place, checkpoint::NoteReader>> m_notes;
    std::vector<Anchor> m_anchors;      ///< by their rows
    std::size_t m_next = 0;             ///< the next anchor
    qint64 m_sequence = 0;
    crypto::Digest32 m_mac{};
    crypto::SecretBytes m_key;
    qint64 m_gathered = std::numeric_limits<qint64>::min(); ///< the last checkpoint in the vault that is among the anchors
    bool m_hasStored = false;           ///< all of those are
    bool m_hasAll = false;
    LogVerdict m_verdict;
};

} // namespace clavitor
