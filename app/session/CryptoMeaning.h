// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/CryptoError.h"

namespace clavitor {

/// What a failure of a header or its key slots means to a person; `wrongKey` is what a wrong secret is called here.
[[nodiscard]] ErrorCode meaningOf(crypto::CryptoError error, ErrorCode wrongKey);

} // namespace clavitor
