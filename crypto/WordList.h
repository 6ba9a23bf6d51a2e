// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace clavitor::crypto {

/// The EFF's long word list for passphrases: 7776 words, sorted, no word the beginning of another. Compiled
/// in from resources/eff_large_wordlist.txt.
[[nodiscard]] std::span<const std::string_view> effLongWordList();

} // namespace clavitor::crypto
