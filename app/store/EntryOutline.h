// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Entry.h"

#include <QByteArray>

#include <cstddef>
#include <span>

namespace clavitor {

class Statement;

/// The parts of a summary that are lists, in one BLOB, so that ten thousand summaries are one scan without joins:
/// a format byte 1, then subtitle, URLs, tags and fields (number, tier, kind, label), each list after its count, each
/// text after its length in UTF-8; numbers in groups of 7 bits, low first, the top bit meaning "more".
[[nodiscard]] QByteArray encodeOutline(const EntrySummary &summary);
/// False when the bytes are not what encodeOutline() writes.
[[nodiscard]] bool decodeOutline(std::span<const std::byte> bytes, EntrySummary &summary);

/// The columns that readSummary() reads, in its order; `e` stands for the table entries.
inline constexpr char summaryColumns[] = "e.id, e.type, e.title, e.favourite, e.created_at, e.updated_at, e.trashed_at, "
                                         "e.version, e.outline, e.decoy";
inline constexpr int summaryColumnCount = 10;
[[nodiscard]] Result<EntrySummary> readSummary(const Statement &row);

} // namespace clavitor
