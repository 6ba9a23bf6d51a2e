// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/TimeText.h"

#include <QDateTime>
#include <QLocale>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Minute = 60'000;
constexpr qint64 Hour = 60 * Minute;
constexpr qint64 Day = 24 * Hour;

} // namespace

TimeText::TimeText(qint64 now, QTimeZone zone)
    : m_now(now)
    , m_zone(std::move(zone))
{
}

QDateTime TimeText::local(qint64 moment) const
{
    return QDateTime::fromMSecsSinceEpoch(moment, m_zone);
}

qint64 TimeText::daysBefore(qint64 moment) const
{
    return local(moment).date().daysTo(local(m_now).date());
}

QString TimeText::clock(qint64 moment) const
{
    return local(moment).toString(u"HH:mm:ss"_s);
}

QString TimeText::shortClock(qint64 moment) const
{
    return local(moment).toString(u"HH:mm"_s);
}

QString TimeText::day(qint64 moment) const
{
    const qint64 days = daysBefore(moment);
    if (days == 0)
        return tr("Today");
    if (days == 1)
        return tr("Yesterday");
    const QDate date = local(moment).date();
    const QString format = date.year() == local(m_now).date().year() ? u"dddd d MMMM"_s : u"dddd d MMMM yyyy"_s;
    return QLocale().toString(date, format);
}

QString TimeText::past(qint64 moment) const
{
    const qint64 age = m_now - moment;
    if (age < Minute && age > -Minute)
        return tr("just now");
    if (age >= 0 && age < Hour)
        return ago(static_cast<int>(age / Minute));
    const qint64 days = daysBefore(moment);
    if (days == 0)
        return tr("today %1").arg(shortClock(moment));
    if (days == 1)
        return tr("yesterday %1").arg(shortClock(moment));
    const QDate day = local(moment).date();
    return QLocale().toString(day, day.year() == local(m_now).date().year() ? u"d MMMM"_s : u"d MMMM yyyy"_s);
}

QString TimeText::until(qint64 moment) const
{
    const qint64 left = moment - m_now;
    if (left <= 0)
        return tr("now");
    if (left < Hour) {
        const int minutes = static_cast<int>((left + Minute - 1) / Minute);
        return minutes == 1 ? tr("in 1 minute") : tr("in %n minutes", nullptr, minutes);
    }
    if (left < 2 * Day) {
        const int hours = static_cast<int>((left + Hour / 2) / Hour);
        return hours <= 1 ? tr("in 1 hour") : tr("in %n hours", nullptr, hours);
    }
    return tr("in %n days", nullptr, static_cast<int>((left + Day / 2) / Day));
}

QString TimeText::ago(int minutes)
{
    return minutes == 1 ? tr("1 minute ago") : tr("%n minutes ago", nullptr, minutes);
}

QString TimeText::date(qint64 moment) const
{
    return QLocale().toString(local(moment).date(), u"d MMMM yyyy"_s);
}

qint64 TimeText::startOfDay(qint64 moment) const
{
    return local(moment).date().startOfDay(m_zone).toMSecsSinceEpoch();
}

QString TimeText::duration(qint64 microseconds)
{
    if (microseconds < 1000)
        return tr("%1 µs").arg(microseconds);
    const QLocale locale;
    if (microseconds < 1'000'000)
        return tr("%1 ms").arg(locale.toString(static_cast<double>(microseconds) / 1000.0, 'f', 1));
    return tr("%1 s").arg(locale.toString(static_cast<double>(microseconds) / 1'000'000.0, 'f', 1));
}

} // namespace clavitor::ui
