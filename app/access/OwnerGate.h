// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AuditTransaction.h"
#include "app/base/Clock.h"
#include "app/model/AuditEvent.h"
#include "app/model/Authorization.h"
#include "crypto/SecretText.h"

#include <functional>

namespace clavitor {

/// The person's way to values and to changes: the same log, the same rule that the row is durable before a value leaves.
/// Vault thread; database and log outlive it.
class OwnerGate {
public:
    OwnerGate(Database &database, AuditLog &log, Clock clock);

    /// A row about the owner: `action` as in AuditEvent::action, `subject` a title or a key's name.
    [[nodiscard]] AuditEvent row(QLatin1StringView action, const QString &subject, EntryId entry = {}) const;

    using Reading = std::function<Result<crypto::SecretText>(Authorization &&)>;
    /// The value of one field, read and then handed out with its row. What cannot be read leaves no row, for nothing was
    /// shown; what cannot be put on record is wiped: AuditUnavailable.
    [[nodiscard]] Result<crypto::SecretText> handOut(AuditEvent row, EntryId entry, int field, const Reading &read);
    /// For what shows no secret beyond the moment: a code on the owner's own screen. Leaves no row.
    [[nodiscard]] Authorization authoriseUnrecorded(EntryId entry, QList<int> fields) const;
    /// Rows without a change of their own, such as an unlock's: all of them or none.
    [[nodiscard]] Result<> record(const QList<AuditEvent> &rows);

private:
    Database &m_database;
    AuditLog &m_log;
    Clock m_clock;
};

} // namespace clavitor
