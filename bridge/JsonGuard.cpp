// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/JsonGuard.h"

#include "app/link/Utf8.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <cmath>
#include <optional>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// A recursive-descent reader of the grammar of RFC 8259; its recursion is bounded by JsonLimits::depth.
class Checker
{
public:
    Checker(QByteArrayView text, const JsonLimits &limits)
        : m_text(text)
        , m_limits(limits)
    {
    }

    std::expected<void, QString> check()
    {
        if (!m_text.isValidUtf8())
            return std::unexpected(u"The JSON is not valid UTF-8."_s);
        skipSpace();
        if (value(0)) {
            skipSpace();
            if (m_at == m_text.size())
                return {};
            wrong(u"there is something behind the value"_s);
        }
        return std::unexpected(u"The JSON cannot be read: %1 at byte %2."_s.arg(m_problem).arg(m_at));
    }

private:
    bool wrong(QString problem)
    {
        if (m_problem.isEmpty())
            m_problem = std::move(problem);
        return false;
    }
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool take(char expected)
    {
        if (m_at >= m_text.size() || m_text[m_at] != expected)
            return false;
        ++m_at;
        return true;
    }
    void skipSpace()
    {
        while (m_at < m_text.size() && QByteArrayView(" \t\r\n").contains(m_text[m_at]))
            ++m_at;
    }

    bool value(int depth)
    {
        if (++m_nodes > m_limits.nodes)
            return wrong(u"it has more than %1 values"_s.arg(m_limits.nodes));
        switch (peek()) {
        case '{':
            return object(depth + 1);
        case '[':
            return array(depth + 1);
        case '"':
            return string(nullptr);
        case 't':
            return literal("true");
        case 'f':
            return literal("false");
        case 'n':
            return literal("null");
        default:
            return number();
        }
    }

    bool object(int depth)
    {
        if (depth > m_limits.depth)
            return wrong(u"it is nested more than %1 deep"_s.arg(m_limits.depth));
        ++m_at;
        skipSpace();
        if (take('}'))
            return true;
        QSet<QString> keys;
        do {
            skipSpace();
            QString key;
            if (peek() != '"')
                return wrong(u"a key is expected"_s);
            if (!string(&key))
                return false;
            if (keys.contains(key))
                return wrong(u"a key appears twice in one object"_s);
            keys.insert(key);
            skipSpace();
            if (!take(':'))
                return wrong(u"':' is expected"_s);
            skipSpace();
            if (!value(depth))
                return false;
            skipSpace();
        } while (take(','));
        return take('}') || wrong(u"',' or '}' is expected"_s);
    }

    bool array(int depth)
    {
        if (depth > m_limits.depth)
            return wrong(u"it is nested more than %1 deep"_s.arg(m_limits.depth));
        ++m_at;
        skipSpace();
        if (take(']'))
            return true;
        do {
            skipSpace();
            if (!value(depth))
                return false;
            skipSpace();
        } while (take(','));
        return take(']') || wrong(u"',' or ']' is expected"_s);
    }

    bool literal(QByteArrayView word)
    {
        if (!m_text.sliced(m_at).startsWith(word))
            return wrong(u"a value is expected"_s);
        m_at += word.size();
        return true;
    }

    bool digits()
    {
        const qsizetype start = m_at;
        while (peek() >= '0' && peek() <= '9')
            ++m_at;
        return m_at > start;
    }

    bool number()
    {
        const qsizetype start = m_at;
        take('-');
        if (!take('0') && !digits())
            return wrong(u"a value is expected"_s);
        if (take('.') && !digits())
            return wrong(u"a number ends too early"_s);
        if (peek() == 'e' || peek() == 'E') {
            ++m_at;
            if (!take('+'))
                take('-');
            if (!digits())
                return wrong(u"a number ends too early"_s);
        }
        bool isNumber = false;
        const double read = m_text.sliced(start, m_at - start).toByteArray().toDouble(&isNumber);
        return (isNumber && std::isfinite(read)) || wrong(u"a number is too large"_s);
    }

    std::optional<char16_t> hexQuad()
    {
        if (m_text.size() - m_at < 4)
            return std::nullopt;
        const QByteArrayView quad = m_text.sliced(m_at, 4);
        for (const char c : quad)
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
                return std::nullopt;
        m_at += 4;
        return static_cast<char16_t>(quad.toByteArray().toUShort(nullptr, 16));
    }

    bool unicodeEscape(QString *decoded)
    {
        const std::optional<char16_t> unit = hexQuad();
        if (!unit)
            return wrong(u"an escape is broken"_s);
        if (QChar::isLowSurrogate(*unit))
            return wrong(u"a surrogate stands alone"_s);
        if (decoded)
            decoded->append(QChar(*unit));
        if (!QChar::isHighSurrogate(*unit))
            return true;
        const std::optional<char16_t> low = take('\\') && take('u') ? hexQuad() : std::nullopt;
        if (!low || !QChar::isLowSurrogate(*low))
            return wrong(u"a surrogate stands alone"_s);
        if (decoded)
            decoded->append(QChar(*low));
        return true;
    }

    /// From the opening quote to behind the closing one. `decoded`, when wanted, gets the text without its
    /// escapes.
    bool string(QString *decoded)
    {
        qsizetype runStart = ++m_at;
        const auto endRun = [&] {
            if (decoded)
                decoded->append(link::fromUtf8(m_text.sliced(runStart, m_at - runStart)));
        };
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"') {
                endRun();
                ++m_at;
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20)
                return wrong(u"a string holds a control character"_s);
            if (c != '\\') {
                ++m_at;
                continue;
            }
            endRun();
            ++m_at;
            const char kind = peek();
            static constexpr QByteArrayView kinds = "\"\\/bfnrt";
            static constexpr QByteArrayView meanings = "\"\\/\b\f\n\r\t";
            const qsizetype which = m_at < m_text.size() ? kinds.indexOf(kind) : -1;
            if (which < 0 && kind != 'u')
                return wrong(u"an escape is broken"_s);
            ++m_at;
            if (which >= 0 && decoded)
                decoded->append(QLatin1Char(meanings[which]));
            if (which < 0 && !unicodeEscape(decoded))
                return false;
            runStart = m_at;
        }
        return wrong(u"a string does not end"_s);
    }

    QByteArrayView m_text;
    JsonLimits m_limits;
    qsizetype m_at = 0;
    int m_nodes = 0;
    QString m_problem;
};

} // namespace

std::expected<void, QString> checkJson(QByteArrayView text, const JsonLimits &limits)
{
    return Checker(text, limits).check();
}

std::expected<QJsonValue, QString> parseJson(QByteArrayView text, const JsonLimits &limits)
{
    if (auto checked = checkJson(text, limits); !checked)
        return std::unexpected(std::move(checked.error()));
    // QJsonDocument drops a byte order mark at the beginning of a text, so that two keys become one. Outside of texts there is none
    // in what was checked.
    QByteArray bytes = QByteArray::fromRawData(text.data(), text.size());
    if (bytes.contains("\"\xef\xbb\xbf"))
        bytes.replace("\"\xef\xbb\xbf", "\"\\ufeff");
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (error.error != QJsonParseError::NoError)
        return std::unexpected(u"The JSON must be an object or an array."_s);
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

} // namespace clavitor::bridge
