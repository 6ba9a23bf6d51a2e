// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/FieldKind.h"

#include <array>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

struct Row {
    FieldKind kind;
    QLatin1StringView name;
    Tier tier;
    bool masked;
    bool listed;
};

// One row a kind, in the order of the enumeration.
constexpr std::array kRows{
    Row{FieldKind::Username, "username"_L1, Tier::Shared, false, true},
    Row{FieldKind::Email, "email"_L1, Tier::Shared, false, true},
    Row{FieldKind::Password, "password"_L1, Tier::Shared, true, false},
    Row{FieldKind::Totp, "totp"_L1, Tier::Shared, true, false},
    Row{FieldKind::Token, "token"_L1, Tier::Shared, true, false},
    Row{FieldKind::PrivateKey, "private_key"_L1, Tier::Shared, true, false},
    Row{FieldKind::PublicKey, "public_key"_L1, Tier::Shared, false, false},
    Row{FieldKind::Hidden, "hidden"_L1, Tier::Shared, true, false},
    Row{FieldKind::Text, "text"_L1, Tier::Shared, false, true},
    Row{FieldKind::Notes, "notes"_L1, Tier::Shared, false, false},
    Row{FieldKind::Url, "url"_L1, Tier::Shared, false, true},
    Row{FieldKind::Phone, "phone"_L1, Tier::Shared, false, true},
    Row{FieldKind::Date, "date"_L1, Tier::Shared, false, false},
    Row{FieldKind::Address, "address"_L1, Tier::Shared, false, false},
    Row{FieldKind::Passkey, "passkey"_L1, Tier::Shared, true, false},
    Row{FieldKind::RecoveryCodes, "recovery_codes"_L1, Tier::Personal, true, false},
    Row{FieldKind::SeedPhrase, "seed_phrase"_L1, Tier::Personal, true, false},
    Row{FieldKind::CardNumber, "card_number"_L1, Tier::Personal, true, false},
    Row{FieldKind::CardVerification, "card_cvv"_L1, Tier::Personal, true, false},
    Row{FieldKind::CardExpiry, "card_expiry"_L1, Tier::Personal, true, false},
    Row{FieldKind::CardPin, "card_pin"_L1, Tier::Personal, true, false},
    Row{FieldKind::BankAccountNumber, "bank_account"_L1, Tier::Personal, true, false},
    Row{FieldKind::RoutingNumber, "routing_number"_L1, Tier::Personal, true, false},
    Row{FieldKind::PassportNumber, "passport_number"_L1, Tier::Personal, true, false},
    Row{FieldKind::IdentityNumber, "identity_number"_L1, Tier::Personal, true, false},
    Row{FieldKind::LicenseNumber, "license_number"_L1, Tier::Personal, true, false},
    Row{FieldKind::SocialSecurityNumber, "social_security_number"_L1, Tier::Personal, true, false},
    Row{FieldKind::TaxNumber, "tax_number"_L1, Tier::Personal, true, false},
};

constexpr auto kKinds = [] {
    std::array<FieldKind, kRows.size()> kinds{};
    for (std::size_t i = 0; i < kinds.size(); ++i)
        kinds[i] = kRows[i].kind;
    return kinds;
}();

static_assert([] {
    for (std::size_t i = 0; i < kRows.size(); ++i)
        if (static_cast<std::size_t>(kRows[i].kind) != i)
            return false;
    return true;
}());

const Row &row(FieldKind kind)
{
    return kRows[static_cast<std::size_t>(kind)];
}

} // namespace

std::span<const FieldKind> allFieldKinds()
{
    return kKinds;
}

QLatin1StringView wireName(FieldKind kind)
{
    return row(kind).name;
}

std::optional<FieldKind> fieldKindFromWireName(QStringView name)
{
    for (const Row &candidate : kRows)
        if (name == candidate.name)
            return candidate.kind;
    return std::nullopt;
}

Tier defaultTier(FieldKind kind)
{
    return row(kind).tier;
}

bool isMasked(FieldKind kind)
{
    return row(kind).masked;
}

bool isListed(FieldKind kind)
{
    return row(kind).listed;
}

} // namespace clavitor
