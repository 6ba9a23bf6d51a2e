// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/ErrorMap.h"

#include <expected>
#include <optional>

namespace clavitor::bridge {

/// Sizes of a request, in bytes (SECURITY.md T6).
struct RequestLimits
{
    qsizetype head = 16 * 1024; ///< request line and fields, with the blank line
    qsizetype target = 2 * 1024;
    int fields = 64;
    qsizetype body = 1024 * 1024;
};

/// Watches a head arrive: finds its end, and refuses as soon as a byte or a size is wrong, so that nothing of
/// a hostile head is kept waiting for more. A value without I/O; one per request.
class HeadScanner
{
public:
    explicit HeadScanner(const RequestLimits &limits)
        : m_limits(limits)
    {
    }

    /// `arrived` is everything since the first byte of the request; what was seen in earlier calls is not
    /// looked at again. The size of the whole head with its blank line, nullopt while it is incomplete.
    [[nodiscard]] std::expected<std::optional<qsizetype>, Refusal> scan(QByteArrayView arrived);

private:
    RequestLimits m_limits;
    qsizetype m_seen = 0;
    qsizetype m_lineStart = 0;
    int m_lines = 0;
    char m_previous = '\0';
};

} // namespace clavitor::bridge
