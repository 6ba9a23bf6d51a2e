// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace clavitor::ui {

/// Text that came from outside (titles, an agent's reason, program names, file names) made honest for one line on screen:
///
/// - controls, line breaks, bidi and zero-width characters, blank letters, lone surrogates, non-characters and piles of
///   more than MarksInARow combining marks stand as "[U+202E]", so nothing can hide, reorder or break out of its line;
/// - right-to-left text is wrapped in an isolate (FSI … PDI, UAX #9), so it cannot reorder what stands beside it;
/// - more than `limit` characters (0 = no limit) end in "…".
///
/// Different inputs give different results, up to `limit`: "[U+202E]" typed by hand gets its bracket escaped.
[[nodiscard]] QString displayText(const QString &untrusted, int limit = 0);

/// Plain words for assistive tools and files: as displayText() without the isolates.
[[nodiscard]] QString escapedText(const QString &untrusted);

/// As escapedText(), for a name that a decision hangs on: what two spellings share on screen is escaped as well. That is
/// every space but a single one inside, and what is not in normal form C (its marks, and letters that stand for another).
[[nodiscard]] QString strictText(const QString &untrusted);

/// True when displayText() had to escape something: worth a mark beside the text.
[[nodiscard]] bool isSuspicious(const QString &untrusted);

inline constexpr int MarksInARow = 6;

} // namespace clavitor::ui
