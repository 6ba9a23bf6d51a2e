// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntryText.h"

namespace clavitor::ui {

QString EntryText::type(EntryType type)
{
    switch (type) {
    case EntryType::Login:
        return tr("Login");
    case EntryType::ApiKey:
        return tr("API key");
    case EntryType::Server:
        return tr("Server");
    case EntryType::Database:
        return tr("Database");
    case EntryType::SshKey:
        return tr("SSH key");
    case EntryType::Note:
        return tr("Note");
    case EntryType::Card:
        return tr("Card");
    case EntryType::BankAccount:
        return tr("Bank account");
    case EntryType::Identity:
        return tr("Identity");
    case EntryType::Passport:
        return tr("Passport");
    case EntryType::License:
        return tr("Licence");
    case EntryType::Wifi:
        return tr("Wi-Fi");
    case EntryType::Other:
        return tr("Other");
    }
    return tr("Other");
}

QString EntryText::types(EntryType type)
{
    switch (type) {
    case EntryType::Login:
        return tr("Logins");
    case EntryType::ApiKey:
        return tr("API keys");
    case EntryType::Server:
        return tr("Servers");
    case EntryType::Database:
        return tr("Databases");
    case EntryType::SshKey:
        return tr("SSH keys");
    case EntryType::Note:
        return tr("Notes");
    case EntryType::Card:
        return tr("Cards");
    case EntryType::BankAccount:
        return tr("Bank accounts");
    case EntryType::Identity:
        return tr("Identities");
    case EntryType::Passport:
        return tr("Passports");
    case EntryType::License:
        return tr("Licences");
    case EntryType::Wifi:
        return tr("Wi-Fi networks");
    case EntryType::Other:
        return tr("Other entries");
    }
    return tr("Other entries");
}

Symbol EntryText::symbol(EntryType type)
{
    switch (type) {
    case EntryType::Login:
        return Symbol::Login;
    case EntryType::ApiKey:
        return Symbol::ApiKey;
    case EntryType::Server:
        return Symbol::Server;
    case EntryType::Database:
        return Symbol::Database;
    case EntryType::SshKey:
        return Symbol::Terminal;
    case EntryType::Note:
        return Symbol::Note;
    case EntryType::Card:
        return Symbol::Card;
    case EntryType::BankAccount:
        return Symbol::Bank;
    case EntryType::Identity:
        return Symbol::Identity;
    case EntryType::Passport:
        return Symbol::Passport;
    case EntryType::License:
        return Symbol::License;
    case EntryType::Wifi:
        return Symbol::Wifi;
    case EntryType::Other:
        return Symbol::Other;
    }
    return Symbol::Other;
}

QString EntryText::kind(FieldKind kind)
{
    switch (kind) {
    case FieldKind::Username:
        return tr("User name");
    case FieldKind::Email:
        return tr("E-mail");
    case FieldKind::Password:
        return tr("Password");
    case FieldKind::Totp:
        return tr("One-time code");
    case FieldKind::Token:
        return tr("Token");
    case FieldKind::PrivateKey:
        return tr("Private key");
    case FieldKind::PublicKey:
        return tr("Public key");
    case FieldKind::Hidden:
        return tr("Hidden text");
    case FieldKind::Text:
        return tr("Text");
    case FieldKind::Notes:
        return tr("Notes");
    case FieldKind::Url:
        return tr("Address (URL)");
    case FieldKind::Phone:
        return tr("Phone");
    case FieldKind::Date:
        return tr("Date");
    case FieldKind::Address:
        return tr("Postal address");
    case FieldKind::Passkey:
        return tr("Passkey");
    case FieldKind::RecoveryCodes:
        return tr("Recovery codes");
    case FieldKind::SeedPhrase:
        return tr("Seed phrase");
    case FieldKind::CardNumber:
        return tr("Card number");
    case FieldKind::CardVerification:
        return tr("Card code (CVV)");
    case FieldKind::CardExpiry:
        return tr("Valid until");
    case FieldKind::CardPin:
        return tr("PIN");
    case FieldKind::BankAccountNumber:
        return tr("Account number (IBAN)");
    case FieldKind::RoutingNumber:
        return tr("Routing number");
    case FieldKind::PassportNumber:
        return tr("Passport number");
    case FieldKind::IdentityNumber:
        return tr("Identity number");
    case FieldKind::LicenseNumber:
        return tr("Licence number");
    case FieldKind::SocialSecurityNumber:
        return tr("Social security number");
    case FieldKind::TaxNumber:
        return tr("Tax number");
    }
    return tr("Text");
}

Symbol EntryText::symbol(FieldKind kind)
{
    switch (kind) {
    case FieldKind::Username:
        return Symbol::User;
    case FieldKind::Email:
        return Symbol::Mail;
    case FieldKind::Password:
    case FieldKind::Hidden:
    case FieldKind::CardPin:
    case FieldKind::CardVerification:
        return Symbol::Password;
    case FieldKind::Totp:
        return Symbol::Timer;
    case FieldKind::Token:
        return Symbol::ApiKey;
    case FieldKind::PrivateKey:
    case FieldKind::PublicKey:
    case FieldKind::Passkey:
        return Symbol::Key;
    case FieldKind::Notes:
        return Symbol::Note;
    case FieldKind::Url:
        return Symbol::Link;
    case FieldKind::Phone:
        return Symbol::Phone;
    case FieldKind::Date:
    case FieldKind::CardExpiry:
        return Symbol::Calendar;
    case FieldKind::Address:
        return Symbol::Place;
    case FieldKind::RecoveryCodes:
    case FieldKind::SeedPhrase:
        return Symbol::Shield;
    case FieldKind::CardNumber:
        return Symbol::Card;
    case FieldKind::BankAccountNumber:
    case FieldKind::RoutingNumber:
        return Symbol::Bank;
    case FieldKind::PassportNumber:
        return Symbol::Passport;
    case FieldKind::LicenseNumber:
        return Symbol::License;
    case FieldKind::IdentityNumber:
    case FieldKind::SocialSecurityNumber:
    case FieldKind::TaxNumber:
        return Symbol::Identity;
    case FieldKind::Text:
        return Symbol::Text;
    }
    return Symbol::Text;
}

QString EntryText::label(const FieldOutline &field)
{
    return field.label.isEmpty() ? kind(field.kind) : field.label;
}

QString EntryText::title(const EntrySummary &entry)
{
    return entry.title.isEmpty() ? tr("Untitled") : entry.title;
}

QString EntryText::seed(const EntrySummary &entry)
{
    for (const QString &url : entry.urls)
        if (const QString host = hostOf(url); !host.isEmpty())
            return host;
    return entry.title;
}

QList<FieldOutline> EntryText::fieldsOfNew(EntryType type)
{
    using enum FieldKind;
    const auto field = [](FieldKind kind, const QString &label = {}) {
        return FieldOutline{0, label, kind, defaultTier(kind)};
    };
    switch (type) {
    case EntryType::Login:
        return {field(Username), field(Password), field(Totp), field(Notes)};
    case EntryType::ApiKey:
        return {field(Token, tr("API key")), field(Token, tr("Secret")), field(Notes)};
    case EntryType::Server:
        return {field(Text, tr("Host")), field(Username), field(Password), field(Notes)};
    case EntryType::Database:
        return {field(Text, tr("Host")), field(Text, tr("Database")), field(Username), field(Password), field(Notes)};
    case EntryType::SshKey:
        return {field(Username), field(PrivateKey), field(PublicKey), field(Password, tr("Passphrase")), field(Notes)};
    case EntryType::Note:
        return {field(Notes)};
    case EntryType::Card:
        return {field(Text, tr("Cardholder")), field(CardNumber), field(CardExpiry), field(CardVerification), field(CardPin)};
    case EntryType::BankAccount:
        return {field(Text, tr("Account holder")), field(BankAccountNumber), field(RoutingNumber), field(Notes)};
    case EntryType::Identity:
        return {field(Text, tr("Full name")), field(Email), field(Phone), field(Address), field(Date, tr("Date of birth")),
                field(IdentityNumber)};
    case EntryType::Passport:
        return {field(Text, tr("Full name")), field(PassportNumber), field(Date, tr("Valid until")), field(Notes)};
    case EntryType::License:
        return {field(Text, tr("Licensed to")), field(LicenseNumber), field(Email), field(Notes)};
    case EntryType::Wifi:
        return {field(Text, tr("Network")), field(Password), field(Notes)};
    case EntryType::Other:
        return {field(Text), field(Hidden), field(Notes)};
    }
    return {field(Text)};
}

} // namespace clavitor::ui
