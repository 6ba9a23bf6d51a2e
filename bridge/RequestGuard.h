// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/HeadScanner.h"
#include "bridge/HttpMessage.h"

#include <cstdint>

namespace clavitor::bridge {

/// A head that can be read in one way only and may come in. Owns the token: moves, does not copy.
struct RequestHead
{
    QByteArray method;
    QByteArray target;
    QList<HttpField> fields; ///< RequestGuard::passedOn() only
    QByteArray token;        ///< secret; empty without exactly one `Authorization: Bearer`
    QByteArray host;         ///< as sent
    qsizetype bodySize = 0;
    bool keepAlive = false;
    bool expectsContinue = false; ///< RFC 9110 §10.1.1: the client waits for 100 before it sends the body

    RequestHead() = default;
    RequestHead(RequestHead &&) = default;
    RequestHead &operator=(RequestHead &&) = default;
    RequestHead(const RequestHead &) = delete;
    RequestHead &operator=(const RequestHead &) = delete;
    ~RequestHead();
};

/// Decides on the raw bytes of a head, before any HTTP library sees them: strict framing (RFC 9112, every
/// leniency refused: F6, T7), exactly one Host out of three (T1, F3), no web page (T2, F20), JSON bodies
/// only. A pure function of its input; lives on any thread.
class RequestGuard
{
public:
    /// `port` is the one the bridge listens on: it is part of the Host that is let in.
    RequestGuard(const RequestLimits &limits, std::uint16_t port);
    /// For a Unix socket, which has no port: the Host is "localhost".
    explicit RequestGuard(const RequestLimits &limits);

    /// `head` is complete, with its blank line, as HeadScanner found it.
    [[nodiscard]] std::expected<RequestHead, Refusal> read(QByteArrayView head) const;

    /// The fields the bridge has a use for, in lower case; no other gets past this point.
    [[nodiscard]] static const QList<QByteArray> &passedOn();

private:
    [[nodiscard]] bool isOwnHost(QByteArrayView host) const;

    RequestLimits m_limits;
    QList<QByteArray> m_hosts;
};

} // namespace clavitor::bridge
