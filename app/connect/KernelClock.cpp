// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/KernelClock.h"

#include <QtGlobal>

#ifdef Q_OS_LINUX
#include <sys/timex.h>
#endif

namespace clavitor {

std::optional<bool> isClockSynchronised()
{
#ifdef Q_OS_LINUX
    struct timex clock {};
    clock.modes = 0; // nothing is set
    const int state = ::adjtimex(&clock);
    if (state < 0)
        return std::nullopt;
    return state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
#else
    return std::nullopt;
#endif
}

} // namespace clavitor
