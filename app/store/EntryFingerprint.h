// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Entry.h"
#include "app/store/FieldRows.h"
#include "crypto/Digest.h"

#include <vector>

namespace clavitor {

/// A keyed digest over what makes two entries the same to an import: type, title, URLs, and of each field kind, label,
/// tier and, when it is Shared, value. Never over a Personal value: its key belongs to the agent tier, and a digest of a
/// card number can be guessed.
[[nodiscard]] crypto::Digest32 entryFingerprint(const EntrySummary &summary, const std::vector<StoredField> &fields,
                                                const crypto::SecretBytes &manifestKey);

} // namespace clavitor
