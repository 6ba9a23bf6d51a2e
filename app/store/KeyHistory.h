// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/KeyReport.h"

#include <QList>

#include <optional>

namespace clavitor {

class Database;

/// What keys did, as the audit log has it: for budgets, for the questions to the person and for reports. A rotated key has a
/// new id and so a new past. Vault thread; the Database outlives it.
class KeyHistory {
public:
    explicit KeyHistory(Database &database);

    /// A credential that was given.
    struct Given {
        QString keyId;
        EntryId entry;
        qint64 time = 0;
    };
    /// Reads and codes since then, oldest first.
    [[nodiscard]] Result<QList<Given>> givenSince(qint64 time) const;
    /// Whether the key was ever given this entry's values.
    [[nodiscard]] Result<bool> hasRead(const QString &keyId, EntryId entry) const;
    /// Reads and codes the key was given; of all entries when `entry` is null.
    [[nodiscard]] Result<int> countGiven(const QString &keyId, EntryId entry, qint64 since) const;
    /// How many of the person's last answers about this were yes, without a no between; at most `most`.
    [[nodiscard]] Result<int> approvalsInRow(const QString &keyId, EntryId entry, int most) const;

    /// `from` inclusive, `to` exclusive. The key's name is the caller's to fill in.
    [[nodiscard]] Result<KeyReceipt> receipt(const QString &keyId, qint64 from, qint64 to) const;
    /// Every credential the key has had, by first time, with what became of it since.
    [[nodiscard]] Result<QList<SeenCredential>> seen(const QString &keyId) const;
    [[nodiscard]] Result<> tick(const QString &keyId, EntryId entry, bool ticked, qint64 now);

private:
    /// When the last secret the entry had at `time` was replaced; 0 while one of them is still in use.
    [[nodiscard]] Result<qint64> rotatedSince(EntryId entry, qint64 time) const;

    Database &m_database;
};

} // namespace clavitor
