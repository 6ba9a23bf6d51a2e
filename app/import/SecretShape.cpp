// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/SecretShape.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace clavitor {

namespace {

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isAsciiLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::string_view> splitBlanks(std::string_view text)
{
    std::vector<std::string_view> parts;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t start = text.find_first_not_of(" \t\r\n", at);
        if (start == std::string_view::npos)
            break;
        at = std::min(text.find_first_of(" \t\r\n", start), text.size());
        parts.push_back(text.substr(start, at - start));
    }
    return parts;
}

// "3." "12)" "-" "*" "•": what people put in front of the items of a list.
bool isListMark(std::string_view part)
{
    if (part == "-" || part == "*" || part == "\xe2\x80\xa2" || part == "[]")
        return true;
    if (part.size() < 2 || part.size() > 3 ||
        (part.back() != '.' && part.back() != ')' && part.back() != ':'))
        return false;
    return std::ranges::all_of(part.substr(0, part.size() - 1), isDigit);
}

// A line is judged as a whole: "abcd 1234" is one code in two groups.
bool isCode(std::span<const std::string_view> groups)
{
    if (groups.empty() || groups.size() > 4)
        return false;
    std::size_t length = 0;
    bool digit = false;
    bool letter = false;
    for (const std::string_view group : groups) {
        if (group.front() == '-' || group.back() == '-')
            return false;
        for (const char c : group) {
            if (!isDigit(c) && !isAsciiLetter(c) && c != '-')
                return false;
            digit = digit || isDigit(c);
            letter = letter || isAsciiLetter(c);
        }
        length += group.size();
    }
    const bool date =
        groups.size() == 1 && !letter && length == 10 && groups[0][4] == '-' && groups[0][7] == '-';
    return digit && !date && length >= 6 && length <= 64;
}

struct Lines
{
    int codes = 0; // lines of nothing but codes
    int other = 0; // other lines that are not blank
};

Lines linesOf(std::string_view text)
{
    Lines lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (line.size() > 200) { // no code, and not worth splitting
            lines.other += 1;
            continue;
        }
        auto parts = splitBlanks(line);
        if (!parts.empty() && isListMark(parts.front()))
            parts.erase(parts.begin());
        if (parts.empty())
            continue;
        (isCode(parts) ? lines.codes : lines.other) += 1;
    }
    return lines;
}

} // namespace

int recoveryCodeLines(std::string_view text)
{
    return linesOf(text).codes;
}

bool isRecoveryList(std::string_view text)
{
    const Lines lines = linesOf(text);
    return lines.codes >= 4 && lines.codes >= 3 * lines.other;
}

bool isSeedPhrase(std::string_view text)
{
    // What a sentence can hardly do without, and the BIP39 list does not have.
    static constexpr std::array<std::string_view, 18> kProse{
        "the", "and", "for",  "with", "are", "was", "not",  "but", "from",
        "has", "our", "your", "its",  "his", "her", "been", "der", "und",
    };
    if (text.size() > 512) // 24 words with their numbers; spares splitting a long note
        return false;
    auto parts = splitBlanks(text);
    std::erase_if(parts, isListMark);
    const std::size_t count = parts.size();
    if (count < 12 || count > 24 || count % 3 != 0)
        return false;
    return std::ranges::all_of(parts, [](std::string_view word) {
        return word.size() >= 3 && word.size() <= 8 &&
               std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; }) &&
               std::ranges::find(kProse, word) == kProse.end();
    });
}

bool isCardNumber(std::string_view text)
{
    int head = 0; // the first four digits
    int count = 0;
    for (const char c : text) {
        if (!isDigit(c) && c != ' ' && c != '-')
            return false;
        if (isDigit(c) && ++count <= 4)
            head = head * 10 + (c - '0');
    }
    const bool scheme = head / 1000 == 4 || head / 100 == 34 || head / 100 == 37 || head == 6011 ||
                        head / 100 == 65 || head / 100 == 62 || (head >= 5100 && head < 5600) ||
                        (head >= 2221 && head < 2721);
    if (!scheme || count < 13 || count > 19)
        return false;
    int sum = 0;
    bool twice = false;
    for (auto c = text.rbegin(); c != text.rend(); ++c) {
        if (!isDigit(*c))
            continue;
        const int value = (*c - '0') * (twice ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
        twice = !twice;
    }
    return sum % 10 == 0;
}

bool isIban(std::string_view text)
{
    int count = 0;
    for (const char c : text) {
        if (c == ' ')
            continue;
        const bool capital = c >= 'A' && c <= 'Z';
        if (!(count < 2 ? capital : count < 4 ? isDigit(c) : capital || isDigit(c)))
            return false;
        ++count;
    }
    if (count < 15 || count > 34)
        return false;
    int rest = 0;
    // The country and the check digits count last.
    for (const bool tail : {false, true}) {
        int at = 0;
        for (const char c : text) {
            if (c == ' ' || (at++ < 4) != tail)
                continue;
            rest = isDigit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
        }
    }
    return rest == 1;
}

} // namespace clavitor
