// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/Clock.h"

namespace clavitor {

Clock systemClock()
{
    return [] { return QDateTime::currentMSecsSinceEpoch(); };
}

QDateTime toDateTime(qint64 unixMilliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(unixMilliseconds).toUTC();
}

QString toIso8601(qint64 unixMilliseconds)
{
    // Seconds are enough on the wire and the same instant always has the same text.
    return toDateTime(unixMilliseconds - unixMilliseconds % 1000).toString(Qt::ISODate);
}

} // namespace clavitor
