// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/JsonReader.h"

#include "app/import/Utf8.h"
#include "app/link/Wipe.h"

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

JsonReader::JsonReader(QByteArrayView text, int mostValues)
    : m_text(text)
    , m_mostValues(mostValues)
{
}

Result<JsonValue> JsonReader::read()
{
    auto root = value(0);
    if (!root)
        return root;
    skipBlanks();
    if (m_at != m_text.size())
        return broken(u"there is more text after the end of the document"_s);
    return root;
}

Result<JsonValue> JsonReader::value(int depth)
{
    if (depth > kMostDepth)
        return broken(u"it is nested more than 64 levels deep, as no export is"_s);
    if (++m_values > m_mostValues)
        return fail(ErrorCode::ImportTooLarge, u"The file holds more than %L1 values."_s.arg(m_mostValues));
    skipBlanks();
    switch (peek()) {
    case '{':
        return object(depth);
    case '[':
        return array(depth);
    case '"': {
        auto text = string();
        if (!text)
            return std::unexpected(std::move(text.error()));
        return JsonValue::string(std::move(*text));
    }
    case 't':
        if (takeWord("true"))
            return JsonValue(true);
        break;
    case 'f':
        if (takeWord("false"))
            return JsonValue(false);
        break;
    case 'n':
        if (takeWord("null"))
            return JsonValue();
        break;
    default:
        return number();
    }
    return broken(u"a value is expected here"_s);
}

Result<JsonValue> JsonReader::array(int depth)
{
    ++m_at;
    JsonValue::Array items;
    skipBlanks();
    if (take(']'))
        return JsonValue(std::move(items));
    for (;;) {
        auto item = value(depth + 1);
        if (!item)
            return item;
        items.push_back(std::move(*item));
        skipBlanks();
        if (take(']'))
            return JsonValue(std::move(items));
        if (!take(','))
            return broken(u"“,” or “]” is missing"_s);
    }
}

Result<JsonValue> JsonReader::object(int depth)
{
    ++m_at;
    JsonValue::Object members;
    skipBlanks();
    if (take('}'))
        return JsonValue(std::move(members));
    for (;;) {
        skipBlanks();
        if (peek() != '"')
            return broken(u"a name in quotes is expected here"_s);
        auto name = string();
        if (!name)
            return std::unexpected(std::move(name.error()));
        skipBlanks();
        if (!take(':'))
            return broken(u"“:” is missing"_s);
        auto member = value(depth + 1);
        if (!member)
            return member;
        members.emplace_back(std::move(*name), std::move(*member));
        skipBlanks();
        if (take('}'))
            return JsonValue(std::move(members));
        if (!take(','))
            return broken(u"“,” or “}” is missing"_s);
    }
}

Result<QByteArray> JsonReader::string()
{
    const qsizetype start = ++m_at;
    qsizetype end = start;
    while (end < m_text.size() && m_text[end] != '"')
        end += m_text[end] == '\\' ? 2 : 1;
    if (end >= m_text.size())
        return broken(u"a text is never closed: the file is cut off"_s);

    QByteArray out;
    out.reserve(end - start); // decoding only ever shortens
    while (m_at < end) {
        const char byte = m_text[m_at];
        if (static_cast<unsigned char>(byte) < 0x20) {
            link::wipe(out);
            return broken(u"there is a bare control character inside a text"_s);
        }
        if (byte != '\\') {
            out.append(byte);
            ++m_at;
        } else if (!escape(out)) {
            link::wipe(out);
            return broken(u"there is a broken escape sequence inside a text"_s);
        }
    }
    m_at = end + 1;
    return out;
}

bool JsonReader::escape(QByteArray &out)
{
    ++m_at; // the backslash
    switch (const char kind = m_text[m_at++]) {
    case '"':
    case '\\':
    case '/':
        out.append(kind);
        return true;
    case 'b':
        out.append('\b');
        return true;
    case 'f':
        out.append('\f');
        return true;
    case 'n':
        out.append('\n');
        return true;
    case 'r':
        out.append('\r');
        return true;
    case 't':
        out.append('\t');
        return true;
    case 'u':
        break;
    default:
        return false;
    }
    auto c = fourHexDigits();
    if (!c || (*c >= 0xdc00 && *c <= 0xdfff))
        return false;
    if (*c >= 0xd800 && *c <= 0xdbff) {
        if (!takeWord("\\u"))
            return false;
        const auto low = fourHexDigits();
        if (!low || *low < 0xdc00 || *low > 0xdfff)
            return false;
        *c = 0x10000 + ((*c - 0xd800) << 10) + (*low - 0xdc00);
    }
    appendUtf8(out, *c);
    return true;
}

std::optional<char32_t> JsonReader::fourHexDigits()
{
    if (m_at + 4 > m_text.size())
        return std::nullopt;
    char32_t c = 0;
    for (int i = 0; i < 4; ++i) {
        const char digit = m_text[m_at++];
        c <<= 4;
        if (digit >= '0' && digit <= '9')
            c |= static_cast<char32_t>(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            c |= static_cast<char32_t>(digit - 'a' + 10);
        else if (digit >= 'A' && digit <= 'F')
            c |= static_cast<char32_t>(digit - 'A' + 10);
        else
            return std::nullopt;
    }
    return c;
}

Result<JsonValue> JsonReader::number()
{
    const qsizetype start = m_at;
    static_cast<void>(take('-'));
    bool good = take('0') || takeDigits();
    if (good && take('.'))
        good = takeDigits();
    if (good && (take('e') || take('E'))) {
        static_cast<void>(take('+') || take('-'));
        good = takeDigits();
    }
    if (!good)
        return broken(u"a value is expected here"_s);
    return JsonValue::number(m_text.sliced(start, m_at - start).toByteArray());
}

bool JsonReader::take(char byte)
{
    if (peek() != byte || m_at >= m_text.size())
        return false;
    ++m_at;
    return true;
}

bool JsonReader::takeWord(QByteArrayView word)
{
    if (!m_text.sliced(m_at).startsWith(word))
        return false;
    m_at += word.size();
    return true;
}

bool JsonReader::takeDigits()
{
    const qsizetype start = m_at;
    while (peek() >= '0' && peek() <= '9')
        ++m_at;
    return m_at > start;
}

void JsonReader::skipBlanks()
{
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t')
        ++m_at;
}

std::unexpected<Error> JsonReader::broken(const QString &what) const
{
    const auto before = m_text.first(std::min(m_at, m_text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return fail(ErrorCode::ImportUnreadable,
                u"The file is not valid JSON: in line %1 %2. Export again."_s.arg(line).arg(what));
}

} // namespace clavitor
