// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>

#include <functional>

namespace clavitor {

/// Milliseconds since the Unix epoch, UTC. Passed in wherever time matters, so tests can set it.
using Clock = std::function<qint64()>;

[[nodiscard]] Clock systemClock();

/// UTC, from a clock's value.
[[nodiscard]] QDateTime toDateTime(qint64 unixMilliseconds);
/// "2026-03-08T10:23:14Z"
[[nodiscard]] QString toIso8601(qint64 unixMilliseconds);

} // namespace clavitor
