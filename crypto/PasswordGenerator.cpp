// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PasswordGenerator.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

namespace clavitor::crypto {

namespace {

constexpr std::string_view ambiguous = "0Oo1lI|";

/// The chosen classes' characters, one string a class.
std::vector<std::string> classesOf(const PasswordRecipe &recipe)
{
    std::vector<std::string> classes;
    const auto add = [&](bool chosen, std::string characters) {
        if (recipe.avoidAmbiguous)
            std::erase_if(characters, [](char c) { return ambiguous.contains(c); });
        if (chosen)
            classes.push_back(std::move(characters));
    };
    add(recipe.lower, "abcdefghijklmnopqrstuvwxyz");
    add(recipe.upper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    add(recipe.digits, "0123456789");
    add(recipe.symbols, "!#$%&()*+,-./:;<=>?@[]^_{|}~");
    return classes;
}

bool isAllowed(const PasswordRecipe &recipe)
{
    return recipe.length >= PasswordRecipe::shortest && recipe.length <= PasswordRecipe::longest &&
           (recipe.lower || recipe.upper || recipe.digits || recipe.symbols);
}

bool isAllowed(const PassphraseRecipe &recipe, std::size_t wordCount)
{
    return recipe.words >= PassphraseRecipe::fewest && recipe.words <= PassphraseRecipe::most &&
           recipe.separator.size() <= PassphraseRecipe::longestSeparator && wordCount >= 2;
}

bool hasEachClass(std::string_view password, const std::vector<std::string> &classes)
{
    return std::ranges::all_of(classes, [&](const std::string &characters) {
        return password.find_first_of(characters) != std::string_view::npos;
    });
}

} // namespace

std::expected<GeneratedSecret, CryptoError> generatePassword(const PasswordRecipe &recipe,
                                                             const RandomSource &random)
{
    if (!isAllowed(recipe))
        return std::unexpected(CryptoError::Refused);
    const auto classes = classesOf(recipe);
    const std::string alphabet = std::accumulate(classes.begin(), classes.end(), std::string());

    SecretBytes letters = SecretBytes::pooled(static_cast<std::size_t>(recipe.length));
    const std::string_view password(reinterpret_cast<const char *>(letters.bytes().data()), letters.size());
    do {
        for (std::byte &letter : letters.writable())
            letter = std::byte(alphabet[uniformBelow(static_cast<std::uint32_t>(alphabet.size()), random)]);
    } while (!hasEachClass(password, classes));
    return GeneratedSecret{SecretText::copyOf(password), entropyBits(recipe)};
}

std::expected<GeneratedSecret, CryptoError> generatePassphrase(const PassphraseRecipe &recipe,
                                                               std::span<const std::string_view> words,
                                                               const RandomSource &random)
{
    if (!isAllowed(recipe, words.size()))
        return std::unexpected(CryptoError::Refused);
    SecretText phrase;
    for (int i = 0; i < recipe.words; ++i) {
        if (i > 0)
            phrase.append(recipe.separator);
        phrase.append(words[uniformBelow(static_cast<std::uint32_t>(words.size()), random)]);
    }
    return GeneratedSecret{std::move(phrase), entropyBits(recipe, words.size())};
}

double entropyBits(const PasswordRecipe &recipe)
{
    if (!isAllowed(recipe))
        return 0;
    const auto classes = classesOf(recipe);
    long double size = 0;
    for (const std::string &characters : classes)
        size += static_cast<long double>(characters.size());
    // Inclusion and exclusion over the classes that are missing: the share of all strings that has every
    // class.
    long double share = 0;
    for (unsigned missing = 0; missing < 1u << classes.size(); ++missing) {
        long double left = size;
        for (std::size_t i = 0; i < classes.size(); ++i)
            left -= (missing >> i & 1) != 0 ? static_cast<long double>(classes[i].size()) : 0;
        const long double term = std::pow(left / size, static_cast<long double>(recipe.length));
        share += std::popcount(missing) % 2 == 0 ? term : -term;
    }
    return static_cast<double>(recipe.length * std::log2(size) + std::log2(share));
}

double entropyBits(const PassphraseRecipe &recipe, std::size_t wordCount)
{
    return isAllowed(recipe, wordCount) ? recipe.words * std::log2(static_cast<double>(wordCount)) : 0;
}

} // namespace clavitor::crypto
