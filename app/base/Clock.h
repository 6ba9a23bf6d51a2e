// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>

#include <functional>

namespace clavitor {

/// Milliseconds since the Unix epoch, UTC. Passed in wherever time matters, so tests can set it.
using Clock = std::function<qint64()>;

/// Lengths of time in milliseconds.
namespace ms {
inline constexpr qint64 minute = 60'000;
inline constexpr qint64 hour = 60 * minute;
inline constexpr qint64 day = 24 * hour;
} // namespace ms

[[nodiscard]] Clock systemClock();
/// Milliseconds of a clock that never goes back and counts from any moment; for how long something may take.
[[nodiscard]] Clock steadyClock();

/// UTC, from a clock's value.
[[nodiscard]] QDateTime toDateTime(qint64 unixMilliseconds);
/// "2026-03-08T10:23:14Z"
[[nodiscard]] QString toIso8601(qint64 unixMilliseconds);

} // namespace clavitor
