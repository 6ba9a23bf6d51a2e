// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/OtpauthUri.h"

#include "crypto/Ascii.h"

#include <algorithm>
#include <utility>

namespace clavitor::crypto {

namespace {

constexpr std::string_view scheme = "otpauth://";

enum class Plus { Literal, Blank };

int hexDigit(char letter)
{
    const char lower = asciiLower(letter);
    if (lower >= '0' && lower <= '9')
        return lower - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Appends the decoded text to a std::string or, for the seed, a SecretText.
template <typename Text>
bool appendDecoded(Text &out, std::string_view encoded, Plus plus)
{
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        char letter = encoded[i];
        if (letter == '%') {
            const int high = i + 2 < encoded.size() ? hexDigit(encoded[i + 1]) : -1;
            const int low = i + 2 < encoded.size() ? hexDigit(encoded[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            letter = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (letter == '+' && plus == Plus::Blank) {
            letter = ' ';
        }
        out.append(std::string_view(&letter, 1));
    }
    return true;
}

std::string_view asciiTrimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// Cuts `text` at the first of `marks`, if any, and returns what stands before it.
std::string_view takeUntil(std::string_view &text, std::string_view marks)
{
    const auto end = std::min(text.find_first_of(marks), text.size());
    const auto taken = text.substr(0, end);
    text.remove_prefix(end);
    return taken;
}

std::string encoded(std::string_view text)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    constexpr std::string_view unreserved = "-._~";
    std::string out;
    for (const char letter : text) {
        if (isAsciiWord(letter) || unreserved.contains(letter)) {
            out += letter;
        } else {
            const auto byte = static_cast<unsigned char>(letter);
            out += {'%', hex[byte >> 4], hex[byte & 15]};
        }
    }
    return out;
}

} // namespace

bool OtpauthUri::matches(std::string_view text)
{
    return equalsIgnoringCase(text.substr(0, scheme.size()), scheme);
}

std::expected<OtpauthUri, CryptoError> OtpauthUri::parse(std::string_view text)
{
    const auto malformed = std::unexpected(CryptoError::Malformed);
    if (!matches(text))
        return malformed;
    std::string_view rest = text.substr(scheme.size());
    OtpauthUri uri;
    for (const char letter : takeUntil(rest, "/?"))
        uri.type += asciiLower(letter);

    std::string label;
    if (rest.starts_with('/'))
        rest.remove_prefix(1);
    if (!appendDecoded(label, takeUntil(rest, "?"), Plus::Literal))
        return malformed;
    std::optional<std::string> issuer;
    bool seedSeen = false;
    rest = rest.substr(0, rest.find('#'));
    while (!rest.empty()) {
        rest.remove_prefix(1); // the ? or & in front
        std::string_view value = takeUntil(rest, "&");
        const std::string_view name = takeUntil(value, "=");
        if (!value.empty())
            value.remove_prefix(1);
        if (equalsIgnoringCase(name, "secret")) {
            if (std::exchange(seedSeen, true) || !appendDecoded(uri.seed, value, Plus::Blank))
                return malformed;
            continue;
        }
        std::optional<std::string> *known = nullptr;
        if (equalsIgnoringCase(name, "issuer"))
            known = &issuer;
        else if (equalsIgnoringCase(name, "algorithm"))
            known = &uri.algorithm;
        else if (equalsIgnoringCase(name, "digits"))
            known = &uri.digits;
        else if (equalsIgnoringCase(name, "period"))
            known = &uri.period;
        else if (equalsIgnoringCase(name, "encoder"))
            known = &uri.encoder;
        else
            continue;
        if (known->has_value() || !appendDecoded(known->emplace(), value, Plus::Blank))
            return malformed;
    }

    // "Issuer:account". The parameter is the newer way to say the issuer; where both differ neither is lost.
    uri.issuer = asciiTrimmed(issuer.value_or(""));
    std::string_view account = asciiTrimmed(label);
    const auto colon = uri.issuer.empty() ? account.find(':') : uri.issuer.size();
    if (colon < account.size() && account[colon] == ':' &&
        (uri.issuer.empty() || account.starts_with(uri.issuer))) {
        uri.issuer = asciiTrimmed(account.substr(0, colon));
        account = asciiTrimmed(account.substr(colon + 1));
    }
    uri.label = account;
    return uri;
}

SecretText OtpauthUri::toText() const
{
    SecretText text;
    text.append(scheme);
    text.append(type);
    text.append("/");
    if (!issuer.empty()) {
        text.append(encoded(issuer));
        text.append(":");
    }
    text.append(encoded(label));
    text.append("?secret=");
    text.append(seed.view());
    const auto parameter = [&](std::string_view name, std::string_view value) {
        text.append(name);
        text.append(encoded(value));
    };
    if (!issuer.empty())
        parameter("&issuer=", issuer);
    if (algorithm)
        parameter("&algorithm=", *algorithm);
    if (digits)
        parameter("&digits=", *digits);
    if (period)
        parameter("&period=", *period);
    if (encoder)
        parameter("&encoder=", *encoder);
    return text;
}

} // namespace clavitor::crypto
