// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>
#include <QString>

/// Why a key as a whole was refused, as AuditEvent::why holds it: written by app/access, told apart by the windows. Stored, so a
/// change of words leaves old rows without a meaning.
namespace clavitor::reason {

inline constexpr QLatin1StringView NoToken{"no usable token"};
inline constexpr QLatin1StringView UnknownToken{"unknown or malformed token"};
inline constexpr QLatin1StringView TokenReplaced{"its token went with the vault's former keys"};
inline constexpr QLatin1StringView KeyRevoked{"key revoked"};
inline constexpr QLatin1StringView KeyExpired{"key expired"};
inline constexpr QLatin1StringView KeyFrozen{"key frozen"};
inline constexpr QLatin1StringView KeyPaused{"key paused"};
inline constexpr QLatin1StringView AllKeysPaused{"all keys paused"};
inline constexpr QLatin1StringView Resting{"rests after denials"};
inline constexpr QLatin1StringView WrongVault{"wrong vault"};
inline constexpr QLatin1StringView OtherProgram{"pinned to another program"};
inline constexpr QLatin1StringView UnknownProgram{"pinned to a program, and the caller is unknown"};
inline constexpr QLatin1StringView OtherFolder{"pinned to another folder"};
inline constexpr QLatin1StringView UnknownFolder{"pinned to a folder, and the caller's is unknown"};

/// Not of a key as a whole: in the view as an agent.
inline constexpr QLatin1StringView NoFieldForCommands{"no field for a command of this key"};

/// Between the reason and what else a row says: how many calls before it got no row of their own.
inline constexpr QLatin1StringView Separator{"; "};

/// Whether a row's `why` gives this reason, alone or with more behind it.
[[nodiscard]] inline bool isFor(const QString &why, QLatin1StringView reason)
{
    return why.startsWith(reason) && (why.size() == reason.size() || why.sliced(reason.size()).startsWith(Separator));
}

} // namespace clavitor::reason
