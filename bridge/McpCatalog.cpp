// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpCatalog.h"

#include "bridge/McpTools.h"

#include <QJsonArray>

namespace clavitor::bridge::mcp {

using namespace Qt::StringLiterals;

namespace {

QJsonObject resource(QLatin1StringView uri, QLatin1StringView name, QLatin1StringView title,
                     QLatin1StringView description)
{
    return {{"uri"_L1, uri},
            {"name"_L1, name},
            {"title"_L1, title},
            {"description"_L1, description},
            {"mimeType"_L1, "application/json"_L1}};
}

} // namespace

QJsonObject serverInfo()
{
    return {{"name"_L1, "clavitor"_L1},
            {"title"_L1, "Clavitor"_L1},
            {"version"_L1, QLatin1StringView(CLAVITOR_VERSION)},
            {"description"_L1, "The credentials a person shares with their agents"_L1}};
}

QJsonObject capabilities(McpEra era)
{
    // The lists never change while the program runs, so no listChanged; nothing is subscribed to.
    QJsonObject all{{"tools"_L1, QJsonObject()},
                    {"resources"_L1, QJsonObject()},
                    {"prompts"_L1, QJsonObject()},
                    {"completions"_L1, QJsonObject()}};
    // There is no stream a log message could go out on; clients that set a level are told that it is taken.
    if (era == McpEra::Legacy)
        all.insert("logging"_L1, QJsonObject());
    return all;
}

QString instructions()
{
    return u"Clavitor is the person's password vault. Search for the one credential the task "
           "needs, say why in reason, use it, read no more. The person may be asked: on approval_pending make the same call "
           "again. Never write a secret into files, logs, commits or chat. Get codes right before use. A use-only value goes "
           "into a command by clavitor run, see its ref. Personal fields are [REDACTED]. If locked, ask the person to unlock "
           "Clavitor. For a missing one use request_entry. Every read is logged under your name."_s;
}

QJsonObject toolList(McpEra era)
{
    QJsonArray tools;
    for (const Operation &operation : operations())
        if (operation.isTool())
            tools.append(describeTool(operation, era));
    return {{"tools"_L1, tools}};
}

QJsonObject resourceList()
{
    return {{"resources"_L1,
             QJsonArray{resource(StatusUri, "status"_L1, "Vault status"_L1,
                                 "Whether the vault is open, and what this key may do"_L1),
                        resource(EntriesUri, "entries"_L1, "Entries"_L1,
                                 "The entries this key may see, without values; the first 100"_L1)}}};
}

QJsonObject resourceTemplateList()
{
    return {{"resourceTemplates"_L1,
             QJsonArray{QJsonObject{
                 {"uriTemplate"_L1, EntryTemplate},
                 {"name"_L1, "entry"_L1},
                 {"title"_L1, "Entry"_L1},
                 {"description"_L1,
                  "One entry without its values: title, type, addresses, tags, field labels and kinds"_L1},
                 {"mimeType"_L1, "application/json"_L1}}}}};
}

QJsonObject promptList()
{
    const QJsonArray arguments{
        QJsonObject{{"name"_L1, PromptService},
                    {"title"_L1, "Service"_L1},
                    {"description"_L1, "What to sign in to, for example github.com"_L1},
                    {"required"_L1, true}},
        QJsonObject{{"name"_L1, PromptTask},
                    {"title"_L1, "Task"_L1},
                    {"description"_L1, "What the credential is for"_L1},
                    {"required"_L1, false}}};
    return {{"prompts"_L1, QJsonArray{QJsonObject{
                               {"name"_L1, PromptName},
                               {"title"_L1, "Use a credential"_L1},
                               {"description"_L1, "Find one credential and use it without showing it"_L1},
                               {"arguments"_L1, arguments}}}}};
}

std::expected<QJsonObject, QString> prompt(const QString &name, const QJsonObject &arguments)
{
    if (name != PromptName)
        return std::unexpected(u"There is no prompt of that name."_s);
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
        if (argument.key() != PromptService && argument.key() != PromptTask)
            return std::unexpected(u"The prompt takes the arguments service and task."_s);
        if (!argument.value().isString() || argument.value().toString().size() > 300)
            return std::unexpected(u"Arguments are strings of at most 300 characters."_s);
    }
    const QString service = arguments.value(PromptService).toString().trimmed();
    if (service.isEmpty())
        return std::unexpected(u"The argument 'service' is missing."_s);
    const QString task = arguments.value(PromptTask).toString().trimmed();
    const QString text = u"Use the credential for %1%2. Find it with the tool search, giving a short reason. "
                         u"Take the one entry that fits; "
                         "if several do, ask me which. Use the values directly where they are needed; do not "
                         "repeat them to me and do not "
                         "write them into files, logs or commands that are recorded. If a one-time code is "
                         "needed, get it with get_totp right "
                         "before use. If the answer is approval_pending, I am being asked in Clavitor: make the same call "
                         "again. If the value is use-only, start the command that needs it with clavitor run, as described with its ref. "
                         "If a field is [REDACTED], tell me and stop."_s.arg(
                             service, task.isEmpty() ? QString() : u" to "_s + task);
    const QJsonObject message{{"role"_L1, "user"_L1},
                              {"content"_L1, QJsonObject{{"type"_L1, "text"_L1}, {"text"_L1, text}}}};
    return QJsonObject{{"description"_L1, "Use one credential without showing it"_L1},
                       {"messages"_L1, QJsonArray{message}}};
}

} // namespace clavitor::bridge::mcp
