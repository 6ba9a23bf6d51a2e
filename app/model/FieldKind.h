// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <span>

namespace clavitor {

/// What a field holds. Decides how it is shown, whether it starts as Personal, and what an agent may be given.
enum class FieldKind {
    Username,
    Email,
    Password,
    Totp,                   ///< an otpauth:// URI; agents get codes, never the seed
    Token,                  ///< API key, access token, client secret
    PrivateKey,
    PublicKey,
    Hidden,                 ///< any other secret text
    Text,                   ///< any other open text
    Notes,                  ///< several lines
    Url,                    ///< an address that is not the entry's own (connection string host …)
    Phone,
    Date,
    Address,
    Passkey,                ///< opaque, kept for export
    RecoveryCodes,
    SeedPhrase,
    CardNumber,
    CardVerification,
    CardExpiry,
    CardPin,
    BankAccountNumber,
    RoutingNumber,
    PassportNumber,
    IdentityNumber,
    LicenseNumber,
    SocialSecurityNumber,
    TaxNumber,
};

/// Who may ever see a field. Shared: agents within their scope. Personal: only the person, sealed to the Personal key;
/// `l2` on the wire.
enum class Tier { Shared, Personal };

[[nodiscard]] std::span<const FieldKind> allFieldKinds();
/// "username", "recovery_codes", …: stored and sent, never changed.
[[nodiscard]] QLatin1StringView wireName(FieldKind kind);
[[nodiscard]] std::optional<FieldKind> fieldKindFromWireName(QStringView name);

/// The tier a new field of this kind gets (CONTRACT: card data, identity numbers, accounts, recovery codes, seeds).
[[nodiscard]] Tier defaultTier(FieldKind kind);
/// Masked on screen until asked for.
[[nodiscard]] bool isMasked(FieldKind kind);
/// May stand in lists and be found by search: user names, e-mails, open text. Never true for masked kinds or notes.
[[nodiscard]] bool isListed(FieldKind kind);

} // namespace clavitor
