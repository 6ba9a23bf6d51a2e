// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/ErrorMap.h"

#include "bridge/HeadScanner.h"

#include <QJsonDocument>

#include <algorithm>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// `detail` when there is one, else the standing text.
QString said(const QString &detail, QLatin1StringView otherwise)
{
    return detail.isEmpty() ? QString(otherwise) : detail;
}

// An entry that does not exist, one the key may not see, an unknown path and another vault's prefix read
// alike on purpose.
ApiError notFound()
{
    return {
        404, "not_found"_L1, u"There is nothing here under that name."_s,
        u"Check the path and the id. GET /api/entries or the tool list_entries shows what this key may see."_s};
}

ApiError rateLimited(const QString &detail, int seconds)
{
    return {429, "rate_limited"_L1, said(detail, "Too many calls."_L1),
            seconds == 1 ? u"Wait a second, then try again."_s : u"Wait %1 seconds, then try again."_s.arg(seconds), seconds};
}

ApiError unauthorized()
{
    return {
        401, "unauthorized"_L1, u"This call needs a valid Clavitor key."_s,
        u"Send the header 'Authorization: Bearer clavitor_...' with a key that is neither expired nor revoked. The person finds it in Clavitor under Keys. There is no OAuth sign-in here."_s};
}

} // namespace

ApiError apiError(const Refusal &refusal)
{
    constexpr RequestLimits limits;
    const QString &detail = refusal.detail;
    switch (refusal.problem) {
    case Problem::BadRequest:
        return {400, "bad_request"_L1, said(detail, "The request is malformed."_L1),
                u"Correct the request; repeating it unchanged will fail again."_s};
    case Problem::Unauthorized: {
        ApiError error = unauthorized();
        error.hasToken = false;
        return error;
    }
    case Problem::HostRefused:
        return {
            403, "host_refused"_L1, u"The Host header does not name this computer."_s,
            u"Use http://127.0.0.1, http://localhost or http://[::1] with the port shown on Clavitor's Connection page."_s};
    case Problem::OriginRefused:
        return {403, "origin_refused"_L1, u"Web pages may not talk to Clavitor."_s,
                u"Call from a program, not from a browser: without the headers Origin and Sec-Fetch-Site."_s};
    case Problem::UnknownPath:
        return notFound();
    case Problem::MethodNotAllowed:
        return {405, "method_not_allowed"_L1, u"This path does not take that method."_s,
                u"Use a method of the Allow header."_s};
    case Problem::Timeout:
        return {408, "timeout"_L1, u"The request did not arrive in time."_s,
                u"Send the whole request at once."_s};
    case Problem::TooLarge:
        return {413, "too_large"_L1, u"The request body is too large."_s, u"Send at most %1 MiB."_s.arg(limits.body / (1024 * 1024))};
    case Problem::UriTooLong:
        return {414, "uri_too_long"_L1, u"The request target is too long."_s,
                u"Keep path and query within %1 bytes."_s.arg(limits.target)};
    case Problem::HeadTooLarge:
        return {431, "head_too_large"_L1, u"The request has too many or too long header fields."_s,
                u"Send at most %1 fields and %2 KiB."_s.arg(limits.fields).arg(limits.head / 1024)};
    case Problem::UnsupportedMediaType:
        return {415, "unsupported_media_type"_L1, u"The body must be JSON."_s,
                u"Send 'Content-Type: application/json'."_s};
    case Problem::TooManyConnections:
        return {503, "busy"_L1, u"Too many calls are waiting for an answer."_s,
                u"Wait for some of them to end, then try again."_s, 1};
    }
    return apiError(link::Status::Internal);
}

ApiError apiError(link::Status status, const QString &detail, int retryAfterSeconds)
{
    switch (status) {
    case link::Status::BadRequest:
        return apiError(Refusal{Problem::BadRequest, detail});
    case link::Status::Unauthorized:
        // Too many of those: told apart from a key's own limit, which a tool may show to its model.
        return retryAfterSeconds > 0 ? rateLimited(detail, retryAfterSeconds) : unauthorized();
    case link::Status::ActionNotAllowed:
        return {
            403, "action_not_allowed"_L1, said(detail, "This key may not do that."_L1),
            u"Do without it, or ask the person to allow the action for this key in Clavitor under Keys."_s};
    case link::Status::KeyPaused:
        if (retryAfterSeconds > 0)
            return {403, "key_paused"_L1, u"This key was denied too often and rests."_s,
                    u"Stop asking for now; ask the person in the chat what you may have."_s, retryAfterSeconds};
        return {403, "key_paused"_L1, u"This key is paused."_s,
                u"Ask the person to resume it in Clavitor under Keys."_s};
    case link::Status::KeyFrozen:
        return {403, "key_frozen"_L1, u"This key was frozen because of unusual use."_s,
                u"Stop, and tell the person: only they can release it in Clavitor under Keys."_s};
    case link::Status::CallerRefused:
        return {403, "caller_refused"_L1, u"This key works in another program or folder only."_s,
                u"Stop, and tell the person: the key is pinned in Clavitor under Keys."_s};
    case link::Status::OwnProgramOnly:
        return {403, "own_program_only"_L1, u"This is answered to 'clavitor run' alone."_s,
                u"Start the command that needs the value with it: clavitor run --key KEY --env NAME=REF -- COMMAND. If that is what you did and Clavitor was updated, ask the person to start it anew."_s};
    case link::Status::ApprovalDenied:
        return {403, "approval_denied"_L1, said(detail, "The person did not allow this."_L1),
                u"Do without it. Ask the person in the chat before you try again."_s};
    case link::Status::Pending:
        return {202, "approval_pending"_L1, u"Clavitor is asking the person."_s,
                u"Make the same call again in a few seconds, at most for a minute."_s, retryAfterSeconds};
    case link::Status::NotFound:
        return notFound();
    case link::Status::WrongVault:
        return apiError(Refusal{Problem::UnknownPath, {}});
    case link::Status::Locked:
        return {423, "locked"_L1, u"The vault is locked."_s,
                u"Ask the person to unlock Clavitor in the tray, then make the same call again."_s};
    case link::Status::VaultChanged:
        return {423, "vault_changed"_L1, u"The vault is not as Clavitor left it, so no key is served."_s,
                u"Tell the person: Clavitor shows what was changed outside it, and serves keys again once they have looked."_s};
    case link::Status::RateLimited:
        return rateLimited(detail, std::max(1, retryAfterSeconds));
    case link::Status::BudgetExceeded:
        return {429, "budget_exceeded"_L1,
                said(detail, "This key has read as many credentials as it may for now."_L1),
                u"Work with what you have. Ask the person if the task really needs more."_s,
                retryAfterSeconds};
    case link::Status::AuditUnavailable:
        return {503, "audit_unavailable"_L1, u"The audit log cannot be written, so nothing was read."_s,
                u"Tell the person: Clavitor shows what is wrong with its disk. Try again later."_s};
    case link::Status::KeeperUnavailable:
        return {503, "keeper_unavailable"_L1, u"Clavitor does not answer."_s,
                u"Ask the person to look at Clavitor in the tray, then try again."_s};
    case link::Status::Ok:
    case link::Status::Internal:
        break;
    }
    return {500, "internal"_L1, u"Something went wrong inside Clavitor."_s,
            u"Try again; if it stays, give the person the request id."_s};
}

ApiError requestPending(int retryAfterSeconds)
{
    ApiError error = apiError(link::Status::Pending, {}, retryAfterSeconds);
    error.hint = u"Go on with what you can do without it, and make the same call again later; it is not asked twice."_s;
    return error;
}

QJsonObject errorObject(const ApiError &error, const QString &requestId)
{
    QJsonObject object{{"code"_L1, error.code},
                       {"message"_L1, error.message},
                       {"hint"_L1, error.hint},
                       {"request_id"_L1, requestId}};
    if (error.retryAfterSeconds > 0)
        object.insert("retry_after"_L1, error.retryAfterSeconds);
    return object;
}

HttpResponse errorResponse(const ApiError &error, const QString &requestId)
{
    const QJsonObject envelope{{"error"_L1, errorObject(error, requestId)}};
    HttpResponse response =
        HttpResponse::json(QJsonDocument(envelope).toJson(QJsonDocument::Compact), error.status);
    // RFC 6750 §3: the error is of a token that was sent. Never resource_metadata: advertising OAuth beside fixed tokens breaks
    // clients.
    if (error.status == 401)
        response.fields.append({"WWW-Authenticate"_ba, error.hasToken ? R"(Bearer realm="clavitor", error="invalid_token")"_ba
                                                                      : R"(Bearer realm="clavitor")"_ba});
    if (error.retryAfterSeconds > 0)
        response.fields.append({"Retry-After"_ba, QByteArray::number(error.retryAfterSeconds)});
    return response;
}

} // namespace clavitor::bridge
