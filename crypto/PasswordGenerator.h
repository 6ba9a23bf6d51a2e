// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/Random.h"
#include "crypto/SecretText.h"

#include <expected>
#include <string>
#include <string_view>

namespace clavitor::crypto {

/// What a generated password is made of. Symbols are !#$%&()*+,-./:;<=>?@[]^_{|}~ : no quotes, backslash or
/// backtick, which break shells, connection strings and configuration files.
struct PasswordRecipe
{
    static constexpr int shortest = 8;
    static constexpr int longest = 256;

    int length = 32; ///< characters, from shortest to longest
    bool lower = true;
    bool upper = true;
    bool digits = true;
    bool symbols = true;
    bool avoidAmbiguous = false; ///< leaves out 0 O o 1 l I |
};

struct PassphraseRecipe
{
    static constexpr int fewest = 3;
    static constexpr int most = 20;
    static constexpr std::size_t longestSeparator = 8; ///< bytes of UTF-8

    int words = 6;
    std::string separator = "-";
};

struct GeneratedSecret
{
    SecretText text;
    double entropyBits = 0; ///< log2 of how many results there are, all equally likely
};

/// Every password of the recipe that has at least one character of each chosen class is equally likely: whole
/// passwords are drawn until one has them. Refused: length out of range or no class chosen.
[[nodiscard]] std::expected<GeneratedSecret, CryptoError> generatePassword(const PasswordRecipe &recipe,
                                                                           const RandomSource &random);

/// Words drawn independently. The entropy is exact when no word begins another, which holds for
/// effLongWordList(). Refused: word count or separator out of range, or fewer than two words to choose from.
[[nodiscard]] std::expected<GeneratedSecret, CryptoError>
generatePassphrase(const PassphraseRecipe &recipe, std::span<const std::string_view> words,
                   const RandomSource &random);

/// The figures above without generating; 0 for a recipe that would be refused.
[[nodiscard]] double entropyBits(const PasswordRecipe &recipe);
[[nodiscard]] double entropyBits(const PassphraseRecipe &recipe, std::size_t wordCount);

} // namespace clavitor::crypto
