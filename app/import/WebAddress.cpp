// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/WebAddress.h"

#include "crypto/Ascii.h"

#include <QUrl>

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

bool isTokenCharacter(char c)
{
    return crypto::isAsciiWord(c) || c == '_' || c == '-' || c == '.' || c == '~';
}

// Shorter ones are names: "git", "x-access-token", "oauth2".
constexpr qsizetype kShortestToken = 20;

bool isToken(QByteArrayView user)
{
    static constexpr QByteArrayView kBeginnings[]{"ghp_",  "gho_",   "ghu_", "ghs_", "ghr_", "github_pat_",
                                                  "glpat-", "xoxb-", "xoxp-", "npm_", "hf_",  "sk-"};
    return std::ranges::all_of(user, isTokenCharacter) &&
           (user.size() >= kShortestToken ||
            std::ranges::any_of(kBeginnings, [user](QByteArrayView beginning) { return user.startsWith(beginning); }));
}

// "mailto:rowan@example.org": what is before the colon says how to read the rest, and is no user.
bool isSchemeOfNames(QByteArrayView text)
{
    static constexpr QByteArrayView kSchemes[]{"mailto", "sip", "sips", "xmpp", "acct", "im", "skype", "tel", "facetime"};
    return std::ranges::any_of(kSchemes, [text](QByteArrayView scheme) {
        return text.compare(scheme, Qt::CaseInsensitive) == 0;
    });
}

} // namespace

ImportedAddress importedAddress(QByteArrayView utf8)
{
    // The authority of RFC 3986 §3.2, found by hand: QUrl would rewrite what it parses, and refuse some of
    // it. Without a scheme it begins where the text does.
    const qsizetype scheme = utf8.indexOf("://");
    const qsizetype start = scheme > 0 ? scheme + 3 : 0;
    qsizetype end = start;
    while (end < utf8.size() && utf8[end] != '/' && utf8[end] != '?' && utf8[end] != '#')
        ++end;
    const QByteArrayView authority = utf8.sliced(start, end - start);
    const qsizetype at = authority.lastIndexOf('@');
    const qsizetype colon = authority.indexOf(':');
    const bool password = at > 0 && colon >= 0 && colon < at - 1 &&
                          (scheme > 0 || !isSchemeOfNames(authority.first(colon)));
    if (password || (scheme > 0 && at > 0 && isToken(authority.first(at))))
        return {QString::fromUtf8(utf8.first(start)) + QString::fromUtf8(utf8.sliced(start + at + 1)), true};
    return {QString::fromUtf8(utf8), false};
}

bool isWebAddress(const QString &url)
{
    const QUrl parsed(url);
    return (parsed.scheme() == "https"_L1 || parsed.scheme() == "http"_L1) && !parsed.host().isEmpty();
}

} // namespace clavitor
