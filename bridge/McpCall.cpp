// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpCall.h"

#include "app/link/Wipe.h"
#include "bridge/McpCatalog.h"
#include "bridge/McpVersions.h"

#include <QJsonDocument>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// The members every modern result has, as the tail of an object that already has others.
const QByteArray &modernTail()
{
    static const QByteArray tail = [] {
        const QByteArray meta = compact({{mcp::MetaServerInfo, mcp::serverInfo()}});
        return QByteArray(R"(,"resultType":"complete","_meta":)" + meta);
    }();
    return tail;
}
/// An answer is nobody else's and is never kept.
constexpr QByteArrayView CacheTail = R"(,"ttlMs":0,"cacheScope":"private")";

/// `result` (a serialised object) completed for its era.
QByteArray completed(QByteArray result, McpEra era, bool isCacheable)
{
    if (era == McpEra::Legacy)
        return result;
    const bool isEmpty = result.size() == 2;
    result.chop(1);
    result.append(isEmpty ? QByteArrayView(modernTail()).sliced(1) : QByteArrayView(modernTail()));
    return result.append(isCacheable ? CacheTail : QByteArrayView()).append('}');
}

} // namespace

HttpResponse rpcErrorResponse(const RpcError &error, McpEra era)
{
    int status = 200;
    switch (error.code) {
    case rpc::ParseError:
    case rpc::InvalidRequest:
    case rpc::HeaderMismatch:
    case rpc::UnsupportedProtocolVersion:
        status = 400;
        break;
    case rpc::MethodNotFound:
        status = era == McpEra::Modern ? 404 : 200;
        break;
    default:
        break;
    }
    return HttpResponse::json(rpcFailure(error), status);
}

HttpResponse success(const McpCall &call, QByteArray result, bool isCacheable)
{
    QByteArray whole = completed(std::move(result), call.era, isCacheable);
    HttpResponse response = HttpResponse::json(rpcResult(call.message.id, whole));
    link::wipe(whole);
    return response;
}

HttpResponse success(const McpCall &call, const QJsonObject &result, bool isCacheable)
{
    return success(call, compact(result), isCacheable);
}

HttpResponse failure(const McpCall &call, int code, QString message, QJsonObject data)
{
    return rpcErrorResponse(RpcError{code, std::move(message), std::move(data), call.message.id}, call.era);
}

HttpResponse keeperFailure(const McpCall &call, const link::Answer &answer)
{
    const ApiError error = apiError(answer.status, answer.detail, answer.retryAfterSeconds);
    if (isAboutTheCaller(answer.status))
        return errorResponse(error, call.requestId);
    return failure(call, rpc::InternalError, error.message, errorObject(error, call.requestId));
}

KeeperCall forAnyKey(const McpCall &call, HttpResponse response)
{
    return forAnyKey(link::Door::Mcp, call.requestId, call.client, std::move(response));
}

KeeperCall ask(const McpCall &call, link::Query query, QString reason,
               std::function<HttpResponse(link::Answer &)> respond)
{
    return {link::Door::Mcp, std::move(query), std::move(reason), call.client, std::move(respond), call.message.id};
}

bool isAboutTheCaller(link::Status status)
{
    return status == link::Status::Unauthorized || status == link::Status::WrongVault;
}

} // namespace clavitor::bridge
