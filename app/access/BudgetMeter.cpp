// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/BudgetMeter.h"

#include "app/base/Clock.h"

#include <algorithm>

namespace clavitor {

BudgetMeter::Reading BudgetMeter::reading(const QString &keyId, EntryId entry, qint64 now) const
{
    Reading reading;
    for (const Given &given : m_given.value(keyId)) {
        if (given.time <= now - ms::hour)
            continue;
        if (given.entry == entry) {
            reading.hasHad = true;
            continue;
        }
        ++reading.inHour;
        reading.inMinute += given.time > now - ms::minute ? 1 : 0;
    }
    return reading;
}

void BudgetMeter::given(const QString &keyId, EntryId entry, qint64 now)
{
    QList<Given> &all = m_given[keyId];
    all.removeIf([now](const Given &given) { return given.time <= now - ms::hour; });
    if (std::ranges::find(all, entry, &Given::entry) == all.end())
        all.append({entry, now});
}

} // namespace clavitor
