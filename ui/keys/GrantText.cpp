// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/GrantText.h"

#include "app/base/Clock.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

#include <QDateTime>

namespace clavitor::ui {

QString GrantText::what(const Grant &grant)
{
    const bool reads = grant.actions.contains(Action::Read);
    const bool codes = grant.actions.contains(Action::Totp);
    if (grant.actions.contains(Action::Use))
        return tr("use by %1").arg(displayText(grant.command.text, 60));
    return reads && codes ? tr("values and codes") : codes ? tr("codes") : tr("values");
}

QString GrantText::entries(const Grant &grant, const Titles &titles)
{
    if (grant.entries.isEmpty())
        return tr("no entry");
    const QString first = titles.contains(grant.entries.first()) ? displayText(titles.value(grant.entries.first()), 80) : tr("an entry that is gone");
    const auto more = static_cast<int>(grant.entries.size()) - 1;
    return more == 0 ? first : tr("%1 and %2 more").arg(first).arg(more);
}

QString GrantText::untilClock(qint64 until, qint64 now)
{
    const TimeText time(now);
    const qint64 day = QDateTime::fromMSecsSinceEpoch(now).date().daysTo(QDateTime::fromMSecsSinceEpoch(until).date());
    return day == 0 ? tr("until %1").arg(time.shortClock(until))
        : day == 1  ? tr("until tomorrow %1").arg(time.shortClock(until))
                    : tr("until %1, %2").arg(time.date(until), time.shortClock(until));
}

QString GrantText::left(const Grant &grant, qint64 now)
{
    if (grant.isOver(now))
        return tr("over");
    QString time;
    if (const qint64 rest = grant.until - now; grant.until != 0 && (grant.isLease || rest >= 10 * ms::hour))
        time = untilClock(grant.until, now);
    else if (grant.until != 0 && rest < ms::minute)
        time = tr("%1 s left").arg((rest + 999) / 1000);
    else if (grant.until != 0 && rest < ms::hour)
        time = tr("%1 min left").arg((rest + ms::minute - 1) / ms::minute);
    else if (grant.until != 0)
        time = tr("%1 h %2 min left").arg(rest / ms::hour).arg(rest % ms::hour / ms::minute);
    else if (grant.endsWithLock)
        time = tr("until lock");
    if (grant.readsLeft < 0)
        return time.isEmpty() ? tr("always") : time;
    const QString reads = tr("%1 of %2 reads left").arg(grant.readsLeft).arg(grant.readsLeft + grant.used);
    return time.isEmpty() ? reads : tr("%1, %2").arg(reads, time);
}

} // namespace clavitor::ui
