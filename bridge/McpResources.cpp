// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpCall.h"
#include "bridge/McpCatalog.h"
#include "bridge/Router.h"

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
    if (!isId(id.toUtf8()))
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
        // Summaries: a resource has no values.
        QByteArray contents = R"({"contents":[{"uri":)" + jsonString(uri.toUtf8()) +
                              R"(,"mimeType":"application/json","text":)" + jsonString(answer.body) + "}]}";
        return success(call, std::move(contents), true);
    });
}

} // namespace clavitor::bridge
