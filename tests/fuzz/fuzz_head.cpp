// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/HeadScanner.h"
#include "bridge/RequestGuard.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace clavitor::bridge;

namespace {

void must(bool holds)
{
    if (!holds)
        std::abort();
}

struct Scanned {
    std::optional<qsizetype> size;  ///< of the head; nothing while it is incomplete
    bool isRefused = false;
    bool operator==(const Scanned &) const = default;
};

/// A head that arrives in pieces of `step` bytes.
Scanned scan(QByteArrayView bytes, qsizetype step)
{
    HeadScanner scanner({});
    for (qsizetype arrived = std::min(step, bytes.size());; arrived = std::min(arrived + step, bytes.size())) {
        const auto found = scanner.scan(bytes.first(arrived));
        if (!found)
            return {std::nullopt, true};
        if (*found)
            return {**found, false};
        if (arrived == bytes.size())
            return {};
    }
}

bool isVisible(QByteArrayView text)
{
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

/// Beginnings of lines that are this field, whatever its case.
qsizetype linesOf(const QByteArray &head, const QByteArray &field)
{
    return head.toLower().count(QByteArray("\n" + field + ":"));
}

} // namespace

/// Hostile bytes as a request's head: it is found alike however it arrives, and what is let in has one reading.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const RequestLimits limits;
    const Scanned whole = scan(bytes, std::max<qsizetype>(bytes.size(), 1));
    for (const qsizetype step : {qsizetype{1}, qsizetype{7}, qsizetype{64}})
        must(scan(bytes, step) == whole);
    if (!whole.size)
        return 0;
    must(*whole.size <= limits.head && *whole.size <= bytes.size());
    const QByteArray head = bytes.first(*whole.size);
    must(head.endsWith("\r\n\r\n") && head.count("\r\n\r\n") == 1);

    const auto read = RequestGuard(limits, 1984).read(head);
    const auto again = RequestGuard(limits, 1984).read(head);
    must(read.has_value() == again.has_value());
    if (!read) {
        must(!read.error().detail.contains(QStringLiteral("clavitor_")));
        return 0;
    }
    must(isVisible(read->method) && !read->method.isEmpty() && head.startsWith(QByteArray(read->method + ' ' + read->target + " HTTP/1.")));
    must(read->target.startsWith('/') && isVisible(read->target) && read->target.size() <= limits.target);
    must(read->bodySize >= 0 && read->bodySize <= limits.body);
    must(isVisible(read->token));
    // Whoever else read these bytes would find the same host, the same length and the same token.
    for (const char *field : {"host", "content-length", "content-type", "authorization", "origin"})
        must(linesOf(head, field) <= 1);
    must(linesOf(head, "host") == 1 && linesOf(head, "transfer-encoding") == 0 && linesOf(head, "upgrade") == 0);
    must(linesOf(head, "sec-fetch-site") == 0);
    const QByteArray host = read->host.toLower();
    must(host == "localhost:1984" || host == "127.0.0.1:1984" || host == "[::1]:1984");
    must(linesOf(head, "content-length") == 1 || read->bodySize == 0);
    for (const HttpField &field : read->fields) {
        must(RequestGuard::passedOn().contains(field.name));
        must(std::ranges::none_of(field.value, [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; }));
        must(field.value == field.value.trimmed());
    }
    return 0;
}
