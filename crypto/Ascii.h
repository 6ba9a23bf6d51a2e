// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

/// The letters A to Z and a to z and the digits, whatever the locale.
namespace clavitor::crypto {

[[nodiscard]] constexpr char asciiLower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

[[nodiscard]] constexpr bool isAsciiWord(char letter)
{
    const char lower = asciiLower(letter);
    return (lower >= 'a' && lower <= 'z') || (letter >= '0' && letter <= '9');
}

/// `lower` is in lower case. Makes no copy, so `text` may be secret.
[[nodiscard]] constexpr bool equalsIgnoringCase(std::string_view text, std::string_view lower)
{
    return std::ranges::equal(text, lower, {}, asciiLower);
}

[[nodiscard]] inline std::string asciiLowered(std::string_view text)
{
    std::string lower(text);
    for (char &letter : lower)
        letter = asciiLower(letter);
    return lower;
}

} // namespace clavitor::crypto
