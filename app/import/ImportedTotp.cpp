// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportedTotp.h"

#include "crypto/Totp.h"

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
        return {FieldKind::Hidden, SecretText::copyOf(text), Kind::Lost,
                u"its one-time code is of a kind Clavitor cannot make (counter-based, or another algorithm); "
                u"the seed is "
                "kept as a masked field"_s};
    return {FieldKind::Hidden, SecretText::copyOf(text), Kind::Broken,
            u"its one-time code seed is not readable; it is kept as a masked field"_s};
}

} // namespace

ImportedTotp importedTotp(QByteArrayView utf8, const QString &issuer, const QString &account)
{
    const std::string_view text(utf8.data(), static_cast<std::size_t>(utf8.size()));
    const auto totp = crypto::Totp::parse(text);
    if (!totp)
        return unusable(text, totp.error());
    if (startsWith(utf8.trimmed(), "otpauth:"))
        return {FieldKind::Totp, SecretText::copyOf(text), Kind::Note, {}};
    const std::string label = account.toStdString();
    const std::string name = totp->isSteam() ? "Steam" : issuer.toStdString();
    return {FieldKind::Totp, totp->toUri(label, name), Kind::Note,
            totp->isAssumed()
                ? u"the file holds only the secret of its one-time code: SHA-1, 6 digits and 30 seconds are "
                  "assumed"_s
                : QString()};
}

} // namespace clavitor
