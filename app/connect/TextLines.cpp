// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/TextLines.h"

#include <QSet>

namespace clavitor {

namespace {

constexpr QByteArrayView kTextMark("\xEF\xBB\xBF");

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

} // namespace

QByteArray lineEndOf(QByteArrayView text)
{
    const qsizetype first = text.indexOf('\n');
    return first > 0 && text.at(first - 1) == '\r' ? QByteArray("\r\n") : QByteArray("\n");
}

TextLines::TextLines(const QByteArray &text)
    : m_text(text)
{
    m_starts.append(text.startsWith(kTextMark) ? kTextMark.size() : 0);
    for (qsizetype at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
        m_starts.append(at + 1);
    if (m_starts.last() != text.size())
        m_starts.append(text.size());
}

QByteArrayView TextLines::line(int number) const
{
    if (number < 1 || number >= m_starts.size())
        return {};
    return QByteArrayView(m_text).sliced(m_starts.at(number - 1), m_starts.at(number) - m_starts.at(number - 1));
}

qsizetype TextLines::offset(int number, int column) const
{
    if (number < 1 || number >= m_starts.size())
        return m_text.size();
    qsizetype at = m_starts.at(number - 1);
    for (int left = column - 1; left > 0 && at < m_text.size(); --left) {
        ++at;
        while (at < m_text.size() && isContinuation(m_text.at(at)))
            ++at;
    }
    return at;
}

char TextLines::at(int number, int column) const
{
    const qsizetype where = offset(number, column);
    return where < m_text.size() ? m_text.at(where) : '\0';
}

QByteArray TextLines::upTo(int number, int column) const
{
    const qsizetype end = offset(number, column);
    const qsizetype begin = offset(number, 1);
    return m_text.mid(begin, end - begin);
}

bool TextLines::isBlank(int number) const
{
    return number >= 1 && number < m_starts.size() && line(number).trimmed().isEmpty();
}

QByteArray TextLines::withLines(const QList<int> &gone, int before, const QByteArray &added) const
{
    QByteArray result;
    result.reserve(m_text.size() + added.size() + 2);
    result.append(QByteArrayView(m_text).first(m_starts.first()));
    const QSet<int> left(gone.begin(), gone.end());
    const int count = static_cast<int>(m_starts.size()) - 1;
    for (int number = 1; number <= count + 1; ++number) {
        if (number == before) {
            if (!result.isEmpty() && !added.isEmpty() && result.size() > m_starts.first() && !result.endsWith('\n'))
                result.append(lineEnd());
            result.append(added);
        }
        if (number <= count && !left.contains(number))
            result.append(line(number));
    }
    return result;
}

QByteArray TextLines::withRegion(TextPosition begin, TextPosition end, const QByteArray &replacement) const
{
    const qsizetype from = offset(begin.line, begin.column);
    const qsizetype to = offset(end.line, end.column);
    QByteArray result;
    result.reserve(m_text.size() + replacement.size());
    result.append(QByteArrayView(m_text).first(from)).append(replacement).append(QByteArrayView(m_text).sliced(to));
    return result;
}

} // namespace clavitor
