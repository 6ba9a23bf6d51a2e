// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/link/Messages.h"
#include "app/store/AuditStore.h"
#include "app/store/SealingKeys.h"
#include "crypto/PersonalSeal.h"
#include "crypto/Random.h"

#include <QList>

#include <functional>
#include <optional>
#include <span>

namespace clavitor {

/// Writes the audit log as a forward-secure chain: m_i = BLAKE2b(key A_i, m_{i-1} ‖ row), A_{i+1} = BLAKE2b(key A_i, "next"),
/// and A_i is overwritten. Who takes the vault later cannot forge a row written before; A_0 is sealed to the Personal key,
/// so verifying needs the person.
///
/// Rows join the transaction that is open; AuditTransaction opens it, seals the chain's head and settles. Vault thread;
/// the store outlives it.
class AuditLog {
public:
    /// Of each text an agent said, bytes of UTF-8 (SECURITY T32).
    static constexpr qsizetype agentTextLimit = 256;
    /// Bytes of a command that was to get a value, whole, with the agent's own words behind it.
    static constexpr qsizetype commandLimit = 4 * link::MaxCommand + agentTextLimit + 8;

    explicit AuditLog(AuditStore &store);

    /// Reads the head of the chain, or starts one in a new vault. Within a transaction.
    [[nodiscard]] Result<> load(const SealingKeys &keys, const crypto::RandomSource &random);

    /// Adds a row to the open transaction; gives it its sequence number. Texts an agent said are cut to their limits. Before the
    /// first one after the clock was set back by more than `clockTolerance` ms stands one that says so (SECURITY T33).
    [[nodiscard]] Result<> append(AuditEvent event);
    static constexpr qint64 clockTolerance = 120'000;
    /// Calls that came at once are written in another order than they came in; more than so many ms behind is a clock that was set back.
    static constexpr qint64 orderTolerance = 1'000;

    /// The latest time a row was written at, also one whose transaction was undone, since the last stored one that
    /// AuditStore::trustsTheClock(); ms since the epoch. When the clock is behind it, it was set back.
    [[nodiscard]] qint64 lastSeen() const { return m_lastSeen; }

    /// Called once, when the next rows are linked and signed and the disk has not been waited for: what has the keys may let them go.
    std::function<void()> sealed;
    /// Rows that were committed, oldest first.
    std::function<void(const QList<AuditEvent> &)> committed;

    /// Signs what the log is at a row, for who has the key; without it no checkpoints are made. One is made with the rows that
    /// reach another multiple of `checkpointEvery`, and with the next ones after wantCheckpoint().
    std::function<AuditCheckpoint(qint64 sequence, const crypto::Digest32 &mac)> sign;
    static constexpr qint64 checkpointEvery = 100;
    void wantCheckpoint() { m_wantsCheckpoint = true; }
    /// One that was committed.
    std::function<void(const AuditCheckpoint &)> checkpointed;

    /// The head as the database has it, after load().
    [[nodiscard]] AuditChain head() const;
    /// From a row's key to the next one's, which cannot be undone.
    static void advance(crypto::SecretBytes &key);

private:
    friend class AuditTransaction;
    [[nodiscard]] Result<> write(AuditEvent event);
    /// Before `event` is written: so that what was seen of the clock is known after a thousand rows behind it, too.
    [[nodiscard]] Result<> keepSeen(const AuditEvent &event);
    /// Moves on to the last row that is there.
    [[nodiscard]] Result<> catchUp();
    /// Writes the head the rows since the last settle() led to.
    [[nodiscard]] Result<> seal();
    /// The transaction ended: what was appended counts, or never was.
    void settle(bool stored);

    struct Head {
        qint64 sequence = 0;
        crypto::Digest32 mac{};
        crypto::SecretBytes key;
        qint64 clock = 0;       ///< ms, where it stood at the last row

        void follow(const Head &other);
    };

    AuditStore &m_store;
    Head m_stored;              ///< as the database has it
    Head m_next;                ///< with the rows of the open transaction
    QList<AuditEvent> m_open;   ///< rows of the open transaction
    qint64 m_lastSeen = 0;
    qint64 m_keptSeen = 0;      ///< of it, what the file knows beside the rows
    bool m_wantsCheckpoint = false;
    std::optional<AuditCheckpoint> m_checkpoint; ///< of the open transaction
};

/// The exact bytes that are chained: JSON with sorted members, no line breaks, no values of fields.
[[nodiscard]] QByteArray canonicalJson(const AuditEvent &event);

} // namespace clavitor
