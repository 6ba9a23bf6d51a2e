// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/LoginSession.h"

namespace clavitor {

std::optional<LoginSession> askLoginSession(const QString &)
{
    return std::nullopt;
}

} // namespace clavitor
