// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/Clock.h"

#include "app/base/Monotonic.h"

#include <QTimeZone>

namespace clavitor {

Clock systemClock()
{
    return [] { return QDateTime::currentMSecsSinceEpoch(); };
}

Clock steadyClock()
{
    return [] { return steadyMicroseconds() / 1000; };
}

QDateTime toDateTime(qint64 unixMilliseconds)
{
    // Not by way of local time, which asks the file system for the zone: a list of fifty entries did a hundred times.
#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
    return QDateTime::fromMSecsSinceEpoch(unixMilliseconds, Qt::UTC);
#else
    return QDateTime::fromMSecsSinceEpoch(unixMilliseconds, QTimeZone::UTC);
#endif
}

QString toIso8601(qint64 unixMilliseconds)
{
    // Seconds are enough on the wire and the same instant always has the same text.
    return toDateTime(unixMilliseconds - unixMilliseconds % 1000).toString(Qt::ISODate);
}

} // namespace clavitor
