// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"
#include "app/model/Entry.h"

#include <QCoreApplication>

namespace clavitor::ui {

/// Where a key stands; the first that holds, in this order.
enum class KeyState { Revoked, Expired, NeedsToken, Frozen, Paused, Resting, Active };

/// Agents' keys in a person's words.
class KeyText {
    Q_DECLARE_TR_FUNCTIONS(KeyText)
public:
    [[nodiscard]] static KeyState state(const Agent &agent, qint64 now);
    /// "Active", "Resting", "Paused", "Frozen", "Needs a token", "Expired", "Revoked"
    [[nodiscard]] static QString word(KeyState state);

    /// What stopped it and what releasing it does, in sentences; empty for a key that was not stopped by the vault.
    [[nodiscard]] static QString stopped(const Agent &agent, qint64 now);

    /// "everything, but never Personal", "entries tagged dev or work", "2 chosen entries", "logins and servers"
    [[nodiscard]] static QString scope(const Scope &scope);
    /// "read, get codes, search and list"; all of them is "everything agents may do".
    [[nodiscard]] static QString actions(const QList<Action> &actions);
    /// "Read values", as a tick box says it.
    [[nodiscard]] static QString word(Action action);
    /// What the tick box allows, in one line.
    [[nodiscard]] static QString explanation(Action action);
    /// "expires in 83 days", "never expires", "expired yesterday 10:23"
    [[nodiscard]] static QString expiry(const Agent &agent, qint64 now);

    /// "1 login", "3 API keys"
    [[nodiscard]] static QString counted(EntryType type, int count);
    /// "API keys" in the middle of a sentence.
    [[nodiscard]] static QString inSentence(EntryType type);

    /// "a", "a and b", "a, b and c"
    [[nodiscard]] static QString list(const QStringList &items, const QString &lastJoint);

    [[nodiscard]] static QString frozenBecause(const QString &rule);
    /// Whether a key with this scope knows of the entry; the preview of the rule that access/Policy decides by.
    [[nodiscard]] static bool covers(const Scope &scope, const EntrySummary &entry);
};

} // namespace clavitor::ui
