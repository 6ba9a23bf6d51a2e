// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/ImportStore.h"

#include "app/store/Database.h"
#include "app/store/EntryStore.h"
#include "app/store/Transaction.h"

namespace clavitor {

using namespace Qt::StringLiterals;

ImportStore::ImportStore(Database &database, EntryStore &entries)
    : m_database(database)
    , m_entries(entries)
{
}

Result<> ImportStore::begin(ImportId id, const QString &format, const QString &source, qint64 now)
{
    return m_database.run("INSERT INTO imports (id, format, source, imported_at) VALUES (?, ?, ?, ?)",
                          QByteArrayView(id.toBytes()), format, source, now);
}

Result<> ImportStore::remember(ImportId id, EntryId entry, int version)
{
    return m_database.run("INSERT INTO import_entries (import, entry_id, version) VALUES (?, ?, ?)",
                          QByteArrayView(id.toBytes()), QByteArrayView(entry.toBytes()), version);
}

Result<ImportUndo> ImportStore::undo(ImportId id, qint64 now)
{
    Result<Transaction> transaction = Transaction::join(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    if (const Result<> done = m_database.run("UPDATE imports SET undone_at = ? WHERE id = ? AND undone_at = 0", now,
                                             QByteArrayView(id.toBytes()));
        !done)
        return std::unexpected(done.error());
    if (m_database.changes() != 1)
        return fail(ErrorCode::NotFound, id.toString());

    ImportUndo undone;
    QList<EntryId> untouched;
    {
        // Entries that are gone already are neither removed nor kept.
        Statement query = m_database.statement("SELECT e.id, e.version = i.version FROM import_entries i "
                                               "JOIN entries e ON e.id = i.entry_id WHERE i.import = ?");
        query.bind(1, QByteArrayView(id.toBytes()));
        const Result<> read = query.forEach(
            [&] { (query.integer(1) != 0 ? untouched : undone.kept).append(EntryId::fromBytes(query.blob(0))); });
        if (!read)
            return std::unexpected(read.error());
    }
    if (const Result<> deleted = m_entries.deleteForever(untouched); !deleted)
        return std::unexpected(deleted.error());
    if (const Result<> committed = transaction->commit(); !committed)
        return std::unexpected(committed.error());
    undone.removed = static_cast<int>(untouched.size());
    return undone;
}

Result<QList<ImportBatch>> ImportStore::list() const
{
    Statement query = m_database.statement("SELECT id, format, source, imported_at, undone_at, "
                                           "(SELECT count(*) FROM import_entries WHERE import = id) "
                                           "FROM imports ORDER BY imported_at DESC, id DESC");
    QList<ImportBatch> batches;
    const Result<> read = query.forEach([&] {
        batches.append({ImportId::fromBytes(query.blob(0)), query.text(1), query.text(2), query.integer(3),
                        query.integer(4), query.number(5)});
    });
    if (!read)
        return std::unexpected(read.error());
    return batches;
}

} // namespace clavitor
