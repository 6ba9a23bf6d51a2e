// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/EntryType.h"
#include "app/model/FieldKind.h"

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace clavitor {

/// Why a field becomes Personal although its source calls it a plain custom field or a note.
struct PersonalMatch
{
    FieldKind kind = FieldKind::Hidden; ///< one whose default tier is Personal
    QString why;                        ///< "its name says recovery codes"
};

/// The rules by which an import recognises what no agent may see. They err on the side of Personal: the
/// person sees every decision in the report and can make a field Shared again.

/// By the label people gave a field ("Backup codes", "IBAN", "Card PIN"), in the languages of labelRules().
[[nodiscard]] std::optional<PersonalMatch> personalByLabel(const QString &label, EntryType type);
/// By what the value is: a list of recovery codes, a 12–24 word seed phrase, a payment card number, an IBAN.
[[nodiscard]] std::optional<PersonalMatch> personalByValue(QByteArrayView utf8);
/// Notes: by value, or by a title or heading that announces recovery codes or a seed phrase.
[[nodiscard]] std::optional<PersonalMatch> personalNotes(const QString &title, QByteArrayView utf8);

/// The kind of a custom field that is not Personal, by its label: Token for API keys and secrets, Password,
/// Email, PrivateKey …; `hidden` when its source masks it. Text that may be a secret is never guessed to be
/// open.
[[nodiscard]] FieldKind customFieldKind(const QString &label, bool hidden);

/// Lower case words with one blank between and around them: "cardPIN_code" → " card pin code ".
[[nodiscard]] QString labelWords(const QString &label);

} // namespace clavitor
