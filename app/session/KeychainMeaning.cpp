// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/KeychainMeaning.h"

namespace clavitor {

using namespace Qt::StringLiterals;

QString keychainService()
{
    return u"clavitor"_s;
}

ErrorCode meaningOf(QKeychain::Error error)
{
    switch (error) {
    case QKeychain::EntryNotFound:
        return ErrorCode::KeychainNoItem;
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
        return ErrorCode::KeychainDenied;
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return ErrorCode::KeychainAbsent;
    case QKeychain::NoError:
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::OtherError:
        break;
    }
    return ErrorCode::KeychainFailed;
}

} // namespace clavitor
