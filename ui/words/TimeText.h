// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QTimeZone>

namespace clavitor::ui {

/// Moments in a person's words. Moments are milliseconds since the epoch, UTC; words are in the zone given, the local
/// one by default. "now" is passed in, so tests can set it.
class TimeText {
    Q_DECLARE_TR_FUNCTIONS(TimeText)
public:
    explicit TimeText(qint64 now, QTimeZone zone = QTimeZone::systemTimeZone());

    /// "10:23:14"
    [[nodiscard]] QString clock(qint64 moment) const;
    /// "10:23"
    [[nodiscard]] QString shortClock(qint64 moment) const;
    /// "Today", "Yesterday", "Monday 9 March", with the year when it is another one.
    [[nodiscard]] QString day(qint64 moment) const;
    /// "just now", "4 minutes ago", "today 10:23", "yesterday 18:02", "9 March", "9 March 2025"
    [[nodiscard]] QString past(qint64 moment) const;
    /// "in 83 days", "in 5 hours", "in 20 minutes"; "now" when it is past.
    [[nodiscard]] QString until(qint64 moment) const;
    /// "9 March 2026"
    [[nodiscard]] QString date(qint64 moment) const;
    /// The first moment of the day `moment` lies in.
    [[nodiscard]] qint64 startOfDay(qint64 moment) const;

    /// "0.4 ms", "1.2 s", "240 µs"
    [[nodiscard]] static QString duration(qint64 microseconds);

private:
    [[nodiscard]] static QString ago(int minutes);
    [[nodiscard]] QDateTime local(qint64 moment) const;
    [[nodiscard]] qint64 daysBefore(qint64 moment) const;

    qint64 m_now;
    QTimeZone m_zone;
};

} // namespace clavitor::ui
