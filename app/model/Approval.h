// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Id.h"
#include "app/model/Agent.h"
#include "app/model/AuditEvent.h"
#include "app/model/EntryType.h"

#include <QStringList>

namespace clavitor {

/// Why the person is asked and the rule did not decide.
enum class AskedBecause {
    FirstTime,          ///< the key did not have this entry yet
    SecondFactor,       ///< it has read the password and asks for the code
    MinuteBudget,       ///< too many distinct credentials within a minute
    HourBudget,         ///< within an hour
    Command,            ///< a command would get what the key may not see
};

/// One question to the person: may this key have this of this entry? No values. What the agent or the entry says is text of
/// strangers and shown as such.
struct ApprovalRequest {
    ApprovalId id;
    QString keyId;
    QString keyName;            ///< typed by the person
    QString actor;              ///< door and name, "mcp:codex-agent"
    EntryId entry;
    QString title;
    EntryType type = EntryType::Login;
    QStringList urls;
    Action action = Action::Read;   ///< Read, Totp or Use
    QString command;            ///< of Use: what would run, with the names of what it gets; said by our own program
    QStringList fields;         ///< labels of the secrets the answer would hold
    AskedBecause because = AskedBecause::FirstTime;
    QString reason;             ///< said by the agent
    Caller caller;
    int distinctInTime = 0;     ///< for a budget: which credential in that time this would be
    int readsOfEntry = 0;       ///< allowed so far, of this entry by this key
    int readsInDay = 0;         ///< allowed in the last 24 h, by this key
    qint64 askedAt = 0;         ///< ms since the epoch: when its time began, told anew for one that was behind others
    qint64 until = 0;           ///< then it is denied
    int calls = 1;              ///< that the one answer is for: told anew when that changes
    bool operator==(const ApprovalRequest &) const = default;
};

enum class ApprovalAnswer { Once, WhileUnlocked, OneHour, Always, Deny, DenyAndPause };

/// How a question ended that is on show no longer.
enum class ApprovalEnd {
    Answered,
    AgentLeft,
    TimedOut,           ///< and so denied
    Locked,             ///< the vault was locked, or the key stopped
};

/// After three equal answers in a row: a rule that would have given them.
struct RuleSuggestion {
    QString keyId;
    QString keyName;
    EntryId entry;
    QString title;
    Action action = Action::Read;
};

/// A credential an agent asked for that was not in the vault.
struct EntryRequest {
    enum class State { Open, Added, Declined };
    EntryRequestId id;
    QString keyId;
    QString keyName;
    QString title;              ///< said by the agent, as `why` and `fields`
    QString why;
    QStringList fields;
    qint64 askedAt = 0;
    State state = State::Open;
    EntryId entry;              ///< once Added
    bool operator==(const EntryRequest &) const = default;
};

/// Something about a key that the person has to know now.
struct KeyAlert {
    enum class Kind {
        DecoyRead,              ///< it read an entry made as bait, and is frozen
        TooMany,                ///< it had as many credentials as freeze it
        Elsewhere,              ///< used from another program or folder than it is pinned to
        Resting,                ///< five questions denied or not answered, stopped for a while
        LeaseOver,              ///< its lease ended by itself: by its time or its reads
    };
    Kind kind = Kind::DecoyRead;
    QString keyId;
    QString keyName;
    QString subject;            ///< the entry's title, if it is about one
    Caller caller;
    qint64 time = 0;
    int reads = 0;              ///< LeaseOver: what of the lease was used
    int readsAllowed = 0;       ///< LeaseOver: as many as it was for
};

} // namespace clavitor
