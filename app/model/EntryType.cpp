// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/EntryType.h"

#include <array>

namespace clavitor {

using namespace Qt::StringLiterals;

std::span<const EntryType> allEntryTypes()
{
    using enum EntryType;
    static constexpr std::array all{Login, ApiKey,      Server,   Database, SshKey,  Note, Card,
                                    BankAccount, Identity, Passport, License,  Wifi, Other};
    return all;
}

QLatin1StringView wireName(EntryType type)
{
    switch (type) {
    case EntryType::Login:
        return "login"_L1;
    case EntryType::ApiKey:
        return "api_key"_L1;
    case EntryType::Server:
        return "server"_L1;
    case EntryType::Database:
        return "database"_L1;
    case EntryType::SshKey:
        return "ssh_key"_L1;
    case EntryType::Note:
        return "note"_L1;
    case EntryType::Card:
        return "card"_L1;
    case EntryType::BankAccount:
        return "bank_account"_L1;
    case EntryType::Identity:
        return "identity"_L1;
    case EntryType::Passport:
        return "passport"_L1;
    case EntryType::License:
        return "license"_L1;
    case EntryType::Wifi:
        return "wifi"_L1;
    case EntryType::Other:
        return "other"_L1;
    }
    return "other"_L1;
}

std::optional<EntryType> entryTypeFromWireName(QStringView name)
{
    for (EntryType type : allEntryTypes())
        if (name == wireName(type))
            return type;
    return std::nullopt;
}

} // namespace clavitor
