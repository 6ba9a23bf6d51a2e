// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/Error.h"

namespace clavitor {

using namespace Qt::StringLiterals;

QLatin1StringView errorName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidValue:
        return "InvalidValue"_L1;
    case ErrorCode::NotFound:
        return "NotFound"_L1;
    case ErrorCode::Conflict:
        return "Conflict"_L1;
    case ErrorCode::Cancelled:
        return "Cancelled"_L1;
    case ErrorCode::Locked:
        return "Locked"_L1;
    case ErrorCode::PersonalShut:
        return "PersonalShut"_L1;
    case ErrorCode::Busy:
        return "Busy"_L1;
    case ErrorCode::WrongPassword:
        return "WrongPassword"_L1;
    case ErrorCode::WeakPassword:
        return "WeakPassword"_L1;
    case ErrorCode::DamagedFile:
        return "DamagedFile"_L1;
    case ErrorCode::ForeignFile:
        return "ForeignFile"_L1;
    case ErrorCode::NewerSchema:
        return "NewerSchema"_L1;
    case ErrorCode::ParametersRefused:
        return "ParametersRefused"_L1;
    case ErrorCode::OutOfMemory:
        return "OutOfMemory"_L1;
    case ErrorCode::NoVault:
        return "NoVault"_L1;
    case ErrorCode::VaultExists:
        return "VaultExists"_L1;
    case ErrorCode::AlreadyOpen:
        return "AlreadyOpen"_L1;
    case ErrorCode::SqlCipherTooOld:
        return "SqlCipherTooOld"_L1;
    case ErrorCode::ChangedOutside:
        return "ChangedOutside"_L1;
    case ErrorCode::DiskFull:
        return "DiskFull"_L1;
    case ErrorCode::ReadOnly:
        return "ReadOnly"_L1;
    case ErrorCode::Io:
        return "Io"_L1;
    case ErrorCode::WrongRecoverySheet:
        return "WrongRecoverySheet"_L1;
    case ErrorCode::WrongDevice:
        return "WrongDevice"_L1;
    case ErrorCode::NoSuchWay:
        return "NoSuchWay"_L1;
    case ErrorCode::LastWay:
        return "LastWay"_L1;
    case ErrorCode::TooManyWays:
        return "TooManyWays"_L1;
    case ErrorCode::KeychainAbsent:
        return "KeychainAbsent"_L1;
    case ErrorCode::KeychainLocked:
        return "KeychainLocked"_L1;
    case ErrorCode::KeychainDenied:
        return "KeychainDenied"_L1;
    case ErrorCode::KeychainNoItem:
        return "KeychainNoItem"_L1;
    case ErrorCode::KeychainWrongItem:
        return "KeychainWrongItem"_L1;
    case ErrorCode::KeychainTimeout:
        return "KeychainTimeout"_L1;
    case ErrorCode::KeychainFailed:
        return "KeychainFailed"_L1;
    case ErrorCode::SecurityKeyAbsent:
        return "SecurityKeyAbsent"_L1;
    case ErrorCode::SecurityKeySeveral:
        return "SecurityKeySeveral"_L1;
    case ErrorCode::SecurityKeyDenied:
        return "SecurityKeyDenied"_L1;
    case ErrorCode::SecurityKeyUnsuited:
        return "SecurityKeyUnsuited"_L1;
    case ErrorCode::SecurityKeyPinNeeded:
        return "SecurityKeyPinNeeded"_L1;
    case ErrorCode::SecurityKeyPinPaused:
        return "SecurityKeyPinPaused"_L1;
    case ErrorCode::SecurityKeyPinBlocked:
        return "SecurityKeyPinBlocked"_L1;
    case ErrorCode::SecurityKeyUnknown:
        return "SecurityKeyUnknown"_L1;
    case ErrorCode::SecurityKeyUntouched:
        return "SecurityKeyUntouched"_L1;
    case ErrorCode::SecurityKeyRemoved:
        return "SecurityKeyRemoved"_L1;
    case ErrorCode::SecurityKeyFailed:
        return "SecurityKeyFailed"_L1;
    case ErrorCode::TpmAbsent:
        return "TpmAbsent"_L1;
    case ErrorCode::TpmDenied:
        return "TpmDenied"_L1;
    case ErrorCode::TpmForeign:
        return "TpmForeign"_L1;
    case ErrorCode::TpmLockout:
        return "TpmLockout"_L1;
    case ErrorCode::TpmFailed:
        return "TpmFailed"_L1;
    case ErrorCode::HardwareWrongPin:
        return "HardwareWrongPin"_L1;
    case ErrorCode::NameTaken:
        return "NameTaken"_L1;
    case ErrorCode::KeyRevoked:
        return "KeyRevoked"_L1;
    case ErrorCode::ImportEmpty:
        return "ImportEmpty"_L1;
    case ErrorCode::ImportUnreadable:
        return "ImportUnreadable"_L1;
    case ErrorCode::ImportUnsupported:
        return "ImportUnsupported"_L1;
    case ErrorCode::ImportEncrypted:
        return "ImportEncrypted"_L1;
    case ErrorCode::ImportTooLarge:
        return "ImportTooLarge"_L1;
    case ErrorCode::AuditUnavailable:
        return "AuditUnavailable"_L1;
    case ErrorCode::Internal:
        return "Internal"_L1;
    }
    return "Internal"_L1;
}

} // namespace clavitor
