// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>

#include <expected>

namespace clavitor {

/// Every way a thing can fail that a caller may want to tell apart. Worded for people in ui/ErrorText and for agents
/// in bridge/ErrorMap, each in one place.
enum class ErrorCode {
    // about the caller's request
    InvalidValue,          ///< a field of the request is out of range or malformed
    NotFound,
    Conflict,              ///< the entry changed since it was loaded; nothing was written
    Cancelled,
    // about state
    Locked,                ///< the vault is locked
    PersonalShut,          ///< Personal fields need the master password first
    Busy,                  ///< another unlock, import or password change is running
    // about unlocking and files
    WrongPassword,
    WeakPassword,
    DamagedFile,           ///< the file is ours but does not verify
    ForeignFile,           ///< not a Clavitor vault
    NewerSchema,           ///< written by a newer Clavitor
    ParametersRefused,     ///< key derivation cost in the header below the floor or above the ceiling
    OutOfMemory,           ///< not enough memory for the key derivation
    NoVault,
    VaultExists,
    AlreadyOpen,           ///< another instance holds the vault
    SqlCipherTooOld,
    ChangedOutside,        ///< the file is not as this program left it: only looked at until the person says it is to be used
    DiskFull,
    ReadOnly,
    Io,
    // about the ways a vault opens by
    WrongRecoverySheet,    ///< a sheet that is whole, and not this vault's
    WrongDevice,           ///< a piece of hardware gave another secret than the one this vault was given
    NoSuchWay,             ///< the vault has no such way, or not any more
    LastWay,               ///< without it Personal could not be opened any more
    TooManyWays,           ///< as many security keys as a vault takes
    WrongPasswordAgain,    ///< WrongPassword, not for the first time since the vault was open: nothing tells whether the key file was changed
    KeysChanged,           ///< the password does not open it, and the key file is another than when the vault was open last
    // about the platform keychain
    KeychainAbsent,        ///< no keychain service on this desktop
    KeychainLocked,
    KeychainStaysLocked,   ///< the person closed the window that asks for what opens it, perhaps since it takes none of their passwords
    KeychainDenied,        ///< the person refused
    KeychainNoItem,        ///< the keychain is open and holds no key for this vault
    KeychainElsewhere,     ///< the keychain this desktop uses holds none, and another one that runs beside it does
    KeychainWrongItem,     ///< it holds something else than our key
    KeychainBrokenItem,    ///< what it holds is shorter or longer than our key
    KeychainTimeout,
    KeychainFailed,
    KeychainNotAdded,      ///< the vault is made, and the keychain that was to open it could not be had
    // about hardware keys
    SecurityKeyAbsent,     ///< none is plugged in
    SecurityKeySeveral,    ///< more than one is: which was meant cannot be told
    SecurityKeyDenied,     ///< it is there, and the system does not let this user open it (udev)
    SecurityKeyUnsuited,   ///< it cannot keep a secret for us (no FIDO2 with hmac-secret)
    SecurityKeyPinNeeded,  ///< the key has a PIN, and none was given
    SecurityKeyNoPin,      ///< a PIN was typed for a key that has none
    SecurityKeyPinPaused,  ///< too many wrong PINs in a row: it wants to be plugged in anew
    SecurityKeyPinBlocked, ///< for good: only a reset of the key, which erases it, frees it
    SecurityKeyUnknown,    ///< the key plugged in is none of this vault's
    SecurityKeyUntouched,  ///< nobody touched it in time
    SecurityKeyRemoved,    ///< taken out before it was done
    SecurityKeyFailed,
    TpmAbsent,             ///< this computer has no TPM 2.0
    TpmDenied,             ///< it has, and the system does not let this user open it (group tss), or its owner's password is set
    TpmForeign,            ///< not the TPM the slot was made with
    TpmLockout,            ///< too many wrong PINs: it refuses everyone for a while; detail holds the seconds, when it tells
    TpmFailed,             ///< it stopped answering or failed at a step
    HardwareWrongPin,      ///< of a security key or the TPM; detail holds the number of tries left, when it tells
    // about the person being there
    PresenceRefused,       ///< the wrong finger three times, or the wrong password in the system's dialog
    PresenceTimeout,       ///< nobody touched the reader or answered the dialog
    PresenceUnavailable,   ///< nothing here can ask now; UserPresence::lastAnswer() says why
    // about agents' keys
    NameTaken,
    KeyRevoked,
    // about imports
    ImportEmpty,
    ImportUnreadable,      ///< broken file: detail says where
    ImportUnsupported,     ///< not a format we know
    ImportEncrypted,       ///< an encrypted export; detail says which to make instead
    ImportTooLarge,
    // about the bridge
    AuditUnavailable,      ///< the audit row could not be written, so nothing was done
    Internal,
};

/// An error as a value. `detail` is English, for logs and the details pane, and by contract free of secrets.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    QString detail;
    bool operator==(const Error &) const = default;
};

template<typename T = void>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, QString detail = {})
{
    return std::unexpected(Error{code, std::move(detail)});
}

/// The enumerator's name, for logs and tests.
[[nodiscard]] QLatin1StringView errorName(ErrorCode code);

} // namespace clavitor
