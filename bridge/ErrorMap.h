// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "bridge/HttpMessage.h"

#include <QJsonObject>
#include <QString>

namespace clavitor::bridge {

/// What the bridge itself refuses, before or without asking the keeper. The keeper's own refusals are
/// link::Status.
enum class Problem {
    BadRequest,
    Unauthorized, ///< no usable token was sent
    HostRefused,
    OriginRefused,
    UnknownPath,
    MethodNotAllowed,
    Timeout,
    TooLarge,
    UriTooLong,
    HeadTooLarge,
    UnsupportedMediaType,
    TooManyConnections,
};

/// A refusal with what is particular about it. `detail` is English, shown to the agent, and free of secrets.
struct Refusal
{
    Problem problem = Problem::BadRequest;
    QString detail;
};

/// An error as every face shows it (CONTRACT "Errors"): `code` is for programs, `message` says what happened,
/// `hint` what to do next. The only place where an error gets its words and its number.
struct ApiError
{
    int status = 500;
    QLatin1StringView code;
    QString message;
    QString hint;
    int retryAfterSeconds = 0;
    bool hasToken = true; ///< of 401: one was sent, and is not good
};

[[nodiscard]] ApiError apiError(const Refusal &refusal);
/// `status` is not Ok. `detail` replaces the standing message where the keeper has a better one. Unauthorized with seconds to
/// wait is of one who tried too many keys.
[[nodiscard]] ApiError apiError(link::Status status, const QString &detail = {}, int retryAfterSeconds = 0);

/// Of a request for a missing entry that the person has not answered: that may take longer than a yes.
[[nodiscard]] ApiError requestPending(int retryAfterSeconds);

/// {"code","message","hint","request_id"}, and "retry_after" in seconds where waiting helps: a tool's result has no header.
[[nodiscard]] QJsonObject errorObject(const ApiError &error, const QString &requestId);
/// The envelope {"error":{…}} with the fields its status asks for (WWW-Authenticate, Retry-After).
[[nodiscard]] HttpResponse errorResponse(const ApiError &error, const QString &requestId);

} // namespace clavitor::bridge
