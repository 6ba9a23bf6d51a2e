// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/QueryAction.h"

namespace clavitor {

using namespace Qt::StringLiterals;

QLatin1StringView actionOf(const link::Query &query)
{
    struct Name {
        QLatin1StringView operator()(const link::HealthQuery &) const { return "status"_L1; }
        QLatin1StringView operator()(const link::AuthenticateQuery &) const { return "status"_L1; }
        QLatin1StringView operator()(const link::StatusQuery &) const { return "status"_L1; }
        QLatin1StringView operator()(const link::ListQuery &) const { return "list"_L1; }
        QLatin1StringView operator()(const link::ReadQuery &) const { return "read"_L1; }
        QLatin1StringView operator()(const link::SearchQuery &) const { return "search"_L1; }
        QLatin1StringView operator()(const link::TotpQuery &) const { return "totp"_L1; }
        QLatin1StringView operator()(const link::GenerateQuery &) const { return "generate"_L1; }
        QLatin1StringView operator()(const link::ApprovalQuery &) const { return "status"_L1; }
        QLatin1StringView operator()(const link::RequestQuery &) const { return "request"_L1; }
        QLatin1StringView operator()(const link::CompleteQuery &) const { return "list"_L1; }
        QLatin1StringView operator()(const link::UseQuery &) const { return "use"_L1; }
    };
    return std::visit(Name{}, query);
}

QString actorOf(link::Door door, const QString &name)
{
    return (door == link::Door::Mcp ? u"mcp:"_s : u"api:"_s) + name;
}

} // namespace clavitor
