// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/McpTools.h"

#include <QJsonArray>

#include <array>
#include <vector>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

// ---- output schemas: what CONTRACT says the answers are
// ----------------------------------------------------------

QJsonObject typed(QLatin1StringView type)
{
    return {{"type"_L1, type}};
}
QJsonObject text()
{
    return typed("string"_L1);
}
QJsonObject number()
{
    return typed("integer"_L1);
}
QJsonObject flag()
{
    return typed("boolean"_L1);
}
QJsonObject textOrNull()
{
    return {{"type"_L1, QJsonArray{"string"_L1, "null"_L1}}};
}
QJsonObject listOf(const QJsonObject &items)
{
    return {{"type"_L1, "array"_L1}, {"items"_L1, items}};
}
QJsonObject object(const QJsonObject &properties, const QJsonArray &required)
{
    return {{"type"_L1, "object"_L1}, {"properties"_L1, properties}, {"required"_L1, required}};
}

QJsonObject entrySchema()
{
    const QJsonObject field = object({{"id"_L1, text()},
                                      {"label"_L1, text()},
                                      {"kind"_L1, text()},
                                      {"value"_L1, text()},
                                      {"code"_L1, text()},
                                      {"expires_in"_L1, number()},
                                      {"delivery"_L1, text()},
                                      {"ref"_L1, text()},
                                      {"l2"_L1, flag()}},
                                     {"label"_L1, "kind"_L1});
    return object({{"id"_L1, text()},
                   {"title"_L1, text()},
                   {"type"_L1, text()},
                   {"urls"_L1, listOf(text())},
                   {"tags"_L1, listOf(text())},
                   {"updated_at"_L1, text()},
                   {"fields"_L1, listOf(field)}},
                  {"id"_L1, "title"_L1, "type"_L1, "fields"_L1});
}

QJsonObject searchSchema()
{
    return object({{"query"_L1, text()},
                   {"entries"_L1, listOf(entrySchema())},
                   {"more"_L1, listOf(entrySchema())},
                   {"total"_L1, number()}},
                  {"query"_L1, "entries"_L1, "total"_L1});
}

QJsonObject listSchema()
{
    return object(
        {{"entries"_L1, listOf(entrySchema())}, {"next_cursor"_L1, textOrNull()}, {"total"_L1, number()}},
        {"entries"_L1, "next_cursor"_L1, "total"_L1});
}

QJsonObject totpSchema()
{
    return object({{"id"_L1, text()},
                   {"title"_L1, text()},
                   {"code"_L1, text()},
                   {"digits"_L1, number()},
                   {"period"_L1, number()},
                   {"expires_in"_L1, number()},
                   {"valid_until"_L1, text()}},
                  {"id"_L1, "code"_L1, "expires_in"_L1});
}

QJsonObject passwordSchema()
{
    return object({{"password"_L1, text()}, {"length"_L1, number()}, {"entropy_bits"_L1, typed("number"_L1)}},
                  {"password"_L1});
}

QJsonObject statusSchema()
{
    return object({{"vault_id"_L1, text()},
                   {"vault"_L1, text()},
                   {"locked"_L1, flag()},
                   {"key"_L1, typed("object"_L1)}},
                  {"vault_id"_L1, "locked"_L1});
}

const std::array Tools{
    McpTool{
        "search"_L1, "Search the vault"_L1,
        "Find credentials by the words of their title, address, tag or user name. Answers the best matches with the values this key may see and live one-time codes. Start here when you know which service you need."_L1,
        operations::Search, true, searchSchema},
    McpTool{
        "list_entries"_L1, "List entries"_L1,
        "List what this key may see, by title, without values. Answers 50 entries a page; pass next_cursor for more."_L1,
        operations::List, false, listSchema},
    McpTool{
        "get_entry"_L1, "Read an entry"_L1,
        "Read one entry by id, with the values this key may see. Personal fields are always [REDACTED]; no setting changes that."_L1,
        operations::Read, true, entrySchema},
    McpTool{
        "get_totp"_L1, "One-time code"_L1,
        "The current one-time code (TOTP) of an entry and how many seconds it is valid. Ask right before you use it."_L1,
        operations::Totp, true, totpSchema},
    McpTool{"generate_password"_L1, "Generate a password"_L1,
            "A new random password, or a passphrase when words is given. Nothing is stored."_L1,
            operations::Generate, false, passwordSchema},
    McpTool{"vault_status"_L1, "Vault status"_L1,
            "Whether the vault is open, and what the key in use may do."_L1, operations::Status, false,
            statusSchema},
};

// ---- input schemas, from the parameters
// -------------------------------------------------------------------------

std::vector<Parameter> parametersOf(const McpTool &tool)
{
    std::vector<Parameter> parameters;
    for (const Parameter &parameter : tool.operation.parameters)
        if (parameter.face == Parameter::Face::Both)
            parameters.push_back(parameter);
    if (tool.takesReason)
        parameters.push_back(ReasonParameter);
    return parameters;
}

QJsonObject schemaOf(const Parameter &parameter)
{
    QJsonObject schema{{"description"_L1, parameter.description}};
    switch (parameter.kind) {
    case Parameter::Kind::Text:
        schema.insert("type"_L1, "string"_L1);
        schema.insert("maxLength"_L1, parameter.most);
        break;
    case Parameter::Kind::Number:
        schema.insert("type"_L1, "integer"_L1);
        schema.insert("minimum"_L1, parameter.least);
        schema.insert("maximum"_L1, parameter.most);
        break;
    case Parameter::Kind::Flag:
        schema.insert("type"_L1, "boolean"_L1);
        break;
    }
    return schema;
}

QJsonObject inputSchema(const McpTool &tool)
{
    QJsonObject properties;
    QJsonArray required;
    for (const Parameter &parameter : parametersOf(tool)) {
        properties.insert(parameter.name, schemaOf(parameter));
        if (parameter.isRequired)
            required.append(parameter.name);
    }
    QJsonObject schema{
        {"type"_L1, "object"_L1}, {"properties"_L1, properties}, {"additionalProperties"_L1, false}};
    if (!required.isEmpty())
        schema.insert("required"_L1, required);
    return schema;
}

} // namespace

std::span<const McpTool> mcpTools()
{
    return Tools;
}

const McpTool *findTool(const QString &name)
{
    for (const McpTool &tool : Tools)
        if (name == tool.name)
            return &tool;
    return nullptr;
}

QJsonObject describe(const McpTool &tool)
{
    const QJsonObject annotations{{"title"_L1, tool.title},
                                  {"readOnlyHint"_L1, true},
                                  {"destructiveHint"_L1, false},
                                  {"openWorldHint"_L1, false}};
    return {{"name"_L1, tool.name},
            {"title"_L1, tool.title},
            {"description"_L1, tool.description},
            {"inputSchema"_L1, inputSchema(tool)},
            {"outputSchema"_L1, tool.outputSchema()},
            {"annotations"_L1, annotations}};
}

std::expected<ToolQuestion, QString> toolQuestion(const McpTool &tool, const QJsonObject &arguments)
{
    const std::vector<Parameter> parameters = parametersOf(tool);
    const std::expected<Arguments, QString> checked = argumentsFromJson(arguments, parameters);
    if (!checked)
        return std::unexpected(checked.error());
    std::expected<link::Query, QString> query = tool.operation.question(*checked);
    if (!query)
        return std::unexpected(std::move(query.error()));
    return ToolQuestion{std::move(*query), checked->text(ReasonParameter.name)};
}

} // namespace clavitor::bridge
