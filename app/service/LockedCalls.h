// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "app/model/AuditEvent.h"
#include "app/service/VaultTypes.h"

#include <QHash>
#include <QList>

#include <optional>

namespace clavitor {

/// Who asked while the vault was locked, kept for the log until it can be written, and bounded: a row stands for all equal
/// calls, and callers without a key that is known share a limit, since a key id is easily made up. Lost when the program
/// ends before the next unlock. Vault thread.
class LockedCalls {
public:
    /// Rows of callers that are not known. Known ones have at most one for each action.
    static constexpr int keptUnknown = 100;
    /// A caller is told of at most this often, in milliseconds.
    static constexpr qint64 toldEvery = 1'000;

    /// Key id → name, from the last time the vault was open.
    void setKnownKeys(QHash<QString, QString> names) { m_knownKeys = std::move(names); }
    /// Notes a question; answers what to tell the person, unless the same caller was told of just now.
    [[nodiscard]] std::optional<LockedCall> note(const link::Question &question, const QString &keyId, qint64 now, Caller caller = {});

    [[nodiscard]] bool isEmpty() const { return m_calls.isEmpty(); }
    /// In order of their first call.
    [[nodiscard]] QList<AuditEvent> rows() const;
    void clear();

private:
    struct Call {
        AuditEvent row;
        int count = 1;
    };

    QHash<QString, QString> m_knownKeys;
    QList<Call> m_calls;
    QHash<QString, qint64> m_told;  ///< by known key id, "" for the others
    int m_unknown = 0;
    int m_unkept = 0;
};

} // namespace clavitor
