// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Agent.h"
#include "app/model/Approval.h"
#include "app/model/AuditEvent.h"
#include "app/model/Distrust.h"
#include "app/model/EntryCounts.h"
#include "app/model/EntryType.h"
#include "app/model/Grant.h"
#include "app/model/KeyReport.h"
#include "app/model/LogVerdict.h"
#include "app/session/FormerKeys.h"
#include "app/session/UnlockWay.h"
#include "crypto/SecretText.h"

#include <QList>
#include <QMetaType>
#include <QString>

#include <algorithm>
#include <optional>

/// The values that cross between the vault and the windows.
namespace clavitor {

enum class LockState { NoVault, Locked, Unlocking, Unlocked };

/// Why it is locked, for the log.
enum class LockCause {
    Asked,      ///< by the person
    Idle,
    Screen,     ///< the screen was locked
    OtherUser,  ///< another user took the screen
    Lid,
    Sleep,
    Quit,
};
/// As a row says it, in English; empty for Asked.
[[nodiscard]] QString inWords(LockCause cause);

/// What the Connection page shows.
struct VaultFacts {
    LockState state = LockState::NoVault;
    QString vaultId;            ///< 12 characters of Crockford base32; empty without a vault
    QString name;
    QString folder;             ///< where the vault lies
    bool hasKeychainSlot = false;
    bool hasReducedCost = false; ///< the password slot was made with little memory free: cheaper to guess than usual
    std::optional<Error> problem; ///< why the vault there cannot be opened at all (damaged, foreign, newer, in use)
    bool agentsPaused = false;  ///< all keys at once, beside each key's own switch; as last known while locked
    /// Why `problem` need not be the end of it: what is kept from before may stand in for a header that cannot be read, or not.
    std::optional<FormerKeys> formerKeys{};
    QString repairNote{};       ///< what of the header had to be repaired, in English; empty when nothing
    bool keepsPersonal = false; ///< Personal can open again by a presence check (VaultClient::reopenPersonal)
    QList<UnlockWay> ways{};    ///< what opens it, locked or not; empty without a vault
    /// With NoVault: one is begun, `vaultId`, `name` and `ways` tell of it, and it is a vault, and unlocked, once it has a second way;
    /// gone with a lock before.
    bool isUnfinished = false;
    /// Why it could not be compared with what the keychain remembers of it, so whether it is the newest copy is not known yet; never set
    /// while locked.
    std::optional<ErrorCode> uncompared{};
    std::optional<Distrust> distrust{}; ///< only looked at until the person trusts it; never set while locked
    QList<RemovedSurplus> removedSurplus{}; ///< what trusting it took out, since it was there twice; until it is locked
    /// While unlocked, those a lock could keep going; while locked, those it does keep going.
    QList<LeaseStanding> leases{};
    /// Locked for people and for every agent but those.
    [[nodiscard]] bool keepsLeases() const { return state != LockState::Unlocked && !leases.isEmpty(); }
    QString keychainItem{};     ///< what its secret is called in the keychain
    bool operator==(const VaultFacts &) const = default;

    [[nodiscard]] bool opensBy(crypto::SlotKind kind) const
    {
        return std::ranges::any_of(ways, [kind](const UnlockWay &way) { return way.name.kind == kind; });
    }
};

/// How a vault is made.
struct NewVault {
    QString name;
    bool withKeychainSlot = false;
    bool withSecondWay = false; ///< kept only once something beside the master password opens all of it: VaultFacts::isUnfinished
};

struct EntryQuery {
    enum class Place { Vault, Trash };
    Place place = Place::Vault;
    QString text;               ///< full-text; empty for all
    std::optional<EntryType> type;
    QString tag;                ///< exact; empty for all
    bool favouritesOnly = false;
    bool personalOnly = false;  ///< entries with at least one Personal field
};

/// A one-time code on show.
struct CodeOnShow {
    QString code;
    int periodSeconds = 30;
    int secondsLeft = 30;
};

/// A key just made: the only time its token exists outside the agent's configuration.
struct NewKey {
    Agent agent;
    crypto::SecretText token;
};

/// Somebody asked while the vault was locked.
struct LockedCall {
    QString actor;              ///< "mcp:codex-agent", or "mcp:unknown key" before the first unlock
    QString action;
    Caller caller;
};

/// What replacing all keys of the vault led to.
struct KeysReplaced {
    int tokens = 0;             ///< agents' keys that get nothing until they are given a new token
    QList<UnlockWay> gone{};    ///< ways that opened the vault and do not any more
    std::optional<Error> keychain{}; ///< why the keychain does not open it again; it is among `gone` then
};

struct ImportOutcome {
    ImportId id;                ///< for undoImport()
    int written = 0;
    int personalFields = 0;
    int alreadyThere = 0;       ///< identical entries that were left out
    int completed = 0;          ///< of those, the ones that got the tags or the star they have in the file
    int cut = 0;                ///< of those already there, the ones that did not get all of that: an entry has its limits
    int maybeTwice = 0;         ///< written, but the same may have been there: Personal was shut, so it could not be compared
};

/// The file outside to which the log's checkpoints are added, as the vault itself remembers it. Without a path none is.
struct KeptCheckpoints {
    QString path;
    qint64 row = 0;             ///< the last one that was written to it; 0: none was
    bool operator==(const KeptCheckpoints &) const = default;
};

/// What changes many entries at once, as a whole or not at all, and ends for a lock.
enum class LongWork { Import, ImportUndo, Trash, Restore, Purge };

/// What a value is revealed for; the owner's audit rows tell `copy` from `reveal`.
enum class Purpose { Show, Copy, Edit };

} // namespace clavitor

Q_DECLARE_METATYPE(clavitor::VaultFacts)
Q_DECLARE_METATYPE(clavitor::LockedCall)
Q_DECLARE_METATYPE(clavitor::LongWork)
Q_DECLARE_METATYPE(clavitor::Error)
Q_DECLARE_METATYPE(clavitor::ApprovalRequest)
Q_DECLARE_METATYPE(clavitor::ApprovalId)
Q_DECLARE_METATYPE(clavitor::ApprovalEnd)
Q_DECLARE_METATYPE(clavitor::RuleSuggestion)
Q_DECLARE_METATYPE(clavitor::EntryRequest)
Q_DECLARE_METATYPE(clavitor::KeyAlert)
