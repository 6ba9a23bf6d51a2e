// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/CryptoMeaning.h"

namespace clavitor {

using crypto::CryptoError;

ErrorCode meaningOf(CryptoError error, ErrorCode wrongKey)
{
    switch (error) {
    case CryptoError::WrongKey:
    case CryptoError::Malformed:
        return wrongKey;
    case CryptoError::NoSlot:
        if (wrongKey == ErrorCode::WrongRecoverySheet || wrongKey == ErrorCode::WrongDevice)
            return ErrorCode::NoSuchWay;
        return wrongKey == ErrorCode::KeychainWrongItem ? ErrorCode::KeychainNoItem : ErrorCode::DamagedFile;
    case CryptoError::Refused:
        return ErrorCode::ParametersRefused;
    case CryptoError::OutOfMemory:
        return ErrorCode::OutOfMemory;
    case CryptoError::Foreign:
        return ErrorCode::ForeignFile;
    case CryptoError::Newer:
        return ErrorCode::NewerSchema;
    case CryptoError::Damaged:
    case CryptoError::Unsupported:
        break;
    }
    return ErrorCode::DamagedFile;
}

} // namespace clavitor
