// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/JsonText.h"

#include "app/connect/TextLines.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kByteOrderMark("\xEF\xBB\xBF");

bool isSpace(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/// Past the closing quote of the string that begins at `at`.
qsizetype endOfString(const QByteArray &text, qsizetype at)
{
    for (++at; at < text.size() && text.at(at) != '"'; ++at)
        if (text.at(at) == '\\')
            ++at;
    return std::min(at + 1, text.size());
}

void blankOut(QByteArray &text, qsizetype from, qsizetype to)
{
    for (qsizetype at = from; at < to; ++at)
        if (text.at(at) != '\n' && text.at(at) != '\r')
            text[at] = ' ';
}

QByteArray withoutComments(QByteArray text)
{
    for (qsizetype at = 0; at < text.size();) {
        if (text.at(at) == '"') {
            at = endOfString(text, at);
            continue;
        }
        const QByteArrayView two = QByteArrayView(text).sliced(at, std::min<qsizetype>(2, text.size() - at));
        if (two == "//" || two == "/*") {
            const bool isLine = two == "//";
            qsizetype end = text.indexOf(isLine ? "\n" : "*/", at + 2);
            // An open comment stays, so that the text is refused.
            if (end < 0 && !isLine)
                return text;
            end = end < 0 ? text.size() : isLine ? end : end + 2;
            blankOut(text, at, end);
            at = end;
            continue;
        }
        ++at;
    }
    return text;
}

QByteArray withoutLastCommas(QByteArray text)
{
    qsizetype comma = -1;       // one that has a value before it and nothing after it so far
    char before = '{';
    for (qsizetype at = 0; at < text.size();) {
        const char byte = text.at(at);
        if (byte == '"') {
            at = endOfString(text, at);
            comma = -1;
            before = '"';
            continue;
        }
        if ((byte == '}' || byte == ']') && comma >= 0)
            text[comma] = ' ';
        if (byte == ',')
            comma = before == '{' || before == '[' || before == ',' || before == ':' ? -1 : at;
        else if (!isSpace(byte))
            comma = -1;
        if (!isSpace(byte))
            before = byte;
        ++at;
    }
    return text;
}

/// Every line but the first with `indent` before it.
QByteArray indented(const QByteArray &value, const QByteArray &end, const QByteArray &indent)
{
    const QByteArray next = end + indent;
    return QByteArray(value).replace("\n", next);
}

/// Strings have no line ends of their own.
QByteArray onOneLine(const QByteArray &value)
{
    QByteArray line;
    line.reserve(value.size());
    bool isIndent = false;
    for (const char byte : value) {
        if (byte == '\n')
            line += ' ';
        else if (!isIndent || !isSpace(byte))
            line += byte;
        isIndent = byte == '\n' || (isIndent && isSpace(byte));
    }
    return line;
}

} // namespace

QByteArray jsonString(QByteArrayView utf8)
{
    QByteArray out("\"");
    out.reserve(2 * utf8.size() + 2);
    for (const char byte : utf8) {
        if (byte == '"' || byte == '\\')
            out.append('\\').append(byte);
        else if (static_cast<unsigned char>(byte) < 0x20)
            out.append("\\u00").append(QByteArray::number(static_cast<unsigned char>(byte), 16).rightJustified(2, '0'));
        else
            out.append(byte);
    }
    return out.append('"');
}

Result<JsonText> JsonText::read(const QByteArray &text, JsonDialect dialect)
{
    JsonText json;
    json.m_text = text;
    json.m_commas = dialect == JsonDialect::Strict ? text : withoutComments(text);
    if (text.startsWith(kByteOrderMark))
        blankOut(json.m_commas, 0, kByteOrderMark.size());
    if (json.m_commas.trimmed().isEmpty()) {
        // Nothing, or comments only: the object is made at the end.
        json.m_plain = {};
        return json;
    }
    json.m_plain = dialect == JsonDialect::CommentsAndCommas ? withoutLastCommas(json.m_commas) : json.m_commas;
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(json.m_plain, &error);
    if (error.error != QJsonParseError::NoError) {
        const auto line = QByteArrayView(json.m_plain).first(std::min<qsizetype>(error.offset, json.m_plain.size())).count('\n') + 1;
        return fail(ErrorCode::DamagedFile, u"line %1"_s.arg(line));
    }
    if (!document.isObject())
        return fail(ErrorCode::DamagedFile, u"line 1"_s);
    json.m_root = document.object();
    return json;
}

qsizetype JsonText::skipSpace(qsizetype at) const
{
    while (at < m_plain.size() && isSpace(m_plain.at(at)))
        ++at;
    return at;
}

qsizetype JsonText::endOfValue(qsizetype begin) const
{
    if (m_plain.at(begin) == '"')
        return endOfString(m_plain, begin);
    int depth = 0;
    for (qsizetype at = begin; at < m_plain.size();) {
        const char byte = m_plain.at(at);
        if (byte == '"') {
            at = endOfString(m_plain, at);
            continue;
        }
        if (byte == '{' || byte == '[') {
            ++depth;
        } else if (byte == '}' || byte == ']') {
            if (depth == 0)
                return at; // of a bare value: its container ends here
            if (--depth == 0)
                return at + 1;
        } else if (depth == 0 && (byte == ',' || isSpace(byte))) {
            return at;
        }
        ++at;
    }
    return m_plain.size();
}

/// The text was parsed, so it holds what is looked for.
JsonText::Object JsonText::objectAt(qsizetype open) const
{
    Object object{open, endOfValue(open) - 1, {}};
    qsizetype at = skipSpace(open + 1);
    while (at < object.close && m_plain.at(at) == '"') {
        Member member;
        member.nameBegin = at;
        const qsizetype nameEnd = endOfString(m_plain, at);
        const QByteArray name = '[' + m_plain.mid(at, nameEnd - at) + ']';
        member.name = QJsonDocument::fromJson(name).array().first().toString();
        member.begin = skipSpace(skipSpace(nameEnd) + 1);
        member.end = endOfValue(member.begin);
        object.members.append(member);
        at = skipSpace(member.end);
        if (at < object.close && m_plain.at(at) == ',')
            at = skipSpace(at + 1);
    }
    return object;
}

QByteArray JsonText::indentOf(qsizetype at) const
{
    const qsizetype line = at == 0 ? 0 : m_text.lastIndexOf('\n', at - 1) + 1;
    qsizetype end = line;
    while (end < at && (m_text.at(end) == ' ' || m_text.at(end) == '\t'))
        ++end;
    return m_text.mid(line, end - line);
}

QByteArray JsonText::inserted(const Object &object, const QString &name, const QByteArray &value) const
{
    const QByteArray end = lineEndOf(m_text);
    const QByteArray outer = indentOf(object.open);
    const QByteArray key = jsonString(name.toUtf8()) + ": ";
    const bool isOneLine = !QByteArrayView(m_text).sliced(object.open, object.close - object.open).contains('\n');
    // Comments before the closing brace keep their place after the member they follow.
    qsizetype last = object.close;
    while (last > object.open + 1 && isSpace(m_text.at(last - 1)))
        --last;
    QByteArray text = m_text;
    const auto hasLastComma = [&] {
        const qsizetype after = object.members.last().end;
        return QByteArrayView(m_commas).sliced(after, object.close - after).contains(',');
    };
    if (!object.members.isEmpty() && isOneLine) {
        text.insert(last, (hasLastComma() ? " " : ", ") + key + onOneLine(value));
        return text;
    }
    const QByteArray unit = outer.contains('\t') ? QByteArray("\t") : QByteArray("  ");
    const QByteArray indent = object.members.isEmpty() ? outer + unit : indentOf(object.members.last().nameBegin);
    QByteArray member = end + indent + key + indented(value, end, indent);
    if (isOneLine)
        member += end + outer;
    text.insert(last, member);
    if (!object.members.isEmpty()) {
        const qsizetype after = object.members.last().end;
        if (!hasLastComma())
            text.insert(after, ',');
    }
    return text;
}

void JsonText::remove(QByteArray &text, const Object &object, qsizetype index) const
{
    const Member &member = object.members.at(index);
    const auto commaAfter = [&](qsizetype of) {
        const qsizetype until = of + 1 < object.members.size() ? object.members.at(of + 1).nameBegin : object.close;
        return QByteArrayView(m_commas).first(until).indexOf(',', object.members.at(of).end);
    };
    const auto isGap = [this](qsizetype at) { return m_text.at(at) == ' ' || m_text.at(at) == '\t'; };
    // One comma goes, too: its own, else the one before it. Comments stay where they are.
    const qsizetype own = commaAfter(index);
    qsizetype from = member.nameBegin;
    while (from > object.open + 1 && isGap(from - 1))
        --from;
    // Its line goes as a whole where nothing else stands on it.
    qsizetype after = std::max(own + 1, member.end);
    while (isGap(after))
        ++after;
    if (from > object.open + 1 && m_text.at(from - 1) == '\n' && (m_text.at(after) == '\n' || m_text.at(after) == '\r'))
        from -= m_text.at(from - 2) == '\r' ? 2 : 1;
    if (own >= 0)
        text.remove(own, 1);
    text.remove(from, member.end - from);
    if (const qsizetype before = own < 0 && index > 0 ? commaAfter(index - 1) : -1; before >= 0)
        text.remove(before, 1);
}

std::optional<QByteArray> JsonText::withoutMembers(const QList<QStringList> &paths) const
{
    if (m_plain.isEmpty())
        return std::nullopt;
    std::map<qsizetype, Object> objects; // by where they open: the paths have their beginnings in common, and the text may be long
    std::vector<std::pair<const Object *, qsizetype>> members;
    for (const QStringList &path : paths) {
        qsizetype open = skipSpace(0);
        for (qsizetype depth = 0; depth < path.size(); ++depth) {
            if (m_plain.at(open) != '{')
                return std::nullopt;
            const auto known = objects.find(open);
            const Object &object = (known != objects.end() ? known : objects.emplace(open, objectAt(open)).first)->second;
            const auto isNamed = [&](const Member &member) { return member.name == path.at(depth); };
            if (std::count_if(object.members.begin(), object.members.end(), isNamed) != 1)
                return std::nullopt;
            const auto member = std::find_if(object.members.begin(), object.members.end(), isNamed);
            open = member->begin;
            if (depth + 1 == path.size())
                members.emplace_back(&object, member - object.members.begin());
        }
    }
    // From the end on, so that the places before stay what they are.
    std::sort(members.begin(), members.end(), [](const auto &one, const auto &other) { return one.first->open > other.first->open; });
    QByteArray text = m_text;
    for (const auto &[object, index] : members)
        remove(text, *object, index);
    return text;
}

bool JsonText::isAmbiguous(const QString &group, const QString &name) const
{
    if (m_plain.isEmpty())
        return false;
    const auto count = [](const Object &object, const QString &wanted) {
        return std::count_if(object.members.begin(), object.members.end(), [&](const Member &member) { return member.name == wanted; });
    };
    const Object root = objectAt(skipSpace(0));
    if (count(root, group) > 1)
        return true;
    for (const Member &member : root.members)
        if (member.name == group && m_plain.at(member.begin) == '{' && count(objectAt(member.begin), name) > 1)
            return true;
    return false;
}

std::optional<QByteArray> JsonText::withMember(const QString &group, const QString &name, const QByteArray &value) const
{
    const QByteArray groupValue = "{\n  " + jsonString(name.toUtf8()) + ": " + indented(value, "\n"_ba, "  "_ba) + "\n}";
    if (m_plain.isEmpty()) {
        const QByteArray end = lineEndOf(m_text);
        QByteArray text = m_text.trimmed().isEmpty() ? QByteArray() : m_text;
        if (!text.isEmpty() && !text.endsWith('\n') && text != kByteOrderMark)
            text += end;
        return text + '{' + end + "  " + jsonString(group.toUtf8()) + ": " + indented(groupValue, end, "  "_ba) + end + '}' + end;
    }
    if (isAmbiguous(group, name))
        return std::nullopt;
    const Object root = objectAt(skipSpace(0));
    for (const Member &outer : root.members) {
        if (outer.name != group)
            continue;
        if (m_plain.at(outer.begin) != '{')
            return std::nullopt;
        const Object inner = objectAt(outer.begin);
        for (const Member &member : inner.members) {
            if (member.name != name)
                continue;
            QByteArray text = m_text;
            return text.replace(member.begin, member.end - member.begin,
                                indented(value, lineEndOf(m_text), indentOf(member.nameBegin)));
        }
        return inserted(inner, name, value);
    }
    return inserted(root, group, groupValue);
}

} // namespace clavitor
