// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/RefusalCount.h"

#include <algorithm>
#include <utility>

namespace clavitor {

namespace {

constexpr qint64 kWindow = 60'000;

} // namespace

bool RefusalCount::isFull(qint64 now) const
{
    return std::ranges::count_if(m_times, [now](qint64 time) { return time > now - kWindow && time <= now; }) >= perMinute;
}

RefusalCount::Verdict RefusalCount::refused(qint64 now)
{
    // A clock set back must not leave times in the future behind that never age.
    m_times.removeIf([now](qint64 time) { return time <= now - kWindow || time > now; });
    if (m_times.size() < perMinute) {
        m_times.append(now);
        return {false, 0, std::exchange(m_unwritten, 0)};
    }
    ++m_unwritten;
    const qint64 wait = m_times.first() + kWindow - now;
    return {true, std::max(1, static_cast<int>((wait + 999) / 1000)), 0};
}

} // namespace clavitor
