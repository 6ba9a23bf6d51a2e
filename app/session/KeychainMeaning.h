// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <qt6keychain/keychain.h>

#include <QString>

namespace clavitor {

/// The name all our items in the desktop's keychain are kept under.
[[nodiscard]] QString keychainService();
/// What QtKeychain's error means when the keychain itself is there and open; KeychainFailed for what says nothing.
[[nodiscard]] ErrorCode meaningOf(QKeychain::Error error);

} // namespace clavitor
