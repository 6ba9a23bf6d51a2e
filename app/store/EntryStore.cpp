// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryStore.h"

#include "app/store/Database.h"
#include "app/store/EntryFingerprint.h"
#include "app/store/EntryHistory.h"
#include "app/store/EntryMerge.h"
#include "app/store/EntryOutline.h"
#include "app/store/SearchText.h"
#include "app/store/TextFold.h"
#include "app/store/Transaction.h"

#include <algorithm>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// What a change needs to know of the entry it changes.
struct StoredPlace {
    qint64 row = 0;
    int version = 0;
    int nextField = 1;
    qint64 createdAt = 0;
    qint64 trashedAt = 0;
    bool favourite = false;
    bool decoy = false;
};

/// Leads a query by the id to the entry's row. NotFound.
Result<> lead(Statement &query, EntryId id)
{
    query.bind(1, QByteArrayView(id.toBytes()));
    const Result<bool> found = query.step();
    if (!found)
        return std::unexpected(found.error());
    return *found ? Result<>() : fail(ErrorCode::NotFound, id.toString());
}

Result<StoredPlace> placeOf(Database &database, EntryId id)
{
    Statement query = database.statement("SELECT row, version, next_field, created_at, trashed_at, favourite, decoy "
                                         "FROM entries WHERE id = ?");
    if (const Result<> found = lead(query, id); !found)
        return std::unexpected(found.error());
    return StoredPlace{query.integer(0), query.number(1),  query.number(2),
                 query.integer(3), query.integer(4), query.integer(5) != 0, query.integer(6) != 0};
}

/// Inserts (row 0) or updates the row of `entries`; its row number.
Result<qint64> writeRow(Database &database, qint64 row, const EntryState &state, const crypto::Digest32 &fingerprint)
{
    const EntrySummary &summary = state.summary;
    Statement write = database.statement(
        row == 0 ? "INSERT INTO entries (id, type, title, sort_key, favourite, personal, created_at, updated_at, "
                   "trashed_at, version, next_field, fingerprint, outline) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                   "?10, ?11, ?12, ?13)"
                 : "UPDATE entries SET id = ?1, type = ?2, title = ?3, sort_key = ?4, favourite = ?5, personal = ?6, "
                   "created_at = ?7, updated_at = ?8, trashed_at = ?9, version = ?10, next_field = ?11, "
                   "fingerprint = ?12, outline = ?13 WHERE row = ?14");
    write.bindAll(QByteArrayView(summary.id.toBytes()), wireName(summary.type), summary.title, folded(summary.title),
                  summary.favourite, summary.hasPersonal(), summary.createdAt, summary.updatedAt, summary.trashedAt,
                  summary.version, state.nextField, std::span<const std::byte>(fingerprint),
                  QByteArrayView(encodeOutline(summary)));
    if (row != 0)
        write.bind(14, row);
    if (const Result<> done = write.run(); !done)
        return std::unexpected(done.error());
    return row != 0 ? row : database.lastRow();
}

Result<> writeLists(Database &database, qint64 row, const EntrySummary &summary)
{
    for (const char *clear : {"DELETE FROM urls WHERE entry = ?", "DELETE FROM tags WHERE entry = ?"})
        if (const Result<> done = database.run(clear, row); !done)
            return done;
    int position = 0;
    for (const QString &url : summary.urls)
        if (const Result<> done = database.run("INSERT INTO urls (entry, position, url, host) VALUES (?, ?, ?, ?)", row,
                                               position++, url, searchedHost(url));
            !done)
            return done;
    for (const QString &tag : summary.tags)
        if (const Result<> done = database.run("INSERT INTO tags (tag, entry) VALUES (?, ?)", tag, row); !done)
            return done;
    return {};
}

/// The entry with everything that is derived from it.
Result<> write(Database &database, qint64 row, const EntryState &state, const SealingKeys &keys)
{
    const crypto::Digest32 fingerprint = entryFingerprint(state.summary, state.fields, *keys.manifestKey);
    const Result<qint64> written = writeRow(database, row, state, fingerprint);
    if (!written)
        return std::unexpected(written.error());
    if (const Result<> done = writeLists(database, *written, state.summary); !done)
        return done;
    if (const Result<> done = writeFields(database, *written, state.fields); !done)
        return done;
    return replaceSearchText(database, *written, SearchText::of(state.summary, state.fields));
}

} // namespace

EntryStore::EntryStore(Database &database, SealingKeys keys)
    : m_database(database)
    , m_keys(std::move(keys))
{
}

Result<> EntryStore::sealEarlier(qint64 row, EntryId id)
{
    const Result<bool> sealed = EntryHistory(m_database).sealPersonal(row, id, m_keys);
    if (!sealed)
        return std::unexpected(sealed.error());
    // The log has the pages as they were, and the key to them is not the Personal one.
    if (*sealed)
        m_database.truncateLogAfterCommit();
    return {};
}

Result<EntrySummary> EntryStore::save(EntryDraft &&draft, qint64 now, const crypto::PersonalKeyPair *personal)
{
    Result<Transaction> transaction = Transaction::begin(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());

    EntryState state;
    state.summary = normalised(draft);
    state.summary.favourite = draft.favourite;
    if (const Result<> fit = checkNames(state.summary); !fit)
        return std::unexpected(fit.error());
    qint64 row = 0;
    if (draft.id.isNull()) {
        state.summary.id = EntryId{newUuid(now)};
        state.summary.version = 1;
        state.summary.createdAt = draft.createdAt != 0 ? draft.createdAt : now;
        state.summary.updatedAt = draft.updatedAt != 0 ? draft.updatedAt : now;
        state.summary.trashedAt = draft.trashed ? now : 0;
    } else {
        const Result<StoredPlace> place = placeOf(m_database, draft.id);
        if (!place)
            return std::unexpected(place.error());
        if (place->version != draft.baseVersion)
            return fail(ErrorCode::Conflict, "version "_L1 + QString::number(place->version) + " is stored"_L1);
        row = place->row;
        state.summary.id = draft.id;
        state.summary.version = place->version + 1;
        state.summary.createdAt = place->createdAt;
        state.summary.updatedAt = draft.updatedAt != 0 ? draft.updatedAt : now;
        state.summary.trashedAt = place->trashedAt;
        state.summary.decoy = place->decoy;
        state.nextField = place->nextField;
        Result<std::vector<StoredField>> fields = readFields(m_database, row);
        if (!fields)
            return std::unexpected(fields.error());
        state.fields = std::move(*fields);
        if (const Result<> kept = EntryHistory(m_database).keepCurrent(row, keptVersions); !kept)
            return std::unexpected(kept.error());
    }
    state.summary.trashed = state.summary.trashedAt != 0;
    if (const Result<> merged = mergeFields(state, std::move(draft), m_keys, personal != nullptr); !merged)
        return std::unexpected(merged.error());
    if (const Result<> written = write(m_database, row, state, m_keys); !written)
        return std::unexpected(written.error());
    if (row != 0)
        if (const Result<> sealed = sealEarlier(row, state.summary.id); !sealed)
            return std::unexpected(sealed.error());
    if (const Result<> committed = transaction->commit(); !committed)
        return std::unexpected(committed.error());
    return state.summary;
}

Result<EntrySummary> EntryStore::restoreVersion(EntryId id, int version, qint64 now)
{
    Result<Transaction> transaction = Transaction::begin(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    const Result<StoredPlace> place = placeOf(m_database, id);
    if (!place)
        return std::unexpected(place.error());
    if (const Result<> sealed = sealEarlier(place->row, id); !sealed)
        return std::unexpected(sealed.error());
    EntryHistory history(m_database);
    Result<EntryVersion> earlier = history.version(place->row, id, version);
    if (!earlier)
        return std::unexpected(earlier.error());
    Result<std::vector<StoredField>> fields = readFields(m_database, place->row, version);
    if (!fields)
        return std::unexpected(fields.error());
    if (const Result<> kept = history.keepCurrent(place->row, keptVersions); !kept)
        return std::unexpected(kept.error());

    EntryState state{std::move(earlier->summary), std::move(*fields), place->nextField};
    state.summary.version = place->version + 1;
    state.summary.favourite = place->favourite;
    state.summary.decoy = place->decoy;
    state.summary.updatedAt = now;
    state.summary.trashedAt = place->trashedAt;
    state.summary.trashed = place->trashedAt != 0;
    if (const Result<> written = write(m_database, place->row, state, m_keys); !written)
        return std::unexpected(written.error());
    // The state brought back may hold Personal what was Shared a moment ago.
    if (const Result<> sealed = sealEarlier(place->row, id); !sealed)
        return std::unexpected(sealed.error());
    if (const Result<> committed = transaction->commit(); !committed)
        return std::unexpected(committed.error());
    return state.summary;
}

Result<> EntryStore::setFavourite(EntryId id, bool favourite)
{
    if (const Result<> done = m_database.run("UPDATE entries SET favourite = ? WHERE id = ?", favourite,
                                             QByteArrayView(id.toBytes()));
        !done)
        return done;
    return m_database.changes() == 1 ? Result<>() : fail(ErrorCode::NotFound, id.toString());
}

Result<> EntryStore::setDecoy(EntryId id, bool decoy)
{
    if (const Result<> done = m_database.run("UPDATE entries SET decoy = ? WHERE id = ?", decoy, QByteArrayView(id.toBytes())); !done)
        return done;
    return m_database.changes() == 1 ? Result<>() : fail(ErrorCode::NotFound, id.toString());
}

template<typename Change>
Result<> EntryStore::forEach(const QList<EntryId> &ids, Change change)
{
    Result<Transaction> transaction = Transaction::join(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    std::vector<qint64> rows;
    rows.reserve(static_cast<std::size_t>(ids.size()));
    for (const EntryId &id : ids) {
        if (const Result<> on = m_database.whileNotStopped(); !on)
            return on;
        // By the index alone: the rows themselves lie all over the file.
        Statement query = m_database.statement("SELECT row FROM entries WHERE id = ?");
        if (const Result<> found = lead(query, id); !found)
            return found;
        rows.push_back(query.integer(0));
    }
    // As they lie in the file. Ids and titles lead all over it, and of many entries each would read and write pages that had to make
    // room for those of the one before.
    std::ranges::sort(rows);
    for (const qint64 row : rows) {
        if (const Result<> on = m_database.whileNotStopped(); !on)
            return on;
        if (const Result<> done = change(row); !done)
            return done;
    }
    return transaction->commit();
}

Result<> EntryStore::moveToTrash(const QList<EntryId> &ids, qint64 now)
{
    return forEach(ids, [&](qint64 row) {
        return m_database.run("UPDATE entries SET trashed_at = ? WHERE row = ? AND trashed_at = 0", now, row);
    });
}

Result<> EntryStore::restoreFromTrash(const QList<EntryId> &ids)
{
    return forEach(ids,
                   [&](qint64 row) { return m_database.run("UPDATE entries SET trashed_at = 0 WHERE row = ?", row); });
}

Result<> EntryStore::deleteForever(const QList<EntryId> &ids)
{
    Result<Transaction> transaction = Transaction::join(m_database);
    if (!transaction)
        return std::unexpected(transaction.error());
    const Result<bool> anew = isSearchIndexSoonerAnew(m_database, ids.size());
    if (!anew)
        return std::unexpected(anew.error());
    // Fields, URLs, tags, history and the searched text go with it by their foreign keys.
    const auto remove = [&](qint64 row) { return m_database.run("DELETE FROM entries WHERE row = ?", row); };
    const Result<> removed = *anew ? forEach(ids, remove) : forEach(ids, [&](qint64 row) -> Result<> {
        // The search index writes what it gathered at each savepoint. Without one all of it would be left to the commit, which no lock
        // could end.
        Result<Transaction> piece = Transaction::begin(m_database);
        if (!piece)
            return std::unexpected(piece.error());
        if (const Result<> done = removeSearchText(m_database, row); !done)
            return done;
        if (const Result<> done = remove(row); !done)
            return done;
        return piece->commit();
    });
    if (!removed)
        return removed;
    if (*anew)
        if (const Result<> made = makeSearchIndexAnew(m_database); !made)
            return made;
    return transaction->commit();
}

Result<QList<EntryVersion>> EntryStore::history(EntryId id) const
{
    const Result<StoredPlace> place = placeOf(m_database, id);
    if (!place)
        return std::unexpected(place.error());
    return EntryHistory(m_database).versions(place->row, id);
}

} // namespace clavitor
