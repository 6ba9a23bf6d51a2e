// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/RecoverySheet.h"

#include "crypto/KeyDerivation.h"

#include <sodium.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace clavitor::crypto {

namespace {

constexpr std::string_view sheetDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr int dataLength = RecoverySheet::groupLength - 1;
constexpr std::size_t characters = std::size_t(RecoverySheet::groupCount) * RecoverySheet::groupLength;
constexpr unsigned char notADigit = 0xff;

/// In GF(32) with the polynomial x^5 + x^2 + 1: times x.
constexpr unsigned timesX(unsigned value)
{
    value <<= 1;
    return (value & 32) != 0 ? value ^ 0b100101u : value;
}

/// c1·x^5 + c2·x^4 + c3·x^3 + c4·x^2 + number·x. The powers differ, so any two of the five exchanged show.
unsigned checkOf(std::span<const unsigned char> digits, int number)
{
    unsigned sum = 0;
    for (int i = 0; i < dataLength; ++i)
        sum = timesX(sum ^ digits[static_cast<std::size_t>(i)]);
    return timesX(sum ^ static_cast<unsigned>(number));
}

unsigned char sheetDigitOf(char letter)
{
    if (letter >= 'a' && letter <= 'z')
        letter = static_cast<char>(letter - 'a' + 'A');
    if (letter == 'O')
        letter = '0';
    if (letter == 'I' || letter == 'L')
        letter = '1';
    const auto at = sheetDigits.find(letter);
    return at == std::string_view::npos ? notADigit : static_cast<unsigned char>(at);
}

/// The length of the separator `rest` begins with: ASCII that is no letter or digit, and the spaces and
/// dashes that writing programs put in their place.
std::size_t separatorLength(std::string_view rest)
{
    const auto first = static_cast<unsigned char>(rest.front());
    if (first < 0x80) {
        const bool isLetter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
        return isLetter || (first >= '0' && first <= '9') ? 0 : 1;
    }
    if (rest.starts_with("\u00a0"))
        return 2;
    const bool isGeneralPunctuation = rest.size() >= 3 && rest.starts_with("\xe2\x80");
    return isGeneralPunctuation && static_cast<unsigned char>(rest[2]) <= 0x95 ? 3 : 0;
}

/// The characters between separators, as digits; at most `limit` of them are kept, all are counted.
struct Typed
{
    SecretBytes digits{characters};
    std::size_t count = 0;
    std::vector<std::size_t> runs; ///< lengths of what stands between separators

    std::span<const unsigned char> kept(std::size_t from, std::size_t length) const
    {
        return {reinterpret_cast<const unsigned char *>(digits.bytes().data()) + from, length};
    }
};

Typed digitsIn(std::string_view text)
{
    Typed typed;
    bool inRun = false;
    while (!text.empty()) {
        if (const std::size_t length = separatorLength(text); length > 0) {
            inRun = false;
            text.remove_prefix(length);
            continue;
        }
        if (!inRun)
            typed.runs.push_back(0);
        inRun = true;
        ++typed.runs.back();
        if (typed.count < characters)
            typed.digits.writable()[typed.count] = std::byte(sheetDigitOf(text.front()));
        ++typed.count;
        text.remove_prefix(1);
        // A character of several bytes is one that does not belong there.
        while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0) == 0x80)
            text.remove_prefix(1);
    }
    return typed;
}

bool holds(std::span<const unsigned char> group, int number)
{
    for (const unsigned char digit : group)
        if (digit == notADigit)
            return false;
    return checkOf(group, number) == group[dataLength];
}

/// The lengths are wrong. When the separators still show eight groups, the ones that have not five are to
/// blame.
RecoverySheetFault wrongLength(const Typed &typed)
{
    using Kind = RecoverySheetFault::Kind;
    if (typed.count == 0)
        return {Kind::Empty, {}};
    if (typed.runs.size() != RecoverySheet::groupCount ||
        typed.count > characters + 2 * RecoverySheet::groupLength)
        return {typed.count < characters ? Kind::TooShort : Kind::TooLong, {}};
    RecoverySheetFault fault{Kind::WrongGroups, {}};
    std::size_t at = 0;
    for (int number = 1; number <= RecoverySheet::groupCount; ++number) {
        const std::size_t length = typed.runs[static_cast<std::size_t>(number - 1)];
        const bool isKept = at + length <= characters;
        if (length != RecoverySheet::groupLength || (isKept && !holds(typed.kept(at, length), number)))
            fault.groups.push_back(number);
        at += length;
    }
    return fault;
}

bool isWhole(const Typed &typed)
{
    if (typed.count != characters)
        return false;
    // One character too few in a group and one too many in the next are two wrong groups, not eight.
    if (typed.runs.size() == RecoverySheet::groupCount)
        for (const std::size_t length : typed.runs)
            if (length != RecoverySheet::groupLength)
                return false;
    return true;
}

} // namespace

RecoverySheet RecoverySheet::make(const RandomSource &random)
{
    return RecoverySheet(randomSecret(size, random));
}

std::expected<RecoverySheet, RecoverySheetFault> RecoverySheet::parse(std::string_view utf8)
{
    const Typed typed = digitsIn(utf8);
    if (!isWhole(typed))
        return std::unexpected(wrongLength(typed));
    RecoverySheetFault fault{RecoverySheetFault::Kind::WrongGroups, {}};
    SecretBytes bits(size);
    std::size_t bit = 0;
    for (int number = 1; number <= groupCount; ++number) {
        const auto group = typed.kept(static_cast<std::size_t>(number - 1) * groupLength, groupLength);
        if (!holds(group, number)) {
            fault.groups.push_back(number);
            continue;
        }
        for (int i = 0; i < dataLength * 5; ++i, ++bit) {
            const unsigned value = (unsigned(group[static_cast<std::size_t>(i / 5)]) >> (4 - i % 5)) & 1u;
            bits.writable()[bit / 8] |= std::byte(value << (7 - bit % 8));
        }
    }
    if (!fault.groups.empty())
        return std::unexpected(std::move(fault));
    return RecoverySheet(std::move(bits));
}

SecretText RecoverySheet::group(int number) const
{
    if (number < 1 || number > groupCount)
        throw std::invalid_argument("RecoverySheet: no such group");
    // 20 bits a group: the text is guarded, the digits on the way are overwritten.
    std::array<unsigned char, dataLength> digits{};
    std::size_t bit = std::size_t(number - 1) * dataLength * 5;
    for (unsigned char &digit : digits)
        for (int i = 0; i < 5; ++i, ++bit)
            digit = static_cast<unsigned char>(
                (digit << 1) | (std::to_integer<unsigned>(m_bits.bytes()[bit / 8]) >> (7 - bit % 8) & 1u));
    SecretText out;
    out.reserve(groupLength);
    for (const unsigned char digit : digits)
        out.append(sheetDigits.substr(digit, 1));
    out.append(sheetDigits.substr(checkOf(digits, number), 1));
    sodium_memzero(digits.data(), digits.size());
    return out;
}

SecretText RecoverySheet::text() const
{
    SecretText out;
    out.reserve(characters + groupCount - 1);
    for (int number = 1; number <= groupCount; ++number) {
        if (number > 1)
            out.append("-");
        out.append(group(number).view());
    }
    return out;
}

bool RecoverySheet::groupIs(int number, std::string_view utf8) const
{
    const Typed typed = digitsIn(utf8);
    if (typed.count != groupLength)
        return false;
    SecretText read;
    read.reserve(groupLength);
    for (const unsigned char digit : typed.kept(0, groupLength)) {
        if (digit == notADigit)
            return false;
        read.append(sheetDigits.substr(digit, 1));
    }
    return group(number).equals(read.view());
}

SecretBytes RecoverySheet::slotSecret() const
{
    constexpr std::string_view label = "clavitor/sheetv1";
    static_assert(label.size() == crypto_generichash_blake2b_PERSONALBYTES);
    SecretBytes secret(keySize);
    const auto personal = reinterpret_cast<const unsigned char *>(label.data());
    crypto_generichash_blake2b_salt_personal(reinterpret_cast<unsigned char *>(secret.writable().data()),
                                             secret.size(),
                                             reinterpret_cast<const unsigned char *>(m_bits.bytes().data()),
                                             m_bits.size(), nullptr, 0, nullptr, personal);
    return secret;
}

} // namespace clavitor::crypto
