// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Id.h"
#include "app/model/EntryType.h"
#include "app/model/FieldKind.h"
#include "crypto/SecretText.h"

#include <QList>
#include <QStringList>

#include <optional>
#include <vector>

namespace clavitor {

/// A field without its value: what lists, models and agents' summaries may know.
struct FieldOutline {
    int number = 0;             ///< unique within the entry, never reused; "f3" on the wire
    QString label;
    FieldKind kind = FieldKind::Text;
    Tier tier = Tier::Shared;
    bool operator==(const FieldOutline &) const = default;

    [[nodiscard]] QString wireId() const { return QLatin1Char('f') + QString::number(number); }
};

/// An entry without secrets. The only form models and lists hold.
struct EntrySummary {
    EntryId id;
    EntryType type = EntryType::Login;
    QString title;
    QString subtitle;           ///< first listed Shared value, usually the user name
    QStringList urls;
    QStringList tags;           ///< sorted, unique
    bool favourite = false;
    bool trashed = false;
    bool decoy = false;         ///< looks real to agents; a key that reads it is frozen
    qint64 createdAt = 0;       ///< ms since the epoch, UTC
    qint64 updatedAt = 0;
    qint64 trashedAt = 0;       ///< 0 when not in the trash
    int version = 1;            ///< grows by one with every saved change
    QList<FieldOutline> fields; ///< in the person's order
    bool operator==(const EntrySummary &) const = default;

    [[nodiscard]] bool hasTotp() const;
    [[nodiscard]] bool hasPersonal() const;
};

/// A field on its way into the vault.
struct FieldDraft {
    int number = 0;             ///< 0 for a new field
    QString label;
    FieldKind kind = FieldKind::Text;
    Tier tier = Tier::Shared;
    /// Absent: keep the stored value (only for an existing number). Changing the tier of a stored field needs a value.
    std::optional<crypto::SecretText> value;
};

/// An entry on its way into the vault: created or replaced as a whole. Move-only, since it holds secrets.
struct EntryDraft {
    EntryId id;                 ///< null to create
    int baseVersion = 0;        ///< the version the edit started from; another one stored is ErrorCode::Conflict
    EntryType type = EntryType::Login;
    QString title;              ///< empty falls back to the first URL's host
    QStringList urls;
    QStringList tags;
    bool favourite = false;
    std::vector<FieldDraft> fields;
    qint64 createdAt = 0;       ///< kept from an import, 0 = now; of a stored entry it stays
    qint64 updatedAt = 0;       ///< the same, 0 = now
    bool trashed = false;       ///< an import may bring trashed entries
};

/// A stored earlier state of an entry, without values.
struct EntryVersion {
    int version = 0;
    qint64 savedAt = 0;
    EntrySummary summary;
};

/// The scheme-less host of a URL as people type them ("192.0.2.10:8443", "https://x.example/a"), empty when there is none.
[[nodiscard]] QString hostOf(const QString &url);

} // namespace clavitor
