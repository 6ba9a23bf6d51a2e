// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/CallerLookup.h"

namespace clavitor {

CallerLookup systemCallerLookup()
{
    return [](const link::Peer &) { return CallerCard{}; };
}

} // namespace clavitor
