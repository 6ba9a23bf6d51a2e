// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace clavitor {

/// "\r\n" where the first line of the text ends so, else "\n".
[[nodiscard]] QByteArray lineEndOf(QByteArrayView text);

/// A position as parsers tell it: line and column from 1, the column in code points; a byte order mark has none.
struct TextPosition {
    int line = 1;
    int column = 1;
};

/// A text by its lines, for changing some and leaving every other byte alone. Refers to `text`, which outlives it.
class TextLines {
public:
    explicit TextLines(const QByteArray &text);

    [[nodiscard]] QByteArray lineEnd() const { return lineEndOf(m_text); }
    /// The byte there; 0 past an end.
    [[nodiscard]] char at(int line, int column) const;
    /// What stands in the line before the column.
    [[nodiscard]] QByteArray upTo(int line, int column) const;
    [[nodiscard]] bool isBlank(int line) const;

    /// The text without the lines `gone`, and with `added` (whole lines) before the line `before`.
    [[nodiscard]] QByteArray withLines(const QList<int> &gone, int before, const QByteArray &added) const;
    /// The text with what is between the two, the end exclusive, replaced.
    [[nodiscard]] QByteArray withRegion(TextPosition begin, TextPosition end, const QByteArray &replacement) const;

private:
    [[nodiscard]] qsizetype offset(int line, int column) const;
    [[nodiscard]] QByteArrayView line(int number) const;

    const QByteArray &m_text;
    QList<qsizetype> m_starts;      ///< of each line, and one past the last
};

} // namespace clavitor
