// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpCall.h"
#include "bridge/McpCatalog.h"

#include <algorithm>
#include <optional>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

std::optional<link::Query> resourceQuery(const QString &uri)
{
    if (uri == mcp::StatusUri)
        return link::StatusQuery{};
    if (uri == mcp::EntriesUri)
        return link::ListQuery{{}, {}, {}, 100};
    const QString prefix = mcp::EntriesUri + u'/';
    const QString id = uri.startsWith(prefix) ? uri.sliced(prefix.size()) : QString();
    const bool isId = !id.isEmpty() && id.size() <= 64 && std::ranges::all_of(id, [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
    });
    if (!isId)
        return std::nullopt;
    return link::ReadQuery{id, true};
}

HttpResponse noSuchResource(const McpCall &call)
{
    return failure(call, call.era == McpEra::Modern ? rpc::InvalidParams : rpc::LegacyResourceNotFound,
                   u"Resource not found"_s,
                   {{"uri"_L1, untrustedText(call.message.params.value("uri"_L1).toString(), 200)}});
}

} // namespace

Outcome readResource(const McpCall &call)
{
    const QString uri = call.message.params.value("uri"_L1).toString();
    std::optional<link::Query> query = resourceQuery(uri);
    if (!query)
        return forAnyKey(call, noSuchResource(call));
    return ask(call, std::move(*query), {}, [call, uri](link::Answer &answer) {
        if (answer.status == link::Status::NotFound)
            return noSuchResource(call);
        if (answer.status != link::Status::Ok)
            return keeperFailure(call, answer);
        const QByteArray contents = R"({"contents":[{"uri":)" + jsonString(uri.toUtf8()) +
                                    R"(,"mimeType":"application/json","text":)" + jsonString(answer.body) + "}]}";
        return success(call, contents, true);
    });
}

} // namespace clavitor::bridge
