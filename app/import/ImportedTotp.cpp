// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportedTotp.h"

#include "app/import/PersonalRule.h"
#include "crypto/Ascii.h"
#include "crypto/Totp.h"

#include <algorithm>
#include <string_view>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

using Kind = ImportRemark::Kind;
using crypto::SecretText;

bool startsWith(QByteArrayView text, QByteArrayView prefix)
{
    return text.size() >= prefix.size() &&
           text.first(prefix.size()).compare(prefix, Qt::CaseInsensitive) == 0;
}

ImportedTotp unusable(std::string_view text, crypto::CryptoError why)
{
    if (why == crypto::CryptoError::Unsupported)
        return {FieldKind::Hidden, Tier::Personal, SecretText::copyOf(text), Kind::Lost,
                u"its one-time code is of a kind Clavitor cannot make (counter-based, or another algorithm); "
                "the seed is kept as a Personal field"_s};
    return {FieldKind::Hidden, Tier::Personal, SecretText::copyOf(text), Kind::Broken,
            u"its one-time code seed is not readable; it is kept as a Personal field"_s};
}

} // namespace

ImportedTotp importedTotp(QByteArrayView utf8, const QString &issuer, const QString &account)
{
    const std::string_view text(utf8.data(), static_cast<std::size_t>(utf8.size()));
    const auto totp = crypto::Totp::parse(text);
    if (!totp)
        return unusable(text, totp.error());
    if (startsWith(utf8.trimmed(), "otpauth:"))
        return {FieldKind::Totp, Tier::Shared, SecretText::copyOf(text), Kind::Note, {}};
    const std::string label = account.toStdString();
    const std::string name = totp->isSteam() ? "Steam" : issuer.toStdString();
    return {FieldKind::Totp, Tier::Shared, totp->toUri(label, name), Kind::Note,
            totp->isAssumed()
                ? u"the file holds only the secret of its one-time code: SHA-1, 6 digits and 30 seconds are "
                  "assumed"_s
                : QString()};
}

bool isTotpSeed(const QString &label, QByteArrayView utf8)
{
    static constexpr QStringView kLabels[]{u" totp ",        u" otp ",          u" totp secret ",  u" otp secret ",
                                           u" 2fa secret ",  u" mfa secret ",   u" totp seed ",    u" otp seed ",
                                           u" 2fa seed ",    u" mfa seed ",     u" totp key ",     u" otp key ",
                                           u" 2fa key ",     u" mfa key ",      u" authenticator key ",
                                           u" authenticator secret "};
    // RFC 4226 asks for 128 bits, 80 are common; a word under such a label is shorter.
    constexpr qsizetype shortestSecret = 16;
    const QByteArrayView text = utf8.trimmed();
    if (startsWith(text, "otpauth:") || startsWith(text, "otpauth-migration:"))
        return !std::ranges::any_of(text, [](char c) { return c == '\n' || c == ' '; });
    const auto parses = [text] {
        return crypto::Totp::parse({text.data(), static_cast<std::size_t>(text.size())}).has_value();
    };
    if (startsWith(text, "steam:"))
        return parses();
    return text.size() >= shortestSecret && std::ranges::find(kLabels, QStringView(labelWords(label))) != std::end(kLabels) &&
           parses();
}

bool holdsTotpSeed(QByteArrayView utf8)
{
    static constexpr std::string_view kScheme = "otpauth";
    for (auto at = utf8.begin();;) {
        at = std::ranges::search(at, utf8.end(), kScheme.begin(), kScheme.end(), {}, crypto::asciiLower).begin();
        if (at == utf8.end())
            return false;
        at += static_cast<qsizetype>(kScheme.size());
        const QByteArrayView rest = utf8.sliced(at - utf8.begin());
        if (rest.startsWith("://") || startsWith(rest, "-migration://"))
            return true;
    }
}

} // namespace clavitor
