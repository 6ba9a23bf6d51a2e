// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/CsvReader.h"
#include "app/import/DraftBuilder.h"
#include "app/import/Importer.h"

#include <QHash>
#include <QLatin1StringView>

namespace clavitor {

/// One record of a CSV export, by column name.
class CsvRecord
{
public:
    CsvRecord(const QHash<QString, qsizetype> &columns, const CsvRow &row)
        : m_columns(columns)
        , m_row(row)
    {
    }

    /// The cell's bytes; empty when the row is too short or the file has no such column. Names in lower case.
    [[nodiscard]] QByteArrayView operator[](QLatin1StringView column) const;
    [[nodiscard]] QString text(QLatin1StringView column) const { return QString::fromUtf8((*this)[column]); }
    /// "row 12"
    [[nodiscard]] QString name() const;

private:
    const QHash<QString, qsizetype> &m_columns;
    const CsvRow &m_row;
};

/// What every CSV export has in common: known by exactly its columns, whatever their order and case; rows
/// that are torn, too short or too long are reported and keep what they have.
class CsvImporter : public Importer
{
public:
    [[nodiscard]] QStringList filePatterns() const override;
    /// Every required column is there, and none that is neither required nor optional.
    [[nodiscard]] bool recognises(const ImportSource &source) const override;
    [[nodiscard]] Result<ImportPlan> read(const ImportSource &source, qint64 now) const override;

protected:
    using Columns = std::span<const QLatin1StringView>;
    /// In lower case.
    [[nodiscard]] virtual Columns required() const = 0;
    [[nodiscard]] virtual Columns optional() const = 0;
    /// Fills `draft`, or explains in a remark of the plan why the row is left out and returns false.
    [[nodiscard]] virtual bool readRecord(const CsvRecord &record, qint64 now, DraftBuilder &draft,
                                          ImportPlan &plan) const = 0;
    /// What the format as such cannot hold, once a file.
    virtual void remarkOnFormat(ImportPlan &plan) const;
};

} // namespace clavitor
