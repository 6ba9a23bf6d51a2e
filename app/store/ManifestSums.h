// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/store/PageWitness.h"
#include "app/store/RowSum.h"
#include "crypto/SecretBytes.h"

#include <QByteArray>
#include <QtGlobal>

#include <optional>
#include <span>
#include <string>
#include <vector>

struct sqlite3;

namespace clavitor {

/// What a vault should hold: the number of changes it has seen, the first page's witness and a RowSum for each table, under one MAC. A
/// value; its bytes are what `audit_chain.manifest` stores.
struct ManifestState {
    quint64 generation = 0;     ///< 40 bits are stored, a thousand changes a second for thirty years
    quint32 witness = 0;        ///< see PageWitness; in the bits above
    std::vector<RowSum> tables;
    crypto::Digest32 mac{};

    [[nodiscard]] QByteArray toBytes() const;
    /// Nothing when there are not `tables` of them.
    [[nodiscard]] static std::optional<ManifestState> fromBytes(std::span<const std::byte> bytes, std::size_t tables);

    /// Of a state's bytes: one change more, and the witness that goes with it, which is returned. The MAC is the caller's.
    static quint32 renewWitness(std::span<std::byte> state);
};

/// Keys the sums and MACs of one vault, and keeps ManifestState up to date from inside SQLite. Belongs to the connection it
/// was added to and must outlive its statements; vault thread.
class ManifestSums {
public:
    /// `key` is SubKey::Manifest, `vault` the vault's id, `tables` the names of what is summed up, by their slots.
    ManifestSums(const crypto::SecretBytes &key, std::string vault, std::vector<std::string> tables);

    [[nodiscard]] crypto::Digest32 macOf(const ManifestState &state) const;
    /// The same of a state's bytes, whose last 32 are not looked at.
    [[nodiscard]] crypto::Digest32 macOf(std::span<const std::byte> state) const;
    [[nodiscard]] const crypto::SecretBytes &key() const { return m_key; }
    [[nodiscard]] const std::string &vault() const { return m_vault; }
    [[nodiscard]] const std::vector<std::string> &tables() const { return m_tables; }

    /// What the hash of a row begins with; its columns follow.
    [[nodiscard]] std::string_view rowLabelOf(std::size_t slot) const { return m_rowLabels[slot]; }
    /// The state with the given bytes, to be changed and signed; empty when its MAC is not right. What was verified or
    /// signed here last is known by its bytes, whole: one that a rollback brought back, or somebody else's, is verified anew.
    [[nodiscard]] std::span<std::byte> recognise(std::span<const std::byte> state);
    /// Gives what recognise() lent its new MAC.
    void sign();
    /// Until sign() nothing is known: a change that fails half-way leaves nothing to build upon.
    void forget() { m_isKnown = false; }

    /// See Manifest::withHead().
    std::string withHead;
    /// The slots of what was right before a migration; nothing outside of one.
    std::optional<std::vector<std::size_t>> following;
    /// A large search index that was not looked at yet: see Manifest::requireSeenSearchIndex().
    bool isSearchUnseen = false;
    /// The slots that changed since the first page's witness was last looked at, a bit each, and what that page counted then.
    quint64 changedSlots = 0;
    std::optional<PageWitness::Counts> counted;

    /// Adds the SQL functions; an SQLite result code.
    ///   manifest_sum(slot, column, …)                   aggregate: the RowSum of the rows, as a blob
    ///   manifest_in_order(number, …)                    aggregate: whether up to three numbers of each row are above the row's before
    ///   manifest_added(state, slot, column, …)          the state with one more row in a table and one change more
    ///   manifest_removed(state, slot, column, …)
    ///   manifest_replaced(state, slot, old column, …, new column, …)
    /// The last three fail on a state whose MAC is not right.
    [[nodiscard]] int addTo(sqlite3 *handle);

private:
    crypto::SecretBytes m_key;
    std::string m_vault;
    std::vector<std::string> m_tables;
    std::vector<std::string> m_rowLabels;   ///< by slot
    std::string m_stateLabel;
    crypto::SecretBytes m_known;
    bool m_isKnown = false;
};

} // namespace clavitor
