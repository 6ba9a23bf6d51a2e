// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace clavitor {

/// What a text is by its look alone. None of these keeps or copies what it is shown.

/// Lines of nothing but one code of 6–64 letters and digits with at least one digit, in at most four groups,
/// as services print them; numbers and bullets in front are ignored.
[[nodiscard]] int recoveryCodeLines(std::string_view text);
/// At least four such lines, and three of them for every other line.
[[nodiscard]] bool isRecoveryList(std::string_view text);

/// BIP39 and its kin: 12, 15, 18, 21 or 24 lower-case words of 3–8 letters that read as no sentence.
[[nodiscard]] bool isSeedPhrase(std::string_view text);

/// Payment card: 13–19 digits in the ranges of the card schemes, with a right Luhn digit (ISO/IEC 7812-1).
[[nodiscard]] bool isCardNumber(std::string_view text);

/// Two capitals, two check digits, 11–30 capitals and digits that leave 1 when divided by 97 (ISO 13616).
[[nodiscard]] bool isIban(std::string_view text);

} // namespace clavitor
