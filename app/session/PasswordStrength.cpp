// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/PasswordStrength.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"

#include <zxcvbn.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int LongEnough = 12;
constexpr int StrongEnough = 3;
constexpr int RatedCharacters = 100;
constexpr double GuessesPerSecond = 1e4;
constexpr std::array ScoreThresholds{1e3, 1e6, 1e8, 1e10};

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

int characterCount(std::string_view utf8)
{
    return static_cast<int>(std::count_if(utf8.begin(), utf8.end(), [](char byte) { return !isContinuation(byte); }));
}

/// As a C string in guarded memory, cut between characters.
crypto::SecretText ratedPart(std::string_view utf8)
{
    std::size_t end = 0;
    for (int characters = 0; end < utf8.size(); ++end) {
        if (!isContinuation(utf8[end]) && ++characters > RatedCharacters)
            break;
    }
    // A NUL inside would end the C string early and hide what follows, so the rating stops there: never too good.
    auto part = crypto::SecretText::copyOf(utf8.substr(0, end));
    part.append(std::string_view("\0", 1));
    return part;
}

QString inUnits(double amount, QLatin1StringView one, QLatin1StringView many)
{
    const auto whole = static_cast<int>(std::max(1.0, std::floor(amount)));
    return QString::number(whole) + u' ' + (whole == 1 ? one : many);
}

QString crackTimeOf(double guesses)
{
    constexpr double Minute = 60;
    constexpr double Hour = 60 * Minute;
    constexpr double Day = 24 * Hour;
    constexpr double Month = 30.4375 * Day;
    constexpr double Year = 365.25 * Day;
    const double seconds = guesses / GuessesPerSecond;
    if (seconds < 1)
        return u"less than a second"_s;
    if (seconds < Minute)
        return inUnits(seconds, "second"_L1, "seconds"_L1);
    if (seconds < Hour)
        return inUnits(seconds / Minute, "minute"_L1, "minutes"_L1);
    if (seconds < Day)
        return inUnits(seconds / Hour, "hour"_L1, "hours"_L1);
    if (seconds < Month)
        return inUnits(seconds / Day, "day"_L1, "days"_L1);
    if (seconds < Year)
        return inUnits(seconds / Month, "month"_L1, "months"_L1);
    if (seconds < 100 * Year)
        return inUnits(seconds / Year, "year"_L1, "years"_L1);
    return u"centuries"_s;
}

std::optional<PasswordWeakness> weaknessOf(int matchType)
{
    switch (matchType & ~MULTIPLE_MATCH) {
    case DICTIONARY_MATCH:
    case DICT_LEET_MATCH:
        return PasswordWeakness::CommonWord;
    case USER_MATCH:
    case USER_LEET_MATCH:
        return PasswordWeakness::PersonalWord;
    case REPEATS_MATCH:
        return PasswordWeakness::Repeat;
    case SEQUENCE_MATCH:
        return PasswordWeakness::Sequence;
    case SPATIAL_MATCH:
        return PasswordWeakness::KeyboardRow;
    case DATE_MATCH:
    case YEAR_MATCH:
        return PasswordWeakness::Date;
    default:
        return std::nullopt;
    }
}

/// The heaviest is the pattern that covers most characters.
QList<PasswordWeakness> weaknessesIn(const ZxcMatch_t *matches)
{
    struct Covered {
        PasswordWeakness weakness;
        int characters;
    };
    std::vector<Covered> found;
    for (; matches != nullptr; matches = matches->Next) {
        const auto weakness = weaknessOf(matches->Type);
        if (!weakness)
            continue;
        const auto known = std::find_if(found.begin(), found.end(),
                                        [&](const Covered &covered) { return covered.weakness == *weakness; });
        if (known != found.end())
            known->characters += matches->Length;
        else
            found.push_back({*weakness, matches->Length});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Covered &a, const Covered &b) { return a.characters > b.characters; });
    QList<PasswordWeakness> weaknesses;
    for (const auto &covered : found)
        weaknesses += covered.weakness;
    return weaknesses;
}

/// zxcvbn compares with lower-case words.
std::vector<std::string> dictionaryOf(const QStringList &contextWords)
{
    std::vector<std::string> words{"clavitor"};
    for (const QString &context : contextWords) {
        const QStringList parts = context.toLower().split(u' ', Qt::SkipEmptyParts);
        for (const QString &part : parts) {
            if (part.size() > 2)
                words.push_back(part.toStdString());
        }
    }
    return words;
}

} // namespace

PasswordStrength passwordStrength(const crypto::SecretText &password, const QStringList &contextWords)
{
    PasswordStrength strength;
    const auto normalised = normalisedPassword(password);
    strength.length = characterCount(normalised.view());
    const auto rated = ratedPart(normalised.view());

    const auto words = dictionaryOf(contextWords);
    std::vector<const char *> pointers;
    for (const auto &word : words)
        pointers.push_back(word.c_str());
    pointers.push_back(nullptr);

    ZxcMatch_t *matches = nullptr;
    const double bits = ZxcvbnMatch(rated.view().data(), pointers.data(), &matches);
    const std::unique_ptr<ZxcMatch_t, void (*)(ZxcMatch_t *)> owner(matches, ZxcvbnFreeInfo);

    strength.guesses = std::exp2(std::max(bits, 0.0));
    strength.score = static_cast<int>(std::count_if(ScoreThresholds.begin(), ScoreThresholds.end(),
                                                    [&](double limit) { return strength.guesses >= limit; }));
    strength.crackTime = crackTimeOf(strength.guesses);
    strength.weaknesses = weaknessesIn(matches);
    if (strength.length < LongEnough)
        strength.weaknesses += PasswordWeakness::TooShort;
    strength.isAcceptable = strength.length >= LongEnough || strength.score >= StrongEnough;
    return strength;
}

crypto::SecretText normalisedPassword(const crypto::SecretText &password)
{
    const auto utf8 = password.view();
    const bool isAscii = std::all_of(utf8.begin(), utf8.end(), [](char byte) { return static_cast<signed char>(byte) >= 0; });
    if (isAscii)
        return password.clone();
    QString text = revealToQString(password);
    QString normalised = text.normalized(QString::NormalizationForm_KC);
    auto result = takeSecret(std::move(normalised));
    link::wipe(text);
    return result;
}

} // namespace clavitor
