// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/FieldRows.h"

#include "app/store/Database.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

Result<std::vector<StoredField>> readAll(Statement &query)
{
    std::vector<StoredField> fields;
    const Result<> read = query.forEach([&]() -> Result<> {
        Result<StoredField> field = readField(query);
        if (!field)
            return std::unexpected(field.error());
        fields.push_back(std::move(*field));
        return {};
    });
    if (!read)
        return std::unexpected(read.error());
    return fields;
}

} // namespace

Result<StoredField> readField(const Statement &row)
{
    StoredField field;
    field.outline.number = row.number(0);
    field.outline.label = row.text(1);
    const std::optional<FieldKind> kind = fieldKindFromWireName(row.text(2));
    if (!kind)
        return fail(ErrorCode::DamagedFile, u"a field of an unknown kind"_s);
    field.outline.kind = *kind;
    field.outline.tier = row.integer(3) == 1 ? Tier::Personal : Tier::Shared;
    if (field.outline.tier == Tier::Shared) {
        field.value = row.secretText(4);
        return field;
    }
    field.sealed = row.blob(4);
    field.sealedVersion = row.number(5);
    const std::optional<FieldKind> sealedKind = fieldKindFromWireName(row.text(6));
    if (!sealedKind)
        return fail(ErrorCode::DamagedFile, u"a field sealed as an unknown kind"_s);
    field.sealedKind = *sealedKind;
    return field;
}

Result<std::vector<StoredField>> readFields(Database &database, qint64 entry)
{
    Statement query = database.statement("SELECT number, label, kind, tier, value, sealed_version, sealed_kind "
                                         "FROM fields WHERE entry = ? ORDER BY position");
    query.bind(1, entry);
    return readAll(query);
}

Result<std::vector<StoredField>> readFields(Database &database, qint64 entry, int version)
{
    Statement query = database.statement("SELECT number, label, kind, tier, value, sealed_version, sealed_kind "
                                         "FROM version_fields WHERE entry = ? AND version = ? ORDER BY position");
    query.bindAll(entry, version);
    return readAll(query);
}

Result<> writeFields(Database &database, qint64 entry, const std::vector<StoredField> &fields)
{
    if (const Result<> cleared = database.run("DELETE FROM fields WHERE entry = ?", entry); !cleared)
        return cleared;
    int position = 0;
    for (const StoredField &field : fields) {
        const bool personal = field.outline.tier == Tier::Personal;
        Statement insert = database.statement("INSERT INTO fields (entry, number, position, label, kind, tier, "
                                              "sealed_version, sealed_kind, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insert.bindAll(entry, field.outline.number, position++, field.outline.label, wireName(field.outline.kind), personal,
                       field.sealedVersion, personal ? wireName(field.sealedKind) : ""_L1);
        if (personal)
            insert.bind(9, QByteArrayView(field.sealed));
        else
            insert.bindSecret(9, field.value);
        if (const Result<> done = insert.run(); !done)
            return done;
    }
    return {};
}

} // namespace clavitor
