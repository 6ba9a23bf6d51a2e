// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/base/Id.h"

#include <QList>
#include <QString>

namespace clavitor {

class Database;
class EntryStore;

/// An import that was written.
struct ImportBatch {
    ImportId id;
    QString format;
    QString source;
    qint64 importedAt = 0;      ///< ms since the epoch, UTC
    qint64 undoneAt = 0;        ///< 0 when it was not taken back
    int written = 0;
};

/// What taking an import back did.
struct ImportUndo {
    int removed = 0;
    QList<EntryId> kept;        ///< changed since the import
};

/// Remembers which entries an import wrote, so that it can be taken back as one step. Vault thread; Database and
/// EntryStore outlive it.
class ImportStore {
public:
    ImportStore(Database &database, EntryStore &entries);

    [[nodiscard]] Result<> begin(ImportId id, const QString &format, const QString &source, qint64 now);
    [[nodiscard]] Result<> remember(ImportId id, EntryId entry, int version);
    /// Deletes what the import wrote and nobody changed since, for good: all or nothing, with the caller's transaction if there is
    /// one. NotFound: no such import, or taken back before · Locked, a lock is wanted.
    [[nodiscard]] Result<ImportUndo> undo(ImportId id, qint64 now);
    /// Newest first.
    [[nodiscard]] Result<QList<ImportBatch>> list() const;

private:
    Database &m_database;
    EntryStore &m_entries;
};

} // namespace clavitor
