// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/CsvReader.h"

#include "app/link/Wipe.h"

#include <algorithm>
#include <array>
#include <utility>

namespace clavitor {

namespace {

// The separator used most outside quotes in the first record.
char separatorOf(QByteArrayView text)
{
    struct Candidate
    {
        char separator;
        int uses = 0;
    };
    std::array candidates{Candidate{','}, Candidate{';'}, Candidate{'\t'}};
    bool quoted = false;
    for (const char byte : text) {
        if (byte == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (byte == '\n' || byte == '\r')
            break;
        for (Candidate &candidate : candidates)
            candidate.uses += candidate.separator == byte ? 1 : 0;
    }
    return std::ranges::max_element(candidates, {}, &Candidate::uses)->separator;
}

} // namespace

CsvRow &CsvRow::operator=(CsvRow &&other) noexcept
{
    if (this != &other) {
        wipe();
        cells = std::move(other.cells);
        number = other.number;
        line = other.line;
        flaw = other.flaw;
    }
    return *this;
}

CsvRow::~CsvRow()
{
    wipe();
}

void CsvRow::wipe()
{
    for (QByteArray &cell : cells)
        link::wipe(cell);
}

CsvReader::CsvReader(QByteArrayView text)
    : m_text(text)
    , m_separator(separatorOf(text))
{
    CsvRow header;
    if (!record(header) || header.flaw == CsvRow::Flaw::OpenQuote ||
        header.flaw == CsvRow::Flaw::TooManyCells)
        return;
    for (const QByteArray &cell : header.cells)
        m_columns.append(QString::fromUtf8(cell).trimmed());
}

bool CsvReader::next(CsvRow &row)
{
    row = CsvRow();
    if (m_columns.isEmpty() || !record(row))
        return false;
    row.number = ++m_number;
    return true;
}

bool CsvReader::record(CsvRow &row)
{
    skipBlankLines();
    if (m_at >= m_text.size())
        return false;
    const auto passed = m_text.sliced(m_counted, m_at - m_counted);
    m_line += static_cast<int>(std::count(passed.begin(), passed.end(), '\n'));
    m_counted = m_at;
    row.line = m_line;
    for (;;) {
        QByteArray text = cell(row.flaw);
        if (row.cells.size() < kMostCells) {
            row.cells.push_back(std::move(text));
        } else {
            link::wipe(text);
            row.flaw = CsvRow::Flaw::TooManyCells;
        }
        if (m_at >= m_text.size())
            return true;
        if (atLineEnd()) {
            takeLineEnd();
            return true;
        }
        ++m_at; // the separator
    }
}

QByteArray CsvReader::cell(CsvRow::Flaw &flaw)
{
    const auto endOfPlain = [this] {
        qsizetype end = m_at;
        while (end < m_text.size() && m_text[end] != m_separator && m_text[end] != '\n' &&
               m_text[end] != '\r')
            ++end;
        return end;
    };
    if (m_at >= m_text.size() || m_text[m_at] != '"') {
        const qsizetype end = endOfPlain();
        const QByteArray plain = m_text.sliced(m_at, end - m_at).toByteArray();
        m_at = end;
        return plain;
    }

    const qsizetype start = ++m_at;
    qsizetype close = start;
    while (close < m_text.size()) {
        if (m_text[close] != '"')
            ++close;
        else if (close + 1 < m_text.size() && m_text[close + 1] == '"')
            close += 2;
        else
            break;
    }
    QByteArray out;
    out.reserve(close - start); // unescaping only ever shortens
    for (qsizetype i = start; i < close; ++i) {
        out.append(m_text[i]);
        if (m_text[i] == '"')
            ++i;
    }
    if (close >= m_text.size()) {
        flaw = CsvRow::Flaw::OpenQuote;
        m_at = m_text.size();
        return out;
    }
    m_at = close + 1;
    if (const qsizetype end = endOfPlain(); end > m_at) {
        flaw = CsvRow::Flaw::StrayText;
        QByteArray whole;
        whole.reserve(out.size() + end - m_at);
        whole.append(out).append(m_text.sliced(m_at, end - m_at));
        link::wipe(out);
        m_at = end;
        return whole;
    }
    return out;
}

void CsvReader::skipBlankLines()
{
    while (m_at < m_text.size() && atLineEnd())
        takeLineEnd();
}

bool CsvReader::atLineEnd() const
{
    return m_text[m_at] == '\n' || m_text[m_at] == '\r';
}

void CsvReader::takeLineEnd()
{
    const bool carriageReturn = m_text[m_at++] == '\r';
    if (carriageReturn && m_at < m_text.size() && m_text[m_at] == '\n')
        ++m_at;
}

} // namespace clavitor
