// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/Agent.h"

#include <algorithm>
#include <array>

namespace clavitor {

using namespace Qt::StringLiterals;

std::span<const Action> allActions()
{
    using enum Action;
    static constexpr std::array all{List, Search, Read, Totp, Use, Generate};
    return all;
}

QLatin1StringView wireName(Action action)
{
    switch (action) {
    case Action::List:
        return "list"_L1;
    case Action::Search:
        return "search"_L1;
    case Action::Read:
        return "read"_L1;
    case Action::Totp:
        return "totp"_L1;
    case Action::Use:
        return "use"_L1;
    case Action::Generate:
        return "generate"_L1;
    }
    return "read"_L1;
}

std::optional<Action> actionFromWireName(QStringView name)
{
    for (Action action : allActions())
        if (name == wireName(action))
            return action;
    return std::nullopt;
}

bool Scope::isEmpty() const
{
    return !everything && entries.isEmpty() && tags.isEmpty() && types.isEmpty();
}

bool isValidAgentName(const QString &name)
{
    if (name.isEmpty() || name.size() > 64 || name.trimmed() != name)
        return false;
    return std::ranges::all_of(name, [](QChar c) { return c.isPrint(); });
}

} // namespace clavitor
