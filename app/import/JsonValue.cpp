// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/JsonValue.h"

#include "app/base/JsonEscape.h"
#include "app/link/Wipe.h"

namespace clavitor {

namespace {

qsizetype quotedSize(QByteArrayView text)
{
    qsizetype size = 2;
    for (const char byte : text) {
        const JsonEscape escape(byte);
        size += escape.view().empty() ? 1 : static_cast<qsizetype>(escape.view().size());
    }
    return size;
}

void writeQuoted(QByteArrayView text, QByteArray &out)
{
    out.append('"');
    for (const char byte : text) {
        const JsonEscape escape(byte);
        if (escape.view().empty())
            out.append(byte);
        else
            out.append(escape.view().data(), static_cast<qsizetype>(escape.view().size()));
    }
    out.append('"');
}

} // namespace

JsonValue::JsonValue(bool value)
    : m_content(value)
{
}

JsonValue::JsonValue(Array items)
    : m_content(std::make_unique<Array>(std::move(items)))
{
}

JsonValue::JsonValue(Object members)
    : m_content(std::make_unique<Object>(std::move(members)))
{
}

JsonValue JsonValue::string(QByteArray &&utf8)
{
    JsonValue value;
    value.m_content.emplace<QByteArray>(std::move(utf8));
    return value;
}

JsonValue JsonValue::number(QByteArray &&literal)
{
    JsonValue value;
    value.m_content.emplace<Number>(Number{std::move(literal)});
    return value;
}

const JsonValue &JsonValue::null()
{
    static const JsonValue value;
    return value;
}

JsonValue::Kind JsonValue::kind() const
{
    return static_cast<Kind>(m_content.index());
}

QByteArrayView JsonValue::text() const
{
    const auto *text = std::get_if<QByteArray>(&m_content);
    return text ? QByteArrayView(*text) : QByteArrayView();
}

bool JsonValue::isTrue() const
{
    const bool *value = std::get_if<bool>(&m_content);
    return value && *value;
}

std::optional<qint64> JsonValue::toInteger() const
{
    const auto *number = std::get_if<Number>(&m_content);
    if (!number)
        return std::nullopt;
    bool whole = false;
    const qint64 value = number->literal.toLongLong(&whole);
    return whole ? std::optional(value) : std::nullopt;
}

const JsonValue::Array &JsonValue::items() const
{
    static const Array none;
    const auto *items = std::get_if<std::unique_ptr<Array>>(&m_content);
    return items ? **items : none;
}

const JsonValue::Object &JsonValue::members() const
{
    static const Object none;
    const auto *members = std::get_if<std::unique_ptr<Object>>(&m_content);
    return members ? **members : none;
}

const JsonValue &JsonValue::operator[](QByteArrayView name) const
{
    const Object &all = members();
    for (auto member = all.rbegin(); member != all.rend(); ++member)
        if (member->first == name)
            return member->second;
    return null();
}

void JsonValue::write(QByteArray &out) const
{
    switch (kind()) {
    case Kind::Null:
        out.append("null");
        break;
    case Kind::Bool:
        out.append(isTrue() ? "true" : "false");
        break;
    case Kind::Number:
        out.append(std::get<Number>(m_content).literal);
        break;
    case Kind::String:
        writeQuoted(text(), out);
        break;
    case Kind::Array: {
        char separator = '[';
        for (const JsonValue &item : items()) {
            out.append(std::exchange(separator, ','));
            item.write(out);
        }
        out.append(items().empty() ? "[]" : "]");
        break;
    }
    case Kind::Object: {
        char separator = '{';
        for (const auto &[name, value] : members()) {
            out.append(std::exchange(separator, ','));
            writeQuoted(name, out);
            out.append(':');
            value.write(out);
        }
        out.append(members().empty() ? "{}" : "}");
        break;
    }
    }
}

qsizetype JsonValue::writtenSize() const
{
    switch (kind()) {
    case Kind::Null:
        return 4;
    case Kind::Bool:
        return isTrue() ? 4 : 5;
    case Kind::Number:
        return std::get<Number>(m_content).literal.size();
    case Kind::String:
        return quotedSize(text());
    case Kind::Array: {
        qsizetype size = items().empty() ? 2 : 1;
        for (const JsonValue &item : items())
            size += 1 + item.writtenSize();
        return size;
    }
    case Kind::Object: {
        qsizetype size = members().empty() ? 2 : 1;
        for (const auto &[name, value] : members())
            size += 2 + quotedSize(name) + value.writtenSize();
        return size;
    }
    }
    return 0;
}

JsonValue &JsonValue::operator=(JsonValue &&other) noexcept
{
    if (this != &other) {
        wipe();
        m_content = std::move(other.m_content);
    }
    return *this;
}

JsonValue::~JsonValue()
{
    wipe();
}

void JsonValue::wipe()
{
    // Containers wipe their members as these go. Numbers too: a PIN may be written as one.
    if (auto *text = std::get_if<QByteArray>(&m_content))
        link::wipe(*text);
    else if (auto *number = std::get_if<Number>(&m_content))
        link::wipe(number->literal);
}

} // namespace clavitor
