// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QtGlobal>

#include <utility>

namespace clavitor {

/// Counts what was refused, of one key or of everybody without one, so that a caller who goes on asking cannot flood the
/// audit log, nor guess without end. What is granted is never refused for what was refused before. A value: no clock, no I/O.
class RefusalCount {
public:
    static constexpr int perMinute = 10;

    struct Verdict {
        bool tooOften = false;      ///< over the limit: no row, and nothing to learn
        int retryAfterSeconds = 0;
        int unwritten = 0;          ///< refusals without a row since the last row; for the row of this one
    };
    [[nodiscard]] Verdict refused(qint64 now);
    /// Whether the next one would be over the limit.
    [[nodiscard]] bool isFull(qint64 now) const;
    /// A refusal that told nothing new: without a row, and it uses nothing up.
    void repeated() { ++m_unwritten; }
    /// Refusals without a row, taken out for a row that tells of them.
    [[nodiscard]] int takeUnwritten() { return std::exchange(m_unwritten, 0); }
    /// That row was not stored after all.
    void putBack(int unwritten) { m_unwritten += unwritten; }

private:
    QList<qint64> m_times;          ///< ms, of the last minute, at most perMinute
    int m_unwritten = 0;
};

} // namespace clavitor
