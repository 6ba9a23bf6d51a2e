// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/KeyReport.h"

#include <QList>

#include <optional>

namespace clavitor {

class Database;

/// What keys did, as the audit log has it: for budgets, for the questions to the person and for reports. A key whose token was
/// replaced keeps its past. Vault thread; the Database outlives it.
class KeyHistory {
public:
    /// In the "why" of a row: it used up no budget.
    static constexpr QLatin1StringView byLease{"by lease"};
    static constexpr QLatin1StringView withoutSecret{"no secret"};
    /// A command got a one-time code.
    static constexpr QLatin1StringView ofCode{"a one-time code"};

    explicit KeyHistory(Database &database);

    /// A credential that was given.
    struct Given {
        QString keyId;
        EntryId entry;
        qint64 time = 0;
    };
    /// After the token was replaced: the past of `keyId` is that of `newKeyId` now, and its ticks.
    [[nodiscard]] Result<> continueAs(const QString &keyId, const QString &newKeyId);

    /// The rows givenSince() looks at, the last ones: it is asked at every unlock.
    static constexpr int countedRows = 20'000;
    /// Credentials given since then that count for the budget, each with its first time, oldest first: not by a lease, and not
    /// before the person released the key.
    [[nodiscard]] Result<QList<Given>> givenSince(qint64 time) const;
    /// Whether the key was ever given this entry's values, or a command of its was; codes apart.
    [[nodiscard]] Result<bool> hasRead(const QString &keyId, EntryId entry) const;
    /// Whether it was given a code of it since then, or a command was.
    [[nodiscard]] Result<bool> hasCode(const QString &keyId, EntryId entry, qint64 since) const;
    /// Reads and codes the key was given; of all entries when `entry` is null.
    [[nodiscard]] Result<int> countGiven(const QString &keyId, EntryId entry, qint64 since) const;
    /// How many of the person's last answers about this were yes, without a no between; at most `most`.
    [[nodiscard]] Result<int> approvalsInRow(const QString &keyId, EntryId entry, Action action, int most) const;

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
