// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/AnswerSchemas.h"

#include <QJsonArray>

namespace clavitor::bridge::schemas {

using namespace Qt::StringLiterals;

namespace {

QJsonObject typed(QLatin1StringView type)
{
    return {{"type"_L1, type}};
}
QJsonObject text()
{
    return typed("string"_L1);
}
QJsonObject oneOf(const QJsonArray &values)
{
    return {{"type"_L1, "string"_L1}, {"enum"_L1, values}};
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
    // Not a list of types, which some clients cannot map.
    return {{"anyOf"_L1, QJsonArray{text(), typed("null"_L1)}}};
}
QJsonObject listOf(const QJsonObject &items)
{
    return {{"type"_L1, "array"_L1}, {"items"_L1, items}};
}
QJsonObject object(const QJsonObject &properties, const QJsonArray &required)
{
    return {{"type"_L1, "object"_L1}, {"properties"_L1, properties}, {"required"_L1, required}};
}

QJsonObject described(QJsonObject schema, QLatin1StringView description)
{
    schema.insert("description"_L1, description);
    return schema;
}

QJsonObject field()
{
    return object(
        {{"id"_L1, text()},
         {"label"_L1, text()},
         {"kind"_L1, text()},
         {"value"_L1, text()},
         {"code"_L1, described(text(), "The one-time code of this moment."_L1)},
         {"expires_in"_L1, described(number(), "Seconds the code is valid."_L1)},
         {"delivery"_L1,
          described(oneOf({"use-only"_L1, "code-only"_L1, "never"_L1}),
                    "Why there is no value. use-only: you do not see it, and a command can have it, see ref. "
                    "code-only: its one-time code is asked for by itself. never: not for you."_L1)},
         {"ref"_L1, described(text(), "Names a use-only value. To use it: clavitor run --key ID --env NAME=REF -- COMMAND, with the key's id of vault_status; "
                                  "COMMAND finds the value in its environment under NAME, and the person is asked first."_L1)},
         {"l2"_L1, described(flag(), "True for a Personal field; its value is always [REDACTED]."_L1)}},
        {"label"_L1, "kind"_L1});
}

QJsonObject entryProperties()
{
    return {{"id"_L1, text()},           {"title"_L1, text()},           {"type"_L1, text()},
            {"urls"_L1, listOf(text())}, {"tags"_L1, listOf(text())},    {"updated_at"_L1, text()},
            {"fields"_L1, listOf(field())}};
}

QJsonArray entryRequired()
{
    return {"id"_L1, "title"_L1, "type"_L1, "fields"_L1};
}

/// A match beyond the limit, or one the person would have to allow.
QJsonObject furtherMatch()
{
    QJsonObject properties = entryProperties();
    properties.insert("ask"_L1, described(flag(), "True when the person will be asked before this is read."_L1));
    return object(properties, entryRequired());
}

QJsonObject waiting(const QJsonArray &states, const QJsonArray &required)
{
    return object({{"id"_L1, text()},
                   {"status"_L1, oneOf(states)},
                   {"poll"_L1, described(text(), "Path to ask again at."_L1)},
                   {"retry_after"_L1, described(number(), "Seconds to wait before asking again."_L1)},
                   {"entry_id"_L1, text()}},
                  required);
}

} // namespace

QJsonObject entry()
{
    return object(entryProperties(), entryRequired());
}

QJsonObject search()
{
    return object({{"query"_L1, text()},
                   {"entries"_L1, listOf(entry())},
                   {"more"_L1, listOf(furtherMatch())},
                   {"total"_L1, number()}},
                  {"query"_L1, "entries"_L1, "total"_L1});
}

QJsonObject list()
{
    return object({{"entries"_L1, listOf(entry())}, {"next_cursor"_L1, textOrNull()}, {"total"_L1, number()}},
                  {"entries"_L1, "next_cursor"_L1, "total"_L1});
}

QJsonObject totp()
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

QJsonObject password()
{
    return object({{"password"_L1, text()}, {"length"_L1, number()}, {"entropy_bits"_L1, typed("number"_L1)}},
                  {"password"_L1});
}

QJsonObject status()
{
    const QJsonObject key = object({{"name"_L1, text()},
                                    {"id"_L1, described(text(), "Of the key, for clavitor run. No secret."_L1)},
                                    {"expires_at"_L1, textOrNull()},
                                    {"actions"_L1, listOf(text())},
                                    {"scope"_L1, text()},
                                    {"delivery"_L1, text()},
                                    {"asks"_L1, described(flag(), "True when the person is asked before an entry is read for the first time."_L1)}},
                                   {"name"_L1});
    return object({{"vault_id"_L1, text()}, {"vault"_L1, text()}, {"locked"_L1, flag()}, {"key"_L1, key}},
                  {"vault_id"_L1, "locked"_L1});
}

QJsonObject used()
{
    return object({{"value"_L1, text()}}, {"value"_L1});
}

QJsonObject request()
{
    return object({{"request"_L1, waiting({"pending"_L1, "added"_L1, "declined"_L1}, {"id"_L1, "status"_L1})}},
                  {"request"_L1});
}

QJsonObject approval()
{
    // One of the two: what a call waits for is answered under the name it was told by.
    QJsonObject properties = request().value("properties"_L1).toObject();
    properties.insert("approval"_L1, waiting({"pending"_L1, "allowed"_L1, "denied"_L1, "expired"_L1}, {"id"_L1, "status"_L1}));
    return object(properties, {});
}

QJsonObject health()
{
    return object({{"name"_L1, text()}, {"api_version"_L1, text()}, {"status"_L1, oneOf({"unlocked"_L1, "locked"_L1})}},
                  {"name"_L1, "api_version"_L1, "status"_L1});
}

QJsonObject document()
{
    return typed("object"_L1);
}

QJsonObject error()
{
    const QJsonObject properties{{"code"_L1, described(text(), "For programs."_L1)},
                                 {"message"_L1, described(text(), "What happened."_L1)},
                                 {"hint"_L1, described(text(), "What to do next."_L1)},
                                 {"retry_after"_L1, described(number(), "Seconds to wait before the same call may do better."_L1)},
                                 {"request_id"_L1, text()}};
    return object({{"error"_L1, object(properties, {"code"_L1, "message"_L1, "hint"_L1, "request_id"_L1})}}, {"error"_L1});
}

QJsonObject pending()
{
    const QJsonObject one = waiting({"pending"_L1}, {"id"_L1, "status"_L1, "poll"_L1, "retry_after"_L1});
    return object({{"approval"_L1, one}, {"request"_L1, one}}, {});
}

} // namespace clavitor::bridge::schemas
