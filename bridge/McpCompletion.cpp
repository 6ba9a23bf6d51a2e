// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/Characters.h"
#include "bridge/McpCall.h"
#include "bridge/McpCatalog.h"

#include <algorithm>
#include <expected>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// What a client completes as it is typed.
enum class Completed {
    Titles, ///< of entries
    Ids,
    Nothing, ///< free text: there is nothing to offer
};

std::expected<Completed, QString> completedArgument(const QJsonObject &reference, const QString &argument)
{
    const QString type = reference.value("type"_L1).toString();
    if (type == "ref/prompt"_L1) {
        if (reference.value("name"_L1) != QJsonValue(mcp::PromptName))
            return std::unexpected(u"There is no prompt of that name."_s);
        if (argument == mcp::PromptService)
            return Completed::Titles;
        if (argument == mcp::PromptTask)
            return Completed::Nothing;
        return std::unexpected(u"The prompt takes the arguments service and task."_s);
    }
    if (type == "ref/resource"_L1) {
        if (reference.value("uri"_L1) != QJsonValue(mcp::EntryTemplate))
            return std::unexpected(u"There is no resource template of that URI."_s);
        if (argument == "id"_L1)
            return Completed::Ids;
        return std::unexpected(u"The template takes the argument id."_s);
    }
    return std::unexpected(u"\"ref\" must be a ref/prompt or a ref/resource."_s);
}

bool isTyped(const QString &text)
{
    return link::characters(text) <= link::MaxTyped &&
           std::ranges::none_of(text, [](QChar c) { return c.category() == QChar::Other_Control; });
}

} // namespace

Outcome complete(const McpCall &call)
{
    const auto refuse = [&call](const QString &why) {
        return forAnyKey(call, failure(call, rpc::InvalidParams, why));
    };
    const QJsonObject argument = call.message.params.value("argument"_L1).toObject();
    if (!argument.value("name"_L1).isString() || !argument.value("value"_L1).isString())
        return refuse(u"\"argument\" must have a name and a value, both strings."_s);
    const std::expected<Completed, QString> completed =
        completedArgument(call.message.params.value("ref"_L1).toObject(), argument.value("name"_L1).toString());
    if (!completed)
        return refuse(completed.error());
    const QString text = argument.value("value"_L1).toString();
    if (!isTyped(text))
        return refuse(u"The value has at most 200 characters and no control characters."_s);
    if (*completed == Completed::Nothing)
        return forAnyKey(call, success(call, R"({"completion":{"values":[],"total":0,"hasMore":false}})"_ba));
    return ask(call, link::CompleteQuery{text, *completed == Completed::Ids}, {}, [call](link::Answer &answer) {
        if (answer.status != link::Status::Ok)
            return keeperFailure(call, answer);
        return success(call, R"({"completion":)" + answer.body + '}');
    });
}

} // namespace clavitor::bridge
