// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QtGlobal>

namespace clavitor {

/// Counts tokens that were refused, so that guessing is answered with "too often" and cannot flood the audit log. A good
/// token is never refused for what others tried. A value: no clock, no I/O.
class BadTokens {
public:
    static constexpr int perMinute = 10;

    struct Verdict {
        bool tooOften = false;      ///< answer 429 instead of 401
        int retryAfterSeconds = 0;
        bool worthARow = true;      ///< within the limit: write an audit row
        int unwritten = 0;          ///< refusals without a row since the last row
    };
    [[nodiscard]] Verdict refused(qint64 now);

private:
    QList<qint64> m_times;          ///< ms, of the last minute, at most perMinute
    int m_unwritten = 0;
};

} // namespace clavitor
