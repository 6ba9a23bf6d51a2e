// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"

#include <QByteArray>
#include <QList>

#include <chrono>
#include <optional>

namespace clavitor::bridge {

struct HttpField
{
    QByteArray name;  ///< lower case
    QByteArray value; ///< without surrounding white space
    bool operator==(const HttpField &) const = default;
};

/// The value of the only field of that name, or empty. Names are compared in lower case.
[[nodiscard]] QByteArray fieldValue(const QList<HttpField> &fields, QByteArrayView name);

/// A request as the interfaces see it: admitted, framed one way only, its body whole. Owns a secret (the
/// token), so it moves and does not copy; the token is wiped with it.
struct HttpRequest
{
    QByteArray method;
    QByteArray target;       ///< origin form (RFC 9112 §3.2.1), exactly as sent
    QList<HttpField> fields; ///< only those named in RequestGuard's allow-list
    QByteArray body;
    QByteArray token; ///< of `Authorization: Bearer`, empty when there was none
    QByteArray host;  ///< as sent; one of the few RequestGuard lets in
    link::Peer peer;

    HttpRequest() = default;
    HttpRequest(HttpRequest &&) = default;
    HttpRequest &operator=(HttpRequest &&) = default;
    HttpRequest(const HttpRequest &) = delete;
    HttpRequest &operator=(const HttpRequest &) = delete;
    ~HttpRequest();

    [[nodiscard]] QByteArrayView path() const;
    /// Behind the first '?', as sent; empty without one.
    [[nodiscard]] QByteArrayView query() const;
    [[nodiscard]] QByteArray field(QByteArrayView name) const { return fieldValue(fields, name); }
};

/// An answer before it has a head. Its body may hold secrets: ConnectionGuard wipes it once it is written.
struct HttpResponse
{
    int status = 200;
    QByteArray contentType; ///< empty when there is no body
    QByteArray body;
    QList<HttpField> fields; ///< beside those every answer carries

    [[nodiscard]] static HttpResponse json(QByteArray body, int status = 200);
};

/// The bytes of a whole answer: the status line, what every answer carries (no-store, nosniff, same-origin,
/// the date, never a CORS field), Content-Length and the body. 204 has none. `keepAlive` is how long the connection waits
/// for the next request; without it this answer is the last.
[[nodiscard]] QByteArray serialise(const HttpResponse &response, std::optional<std::chrono::seconds> keepAlive, bool withBody = true);

} // namespace clavitor::bridge
