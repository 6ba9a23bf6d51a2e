// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/TypeRule.h"

#include "app/import/PersonalRule.h"

#include <algorithm>
#include <array>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

bool hasKind(const EntryDraft &draft, FieldKind kind)
{
    return std::ranges::any_of(draft.fields, [kind](const FieldDraft &field) { return field.kind == kind; });
}

bool hasLabel(const EntryDraft &draft, QStringView words)
{
    const QString padded = u' ' + words.toString() + u' ';
    return std::ranges::any_of(
        draft.fields, [&](const FieldDraft &field) { return labelWords(field.label).contains(padded); });
}

template <std::size_t N>
bool hasScheme(const EntryDraft &draft, const std::array<QLatin1StringView, N> &schemes)
{
    return std::ranges::any_of(draft.urls, [&](const QString &url) {
        return std::ranges::any_of(schemes, [&](QLatin1StringView scheme) {
            return url.startsWith(scheme, Qt::CaseInsensitive) &&
                   QStringView(url).sliced(scheme.size()).startsWith("://"_L1);
        });
    });
}

} // namespace

void refineType(EntryDraft &draft)
{
    static constexpr std::array kDatabases{"postgres"_L1, "postgresql"_L1, "mysql"_L1,
                                           "mariadb"_L1,  "mongodb"_L1,    "mongodb+srv"_L1,
                                           "redis"_L1,    "rediss"_L1,     "mssql"_L1};
    static constexpr std::array kServers{"ssh"_L1, "sftp"_L1, "ftp"_L1, "ftps"_L1, "rdp"_L1, "vnc"_L1};

    if (draft.type == EntryType::Identity) {
        if (hasKind(draft, FieldKind::PassportNumber) && !hasKind(draft, FieldKind::LicenseNumber) &&
            labelWords(draft.title).contains(" passport "_L1))
            draft.type = EntryType::Passport;
        return;
    }
    if (draft.type != EntryType::Login && draft.type != EntryType::Note)
        return;
    if (hasScheme(draft, kDatabases) || hasLabel(draft, u"database url"))
        draft.type = EntryType::Database;
    else if (hasScheme(draft, kServers))
        draft.type = EntryType::Server;
    else if (hasLabel(draft, u"ssid"))
        draft.type = EntryType::Wifi;
    else if (hasKind(draft, FieldKind::Token) && !hasKind(draft, FieldKind::Password))
        draft.type = EntryType::ApiKey;
}

} // namespace clavitor
