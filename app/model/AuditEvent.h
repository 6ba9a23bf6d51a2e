// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Id.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace clavitor {

enum class Outcome {
    Allowed,
    Denied,
    Pending,
    Locked,
    Error,
};

[[nodiscard]] QLatin1StringView wireName(Outcome outcome);
[[nodiscard]] Outcome outcomeFromWireName(QStringView name);

/// Where a call came from, as far as the system told. Empty parts are unknown, said plainly.
struct Caller {
    QString program;            ///< path of the executable
    qint64 pid = 0;
    QString parents;            ///< "zsh ← kitty"
    QString folder;             ///< working directory
    QString client;             ///< what the client says of itself: untrusted
    bool operator==(const Caller &) const = default;
};

/// One row of the audit log: a decision, never a value. TIME ACTION ENTRY ACTOR are the fixed columns.
struct AuditEvent {
    qint64 sequence = 0;        ///< given by the log, from 1, without gaps
    qint64 time = 0;            ///< ms since the epoch, UTC
    QString action;             ///< read totp use search list generate unlock lock reveal copy create update delete import …
    QString subject;            ///< ENTRY: the title, or the quoted query of a search
    EntryId entry;              ///< null when the row is not about one entry
    QString actor;              ///< door:name, "mcp:codex-agent", "app:owner"
    QString keyId;              ///< empty for the owner
    Outcome outcome = Outcome::Allowed;
    QString why;                ///< the rule that decided, "out of scope", "expired" …
    QString reason;             ///< said by the agent, at most 256 bytes, untrusted; of a use behind the command
    QString requestId;
    qint64 durationMicroseconds = 0;
    Caller caller;
    /// A call that names a key, allowed or not; of one to a locked vault (Outcome::Locked) the key was not checked. The
    /// owner's rows about a key name it, too, and are not the agent's.
    [[nodiscard]] bool isByAgent() const;
    /// That a value left: one of givingActions(), allowed.
    [[nodiscard]] bool isGiven() const;
    /// What a key gets values by: read, totp, use.
    [[nodiscard]] static QStringList givingActions();
    bool operator==(const AuditEvent &) const = default;
};

/// Which rows a page of the log shows. Empty members do not filter.
struct AuditFilter {
    QString text;               ///< in subject, actor or action
    QStringList actions;
    QString keyId;
    EntryId entry;
    QList<Outcome> outcomes;
    qint64 from = 0;            ///< ms, inclusive
    qint64 to = 0;              ///< ms, exclusive
    bool operator==(const AuditFilter &) const = default;
};

/// Rows newest first.
struct AuditPage {
    QList<AuditEvent> events;
    bool more = false;          ///< there are rows older than the last one
};

/// For the timeline: how many rows an hour and key.
struct AuditBucket {
    qint64 start = 0;           ///< ms, start of the bucket
    QString actor;
    int count = 0;
};

} // namespace clavitor
