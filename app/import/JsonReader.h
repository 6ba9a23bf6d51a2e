// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/import/JsonValue.h"

#include <QByteArrayView>

namespace clavitor {

/// Strict RFC 8259 parser for files of strangers: bounded in depth and in number of values, no number is
/// rounded, and every string is built once in a buffer that never grows, so no forgotten copy of a secret
/// stays behind.
class JsonReader
{
public:
    static constexpr int kMostDepth = 64;
    static constexpr int kMostValues = 4'000'000;

    /// `text` is valid UTF-8 without a byte order mark and outlives the reader.
    explicit JsonReader(QByteArrayView text, int mostValues = kMostValues);

    /// Errors: ImportUnreadable with the line and what is wrong there; ImportTooLarge past `mostValues`.
    [[nodiscard]] Result<JsonValue> read();

private:
    [[nodiscard]] Result<JsonValue> value(int depth);
    [[nodiscard]] Result<JsonValue> array(int depth);
    [[nodiscard]] Result<JsonValue> object(int depth);
    [[nodiscard]] Result<QByteArray> string();
    [[nodiscard]] bool escape(QByteArray &out);
    [[nodiscard]] std::optional<char32_t> fourHexDigits();
    [[nodiscard]] Result<JsonValue> number();
    [[nodiscard]] bool take(char byte);
    [[nodiscard]] bool takeWord(QByteArrayView word);
    [[nodiscard]] bool takeDigits();
    void skipBlanks();
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    [[nodiscard]] std::unexpected<Error> broken(const QString &what) const;

    QByteArrayView m_text;
    qsizetype m_at = 0;
    int m_mostValues;
    int m_values = 0;
};

} // namespace clavitor
