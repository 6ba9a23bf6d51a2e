// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryHistory.h"

#include "app/store/Database.h"
#include "app/store/EntryMerge.h"
#include "app/store/EntryOutline.h"

#include <QMap>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// From a row of version, type, title, created_at, updated_at, outline.
Result<EntryVersion> readVersion(const Statement &row, EntryId id)
{
    EntryVersion version;
    version.version = row.number(0);
    version.savedAt = row.integer(4);
    version.summary.id = id;
    version.summary.version = version.version;
    version.summary.title = row.text(2);
    version.summary.createdAt = row.integer(3);
    version.summary.updatedAt = row.integer(4);
    const std::optional<EntryType> type = entryTypeFromWireName(row.text(1));
    if (!type || !decodeOutline(row.bytes(5), version.summary))
        return fail(ErrorCode::DamagedFile, "the outline of an earlier entry "_L1 + id.toString());
    version.summary.type = *type;
    return version;
}

} // namespace

EntryHistory::EntryHistory(Database &database)
    : m_database(database)
{
}

Result<> EntryHistory::keepCurrent(qint64 entry, int kept)
{
    if (const Result<> done = m_database.run("INSERT INTO entry_versions (entry, version, type, title, created_at, "
                                             "updated_at, outline) SELECT row, version, type, title, created_at, "
                                             "updated_at, outline FROM entries WHERE row = ?",
                                             entry);
        !done)
        return done;
    if (const Result<> done = m_database.run(
            "INSERT INTO version_fields (entry, version, number, position, label, kind, tier, value, sealed_version, "
            "sealed_kind) SELECT entry, (SELECT version FROM entries WHERE row = ?1), number, position, label, kind, "
            "tier, value, sealed_version, sealed_kind FROM fields WHERE entry = ?1",
            entry);
        !done)
        return done;
    return m_database.run("DELETE FROM entry_versions WHERE entry = ?1 AND version <= "
                          "(SELECT version FROM entries WHERE row = ?1) - ?2",
                          entry, kept);
}

Result<bool> EntryHistory::sealPersonal(qint64 entry, EntryId id, const SealingKeys &keys)
{
    QMap<int, QSet<int>> plain;
    {
        Statement query = m_database.statement("SELECT version, number FROM version_fields WHERE entry = ?1 AND tier = 0 "
                                               "AND number IN (SELECT number FROM fields WHERE entry = ?1 AND tier = 1)");
        query.bind(1, entry);
        if (const Result<> read = query.forEach([&] { plain[query.number(0)].insert(query.number(1)); }); !read)
            return std::unexpected(read.error());
    }
    for (auto it = plain.cbegin(); it != plain.cend(); ++it)
        if (const Result<> done = sealVersion(entry, id, it.key(), *it, keys); !done)
            return std::unexpected(done.error());
    return !plain.isEmpty();
}

Result<> EntryHistory::sealVersion(qint64 entry, EntryId id, int version, const QSet<int> &numbers, const SealingKeys &keys)
{
    Result<EntryVersion> earlier = this->version(entry, id, version);
    if (!earlier)
        return std::unexpected(earlier.error());
    Result<std::vector<StoredField>> fields = readFields(m_database, entry, version);
    if (!fields)
        return std::unexpected(fields.error());
    for (StoredField &field : *fields) {
        if (!numbers.contains(field.outline.number))
            continue;
        sealField(field, id, version, keys);
        if (const Result<> done = m_database.run("UPDATE version_fields SET tier = 1, value = ?, sealed_version = ?, "
                                                 "sealed_kind = ? WHERE entry = ? AND version = ? AND number = ?",
                                                 QByteArrayView(field.sealed), field.sealedVersion,
                                                 wireName(field.sealedKind), entry, version, field.outline.number);
            !done)
            return done;
    }
    EntryState state;
    state.summary = std::move(earlier->summary);
    state.fields = std::move(*fields);
    outlineFields(state);
    return m_database.run("UPDATE entry_versions SET outline = ? WHERE entry = ? AND version = ?",
                          QByteArrayView(encodeOutline(state.summary)), entry, version);
}

Result<QList<EntryVersion>> EntryHistory::versions(qint64 entry, EntryId id) const
{
    Statement query = m_database.statement("SELECT version, type, title, created_at, updated_at, outline "
                                           "FROM entry_versions WHERE entry = ? ORDER BY version DESC");
    query.bind(1, entry);
    QList<EntryVersion> versions;
    for (;;) {
        const Result<bool> row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return versions;
        Result<EntryVersion> version = readVersion(query, id);
        if (!version)
            return std::unexpected(version.error());
        versions.append(std::move(*version));
    }
}

Result<EntryVersion> EntryHistory::version(qint64 entry, EntryId id, int version) const
{
    Statement query = m_database.statement("SELECT version, type, title, created_at, updated_at, outline "
                                           "FROM entry_versions WHERE entry = ? AND version = ?");
    query.bindAll(entry, version);
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return fail(ErrorCode::NotFound, "version "_L1 + QString::number(version));
    return readVersion(query, id);
}

} // namespace clavitor
