// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/RequestedEntry.h"

#include "app/link/Messages.h"
#include "ui/words/DisplayText.h"

#include <algorithm>
#include <array>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestAsked = 120;
constexpr qsizetype kLongestLabel = 60;

/// Parts of names; the first that is found decides. Nothing open but names of accounts: a secret typed there would be seen.
constexpr std::array kKnownParts{
    std::pair{"passphrase"_L1, FieldKind::Password}, std::pair{"password"_L1, FieldKind::Password},
    std::pair{"private key"_L1, FieldKind::PrivateKey}, std::pair{"ssh key"_L1, FieldKind::PrivateKey},
    std::pair{"token"_L1, FieldKind::Token},          std::pair{"api key"_L1, FieldKind::Token},
    std::pair{"totp"_L1, FieldKind::Totp},            std::pair{"one-time"_L1, FieldKind::Totp},
    std::pair{"secret"_L1, FieldKind::Hidden},        std::pair{"key"_L1, FieldKind::Hidden},
};
constexpr std::array kAccounts{"user"_L1, "username"_L1, "user name"_L1, "login"_L1, "account"_L1};
constexpr std::array kMails{"email"_L1, "e-mail"_L1};

FieldKind kindOf(const QString &label)
{
    const QString name = label.trimmed().toLower();
    const auto is = [&name](QLatin1StringView one) { return name == one; };
    if (std::ranges::any_of(kAccounts, is))
        return FieldKind::Username;
    if (std::ranges::any_of(kMails, is))
        return FieldKind::Email;
    for (const auto &[part, kind] : kKnownParts)
        if (name.contains(part))
            return kind;
    return FieldKind::Hidden;
}

QString harmless(const QString &text, qsizetype most)
{
    QString plain = escapedText(text.simplified()).left(most);
    if (!plain.isEmpty() && plain.back().isHighSurrogate())
        plain.chop(1);
    return plain;
}

} // namespace

EntrySummary entryFor(const EntryRequest &request)
{
    EntrySummary entry;
    entry.type = EntryType::Login;
    entry.title = harmless(request.title, kLongestAsked);
    for (const QString &label : request.fields.first(std::min(link::MaxRequestFields, request.fields.size()))) {
        FieldOutline field;
        field.label = harmless(label, kLongestLabel);
        field.kind = kindOf(label);
        field.tier = defaultTier(field.kind);
        if (!field.label.isEmpty())
            entry.fields << field;
    }
    return entry;
}

} // namespace clavitor::ui
