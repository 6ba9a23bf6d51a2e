// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Id.h"
#include "app/model/EntryType.h"
#include "app/model/KeyPolicy.h"

#include <QList>
#include <QSet>
#include <QStringList>

namespace clavitor {

/// What a key may do, one flag a kind of call.
enum class Action {
    List,
    Search,
    Read,
    Totp,
    Use,        ///< a value goes into a command that `clavitor run` starts; who asks does not see it
    Generate,
};

[[nodiscard]] std::span<const Action> allActions();
/// "list", "search", "read", "totp", "use", "generate": stored, sent and audited.
[[nodiscard]] QLatin1StringView wireName(Action action);
[[nodiscard]] std::optional<Action> actionFromWireName(QStringView name);

/// Which entries a key may know of. An entry is in scope when `everything`, or it is named, or has one of the tags, or
/// is of one of the types; never when it is in the trash. Out of scope is the same as not existing.
struct Scope {
    bool everything = false;
    QList<EntryId> entries;
    QStringList tags;
    QList<EntryType> types;
    bool operator==(const Scope &) const = default;

    [[nodiscard]] bool isEmpty() const;
};

/// A key of an agent: its name, what it may do, until when. Never the token.
struct Agent {
    QString keyId;              ///< the 8 base62 characters after "clavitor_"
    QString name;               ///< typed by the person; the actor in the audit log; unique among keys that are not revoked
    QString note;               ///< project, optional
    Scope scope;
    QList<Action> actions;
    qint64 createdAt = 0;       ///< ms since the epoch, UTC
    qint64 expiresAt = 0;       ///< 0 = never
    qint64 lastUsedAt = 0;      ///< 0 = never used
    qint64 revokedAt = 0;       ///< 0 = not revoked
    bool paused = false;
    qint64 frozenAt = 0;        ///< 0 = not frozen; stopped by the vault until the person releases it
    QString frozenWhy{};        ///< in English, for the person
    qint64 restsUntil = 0;      ///< stopped for a while after denials; not stored, 0 = not
    bool needsToken = false;    ///< the one it had went with the vault's former keys: nothing authenticates as it
    KeyPolicy policy{};
    bool operator==(const Agent &) const = default;

    [[nodiscard]] bool isRevoked() const { return revokedAt != 0; }
    [[nodiscard]] bool isFrozen() const { return frozenAt != 0; }
    [[nodiscard]] bool isExpired(qint64 now) const { return expiresAt != 0 && now >= expiresAt; }
};

/// What the person fills in for a new or changed key.
struct AgentDraft {
    QString name;
    QString note;
    Scope scope;
    QList<Action> actions;
    qint64 expiresAt = 0;
    KeyPolicy policy{};
};

/// Limits for names: 1–64 characters, no control characters.
[[nodiscard]] bool isValidAgentName(const QString &name);

} // namespace clavitor
