// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"
#include "crypto/SecretText.h"

#include <QByteArrayView>
#include <QString>

namespace clavitor {

/// The one-time code seed of an export as the vault keeps it: an otpauth:// URI in a Totp field.
struct ImportedTotp
{
    FieldKind kind = FieldKind::Totp; ///< Hidden when no code can be made from it
    Tier tier = Tier::Shared;         ///< Personal then: agents get codes, never a seed
    crypto::SecretText value;         ///< an otpauth:// URI; for Hidden, the text as given
    ImportRemark::Kind remarkKind = ImportRemark::Kind::Note;
    QString remark; ///< what was assumed or cannot work; empty when nothing
};

/// `utf8` is an otpauth URI (kept byte for byte), "steam://SECRET", or a bare Base32 secret: then SHA-1, 6
/// digits and 30 seconds are assumed and the remark says so. Counter-based and unreadable seeds are kept as
/// Hidden and Personal, never dropped.
[[nodiscard]] ImportedTotp importedTotp(QByteArrayView utf8, const QString &issuer, const QString &account);

/// A text somebody put where no seed is expected, yet it is one as a whole: an otpauth URI, usable or not, or
/// a steam URI; a bare secret only under a label that says so ("2FA secret").
[[nodiscard]] bool isTotpSeed(const QString &label, QByteArrayView utf8);
/// There is an otpauth URI somewhere in it.
[[nodiscard]] bool holdsTotpSeed(QByteArrayView utf8);

} // namespace clavitor
