// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Entry.h"

#include <QByteArray>

#include <vector>

namespace clavitor {

class Database;
class Statement;

/// A field as it lies in the file. Move-only.
struct StoredField {
    FieldOutline outline;
    crypto::SecretText value;   ///< of a Shared field
    QByteArray sealed;          ///< the record of a Personal one
    int sealedVersion = 0;      ///< the entry's version and the field's kind when it was sealed: bound into the record
    FieldKind sealedKind = FieldKind::Text;
};

/// From a row of number, label, kind, tier, value, sealed_version, sealed_kind. DamagedFile for a kind nobody knows.
[[nodiscard]] Result<StoredField> readField(const Statement &row);

/// The current fields of an entry (by row number), or those of an earlier version, in the person's order.
[[nodiscard]] Result<std::vector<StoredField>> readFields(Database &database, qint64 entry);
[[nodiscard]] Result<std::vector<StoredField>> readFields(Database &database, qint64 entry, int version);
/// Replaces the current fields.
[[nodiscard]] Result<> writeFields(Database &database, qint64 entry, const std::vector<StoredField> &fields);

} // namespace clavitor
