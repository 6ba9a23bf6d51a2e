// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Entry.h"
#include "app/store/FieldRows.h"

#include <QList>

#include <vector>

namespace clavitor {

class Database;

/// Earlier states of entries, by the entry's row number. Personal values stay the sealed records they were. Vault thread.
class EntryHistory {
public:
    explicit EntryHistory(Database &database);

    /// Copies the current state, which is about to be replaced, and drops what is beyond `kept` states.
    [[nodiscard]] Result<> keepCurrent(qint64 entry, int kept);
    /// Newest first.
    [[nodiscard]] Result<QList<EntryVersion>> versions(qint64 entry, EntryId id) const;
    /// NotFound when that version was not kept.
    [[nodiscard]] Result<EntryVersion> version(qint64 entry, EntryId id, int version) const;

private:
    Database &m_database;
};

} // namespace clavitor
