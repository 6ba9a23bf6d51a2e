// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportedTotp.h"

#include <QUrl>

#include <string_view>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

std::string_view toView(QByteArrayView bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

bool startsWith(QByteArrayView text, QByteArrayView prefix)
{
    return text.size() >= prefix.size() && text.first(prefix.size()).compare(prefix, Qt::CaseInsensitive) == 0;
}

// RFC 4648 Base32 as people copy it: any case, with blanks, dashes and padding. Appends the plain form; false, with
// nothing promised about `out`, when a character does not belong or nothing is left.
bool appendBase32(crypto::SecretText &out, QByteArrayView secret)
{
    bool any = false;
    for (char c : secret) {
        if (c == ' ' || c == '-' || c == '=' || c == '\t' || c == '\n' || c == '\r')
            continue;
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        if (!((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7')))
            return false;
        out.append({&c, 1});
        any = true;
    }
    return any;
}

QByteArray labelOf(const QString &issuer, const QString &account)
{
    const QByteArray name = QUrl::toPercentEncoding(account);
    return issuer.isEmpty() ? name : QUrl::toPercentEncoding(issuer) + ':' + name;
}

ImportedTotp unusable(QByteArrayView utf8, ImportRemark::Kind kind, const QString &why)
{
    return {FieldKind::Hidden, crypto::SecretText::copyOf(toView(utf8)), kind, why};
}

} // namespace

ImportedTotp importedTotp(QByteArrayView utf8, const QString &issuer, const QString &account)
{
    using crypto::SecretText;
    const QByteArrayView trimmed = utf8.trimmed();
    if (startsWith(trimmed, "otpauth://hotp/"))
        return unusable(utf8, ImportRemark::Kind::Lost,
                        u"its one-time code counts uses instead of time; Clavitor makes no such codes, the seed is kept "
                        "as a hidden field"_s);
    if (startsWith(trimmed, "otpauth://"))
        return {FieldKind::Totp, SecretText::copyOf(toView(utf8)), ImportRemark::Kind::Note, {}};

    const bool steam = startsWith(trimmed, "steam://");
    const QByteArray label = labelOf(steam ? u"Steam"_s : issuer, account);
    SecretText uri;
    uri.reserve(static_cast<std::size_t>(2 * label.size() + utf8.size()) + 128);
    uri.append("otpauth://totp/");
    uri.append(toView(label));
    uri.append("?secret=");
    if (!appendBase32(uri, steam ? trimmed.sliced(8) : trimmed))
        return unusable(utf8, ImportRemark::Kind::Broken,
                        u"its one-time code seed is not readable; it is kept as a hidden field"_s);
    if (steam) {
        uri.append("&issuer=Steam&algorithm=SHA1&digits=5&period=30&encoder=steam");
        return {FieldKind::Totp, std::move(uri), ImportRemark::Kind::Note, {}};
    }
    if (!issuer.isEmpty()) {
        uri.append("&issuer=");
        uri.append(toView(QUrl::toPercentEncoding(issuer)));
    }
    uri.append("&algorithm=SHA1&digits=6&period=30");
    return {FieldKind::Totp, std::move(uri), ImportRemark::Kind::Note,
            u"the file holds only the secret of its one-time code: SHA-1, 6 digits and 30 seconds are assumed"_s};
}

} // namespace clavitor
