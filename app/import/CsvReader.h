// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QStringList>

#include <vector>

namespace clavitor {

/// One record of a CSV file. Overwrites its cells when it goes.
struct CsvRow
{
    enum class Flaw {
        None,
        OpenQuote, ///< a quote is never closed: the rest of the file was swallowed, so nothing of it can be
                   ///< trusted
        StrayText, ///< text after a closing quote; kept as it stood
        TooManyCells, ///< more than CsvReader::kMostCells; the rest of the record is left out
    };
    std::vector<QByteArray> cells; ///< byte for byte, without the quotes around them
    int number = 0;                ///< 1 for the first record after the header, as people count
    int line = 0;                  ///< the line of the file it starts in, from 1
    Flaw flaw = Flaw::None;

    CsvRow() = default;
    CsvRow(CsvRow &&) noexcept = default;
    CsvRow &operator=(CsvRow &&other) noexcept;
    CsvRow(const CsvRow &) = delete;
    CsvRow &operator=(const CsvRow &) = delete;
    ~CsvRow();

private:
    void wipe();
};

/// RFC 4180 as files in the wild have it: LF, CRLF or CR between records, either inside quotes; blank lines
/// are no records; the separator is whichever of , ; and tab the header uses most. The first record is the
/// header.
class CsvReader
{
public:
    /// Bounds what a line of a million separators costs. A file with more columns is no export.
    static constexpr std::size_t kMostCells = 256;

    /// `text` is valid UTF-8 without a byte order mark and outlives the reader.
    explicit CsvReader(QByteArrayView text);

    [[nodiscard]] const QStringList &columns() const { return m_columns; }
    /// The next record into `row`, false at the end. After an OpenQuote there is no next one.
    [[nodiscard]] bool next(CsvRow &row);

private:
    [[nodiscard]] bool record(CsvRow &row);
    [[nodiscard]] QByteArray cell(CsvRow::Flaw &flaw);
    void skipBlankLines();
    [[nodiscard]] bool atLineEnd() const;
    void takeLineEnd();

    QByteArrayView m_text;
    qsizetype m_at = 0;
    qsizetype m_counted = 0; ///< line breaks are counted up to here
    int m_line = 1;
    int m_number = 0;
    char m_separator = ',';
    QStringList m_columns;
};

} // namespace clavitor
