// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Entry.h"
#include "app/store/FieldRows.h"
#include "app/store/SealingKeys.h"

#include <QList>
#include <QSet>

#include <vector>

namespace clavitor {

class Database;

/// Earlier states of entries, by the entry's row number. A field that is Personal now is Personal in every one of them.
/// Vault thread.
class EntryHistory {
public:
    explicit EntryHistory(Database &database);

    /// Copies the current state, which is about to be replaced, and drops what is beyond `kept` states.
    [[nodiscard]] Result<> keepCurrent(qint64 entry, int kept);
    /// Seals what the fields that are Personal now held while they were Shared, each record bound to the version it is of,
    /// and takes it out of the outlines. Whether there was any.
    [[nodiscard]] Result<bool> sealPersonal(qint64 entry, EntryId id, const SealingKeys &keys);
    /// Newest first.
    [[nodiscard]] Result<QList<EntryVersion>> versions(qint64 entry, EntryId id) const;
    /// NotFound when that version was not kept.
    [[nodiscard]] Result<EntryVersion> version(qint64 entry, EntryId id, int version) const;

private:
    [[nodiscard]] Result<> sealVersion(qint64 entry, EntryId id, int version, const QSet<int> &numbers,
                                       const SealingKeys &keys);

    Database &m_database;
};

} // namespace clavitor
