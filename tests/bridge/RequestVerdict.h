// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/HeadScanner.h"
#include "bridge/RequestGuard.h"

#include <algorithm>

/// Bytes of a request head in, a verdict out.
namespace clavitor::bridge {

using namespace Qt::StringLiterals;

inline constexpr std::uint16_t Port = 1984;

/// Reads a head that arrives in pieces of `step` bytes: 200 when it is let in, else the status it is refused
/// with, 0 when more bytes are awaited.
struct Verdict
{
    int status = 0;
    QLatin1StringView code;
    RequestHead head;
    qsizetype headSize = 0;
};

inline Verdict judge(const QByteArray &bytes, qsizetype step = 1'000'000)
{
    const RequestLimits limits;
    const RequestGuard guard(limits, Port);
    HeadScanner scanner(limits);
    Verdict verdict;
    const auto refused = [&](const Refusal &refusal) {
        const ApiError error = apiError(refusal);
        verdict.status = error.status;
        verdict.code = error.code;
    };
    for (qsizetype size = std::min(step, bytes.size());; size = std::min(size + step, bytes.size())) {
        const auto found = scanner.scan(QByteArrayView(bytes).first(size));
        if (!found) {
            refused(found.error());
            return verdict;
        }
        if (*found) {
            verdict.headSize = **found;
            break;
        }
        if (size == bytes.size())
            return verdict;
    }
    auto head = guard.read(QByteArrayView(bytes).first(verdict.headSize));
    if (!head) {
        refused(head.error());
        return verdict;
    }
    verdict.status = 200;
    verdict.head = std::move(*head);
    return verdict;
}

inline QByteArray get(const QByteArray &lines, const QByteArray &requestLine = "GET /api/entries HTTP/1.1"_ba)
{
    return requestLine + "\r\n" + lines + "\r\n";
}
inline QByteArray withHost(const QByteArray &lines, const QByteArray &requestLine = "GET /api/entries HTTP/1.1"_ba)
{
    return get("Host: localhost:1984\r\n" + lines, requestLine);
}
inline QByteArray post(const QByteArray &lines)
{
    return withHost(lines, "POST /mcp HTTP/1.1"_ba);
}

} // namespace clavitor::bridge
