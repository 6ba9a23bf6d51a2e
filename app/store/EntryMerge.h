// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Entry.h"
#include "app/store/FieldRows.h"
#include "app/store/SealingKeys.h"

#include <vector>

namespace clavitor {

/// An entry ready to be written: the summary that lists will show, the fields, and the next unused field number.
struct EntryState {
    EntrySummary summary;
    std::vector<StoredField> fields;
    int nextField = 1;
};

/// Type, title, URLs and tags of the draft in their stored form: trimmed, blanks dropped, tags sorted and unique, the
/// title never empty.
[[nodiscard]] EntrySummary normalised(const EntryDraft &draft);

/// InvalidValue: more URLs or tags than entryLimits allows, or longer ones.
[[nodiscard]] Result<> checkNames(const EntrySummary &summary);

/// What a save writes: the draft's fields with the values it brings, sealed where they are Personal, and the stored ones
/// where it keeps them. `state` comes with id, version (the new one), nextField and, in `fields`, what is stored now.
/// InvalidValue and PersonalShut as EntryStore::save() tells.
[[nodiscard]] Result<> mergeFields(EntryState &state, EntryDraft &&draft, const SealingKeys &keys, bool personalOpen);

/// Turns the plain value of a field into a record bound to that version of the entry; the field is Personal then.
void sealField(StoredField &field, EntryId entry, int version, const SealingKeys &keys);

/// Brings the summary's field outlines and subtitle in line with the fields.
void outlineFields(EntryState &state);

/// Where the record of a Personal field is bound to.
[[nodiscard]] crypto::SealContext sealContext(const SealingKeys &keys, EntryId entry, int field, FieldKind kind,
                                              int version);

} // namespace clavitor
