// SPDX-License-Identifier: GPL-3.0-or-later
// The reading half of EntryStore: every way a stored value leaves the file is in here.
#include "app/base/SecretString.h"
#include "app/store/Database.h"
#include "app/store/EntryFingerprint.h"
#include "app/store/EntryMerge.h"
#include "app/store/EntryStore.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// What opening a sealed value takes; without `personal` nothing is opened.
struct Opener {
    const SealingKeys &keys;
    EntryId entry;
    const crypto::PersonalKeyPair *personal;

    [[nodiscard]] Result<crypto::SecretText> operator()(const StoredField &field) const
    {
        if (!personal)
            return fail(ErrorCode::PersonalShut, field.outline.wireId());
        const auto record = std::as_bytes(
            std::span(field.sealed.constData(), static_cast<std::size_t>(field.sealed.size())));
        auto text = crypto::openPersonal(
            record, sealContext(keys, entry, field.outline.number, field.sealedKind, field.sealedVersion), *personal,
            *keys.manifestKey);
        if (!text)
            return fail(text.error() == crypto::CryptoError::Newer ? ErrorCode::NewerSchema : ErrorCode::DamagedFile,
                        "Personal field "_L1 + field.outline.wireId() + " of "_L1 + entry.toString());
        return std::move(*text);
    }
};

struct Found {
    qint64 row = 0;
    bool trashed = false;
};

Result<Found> findRow(Database &database, EntryId id)
{
    Statement query = database.statement("SELECT row, trashed_at <> 0 FROM entries WHERE id = ?");
    query.bind(1, QByteArrayView(id.toBytes()));
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return fail(ErrorCode::NotFound, id.toString());
    return Found{query.integer(0), query.integer(1) != 0};
}

/// `query` answers readField()'s columns for the number bound to ?2, once it is bound to the entry.
Result<RevealedField> revealOne(Statement &query, int number, Authorization::Holder holder, const Opener &open)
{
    query.rewind();
    query.bind(2, number);
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return fail(ErrorCode::NotFound, "field "_L1 + QString::number(number));
    Result<StoredField> field = readField(query);
    if (!field)
        return std::unexpected(field.error());

    RevealedField revealed{number, field->outline.label, field->outline.kind, field->outline.tier, {}};
    if (field->outline.tier == Tier::Shared) {
        revealed.value = std::move(field->value);
        return revealed;
    }
    // Whatever the gate decided and whichever keys are at hand: no Personal value for an agent.
    if (holder != Authorization::Holder::Owner)
        return fail(ErrorCode::PersonalShut, u"never for agents"_s);
    Result<crypto::SecretText> text = open(*field);
    if (!text)
        return std::unexpected(text.error());
    revealed.value = std::move(*text);
    return revealed;
}

Result<std::vector<RevealedField>> revealAll(Statement &query, const Authorization &authorization, const Opener &open)
{
    std::vector<RevealedField> fields;
    for (const int number : authorization.fields()) {
        Result<RevealedField> field = revealOne(query, number, authorization.holder(), open);
        if (!field)
            return std::unexpected(field.error());
        fields.push_back(std::move(*field));
    }
    return fields;
}

} // namespace

Result<QHash<int, QString>> EntryStore::openValues(EntryId id) const
{
    const Result<Found> found = findRow(m_database, id);
    if (!found)
        return std::unexpected(found.error());
    Statement query = m_database.statement("SELECT number, kind, value FROM fields WHERE entry = ? AND tier = 0");
    query.bind(1, found->row);
    QHash<int, QString> values;
    const Result<> read = query.forEach([&] {
        const std::optional<FieldKind> kind = fieldKindFromWireName(query.text(1));
        if (kind && !isMasked(*kind))
            values.insert(query.number(0), query.text(2));
    });
    if (!read)
        return std::unexpected(read.error());
    return values;
}

Result<std::vector<RevealedField>> EntryStore::reveal(Authorization &&authorization,
                                                      const crypto::PersonalKeyPair *personal) const
{
    const Authorization used = std::move(authorization);
    const Result<Found> found = findRow(m_database, used.entry());
    if (!found)
        return std::unexpected(found.error());
    if (found->trashed && used.holder() != Authorization::Holder::Owner)
        return fail(ErrorCode::NotFound, used.entry().toString());
    Statement query = m_database.statement("SELECT number, label, kind, tier, value, sealed_version, sealed_kind "
                                           "FROM fields WHERE entry = ?1 AND number = ?2");
    query.bind(1, found->row);
    return revealAll(query, used, {m_keys, used.entry(), personal});
}

Result<std::vector<RevealedField>> EntryStore::revealVersion(Authorization &&authorization, int version,
                                                             const crypto::PersonalKeyPair *personal) const
{
    const Authorization used = std::move(authorization);
    // History is the owner's; agents know only what is.
    if (used.holder() != Authorization::Holder::Owner)
        return fail(ErrorCode::NotFound, used.entry().toString());
    const Result<Found> found = findRow(m_database, used.entry());
    if (!found)
        return std::unexpected(found.error());
    Statement query = m_database.statement("SELECT number, label, kind, tier, value, sealed_version, sealed_kind "
                                           "FROM version_fields WHERE entry = ?1 AND number = ?2 AND version = ?3");
    query.bind(1, found->row).bind(3, version);
    return revealAll(query, used, {m_keys, used.entry(), personal});
}

Result<Likeness> EntryStore::likenessOf(const EntryDraft &draft, const crypto::PersonalKeyPair *personal) const
{
    EntryState wanted;
    wanted.summary = normalised(draft);
    bool sealed = false;
    for (const FieldDraft &field : draft.fields) {
        if (!field.value)
            return Likeness{};
        StoredField copy;
        copy.outline = {0, field.label.trimmed(), field.kind, field.tier};
        sealed = sealed || field.tier == Tier::Personal;
        if (field.tier == Tier::Shared)
            copy.value = field.value->clone();
        wanted.fields.push_back(std::move(copy));
    }

    const crypto::Digest32 fingerprint = entryFingerprint(wanted.summary, wanted.fields, *m_keys.manifestKey);
    Statement query = m_database.statement("SELECT row, id, created_at, updated_at FROM entries "
                                           "WHERE fingerprint = ?1 AND (trashed_at = 0 OR ?2)");
    query.bind(1, std::span<const std::byte>(fingerprint)).bind(2, static_cast<qint64>(draft.trashed));
    Likeness likeness;
    for (;;) {
        const Result<bool> row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return likeness;
        const EntryId id = EntryId::fromBytes(query.blob(1));
        if (!sealed)
            return Likeness{id, false};
        if (!personal) {
            if (draft.updatedAt != 0 && draft.updatedAt == query.integer(3)
                && (draft.createdAt == 0 || draft.createdAt == query.integer(2)))
                return Likeness{id, false};
            likeness.unknown = true;
            continue;
        }
        const Result<bool> same = holdsPersonal(draft, query.integer(0), id, *personal);
        if (!same)
            return std::unexpected(same.error());
        if (*same)
            return Likeness{id, false};
    }
}

Result<bool> EntryStore::holdsPersonal(const EntryDraft &draft, qint64 row, EntryId id,
                                       const crypto::PersonalKeyPair &personal) const
{
    const Result<std::vector<StoredField>> stored = readFields(m_database, row);
    if (!stored)
        return std::unexpected(stored.error());
    const Opener open{m_keys, id, &personal};
    // Equal fingerprints: as many fields, in the same order and tiers.
    if (stored->size() != draft.fields.size())
        return false;
    for (std::size_t i = 0; i < stored->size(); ++i) {
        if ((*stored)[i].outline.tier != Tier::Personal)
            continue;
        const Result<crypto::SecretText> text = open((*stored)[i]);
        if (!text || !text->equals(draft.fields[i].value->view()))
            return false;
    }
    return true;
}

} // namespace clavitor
