// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/AuditEvent.h"
#include "app/store/SealingKeys.h"
#include "crypto/Digest.h"
#include "crypto/SecretBytes.h"

#include <QByteArray>
#include <QList>

#include <limits>
#include <optional>
#include <vector>

namespace clavitor {

class Database;

/// A row as the chain sees it.
struct AuditRow {
    AuditEvent event;
    QByteArray canonical;       ///< the bytes that were chained
    crypto::Digest32 mac{};
    bool isReadable = true;     ///< false: a column holds what is read as something else
};

/// The head of the chain of SECURITY.md §5.6: what the next row is linked to, and the key it will be linked with.
struct AuditChain {
    qint64 sequence = 0;        ///< of the last row, 0 before the first
    crypto::Digest32 mac{};     ///< of the last row
    crypto::SecretBytes key;    ///< for the next row; its predecessors are overwritten
    QByteArray sealedStart;     ///< the first key, sealed to the Personal public key: for verifying the whole
};

/// What we said the log was at a moment, signed; also kept outside the file.
struct AuditCheckpoint {
    qint64 sequence = 0;
    crypto::Digest32 mac{};
    qint64 generation = 0;
    qint64 time = 0;            ///< ms since the epoch, UTC
    QByteArray signature;
};

/// The stored audit log: columns for people, canonical bytes and MAC for the chain. It stores and finds; what a row says
/// and how rows are linked is AuditLog's. Vault thread; the Database outlives it.
class AuditStore {
public:
    static constexpr int maximumPage = 1000;

    explicit AuditStore(Database &database);

    /// Inside the caller's transaction. `event.sequence` must follow the last row and the chain's head: Internal otherwise. Where
    /// rows were cut off outside there is a gap between the two, which stays for whoever verifies.
    [[nodiscard]] Result<> append(const AuditEvent &event, QByteArrayView canonical, const crypto::Digest32 &mac);
    /// 0 before the first row.
    [[nodiscard]] Result<qint64> lastSequence() const;
    /// Rows of the owner giving a key its time, which is counted from the clock, so the clock is taken for right. Without
    /// this one that once was far ahead would end every new key at once.
    [[nodiscard]] static bool trustsTheClock(QStringView action);
    /// The latest time among the last rows since the clock was trusted, ms since the epoch; 0 before the first. Not only of
    /// the last one, which may have been written after the clock was set back. What was kept counts, however many rows ago it was.
    [[nodiscard]] Result<qint64> lastSeen() const;
    /// The number of the first row there is, if it is below `sequence`.
    [[nodiscard]] Result<std::optional<qint64>> rowBefore(qint64 sequence) const;
    /// In the transaction of the row that is behind `seen`; and of the one that trusts the clock again.
    [[nodiscard]] Result<> keepSeen(qint64 seen);
    [[nodiscard]] Result<> forgetSeen();
    /// Where the clock stood: the latest time among the last rows since one that tells of a clock set back, this one included. Calls
    /// to a locked vault are written later and do not count.
    [[nodiscard]] Result<qint64> clockStood() const;
    static constexpr QLatin1StringView clockSetBack{"clock.back"};

    /// What the start of the chain is sealed as: a Personal record of no entry, so the one documented format covers it.
    [[nodiscard]] static crypto::SealContext startContext(const SealingKeys &keys);
    /// Empty before startChain().
    [[nodiscard]] Result<std::optional<AuditChain>> chain() const;
    /// Once in a vault's life: Conflict when there is a chain.
    [[nodiscard]] Result<> startChain(const crypto::SecretBytes &firstKey, QByteArrayView sealedStart);
    /// In the same transaction as the row it follows. The previous key is overwritten.
    [[nodiscard]] Result<> advanceChain(qint64 sequence, const crypto::Digest32 &mac, const crypto::SecretBytes &nextKey);

    // Both look at every row of a log that may be long, so a lock that is wanted ends them: Locked.
    /// Newest first, older than `beforeSequence`; 0 for the newest. `limit` is 1–maximumPage. A key's rows are found under every
    /// id it had, whichever the filter names.
    [[nodiscard]] Result<AuditPage> page(const AuditFilter &filter, qint64 beforeSequence, int limit) const;
    /// Rows a bucket and actor, oldest bucket first. Buckets start at multiples of `bucketMilliseconds`.
    [[nodiscard]] Result<QList<AuditBucket>> timeline(const AuditFilter &filter, qint64 bucketMilliseconds) const;
    /// Oldest first, for verifying.
    [[nodiscard]] Result<std::vector<AuditRow>> rowsAfter(qint64 sequence, int limit) const;

    [[nodiscard]] Result<> addCheckpoint(const AuditCheckpoint &checkpoint);
    /// Oldest first, those of rows after `sequence`, up to `limit` of them.
    [[nodiscard]] Result<QList<AuditCheckpoint>> checkpoints(qint64 sequence = std::numeric_limits<qint64>::min(),
                                                             int limit = std::numeric_limits<int>::max()) const;

private:
    Database &m_database;
};

} // namespace clavitor
